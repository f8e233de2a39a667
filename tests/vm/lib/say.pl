#!/usr/bin/perl
# SPDX-License-Identifier: MIT
#
# say.pl SOCKET COMMAND... - says commands of the control protocol, and prints what is answered:
# the lines, and data as they are. COMMAND<FILE sends that file's content as the command's data,
# behind its length. Exits 1 when an answer was an error, 2 when there was none in 240 s.
use strict;
use warnings;
use IO::Socket::UNIX;

$SIG{ALRM} = sub { print STDERR "say: no answer\n"; exit 2 };
alarm 240;
$| = 1;
my $path = shift // die "usage: say.pl SOCKET COMMAND...\n";
my $socket = IO::Socket::UNIX->new(Peer => $path) or die "$path: $!\n";

# A command line, and its data.
sub send_command {
	my ($line, $file) = split /</, $_[0], 2;
	my $data = '';
	if (defined $file) {
		open my $in, '<', $file or die "$file: $!\n";
		binmode $in;
		local $/;
		$data = <$in> // '';
		$line .= ' ' . length $data;
	}
	print $socket "$line\r\n$data" or die "send: $!\n";
	$socket->flush;
}

# True: success.
sub read_answer {
	my $line;
	while (1) {
		$line = <$socket> // do { print STDERR "say: the connection ended\n"; exit 2 };
		$line =~ s/\r\n\z/\n/;
		print $line;
		last if $line =~ /^\d\d\d /;
	}
	return 0 unless $line =~ /^2/;
	return 1 unless $_[0] =~ /^(?:LIST|CONFIG|ERRORS|READ|READDATA|FILES|GET|INFO|INTERFACES|LOG)\b/i;
	my $head = <$socket> // '';
	$head =~ /^DATA (\d+)\r\n\z/ or die "no data: $head";
	my $left = $1;
	while ($left > 0) {
		my $n = read $socket, my ($part), $left;
		die "data: cut off\n" unless $n;
		print $part;
		$left -= $n;
	}
	return 1;
}

my $greeting = <$socket> // '';
$greeting =~ /^ClickOS::Control\// or die "greeting: $greeting\n";
my $good = 1;
for my $command (@ARGV) {
	send_command($command);
	$good &= read_answer($command);
}
exit($good ? 0 : 1);
