#!/usr/bin/perl
# SPDX-License-Identifier: MIT
#
# transfer.pl listen PORT | transfer.pl send HOST PORT BYTES|FILE
#
# A TCP transfer of bytes that both sides can compute, so many or until there is FILE: the one who
# sends prints the sum of what it sent, the one who listens that of what came.
use strict;
use warnings;
use Digest::SHA;
use IO::Socket::INET;

sub sum_of {
	my ($sha, $n) = @_;
	print $n, ' ', $sha->hexdigest, "\n";
}

sub listen_for {
	my ($port) = @_;
	my $server = IO::Socket::INET->new(Listen => 1, LocalPort => $port, ReuseAddr => 1)
		or die "listen: $!\n";
	my $peer = $server->accept or die "accept: $!\n";
	my ($sha, $n) = (Digest::SHA->new(256), 0);
	while (sysread $peer, my $data, 1 << 16) {
		$sha->add($data);
		$n += length $data;
	}
	sum_of($sha, $n);
}

sub send_to {
	my ($host, $port, $end) = @_;
	my $bytes = $end =~ /^\d+$/ ? $end : undef;
	my $peer = IO::Socket::INET->new(PeerAddr => $host, PeerPort => $port, Timeout => 60)
		or die "connect: $!\n";
	my ($sha, $n) = (Digest::SHA->new(256), 0);
	while (defined $bytes ? $n < $bytes : !-e $end) {
		my $data = pack 'N*', map { $n + 4 * $_ } 0 .. 16383;
		$data = substr $data, 0, $bytes - $n if defined $bytes && length $data > $bytes - $n;
		for (my $at = 0; $at < length $data;) {
			my $sent = syswrite $peer, $data, length($data) - $at, $at;
			die "send: $!\n" unless $sent;
			$at += $sent;
		}
		$sha->add($data);
		$n += length $data;
	}
	sum_of($sha, $n);
}

my $limit = 600;
$SIG{ALRM} = sub { die "transfer: no end after $limit s\n" };
alarm $limit;
my $what = shift // '';
if ($what eq 'listen') { listen_for(@ARGV) }
elsif ($what eq 'send') { send_to(@ARGV) }
else { die "usage: transfer.pl listen PORT | send HOST PORT BYTES|FILE\n" }
