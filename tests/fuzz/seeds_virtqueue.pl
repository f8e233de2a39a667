#!/usr/bin/perl
# SPDX-License-Identifier: MIT
# seeds_virtqueue.pl DIR - conversations of good guests, for fuzz_virtqueue.c to start from.
use strict;
use warnings;

my ($dir) = @ARGV;
my %op = (poke => 0, give => 1, attach => 2, run => 3, arm => 4, frame => 5, client => 6, say => 7,
	close => 8, expire => 9);

sub op {
	my ($name, @bytes) = @_;
	return pack 'C*', $op{$name}, @bytes;
}

# Queues: 0 receive, 1 transmit; 2 typed, 3 printed, 4 and 5 control messages, 6 and 7 the port.
sub give {
	my ($queue, $i, $address, $flags, $len) = @_;
	return op('give', $queue, $i) . pack 'v C v C', $address, $flags, $len, 0;
}

# A control message from the guest.
sub message {
	my ($i, $id, $event, $value) = @_;
	return op('poke') . pack('v C', 0x3000, 8) . pack('V v v', $id, $event, $value)
		. give(5, $i, 0x3000, 0, 8) . op('run');
}

my $up = op('attach', 1) . message(0, 0, 0, 1) . message(1, 0, 3, 1) . message(2, 1, 3, 1)
	. join('', map { give(4, $_, 0x8000, 2, 64) } 0 .. 7) . op('run');
my $talk = op('client') . op('run') . join('', map { give(6, $_, 0x9000, 2, 256) } 0 .. 3)
	. op('say') . pack('v', 100) . op('run') . give(7, 0, 0xa000, 0, 500) . op('run') . op('arm');
my $net = op('attach', 0) . join('', map { give(0, $_, 0xb000, 2, 1600) } 0 .. 3)
	. op('frame', 1) . pack('v', 300) . op('run') . give(1, 0, 0xc000, 0, 200) . op('run') . op('arm');
my %seeds = (
	net => $net,
	talk => $up . $talk,
	gone => $up . $talk . op('close', 0) . op('run') . message(3, 1, 6, 0) . $talk,
	half => $up . $talk . op('close', 1) . op('run') . message(3, 1, 6, 0) . op('run'),
	stuck => $up . $talk . op('close', 0) . op('run') . op('expire', 0) . $talk,
	shutdown => $up . op('expire', 1) . op('run') . give(6, 0, 0x9000, 2, 4) . op('run'),
	again => $net . op('attach', 8) . op('attach', 4) . op('run') . $up . op('attach', 9)
		. op('attach', 5) . $up . $talk,
);
for (sort keys %seeds) {
	open my $out, '>', "$dir/$_" or die "$dir/$_: $!\n";
	print $out $seeds{$_};
}
