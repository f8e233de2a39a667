#!/usr/bin/perl
# SPDX-License-Identifier: MIT
#
# machine.pl SOCKET COMMAND... - gives a machine's control channel commands, one after the other, each
# when the one before is answered, and prints the data that come back. Ends with 1, and the answer,
# when one fails. It never half-closes: QEMU takes that for the end.
use strict;
use warnings;
use IO::Socket::UNIX;

my $peer = IO::Socket::UNIX->new(Peer => shift // die "usage: machine.pl SOCKET COMMAND...\n")
	or die "no machine there: $!\n";
my $limit = 240;
$SIG{ALRM} = sub { die "machine.pl: no answer in $limit s\n" };
alarm $limit;

sub line {
	my $line = <$peer> // die "machine.pl: the connection ended\n";
	$line =~ s/\r?\n$//;
	return $line;
}

# The data of an answer; of one without data nothing.
sub answer {
	my ($command) = @_;
	my ($line, $data) = ('', '');
	do { $line = line() } while $line =~ /^\d+-/;
	die "$command: $line\n" unless $line =~ /^2/;
	return '' unless $command =~ /^(?:READ|LIST|INFO|INTERFACES|LOG)\b/;
	my ($n) = line() =~ /^DATA (\d+)$/ or die "$command: no data\n";
	read($peer, $data, $n) == $n or die "$command: data ended early\n";
	return $data;
}

line() =~ m{^ClickOS::Control/} or die "machine.pl: no greeting\n";
for my $command (@ARGV) {
	print $peer "$command\r\n";
	$peer->flush;
	my $data = answer($command);
	print $data, $data eq '' || $data =~ /\n$/ ? '' : "\n";
}
