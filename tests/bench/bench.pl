#!/usr/bin/perl
# SPDX-License-Identifier: MIT
# bench.pl CLICK [CONFIG ...]: what a packet costs in each configuration of this folder.
#
# Time is the difference between a long and a short run, on one pinned CPU, the median of
# several pairs; instructions are callgrind's, also as a difference, and repeat exactly.
use strict;
use warnings;
use File::Basename;

my $click = shift or die "usage: bench.pl CLICK [CONFIG ...]\n";
my $here = dirname(__FILE__);
my $runs = $ENV{RUNS} || 7;

# What must be reached: ns, instructions.
my %goal = (source => [20, 60], forward => [75, 300], firewall => [45, 250], router => [110, 500],
	    nat => [150, 350]);

sub median { my @v = sort { $a <=> $b } @_; $v[@v / 2] }

# Processor time of one run: what else the machine does counts less.
sub run_time {
	my ($config, $n) = @_;
	my @before = times;
	system('taskset', '-c', '0', $click, "$here/$config.click", "N=$n") == 0
		or die "$config: click failed\n";
	my @after = times;
	return $after[2] + $after[3] - $before[2] - $before[3];
}

sub ns_per_packet {
	my ($config) = @_;
	my ($short, $long) = (200_000, 10_200_000);
	my @ns = map {
		my $a = run_time($config, $short);
		(run_time($config, $long) - $a) / ($long - $short) * 1e9
	} 1 .. $runs;
	return median(@ns);
}

sub instructions {
	my ($config, $n) = @_;
	my $log = qx(valgrind --tool=callgrind --callgrind-out-file=/dev/null $click $here/$config.click N=$n 2>&1);
	$log =~ /refs:\s+([\d,]+)/ or return undef;
	return $1 =~ tr/,//dr;
}

sub instructions_per_packet {
	my ($config) = @_;
	my $short = instructions($config, 20_000);
	return undef unless defined $short;
	return (instructions($config, 120_000) - $short) / 100_000;
}

sub ghz {
	open my $f, '<', '/proc/cpuinfo' or return 0;
	for (<$f>) { return $1 / 1000 if /^cpu MHz\s*:\s*([\d.]+)/ }
	return 0;
}

my @configs = @ARGV ? @ARGV : qw(source forward firewall router nat);
my $ghz = ghz();
printf "%-10s %8s %8s %13s   %s\n", 'packet in', 'ns', 'cycles', 'instructions', 'must reach';
my $missed = 0;
for my $c (@configs) {
	my $ns = ns_per_packet($c);
	my $in = instructions_per_packet($c);
	my $goal = $goal{$c};
	my $met = !$goal || ($ns <= $goal->[0] && (!defined $in || $in <= $goal->[1]));
	$missed++ unless $met;
	printf "%-10s %8.1f %8.0f %13s   %s\n", $c, $ns, $ns * $ghz,
		defined $in ? sprintf('%.1f', $in) : 'no valgrind',
		$goal ? sprintf('%d ns, %d instructions%s', @$goal, $met ? '' : ': MISSED') : '';
}
printf "%d of %d within what they must reach; load while measuring: %s", @configs - $missed,
	scalar @configs, qx(cut -d' ' -f1-3 /proc/loadavg);
