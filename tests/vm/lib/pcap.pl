#!/usr/bin/perl
# SPDX-License-Identifier: MIT
#
# pcap.pl FILE - the packets of a pcap file, a line each: length on the wire, and bytes in hex.
use strict;
use warnings;

open my $in, '<:raw', $ARGV[0] or exit 0;
local $/;
my $all = <$in>;
my $magic = length $all >= 24 ? unpack 'V', $all : 0;
my $u32 = $magic == 0xa1b2c3d4 || $magic == 0xa1b23c4d ? 'V' : 'N';
for (my $at = 24; $at + 16 <= length $all;) {
	my (undef, undef, $have, $wire) = unpack "${u32}4", substr $all, $at, 16;
	last if $at + 16 + $have > length $all;
	print "$wire ", unpack('H*', substr $all, $at + 16, $have), "\n";
	$at += 16 + $have;
}
