#!/usr/bin/perl
# SPDX-License-Identifier: MIT
#
# check.pl [BUILD-DIR [STEP...]] - all that must hold before a change is finished: one line for each
# step, and at the end `N passed, N failed' (with `, N skipped' when something could not run here;
# the reasons stand above). Logs are left in BUILD-DIR/check/. Exits 1 when anything failed.
#
# A step is a command. It counts what its last line `N passed, N failed[, N skipped]' (or
# clicktest's summary) says, else as one test that passes with exit status 0. Its lines
# `skipped: REASON' are shown. With CCACHE=ccache both compilers are called through that.
use strict;
use warnings;
use POSIX ();

my $build = shift // 'build';
my %only = map { $_ => 1 } @ARGV;
my $san = "$build/san";
my $tsan = "$build/tsan";
my $threaded = "\$(grep -rl --include='*.test' -e 'click -j [2-9]' -e 'click --control' engine elements platform)";
my $fuzz_seconds = $ENV{FUZZ_SECONDS} // 20;
my $make = 'make --no-print-directory';

my ($gcc, $clang) = map { "$make CC='" . ($ENV{CCACHE} ? "$ENV{CCACHE} " : '') . "$_'" } qw(gcc clang);

# Builds, what looks at sources, programs on the host, networks, machines; the slow ones last.
my @steps = (
	['build-gcc',    "$gcc O=$build all man guest-tests vm-tests $build/vmtime"],
	['build-clang',  "$clang O=$build/clang all guest-tests"],
	['build-san',    "$gcc SAN=1 O=$san all unit guest-tests"],
	['build-tsan',   "$clang TSAN=1 O=$tsan $tsan/click $tsan/clickos-monitor guest-tests"],
	['arrows',       'tools/arrows.pl'],
	['headers',      'tools/headers.sh gcc clang'],
	['format',       'tools/format.sh -n'],
	['freestanding', "$make O=$build freestanding"],
	['unit',         "tools/unit.sh $san"],
	['threads',      "tools/tsan.sh $tsan tools/clicktest -t 300 -p $tsan $threaded"],
	['runner',       'tools/clicktest -j2 -t 300 tests/clicktest'],
	['clicktest',    "tools/clicktest -j2 -t 300 -p $san base engine elements platform tests/tools examples"],
	['install',      "CC='" . ($ENV{CCACHE} ? "$ENV{CCACHE} " : '') . "gcc' tests/install.sh $build"],
	['bench',        "tests/bench/smoke.sh $build/click"],
	['net',          "IMAGE=$build/clickos.elf tools/nettest.sh $san"],
	['cli',          "CLICKOS_CLICK=\$(realpath $build/click) tools/clitest.sh $san"],
	['cli-kvm',      "BACKENDS=kvm tools/clitest.sh $build"],
	['guest',        "tests/guest/run.pl $build"],
	['guest-san',    "tests/guest/run.pl --no-sandbox $san"],
	['guest-tsan',   "tools/tsan.sh $tsan tests/guest/run.pl --no-sandbox $tsan"],
	['vm',           "tools/nettest.sh $build tests/vm/*.sh"],
	['bench-vm',     "tests/bench/vm.pl --smoke $build"],
	['fuzz',         "$make O=$build SECONDS=$fuzz_seconds SEED=1 fuzz"],
	['xen',          "tests/xen/box.sh check -j 2 $build/xen"],
);

# Seconds, to the hundredth.
sub now {
	return (POSIX::times())[0] / POSIX::sysconf(POSIX::_SC_CLK_TCK());
}

sub read_file {
	my ($path) = @_;
	open my $in, '<', $path or return '';
	local $/;
	return <$in> // '';
}

# (passed, failed, skipped) of a step from its output and exit status.
sub counts {
	my ($output, $status) = @_;
	my ($last) = $output =~ /([^\n]*)\n*\z/;
	my @counts = $last =~ /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/;
	@counts = ($1, $2, $3) if $last =~ /^clicktest: (\d+) \w+, (\d+) \w+, (\d+) skipped$/;
	@counts = $status == 0 ? (1, 0, 0) : (0, 1, 0) unless @counts;
	$counts[2] //= 0;
	$counts[1] = 1 if $status != 0 && $counts[1] == 0 && $counts[0] + $counts[2] > 0
		&& $last !~ /^clicktest:.* 0 successes, 0 failures/;
	return @counts;
}

sub summary {
	my ($passed, $failed, $skipped) = @_;
	return "$passed passed, $failed failed" . ($skipped ? ", $skipped skipped" : '');
}

sub run_step {
	my ($name, $command) = @_;
	my $log = "$build/check/$name.log";
	my $start = now();
	printf '%-13s ', $name;
	my $status = system '/bin/sh', '-c', "{ $command; } >$log 2>&1 </dev/null";
	exit 130 if ($status & 127) == 2;
	my $output = read_file($log);
	my @counts = counts($output, $status);
	printf "%-42s %6.1f s\n", summary(@counts), now() - $start;
	print map { "    $_\n" } $output =~ /^((?:\S+: )*skipped: .*)/mg unless $counts[1];
	if ($counts[1]) {
		my @lines = grep { !/^  (?:CC|LD|AR|GEN)  / } split /\n/, $output;
		splice @lines, 0, -60 if @lines > 60;
		print map { "    $_\n" } @lines, "(all of it: $log)";
	}
	return @counts;
}

$| = 1;
delete @ENV{qw(MAKEFLAGS MAKELEVEL MFLAGS)}; # each make here is a make of its own
system('mkdir', '-p', "$build/check") == 0 or exit 2;
my @total = (0, 0, 0);
for my $step (@steps) {
	next if %only && !$only{$step->[0]};
	my @counts = run_step(@$step);
	$total[$_] += $counts[$_] for 0 .. 2;
}
print summary(@total), "\n";
exit($total[1] ? 1 : 0);
