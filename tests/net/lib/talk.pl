#!/usr/bin/perl
# SPDX-License-Identifier: MIT
#
# talk.pl SOCKET - sends standard input to a Unix socket (or HOST:PORT) and prints all that comes
# back. Waits, 5 s at most, for somebody to listen there. Each -w waits 0.1 s before half-closing.
use strict;
use warnings;
use IO::Socket::INET;
use IO::Socket::UNIX;

my $wait = 0;
$wait += 0.1, shift while @ARGV && $ARGV[0] eq '-w';
my $where = shift // die "usage: talk.pl [-w]... SOCKET|HOST:PORT\n";
my $peer;
for (1 .. 250) {
	$peer = $where =~ /^[\w.]+:\d+$/
		? IO::Socket::INET->new(PeerAddr => $where)
		: IO::Socket::UNIX->new(Peer => $where);
	last if $peer;
	select undef, undef, undef, 0.02;
}
die "$where: $!\n" unless $peer;
$SIG{ALRM} = sub { die "talk: no end after 20 s\n" };
alarm 20;
$SIG{PIPE} = 'IGNORE';
$| = 1;
while (sysread STDIN, my $data, 65536) {
	syswrite $peer, $data;
}
select undef, undef, undef, $wait if $wait;
shutdown $peer, 1;
print $_ while sysread $peer, $_, 65536;
