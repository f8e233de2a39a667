#!/usr/bin/perl
# SPDX-License-Identifier: MIT
#
# tcp.pl serve [ADDRESS:]PORT TEXT | tcp.pl ask HOST PORT SECONDS
#
# The server says TEXT to everybody who connects; `ask' prints what a server says, or, with
# status 1, why there is none; it waits for so many seconds.
use strict;
use warnings;
use IO::Socket::INET;

sub serve {
	my ($where, $text) = @_;
	my ($port, $address) = reverse split /:/, $where;
	my $server = IO::Socket::INET->new(Listen => 16, LocalPort => $port, ReuseAddr => 1,
		LocalAddr => $address // '0.0.0.0') or die "listen: $!\n";
	while (my $peer = $server->accept) {
		print $peer "$text\n";
	}
}

sub ask {
	my ($host, $port, $seconds) = @_;
	my $peer = IO::Socket::INET->new(PeerAddr => $host, PeerPort => $port, Timeout => $seconds);
	unless ($peer) {
		print "$!\n";
		exit 1;
	}
	print while <$peer>;
}

# A server stays until it is ended.
my $limit = 900;
$SIG{ALRM} = sub { die "tcp: no end after $limit s\n" };
alarm $limit;
my $what = shift // '';
if ($what eq 'serve') { serve(@ARGV) }
elsif ($what eq 'ask') { ask(@ARGV) }
else { die "usage: tcp.pl serve [ADDRESS:]PORT TEXT | tcp.pl ask HOST PORT SECONDS\n" }
