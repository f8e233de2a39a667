#!/usr/bin/perl
# SPDX-License-Identifier: MIT
#
# run.pl [--no-sandbox] DIR [TEST...] - runs the monitor in DIR with the small guests in
# DIR/tests/guest; the last line is `N passed, N failed, N skipped'. Sanitized monitors need
# --no-sandbox. Each machine, namespace and interface is named after this process.
use strict;
use warnings;
use Fcntl;
use File::Temp ();
use IO::Select;
use IO::Socket::UNIX;
use POSIX ();
use Time::HiRes qw(sleep time);

my $no_sandbox = @ARGV && $ARGV[0] eq '--no-sandbox' && shift;
my $dir = shift // 'build';
my @only = @ARGV;
my $tmp = File::Temp->newdir('guest-XXXXXX', TMPDIR => 1);
my ($passed, $failed, $skipped) = (0, 0, 0);
my $namespace; # that has been made
my $patience = 60; # seconds, for anything; nothing passes or fails by being slow

sub check {
	my ($good, $what, @details) = @_;
	$good ? $passed++ : $failed++;
	print "failed: $what\n", map { s/^/    /mgr . "\n" } @details unless $good;
	return $good;
}

sub skip {
	my ($what, $why) = @_;
	print "skipped: $what: $why\n";
	$skipped++;
}

sub slurp {
	my ($path) = @_;
	open my $in, '<', $path or return '';
	local $/;
	return <$in> // '';
}

# Until it is true, or patience ends.
sub wait_for {
	my ($condition) = @_;
	my $end = time + $patience;
	while (time < $end) {
		my $v = $condition->();
		return $v if $v;
		sleep 0.01;
	}
	return;
}

# --- machines ---

my $machines = 0;
my %running; # by process

# Starts one; a hash with pid, and where its output goes.
sub start {
	my ($guest, %o) = @_;
	my $name = $o{name} // "m$$";
	my $base = "$tmp/" . ++$machines;
	my $image = $o{image} // "$dir/tests/guest/$guest.elf";
	my @command = (@{$o{prefix} // []}, $o{program} // "$dir/clickos-monitor", '--name', $name,
		'--image', $image, '--report', "$base.report", @{$o{args} // []});
	push @command, '--console', 'stdio' unless grep { $_ eq '--console' } @command;
	push @command, '--no-sandbox' if $no_sandbox;
	my $pid = fork // die;
	if (!$pid) {
		open STDIN, '<', $o{input} // '/dev/null';
		open STDOUT, '>', "$base.out";
		open STDERR, '>', "$base.err";
		exec @command or POSIX::_exit(127);
	}
	$running{$pid} = 1;
	return { pid => $pid, out => "$base.out", err => "$base.err", report => "$base.report" };
}

# Its end: adds status, and the texts.
sub finish {
	my ($m) = @_;
	my $ended = wait_for(sub { waitpid($m->{pid}, POSIX::WNOHANG()) == $m->{pid} });
	if (!$ended) {
		kill 'KILL', $m->{pid};
		waitpid $m->{pid}, 0;
	}
	delete $running{$m->{pid}};
	$m->{status} = $ended ? ($? & 127 ? "signal " . ($? & 127) : $? >> 8) : 'no end';
	$m->{"${_}_text"} = slurp($m->{$_}) for qw(out err report);
	return $m;
}

sub run {
	return finish(start(@_));
}

sub output_has {
	my ($m, $re) = @_;
	return wait_for(sub { slurp($m->{out}) =~ $re });
}

sub check_machine {
	my ($m, $what, $status, $report, $output) = @_;
	check($m->{status} eq $status, "$what: status $m->{status}, expected $status",
		$m->{err_text});
	check($m->{report_text} =~ $report, "$what: report, expected $report", $m->{report_text});
	check($m->{out_text} =~ $output, "$what: output, expected $output", $m->{out_text})
		if $output;
}

# Its end after SIGTERM. The guest had 5 seconds, which a busy host may not give it.
sub check_shut_down {
	my ($m, $what) = @_;
	finish($m);
	check($m->{report_text} =~ /^(poweroff|host: terminated; the guest did not shut down)/,
		"$what: SIGTERM", $m->{report_text});
	check($m->{status} eq ($m->{report_text} =~ /^poweroff/ ? 0 : 2), "$what: status $m->{status}");
}

# --- a client of the control socket ---

sub connect_to {
	my ($path) = @_;
	return wait_for(sub { IO::Socket::UNIX->new(Type => SOCK_STREAM(), Peer => $path) });
}

# Reads until it matches; returns what was read.
sub read_until {
	my ($s, $re) = @_;
	my $text = '';
	my $select = IO::Select->new($s);
	while ($text !~ $re && $select->can_read($patience)) {
		sysread($s, $text, 65536, length $text) or last;
	}
	return $text;
}

# --- the tests ---

sub test_hello {
	my $module = "$tmp/module";
	open my $out, '>', $module; print $out 'x' x 5000; close $out;
	my $m = run('hello', args => ['--cmdline', 'a=b c="d e"', '--memory', '5.5',
		'--module', $module]);
	check_machine($m, 'hello', 0, qr/^poweroff\n/,
		qr/^hello a=b c="d e"\nmemory 5632\nmodule 5000 x\n$/);
	check($m->{err_text} eq '', 'hello: nothing to complain of', $m->{err_text});
	for my $memory ('4', '512KiB', '3GiB', '4097K', '64MiB') {
		my $r = run('hello', args => ['--memory', $memory]);
		check($r->{status} eq ($memory eq '512KiB' ? 1 : 0), "memory $memory: $r->{status}",
			$r->{err_text});
	}
}

sub test_ready {
	pipe my $read, my $write;
	fcntl $write, F_SETFD, 0;
	my $m = run('hello', args => ['--ready-fd', fileno $write]);
	close $write;
	sysread $read, my $got, 10;
	check($got eq '1', 'ready');
}

sub test_usage {
	my %wrong = (
		'no name' => ['--name', '', qr/needs a name/],
		'memory' => ['--memory', 'lots', qr/--memory lots/],
		'small' => ['--memory', '3', qr/4 MiB to 3 GiB/],
		'net' => ['--net', 'eth0,mac=1', qr/--net eth0: mac=1/],
		'both' => ['--net', 'eth0,none,tap=t0', qr/none has no tap=/],
		'long name' => ['--net', 'x' x 16, qr/1 to 15 characters/],
		'pattern' => ['--net', 'eth0,tap=tap%d', qr/--net eth0: tap=tap%d/],
		'root' => ['--user', '0', qr/not 0/],
		'unknown' => ['--frob', '1', qr/no option --frob/],
	);
	for (sort keys %wrong) {
		my ($option, $value, $re) = @{$wrong{$_}};
		my $m = run('hello', args => [$option, $value]);
		check($m->{status} eq 1 && $m->{err_text} =~ $re, "usage: $_", $m->{err_text});
	}
}

# Images that are none, and the other way to start.
sub test_images {
	my $elf = slurp("$dir/tests/guest/hello.elf");
	my %bad = (
		text => ["#!/bin/sh\n" x 100, qr/not a fixed-address ELF/],
		empty => ['', qr/ends too early/],
		cut => [substr($elf, 0, 5000), qr/ends too early|not in the file/],
		notes => [$elf =~ s/ClickOS\0/ClickXX\0/r =~ s/\x12\0\0\0Xen\0/\x13\0\0\0Xen\0/r,
			qr/neither its note nor PVH/],
	);
	for (sort keys %bad) {
		open my $out, '>', "$tmp/image"; print $out $bad{$_}[0]; close $out;
		my $m = run('', image => "$tmp/image");
		check($m->{status} eq 2 && $m->{report_text} =~ $bad{$_}[1], "image: $_",
			$m->{err_text});
	}
	open my $out, '>', "$tmp/image"; print $out $elf =~ s/ClickOS\0/ClickXX\0/r; close $out;
	check_machine(run('', image => "$tmp/image"), 'pvh', 0, qr/^poweroff/, qr/^pvh\n$/);
	check_machine(run('', image => "$tmp/nothing"), 'no image', 2, qr/No such file/);
	open $out, '>', "$tmp/module"; print $out 'x' x (5 << 20); close $out;
	check_machine(run('hello', args => ['--memory', '4', '--module', "$tmp/module"]),
		'large module', 2, qr/--memory needs to be larger/);
	check_machine(run('hello', args => ['--module', $tmp]), 'module', 2, qr/: not a file/);
	check_machine(run('hello', args => ['--memory', '4', '--cmdline', 'x' x 100000, '--module',
		'/dev/null']), 'module', 2, qr/: not a file/);
}

sub test_wait {
	check_machine(run('wait'), 'wait', 0, qr/^poweroff/,
		qr/^clock: good\npast\nfive: good\ntwenty: good\n$/);
}

sub test_console {
	my $socket = "$tmp/control";
	POSIX::mkfifo("$tmp/typed", 0600);
	sysopen my $keep, "$tmp/typed", O_RDWR;
	my $m = start('console', input => "$tmp/typed", args => ['--control', $socket]);
	check(output_has($m, qr/up\n.*port org\.clickos\.control\n/s), 'console: up');
	syswrite $keep, "typed text";
	check(output_has($m, qr/\[typed text\]/), 'console: typed');

	my $a = connect_to($socket);
	my $b = connect_to($socket); # waits
	check(read_until($a, qr/\n/) eq "conversation 1\n", 'console: first client');
	syswrite $a, 'ping';
	check(read_until($a, qr/ping/) eq 'ping', 'console: echo');
	syswrite $a, "flood\n";
	sysread $a, my $some, 100;
	close $a; # with most of it unread
	check(read_until($b, qr/\n/) eq "conversation 2\n", 'console: nothing of the last one');
	syswrite $b, "flood\n";
	my $all = read_until($b, qr/^(.{50000}){4}/s);
	check(length $all == 200000 && $all !~ /[^a-z]/, 'console: flood: ' . length $all);
	syswrite $b, "QUIT\r\n"; # the guest closes
	check(read_until($b, qr/x{1000}/) eq '', 'console: closed by the guest');
	close $b;
	$a = connect_to($socket);
	check(read_until($a, qr/\n/) eq "conversation 3\n", 'console: third client');
	syswrite $a, "last\n";
	shutdown $a, 1; # has said all, wants the answer
	check(read_until($a, qr/x{1000}/) eq "last\n", 'console: half-closed');
	$b = connect_to($socket);
	read_until($b, qr/\n/);
	kill 'TERM', $m->{pid}; # waits for the client
	syswrite $b, 'still here';
	check(read_until($b, qr/here/) eq 'still here', 'console: a client when it ends');
	close $b;
	check_shut_down($m, 'console');
	check($no_sandbox || !-e $socket, 'console: the socket is gone');
}

sub test_pty {
	my $m = start('console', args => ['--console', 'pty', '--control', "$tmp/control"]);
	my $link = wait_for(sub { readlink "$tmp/console" });
	sysopen my $pty, $link // '/', O_RDWR | O_NOCTTY;
	check(read_until($pty, qr/control\n/) =~ /up\n/, 'pty: output');
	syswrite $pty, 'xyz';
	check(read_until($pty, qr/\]/) =~ /\[xyz\]/, 'pty: input');
	close $pty;
	kill 'TERM', $m->{pid};
	check_shut_down($m, 'pty');
}

sub test_file {
	my $file = "$tmp/console.log";
	run('hello', args => ['--console', $file]) for 1 .. 2;
	check(slurp($file) =~ /^hello.*hello/s, 'file: appended');
	my $m = run('hostile', args => ['--cmdline', 'output', '--console', $file]);
	my $text = slurp($file);
	check($m->{status} eq 0 && length $text <= 1 << 20 && $text =~ /survived\n$/,
		'file: bounded, and nothing lost at the end');
	check($text =~ /^\[earlier output was removed\]\n/, 'file: says so');
	unlink $file;
	$m = run('hostile', args => ['--cmdline', 'piece', '--console', $file]);
	$text = slurp($file);
	check($m->{status} eq 0 && length $text <= 1 << 20 && $text =~ /x\$survived\n$/,
		'file: bounded, whatever comes at once: ' . length $text);
}

sub test_signals {
	my $m = start('hostile', args => ['--cmdline', 'spin']);
	output_has($m, qr/spinning/);
	kill 'TERM', $m->{pid};
	check_machine(finish($m), 'SIGTERM', 2, qr/^host: terminated by signal 15/);
	$m = start('hostile', args => ['--cmdline', 'endless', '--console', "$tmp/endless"]);
	wait_for(sub { -s "$tmp/endless" });
	kill 'TERM', $m->{pid};
	check_machine(finish($m), 'SIGTERM, endless output', 2, qr/^host: terminated by/);
	return if $no_sandbox;
	$m = start('hostile', args => ['--cmdline', 'spin']);
	output_has($m, qr/spinning/);
	my ($child) = slurp("/proc/$m->{pid}/task/$m->{pid}/children") =~ /(\d+)/;
	check($child, 'SIGKILL: there is a child');
	kill 'KILL', $m->{pid};
	finish($m);
	check(wait_for(sub { !-e "/proc/$child" }), 'SIGKILL: both are gone');
}

# Who starts it may ignore the ends of children, and have signals blocked.
sub test_inherited {
	local $SIG{CHLD} = 'IGNORE';
	my $all = POSIX::SigSet->new;
	$all->fillset;
	my $old = POSIX::SigSet->new;
	POSIX::sigprocmask(POSIX::SIG_SETMASK(), $all, $old);
	my $m = start('hostile', args => ['--cmdline', 'hang']);
	POSIX::sigprocmask(POSIX::SIG_SETMASK(), $old);
	# The children of who ignores their ends are never zombies.
	my $ended = wait_for(sub { !kill 0, $m->{pid} });
	kill 'KILL', $m->{pid} unless $ended;
	delete $running{$m->{pid}};
	check($ended, 'inherited signals: it ends');
	check(slurp($m->{report}) =~ /^guest: triple fault/, 'inherited signals: the watchdog works',
		slurp($m->{report}));
}

# A client that goes while the guest does not listen, and one that comes.
sub test_deaf {
	my $socket = "$tmp/deaf";
	my $m = start('console', args => ['--control', $socket]);
	my $a = connect_to($socket);
	read_until($a, qr/conversation 1\n/);
	syswrite $a, "sleep\n"; # and answers then, for two seconds
	close $a;
	my $b = connect_to($socket);
	syswrite $b, "more\n";
	my $text = read_until($b, qr/more\n/);
	check($text eq "conversation 2\nmore\n", 'deaf: the next conversation is whole', $text);
	close $b;
	kill 'TERM', $m->{pid};
	finish($m);
}

# A path that is no socket is left alone, and so is a descriptor that was not given.
sub test_mistakes {
	open my $out, '>', "$tmp/precious"; print $out 'kept'; close $out;
	my $m = run('hello', args => ['--control', "$tmp/precious"]);
	check_machine($m, 'control is a file', 2, qr/control socket .*: Address already in use/);
	check(slurp("$tmp/precious") eq 'kept', 'control is a file: it stays');
	$m = run('hello', args => ['--ready-fd', 57]);
	check($m->{status} eq 1 && $m->{err_text} =~ /number of an open descriptor/, 'ready-fd',
		$m->{err_text});
}

# What the guest does, and what the report says.
my @hostile = (
	'ring-unaligned' => qr/^guest: queue 1 of console: descriptors at 0x.*: not aligned/,
	'ring-beyond' => qr/^guest: queue 1 of console: descriptors at 0x800000 with 256 bytes/,
	'ring-end' => qr/^guest: queue 1 of console: used ring at 0x7fffc0/,
	'ring-wraps' => qr/^guest: queue 1 of console: available ring at 0xfffffffffffffffe/,
	'ring-page' => qr/^guest: queue 1 of console: used ring at 0x1004/,
	'ring-size' => qr/^guest: queue 1 of console: size 24/,
	'ring-large' => qr/^guest: queue 1 of console: size 32768/,
	'features' => qr/^guest: features 0xf+ of console/,
	'features-none' => qr/^guest: features 0x0 of console/,
	'no-device' => qr/^guest: there is no device 200 to attach at rip 0x/,
	'index' => qr/^guest: queue 1 of console: available index 17/,
	'head' => qr/^guest: queue 1 of console: descriptor 999 of 16/,
	'address-beyond' => qr/^guest: queue 1 of console: descriptor 0: address 0x800000/,
	'address-wraps' => qr/^guest: queue 1 of console: descriptor 0: address 0xf{15}5/,
	'address-page' => qr/^guest: queue 1 of console: descriptor 0: address 0x1000/,
	'length' => qr/^guest: queue 1 of console: descriptor 0: .* length 0xffffffff/,
	'flags' => qr/^guest: queue 1 of console: descriptor 0: flags 0xfff0/,
	'indirect' => qr/^guest: queue 1 of console: descriptor 0: flags 0x4/,
	'loop' => qr/^guest: queue 1 of console: descriptor 0: a chain of more than 64/,
	'next' => qr/^guest: queue 1 of console: descriptor 12345 of 16/,
	'order' => qr/^guest: queue 1 of console: descriptor 1: to be read, behind/,
	'no-message' => qr/^guest: queue 3 of console: descriptor 0: no control message/,
	'kick-nothing' => qr/^guest: kicked device 0, which is not attached/,
	'kick-nobody' => qr/^guest: kicked device 16, which is not attached/,
	'kicks' => undef,
	'waits' => undef,
	'page-spoilt' => undef,
	'messages' => undef,
	'print-beyond' => qr/^guest: text to be printed at 0xfffffff0/,
	'print-long' => qr/^guest: text to be printed at 0x.* with 2147483647 bytes/,
	'port-wide' => qr/^guest: wrote to port 0x600, 2 bytes/,
	'exit-code' => qr/^guest: exit with 77/,
	'mmio' => qr/^guest: wrote to 0xc0001000, where there is no memory/,
	'mmio-read' => qr/^guest: read from 0xc0001000, where there is no memory/,
	'fault' => qr/^guest: triple fault at rip 0x/,
	'ring0' => qr/^guest: triple fault at rip 0x/,
	'jump' => qr/^guest: triple fault at rip 0x123456789abc/,
	'no-stack' => qr/^guest: triple fault at rip 0x/,
	'garbage' => qr/^guest: .* of console/,
);

# Ports that have a meaning when written, or when a byte is.
sub known_port {
	my ($port) = @_;
	return $port == 0x3f8 || $port >= 0x600 && $port <= 0x603;
}

sub hostile {
	my ($cmdline, $report) = @_;
	my $m = run('hostile', args => ['--cmdline', $cmdline]);
	return check_machine($m, $cmdline, 0, qr/^poweroff/, qr/survived/) unless $report;
	check_machine($m, $cmdline, 3, $report);
	check($m->{report_text} =~ /^rip .*^stack /ms, "$cmdline: registers", $m->{report_text})
		if $m->{report_text} =~ / at rip /;
}

# One machine goes on all the time.
sub test_hostile {
	my $socket = "$tmp/bystander";
	my $other = start('console', name => "other$$", args => ['--control', $socket]);
	my $s = connect_to($socket);
	read_until($s, qr/\n/);
	for (my $i = 0; $i < @hostile; $i += 2) {
		hostile(@hostile[$i, $i + 1]);
		syswrite $s, "still $i";
		check(read_until($s, qr/still $i/) eq "still $i", "$hostile[$i]: the other goes on");
	}
	# Below 0xd00, where the processor lets them pass: at least one of each eight.
	for (my $port = 0; $port < 0xd00; $port += 7) {
		hostile("port-read $port", qr/^guest: read from port/) if $port % 5 == 0;
		next if known_port($port) || $port % 5;
		hostile("port-write $port", $port >= 0x700 && $port < 0x700 + 8 * 17 ?
			qr/^guest: kicked device \d+, which is not/ : qr/^guest: wrote to port/);
	}
	check_machine(run('hostile', args => ['--cmdline', 'panic']), 'panic', 4, qr/^panic/);
	kill 'TERM', $other->{pid};
	close $s;
	finish($other);
}

# --- the network: a namespace of our own, the tap's other end is the guest ---

sub sh {
	my ($command) = @_;
	return system('sh', '-c', "($command) >$tmp/sh.log 2>&1") == 0;
}

my $udp = q{
	use IO::Socket::INET;
	my $s = IO::Socket::INET->new(Proto => 'udp', PeerAddr => '10.9.8.2', PeerPort => 7);
	for my $n (1, 100, 1400, 1472) {
		for (1 .. 20) {
			$s->send('a' x $n);
			my $r = '';
			vec(my $rin = '', fileno $s, 1) = 1;
			exit 1 unless select $rin, undef, undef, 10;
			$s->recv($r, 2000);
			exit 2 unless $r eq 'a' x $n;
		}
	}
};

sub end_namespace {
	system 'ip', 'netns', 'del', $namespace if defined $namespace;
	undef $namespace;
}

sub test_echo {
	my $ns = "mon$$";
	my ($tap, $bridge) = ("t$$", "b$$");
	return skip('echo', 'no network namespaces here') unless sh("ip netns add $ns");
	$namespace = $ns;
	sh("ip -n $ns link add $bridge type bridge; ip -n $ns link set $bridge up;
		ip -n $ns addr add 10.9.8.1/24 dev $bridge");
	my $m = start('echo', prefix => ['ip', 'netns', 'exec', $ns], args => ['--net',
		"eth0,tap=$tap,bridge=$bridge,mac=02:00:00:00:00:07"]);
	check(output_has($m, qr/^interface eth0 mtu 1500\n/), 'echo: up');
	check(sh("ip -n $ns link show master $bridge | grep -q $tap"), 'echo: in its bridge');
	check(sh("ip netns exec $ns ping -c 5 -i 0.01 -W 10 10.9.8.2"), 'echo: ping',
		slurp("$tmp/sh.log"));
	check(sh("ip netns exec $ns ping -c 200 -f -s 1400 -W 10 10.9.8.2"), 'echo: many',
		slurp("$tmp/sh.log"));
	check(sh("ip -n $ns neigh show 10.9.8.2 | grep -qi 02:00:00:00:00:07"), 'echo: address');
	check(system('ip', 'netns', 'exec', $ns, 'perl', '-e', $udp) == 0,
		"echo: UDP with open checksums: $?");
	kill 'TERM', $m->{pid};
	check_machine(finish($m), 'echo', 2, qr/^host: terminated/);
	check(!sh("ip -n $ns link show $tap"), 'echo: the interface is gone');
	$m = start('echo', prefix => ['ip', 'netns', 'exec', $ns], args => ['--net', 'eth0,none']);
	check(output_has($m, qr/^interface eth0 mtu 1500\n/), 'echo: connected to nothing');
	check(!sh("ip -n $ns -o link show | grep -v -e ' lo:' -e ' $bridge:'"), 'echo: no interface',
		slurp("$tmp/sh.log"));
	kill 'TERM', $m->{pid};
	check_machine(finish($m), 'echo: nothing', 2, qr/^host: terminated/);
	check_machine(run('echo', prefix => ['ip', 'netns', 'exec', $ns],
		args => ['--net', 'eth0,bridge=nobridge']), 'no bridge', 2, qr/no such bridge/);
	sh("ip -n $ns link add $bridge.2 type bridge; ip -n $ns tuntap add $tap mode tap;
		ip -n $ns link set $tap master $bridge.2");
	check_machine(run('echo', prefix => ['ip', 'netns', 'exec', $ns], args => ['--net',
		"eth0,tap=$tap,bridge=$bridge"]), 'other bridge', 2, qr/another bridge has it/);
	sh("ip -n $ns link set $tap master $bridge");
	$m = start('echo', prefix => ['ip', 'netns', 'exec', $ns], args => ['--net',
		"eth0,tap=$tap,bridge=$bridge"]);
	check(output_has($m, qr/^interface eth0/), 'echo: in its bridge already', slurp($m->{err}));
	kill 'TERM', $m->{pid};
	finish($m);
	end_namespace();
}

# --- the sandbox ---

sub probe {
	my ($name, @args) = @_;
	return run('hello', program => "$dir/monitor-probe", name => $name, args => \@args);
}

sub test_sandbox {
	return skip('sandbox', 'not with --no-sandbox') if $no_sandbox;
	return skip('sandbox', 'needs root') if $>;
	my $m = probe('look');
	for ("file .\nfile ..\ncreate EROFS\nparent ENOENT\ninterface lo\npid 1 parent 0\n",
		"\ncapabilities 0 0\nroot no\nbecomes root EPERM\nhost clickos\nprivileges never\n") {
		check(index($m->{out_text}, $_) >= 0, 'sandbox: what is seen', $m->{out_text});
	}
	check($m->{out_text} !~ /^process/m, 'sandbox: no processes', $m->{out_text});
	for my $call (qw(open openat execve clone kill ptrace socket mmap mprotect setuid ioctl
			prctl x32)) {
		for my $thread ('vcpu', 'io') {
			my $r = probe("$thread-$call");
			check($r->{status} eq 2 && $r->{report_text} =~ /^host: .*killed by signal 31/,
				"sandbox: $thread $call: $r->{status}", $r->{report_text});
		}
	}
}

# Who is not root has a user namespace, where he may; /dev/kvm is made accessible in a mount
# namespace of the test's.
sub test_user {
	return skip('user', 'not with --no-sandbox') if $no_sandbox;
	return skip('user', 'needs root, unshare and setpriv')
		if $> || !sh('command -v unshare && command -v setpriv');
	my $setup = 'mount -t tmpfs -o mode=777 none /mnt && mknod -m 666 /mnt/kvm c 10 232 &&
		mount --bind /mnt/kvm /dev/kvm && exec setpriv --reuid 65534 --regid 65534 \
		--clear-groups "$@"';
	chmod 0777, "$tmp";
	my $m = run('hello', program => "$dir/monitor-probe", name => 'look', args => [],
		prefix => ['unshare', '-m', 'sh', '-c', $setup, 'sh']);
	check_machine($m, 'user', 0, qr/^poweroff/, qr/^hello/m);
	return skip('user', 'no user namespaces here') if $m->{out_text} !~ /^pid 1 /m;
	check($m->{out_text} =~ /^file \.\nfile \.\.\ncreate EROFS\n.*interface lo\npid 1 /s,
		'user: what is seen', $m->{out_text});
}

sub test_cgroup {
	my ($root) = slurp('/proc/mounts') =~ /^\S+ (\S+) cgroup2 rw/m;
	return skip('cgroup', 'not with --no-sandbox') if $no_sandbox;
	return skip('cgroup', 'no cgroup2 that can be written') if $> || !$root || !-w $root;
	my $group = "$root/mon$$";
	my $m = start('hostile', args => ['--cmdline', 'spin', '--cgroup', $group]);
	check(output_has($m, qr/spinning/), 'cgroup: runs', slurp($m->{err}));
	my ($child) = slurp("/proc/$m->{pid}/task/$m->{pid}/children") =~ /(\d+)/;
	check(slurp("$group/cgroup.procs") =~ /^$child$/m, 'cgroup: the machine is in it');
	check(!-e "$group/pids.max" || slurp("$group/pids.max") =~ /^8$/, 'cgroup: tasks');
	kill 'TERM', $m->{pid};
	check_machine(finish($m), 'cgroup', 2, qr/^host: terminated/);
	check(!-e $group, 'cgroup: it is gone');
}

my %tests = (
	hello => \&test_hello, ready => \&test_ready, usage => \&test_usage,
	images => \&test_images, wait => \&test_wait, console => \&test_console,
	pty => \&test_pty, file => \&test_file, signals => \&test_signals,
	inherited => \&test_inherited, deaf => \&test_deaf, mistakes => \&test_mistakes,
	hostile => \&test_hostile, echo => \&test_echo, sandbox => \&test_sandbox,
	user => \&test_user, cgroup => \&test_cgroup,
);
@only = sort keys %tests unless @only;
$SIG{PIPE} = 'IGNORE';
$SIG{INT} = $SIG{TERM} = $SIG{HUP} = sub { exit 130 };
END {
	local $?;
	kill 'KILL', keys %running;
	end_namespace();
}
if (!sysopen my $kvm, '/dev/kvm', O_RDWR) {
	print "skipped: /dev/kvm: $!\n0 passed, 0 failed, " . @only . " skipped\n";
	exit 0;
}
for (@only) {
	$tests{$_} or die "run.pl: no test $_\n";
	$tests{$_}->();
}
print "$passed passed, $failed failed" . ($skipped ? ", $skipped skipped" : '') . "\n";
exit($failed ? 1 : 0);
