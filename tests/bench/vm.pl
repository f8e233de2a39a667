#!/usr/bin/perl
# SPDX-License-Identifier: MIT
# vm.pl [--smoke] DIR [FIGURE...] - what a virtual machine costs: size, memory, time to start, many
# at once, and packets against those of a process. DIR has the programs and the image.
#
# All traffic is in a network namespace of its own. Times are medians with the least in brackets,
# of programs in the scheduler's class for real time (where that is allowed), so that what else the
# host does counts less; its load is printed. --smoke: few repetitions, and no time can fail.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename;
use File::Temp;
use IO::Socket::UNIX;
use POSIX ();
use Time::HiRes qw(time sleep);

my $smoke = @ARGV && $ARGV[0] eq '--smoke' && shift;
my $dir = shift // die "usage: vm.pl [--smoke] DIR [FIGURE...]\n";
my %only = map { $_ => 1 } @ARGV;
my $here = abs_path(dirname(__FILE__));
my $examples = abs_path("$here/../../examples");
my ($failed, $passed, $missed) = (0, 0, 0);
my @vms;      # that run
my $tmp;
my @realtime;
my ($cpu) = slurp('/proc/self/status') =~ /^Cpus_allowed_list:.*?(\d+)$/m; # the last one

sub skip { print "skipped: $_[0]\n0 passed, 0 failed, 1 skipped\n"; exit 0 }

# --- helpers ---

sub median { my @v = sort { $a <=> $b } @_; return $v[@v / 2] }
sub least { my @v = sort { $a <=> $b } @_; return $v[0] }
sub runs { my ($n) = @_; return $smoke ? 3 : $n }

sub slurp {
	my ($path) = @_;
	open my $f, '<:raw', $path or return '';
	local $/;
	return <$f> // '';
}

sub spew {
	my ($path, $text) = @_;
	open my $f, '>:raw', $path or die "$path: $!\n";
	print $f $text;
	close $f or die "$path: $!\n";
	return $path;
}

# The output of a command; dies when it fails.
sub output {
	open my $f, '-|', @_ or die "$_[0]: $!\n";
	local $/;
	my $out = <$f> // '';
	close $f or die "@_: status " . ($? >> 8) . "\n";
	return $out;
}

sub row {
	my ($what, $value, $wanted, $good) = @_;
	printf "%-46s %-34s %s%s\n", $what, $value, $wanted, $good ? '' : ': MISSED';
	$good ? $passed++ : $missed++;
}

# In --smoke a time that is missed is no failure; what does not work is one.
sub works {
	my ($good, $what) = @_;
	return if $good;
	print "failed: $what\n";
	$failed++;
}

# --- machines ---

sub vm { return output("$dir/clickos", @_) }

sub run_vm {
	my ($name, @words) = @_;
	vm('run', '-d', '-q', '-b', 'kvm', '--name', $name, @words);
	push @vms, $name;
}

sub remove_vms {
	vm('rm', '-f', @vms) if @vms;
	@vms = ();
}

# All processes of a machine: the one that waits, and the one that is it.
sub pids {
	my ($name) = @_;
	my ($pid) = slurp("$ENV{CLICKOS_DIR}/$name/pid") =~ /^(\d+)/ or die "$name: no pid\n";
	return ($pid, split ' ', slurp("/proc/$pid/task/$pid/children"));
}

# A conversation: the greeting is read.
sub talk {
	my ($name) = @_;
	my $s = IO::Socket::UNIX->new(Peer => "$ENV{CLICKOS_DIR}/$name/control")
		or die "$name: control socket: $!\n";
	$s->autoflush(1);
	scalar <$s>;
	return $s;
}

# The last line of the answer.
sub ask {
	my ($s, $text) = @_;
	syswrite $s, $text;
	while (defined(my $line = <$s>)) {
		return $line if $line =~ /^\d{3} /;
	}
	return '';
}

# An archive as machines are given it.
sub archive {
	my ($path, %files) = @_;
	my ($out, $ino) = ('', 1);
	$files{'TRAILER!!!'} = '';
	for my $name (sort { ($a =~ /!/) <=> ($b =~ /!/) } keys %files) {
		my $n = length $name;
		$out .= sprintf('070701' . '%08X' x 13, $ino++, 0100644, 0, 0, 1, 0,
			length $files{$name}, 0, 0, 0, 0, $n + 1, 0) . $name;
		$out .= "\0" x (1 + (4 - (110 + $n + 1) % 4) % 4) . $files{$name};
		$out .= "\0" x ((4 - length($files{$name}) % 4) % 4);
	}
	return spew($path, $out);
}

# --- frames ---

use constant { AF_PACKET => 17, SOCK_RAW => 3 };

my $frame = pack('H*', 'ffffffffffff' . '020000000001' . '0806' . '0001080006040001'
	. '020000000001' . '0a000001' . '000000000000' . '0a000002') . "\0" x 18; # ARP, who has

sub packet_socket {
	my ($type) = @_;
	socket(my $s, AF_PACKET, SOCK_RAW, unpack('S', pack('n', $type))) or die "socket: $!\n";
	return $s;
}

sub index_of {
	my ($name) = @_;
	my ($s, $request) = (packet_socket(0), pack 'a16x24', $name);
	ioctl $s, 0x8933, $request or die "$name: $!\n"; # SIOCGIFINDEX
	return unpack 'x16l', $request;
}

sub address { my ($index, $type) = @_; return pack('SnlSCCx8', AF_PACKET, $type, $index, 0, 0, 0) }

# Interfaces at which a frame came out of those machines, given a frame to the first of each.
sub forwarding {
	my (@names) = @_;
	my $s = packet_socket(0x0806);
	my %left = map { (index_of("$_.1") => $_) } @names;
	my $end = time + 120;
	while (%left && time < $end) {
		for my $name (values %left) {
			send $s, $frame, 0, address(index_of("$name.0"), 0x0806) or die "$name: $!\n";
		}
		my $until = time + 0.2;
		while (%left && time < $until) {
			my $set = '';
			vec($set, fileno $s, 1) = 1;
			next if select($set, undef, undef, 0.02) <= 0;
			my $from = recv $s, my $got, 2048, 0 or next;
			my (undef, undef, $index, undef, $kind) = unpack 'SnlSC', $from;
			delete $left{$index} if $kind != 4; # not what we sent
		}
	}
	return @names - keys %left;
}

# --- the figures ---

sub image {
	my $n = -s "$dir/clickos.elf";
	my $mb = sub { sprintf '%.3f MB', $_[0] / 1e6 };
	my @packed = map { length output('sh', '-c', "$_ -9 <'$dir/clickos.elf'") } qw(xz gzip);
	row('image, all elements', $mb->($n), '1.2 MB', $n <= 1.2e6);
	row('image, xz (gzip)', $mb->($packed[0]) . ' (' . $mb->($packed[1]) . ')', '0.4 MB',
		$packed[0] <= 0.4e6);
}

# From inside to outside of the gateway, a ping and a TCP connection.
sub least_memory {
	for my $mib ($smoke ? 4 : (3, 3.5, 4, 5, 6, 8)) {
		my $good = gateway($mib);
		next unless $good || $smoke || $mib >= 8;
		row('firewall + NAT, ping and TCP, least memory', "$mib MiB", '4 MiB', $good && $mib <= 4);
		works($good, 'the gateway');
		return;
	}
}

sub in_namespace { my ($ns, @command) = @_; return ('ip', 'netns', 'exec', $ns, @command) }

sub gateway {
	my ($mib) = @_;
	my @command = ("$dir/clickos", 'run', '-d', '-q', '-b', 'kvm', '--name', 'gw', '--memory', $mib,
		'--env', 'INSIDE=inside', '--env', 'OUTSIDE=outside', '--net', 'inside=bridge:lan',
		'--net', 'outside=bridge:wan', "$examples/nat-gateway.click");
	system("exec >'$tmp/gw.log' 2>&1; " . join ' ', map { "'$_'" } @command) == 0 or return 0;
	push @vms, 'gw';
	my ($inside, $outside) = ("in$$", "out$$");
	my $good = system('sh', '-c', <<"END") == 0;
exec >'$tmp/gw.log' 2>&1
set -e
end() { ip netns del $inside; ip netns del $outside; }
trap end EXIT
for i in 'lan $inside 192.168.1.2 192.168.1.1' 'wan $outside 203.0.113.2 203.0.113.1'; do
	set -- \$i
	ip netns add \$2
	ip link add \$1.v type veth peer name eth0 netns \$2
	ip link set \$1.v master \$1 up
	ip -n \$2 addr add \$3/24 dev eth0
	ip -n \$2 link set eth0 up
	[ \$1 = wan ] || ip -n \$2 route add default via \$4
done
tries=20
until ip netns exec $inside ping -c 1 -W 5 203.0.113.2; do
	tries=\$((tries - 1))
	[ \$tries -gt 0 ]
done
echo hello | timeout 120 ip netns exec $outside nc -l -p 80 -q 1 &
tries=1200
until ip netns exec $outside ss -Hltn | grep -q ':80 '; do
	tries=\$((tries - 1))
	[ \$tries -gt 0 ]
	sleep 0.05
done
[ "\$(timeout 120 ip netns exec $inside nc 203.0.113.2 80 </dev/null)" = hello ]
wait
END
	remove_vms();
	return $good;
}

sub first_line {
	for my $kind ('', ' --no-sandbox') {
		my @us = map {
			sleep 0.05;
			output('sh', '-c', "exec @realtime '$dir/vmtime' line '$dir/clickos-monitor'"
				. " --name bench$$ --image '$dir/clickos.elf' --memory 4 --cmdline ''"
				. " --console stdio$kind 2>/dev/null") + 0;
		} 1 .. runs(25);
		row("exec of the monitor to first line$kind", times_of(@us), '2 ms', median(@us) <= 2000);
	}
}

sub times_of { return sprintf '%.2f ms (%.2f)', median(@_) / 1000, least(@_) / 1000 }

sub first_packet {
	spew("$tmp/wire.click", "FromDevice(0) -> Queue -> ToDevice(1);\n");
	my @us = map {
		sleep 0.05;
		my $us = output('sh', '-c', "exec @realtime '$dir/vmtime' packet lan wan '$dir/clickos' run"
			. " -d -q -b kvm --name wire --net 0=bridge:lan --net 1=bridge:wan"
			. " '$tmp/wire.click' 2>&1 | grep -v '^wire'");
		push @vms, 'wire';
		remove_vms();
		$us =~ /^\d+$/ ? $us + 0 : die "run: $us";
	} 1 .. runs(15);
	row('clickos run to first packet forwarded', times_of(@us), '10 ms', median(@us) <= 10000);
}

# This process, and what it starts from now on.
sub be_realtime {
	my ($on) = @_;
	system('chrt', $on ? '-f' : '-o', '-p', $on ? 1 : 0, $$) if @realtime;
}

sub install {
	be_realtime(1);
	spew("$tmp/empty.click", "Idle -> Discard;\n");
	run_vm('many', "$tmp/empty.click");
	my $s = talk('many');
	my %configs = (wire => "RatedSource(RATE 10) -> Queue -> Unqueue -> Discard;\n",
		firewall => slurp("$here/firewall.click") =~ s/\$N/1/r);
	for my $kind (sort keys %configs) {
		my @us = map {
			my $config = $configs{$kind};
			my $start = time;
			my $answer = ask($s, "INSTALL one " . length($config) . "\r\n$config");
			my $us = (time - $start) * 1e6;
			works($answer =~ /^200 /, "install: $answer");
			ask($s, "REMOVE one\r\n");
			$us;
		} 1 .. runs(25);
		row("INSTALL of a $kind until 200", times_of(@us) . sprintf(', first %.2f ms',
			$us[0] / 1000), '2 ms', median(@us) <= 2000);
	}
	close $s;
	be_realtime(0);
	remove_vms();
}

# KiB of the mappings whose path matches, and of all.
sub maps {
	my ($pid, $path) = @_;
	my ($guest, $all, $mine) = (0, 0, 0);
	for (split /\n/, slurp("/proc/$pid/smaps")) {
		$mine = /$path/ if /^[0-9a-f]+-[0-9a-f]+ /;
		next unless /^Pss:\s+(\d+)/;
		$all += $1;
		$guest += $1 if $mine;
	}
	return ($guest, $all);
}

sub overhead {
	run_vm('gw', '--env', 'INSIDE=0', '--env', 'OUTSIDE=1', "$examples/nat-gateway.click");
	sleep 0.5;
	my ($guest, $all) = (0, 0);
	for (pids('gw')) {
		my ($g, $a) = maps($_, qr{/memfd:guest|clickos\.elf});
		$guest += $g;
		$all += $a;
	}
	my $mib = ($all - $guest) / 1024;
	row('monitor above the memory the guest has touched', sprintf('%.2f MiB (guest %.2f MiB)', $mib,
		$guest / 1024), '0.7 MiB', $all > 0 && $mib <= 0.7);
	remove_vms();
}

# Ticks of the processor, of those processes.
sub ticks {
	my $n = 0;
	for (@_) {
		my @f = split ' ', slurp("/proc/$_/stat") =~ s/.*\) //sr;
		$n += $f[11] + $f[12];
	}
	return $n;
}

sub many {
	my $n = $smoke ? 5 : 200;
	my @names = map { "fw$_" } 1 .. $n;
	my $start = time;
	run_vm($_, '--env', 'LEFT=0', '--env', 'RIGHT=1', "$examples/firewall.click") for @names;
	my $each = (time - $start) / $n * 1000;
	my $forward = forwarding(@names);
	my @pids = map { pids($_) } @names;
	my $memory = 0;
	$memory += (slurp("/proc/$_/smaps_rollup") =~ /^Pss:\s+(\d+)/m)[0] / 1024 / $n for @pids;
	works($forward == $n, "$forward of $n machines forward");
	row("$n firewalls at once, all forwarding", sprintf('%d (%.0f ms, %.1f MiB each)', $forward,
		$each, $memory), $n, $forward == $n);
	my $seconds = $smoke ? 2 : 10;
	my $ticks = ticks(@pids);
	sleep $seconds;
	$ticks = ticks(@pids) - $ticks;
	my $percent = $ticks / POSIX::sysconf(POSIX::_SC_CLK_TCK()) / $seconds * 100;
	row("their CPU while idle, $seconds s", sprintf('%.2f %% of a core', $percent), '2 %',
		$percent < 2);
	remove_vms();
}

# --- packets, against a process ---

my %packets = (source => 3_000_000, forward => 1_000_000, firewall => 1_000_000,
	router => 600_000, nat => 1_000_000);

# Seconds of one run, as the configuration itself says.
sub of_process {
	my ($file, $n) = @_;
	return output('sh', '-c', "exec @realtime taskset -c $cpu '$dir/click' $file N=$n 2>&1")
		=~ /elapsed\s+([\d.]+)/ ? $1 : undef;
}

sub of_vm {
	my ($name, $module, $n) = @_;
	my $out = "$tmp/console";
	unlink $out;
	my $pid = fork // die "fork: $!\n";
	if (!$pid) {
		open STDERR, ">", "/dev/null";
		exec @realtime, 'taskset', '-c', $cpu, "$dir/clickos-monitor", '--name', "bench$$",
			'--image', "$dir/clickos.elf", '--memory', 16, '--console', $out, '--cmdline',
			"run=$name.click env.N=$n", '--module', $module;
	}
	my ($end, $seconds) = (time + 300, undef);
	until (defined $seconds || time > $end) {
		sleep 0.01;
		$seconds = $1 if slurp($out) =~ /elapsed\s+([\d.]+)/;
	}
	kill 'KILL', $pid;
	waitpid $pid, 0;
	return $seconds;
}

sub engine {
	for my $file (sort glob "$here/*.click") {
		my $name = basename($file, '.click');
		my $n = $packets{$name} // 500_000;
		my $text = slurp($file) . "\nScript(TYPE DRIVER, set t \$(now), pause,"
			. " print \"elapsed\" \$(sub \$(now) \$t), stop);\n";
		my $own = spew("$tmp/$name.click", $text);
		my $module = archive("$tmp/$name.cpio", "$name.click" => $text);
		my (@vm, @process);
		for (1 .. runs(21)) {
			push @process, of_process($own, $n);
			push @vm, of_vm($name, $module, $n);
			next if defined $vm[-1] && defined $process[-1];
			works(0, "packets in $name, in a " . (defined $vm[-1] ? 'process' : 'VM'));
			return;
		}
		my $ratio = median(map { $process[$_] / $vm[$_] } 0 .. $#vm);
		row("packet in $name: VM against process", sprintf('%.2f (%.0f, %.0f ns; least %.0f, %.0f)',
			$ratio, map { $_ / $n * 1e9 } median(@vm), median(@process), least(@vm),
			least(@process)), '0.95', $ratio >= 0.95);
	}
}

# --- all of it ---

sub host {
	my ($cpu) = slurp('/proc/cpuinfo') =~ /^model name\s*:\s*(.*)/m;
	my ($system, undef, $release) = POSIX::uname();
	my $n = () = slurp('/proc/cpuinfo') =~ /^processor/mg;
	my @modules = grep { -d "/sys/module/$_" } qw(kvm_pvm kvm_intel kvm_amd kvm);
	my $flags = slurp('/proc/cpuinfo') =~ /^flags.*\b(vmx|svm)\b/m ? $1 : 'no vmx, no svm: in software';
	my $class = @realtime ? 'real-time class' : 'usual class';
	return "$n x $cpu, $system $release, KVM: " . (join(' ', @modules) || 'built in')
		. " ($flags), $class";
}

sub load { return join ' ', (split ' ', slurp('/proc/loadavg'))[0 .. 2] }

skip('no /dev/kvm') unless open my $kvm, '+<', '/dev/kvm';
skip('needs root, for a network namespace') if $>;
if (!$ENV{VM_BENCH_INSIDE}) {
	$ENV{VM_BENCH_INSIDE} = 1;
	exec 'unshare', '-n', '-m', '--propagation', 'private', $^X, __FILE__, ($smoke ? '--smoke' : ()),
		$dir, keys %only or skip('no unshare');
}
$dir = abs_path($dir);
$tmp = File::Temp->newdir('vmbench.XXXXXX', TMPDIR => 1);
$ENV{CLICKOS_DIR} = "$tmp/vms";
@realtime = ('chrt', '-f', '1') if system('chrt -f 1 true 2>/dev/null') == 0;
system('sh', '-ec', 'ip link set lo up
	sysctl -qw net.ipv6.conf.default.disable_ipv6=1 net.ipv6.conf.all.disable_ipv6=1 || :
	for i in lan wan; do ip link add $i type bridge; ip link set $i up; done') == 0
	or skip('no bridges here');
END { local $?; remove_vms() if $tmp && @vms }
$SIG{INT} = $SIG{TERM} = sub { exit 1 };

my @figures = ([image => \&image], [memory => \&least_memory], [line => \&first_line],
	[packet => \&first_packet], [install => \&install], [overhead => \&overhead],
	[many => \&many], [engine => \&engine]);
print host(), "\nload before: ", load(), "\n\n";
$| = 1;
printf "%-46s %-34s %s\n", 'what', 'measured: median (least)', 'must reach';
for (@figures) {
	my ($name, $function) = @$_;
	$function->() if !%only || $only{$name};
}
print "\nload after: ", load(), "\n";
printf "%d of %d as wanted\n", $passed, $passed + $missed unless $smoke;
printf "%d passed, %d failed\n", $passed + $missed - $failed, $failed;
exit($failed ? 1 : 0);
