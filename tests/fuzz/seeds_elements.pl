#!/usr/bin/perl
# SPDX-License-Identifier: MIT
# seeds_elements.pl DIR: makes the inputs that fuzzing of elements starts from, for each
# declaration in element_list.h one with right packets: IP and Ethernet, of each protocol, to each
# of the first two inputs, then a read of each handler.
use strict;
use warnings;
use File::Basename;

my $dir = shift or die "usage: seeds_elements.pl DIR\n";
my ($CALL, $RUN, $FEED) = (0, 1, 3); # what fuzz_elements.c does for a byte
my ($IP, $FRAME) = (5, 0x35);        # where its headers are marked

sub sum16 {
	my ($data) = @_;
	my $sum = 0;
	$sum += $_ for unpack 'n*', length($data) % 2 ? "$data\0" : $data;
	$sum = ($sum & 0xFFFF) + ($sum >> 16) while $sum >> 16;
	return ~$sum & 0xFFFF;
}

sub ip {
	my ($proto, $body, $frag) = @_;
	my @f = (0x4500, 20 + length $body, 7, $frag // 0, 64 << 8 | $proto);
	my ($src, $dst) = (pack('C4', 10, 0, 0, 2), pack('C4', 10, 1, 2, 3));
	my $sum = sum16(pack('n5', @f) . $src . $dst);
	return pack('n5 n', @f, $sum) . $src . $dst . $body;
}

sub tcp { pack 'n2 N2 n4', 1234, 80, 1, 0, 0x5000 | shift, 8192, 0, 0 }
my @ip = (
	ip(17, pack('n4', 5000, 53, 12, 0) . 'ping'),
	ip(6, tcp(0x02)), ip(6, tcp(0x10) . 'GET /'), ip(6, tcp(0x11)), ip(6, tcp(0x04)),
	ip(1, pack('n4', 0x0800, 0xF7FD, 1, 1)), ip(1, pack('n4', 0, 0xFFFD, 1, 1)),
	ip(17, pack('n4', 5000, 53, 24, 0) . 'x' x 8, 0x2000), ip(17, 'y' x 8, 2));
my $macs = pack 'H24', '0000c0000001' . '020000000002';
my @frames = map { $macs . pack('n', 0x800) . $_ } @ip;
push @frames, map { $macs . pack('n', 0x806) . pack('n2 C2 n H12 C4 H12 C4', 1, 0x800, 6, 4, $_,
	'020000000002', 10, 0, 0, 2, '0000c0000001', 10, 0, 0, 1) } 1, 2;

my $packets = '';
for my $port (0, 1) {
	$packets .= pack('C4', $FEED, $port, $IP, length) . $_ for @ip;
	$packets .= pack('C4', $FEED, $port, $FRAME, length) . $_ for @frames;
	$packets .= chr $RUN;
}
my $calls = join '', map { pack 'C3', $CALL, $_, 0 } 0 .. 31;

open my $list, '<', dirname(__FILE__) . '/element_list.h' or die "element_list.h: $!\n";
my $n = grep { /^\t\{ / } <$list>;
for my $i (0 .. $n - 1) {
	open my $f, '>', "$dir/seed-$i" or die "$dir/seed-$i: $!\n";
	print $f chr($i), $packets, $calls, $packets;
}
