#!/usr/bin/perl
# SPDX-License-Identifier: MIT
#
# talk.pl SOCKET - sends standard input to a Unix socket (or HOST:PORT) and prints all that comes
# back. Waits, 60 s at most, for somebody to listen there. Each -w waits 0.1 s before half-closing;
# -m REGEX until what came matches that.
use strict;
use warnings;
use IO::Socket::INET;
use IO::Socket::UNIX;

my ($wait, $match) = (0, undef);
while (@ARGV && $ARGV[0] =~ /^-([wm])$/) {
	shift;
	if ($1 eq 'w') { $wait += 0.1 }
	else { $match = shift }
}
my $where = shift // die "usage: talk.pl [-w]... [-m REGEX] SOCKET|HOST:PORT\n";
my $peer;
for (1 .. 3000) {
	$peer = $where =~ /^[\w.]+:\d+$/
		? IO::Socket::INET->new(PeerAddr => $where)
		: IO::Socket::UNIX->new(Peer => $where);
	last if $peer;
	select undef, undef, undef, 0.02;
}
die "$where: $!\n" unless $peer;
my $limit = 240;
$SIG{ALRM} = sub { die "talk: no end after $limit s\n" };
alarm $limit;
$SIG{PIPE} = 'IGNORE';
$| = 1;
while (sysread STDIN, my $data, 65536) {
	syswrite $peer, $data;
}
select undef, undef, undef, $wait if $wait;
my $came = '';
while (defined $match && $came !~ /$match/ && sysread $peer, my $data, 65536) {
	$came .= $data;
	print $data;
}
shutdown $peer, 1;
print $_ while sysread $peer, $_, 65536;
