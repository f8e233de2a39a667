#!/usr/bin/perl
# SPDX-License-Identifier: MIT
# routes.pl CLICK: what a look-up by RadixIPLookup costs with 1,000 and with 1,000,000 random
# routes, for random destinations, most of which have a route. Times are of the processor, the
# difference of a long and a short run, and so without the table's making; medians of RUNS (5),
# in turns. Where that can be had they run in real time, before what else the machine does.
use strict;
use warnings;
use File::Temp qw(tempdir);

my $click = shift or die "usage: routes.pl CLICK\n";
my $runs = $ENV{RUNS} || 5;
my @first = system('chrt -f 1 true 2>/dev/null') == 0 ? qw(chrt -f 1) : ();
my $dir = tempdir(CLEANUP => 1);

sub median { my @v = sort { $a <=> $b } @_; $v[@v / 2] }

# A configuration with $n routes of 8 to 28 bits, most of them 24, in a file.
sub make_config {
	my ($n) = @_;
	my (%seen, @routes);
	srand 1;
	while (@routes < $n) {
		my $bits = rand() < 0.6 ? 24 : 8 + int rand 21;
		my $net = int(rand 2**32) & (0xFFFFFFFF << (32 - $bits)) & 0xFFFFFFFF;
		next if $seen{"$net/$bits"}++;
		push @routes, join('.', unpack 'C4', pack 'N', $net) . "/$bits " . int rand 4;
	}
	open my $f, '>', "$dir/$n.click" or die "$dir/$n.click: $!\n";
	print $f "routes :: RadixIPLookup(0.0.0.0/0 0,\n", join(",\n", @routes), ");\n";
	print $f <<'END';
src :: RandomSource(20, LIMIT $N, BURST 32, STOP true) -> GetIPAddress(16) -> routes;
routes[0], routes[1], routes[2], routes[3] -> Discard;
END
}

sub run_time {
	my ($config, $n) = @_;
	my @before = times;
	system(@first, 'taskset', '-c', '0', $click, "$dir/$config.click", "N=$n") == 0
		or die "$config routes: click failed\n";
	my @after = times;
	return $after[2] + $after[3] - $before[2] - $before[3];
}

sub ns_per_packet {
	my ($config) = @_;
	my ($short, $long) = (100_000, 5_100_000);
	my $t = run_time($config, $short);
	return (run_time($config, $long) - $t) / ($long - $short) * 1e9;
}

my @sizes = (1_000, 1_000_000);
my (%ns, @ratio);
make_config($_) for @sizes;
for (1 .. $runs) {
	push @{$ns{$_}}, ns_per_packet($_) for @sizes;
	push @ratio, $ns{1_000_000}[-1] / ($ns{1_000}[-1] || 1);
}
printf "routes: %7d routes %6.1f ns\n", $_, median(@{$ns{$_}}) for @sizes;
printf "routes: a million cost %.2f times what a thousand cost\n", median(@ratio);
