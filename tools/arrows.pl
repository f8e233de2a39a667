#!/usr/bin/perl
# SPDX-License-Identifier: MIT
#
# arrows.pl - checks that every #include follows the arrows between the parts of the project, and
# prints the lines that do not. The last line is `N passed, N failed', counting files.
#
# Includes of the project are written from its root, "a/b.h"; what a file may include is decided
# by the first part below that its path starts with. A part may always include itself.
use strict;
use warnings;

my @iso = qw(assert ctype errno float inttypes limits math stdarg stdatomic stdbool stddef stdint
	signal stdio stdlib string);

# Path, what it may include, and whether any system header or only ISO C's. A target that ends in
# / is a directory with all below it, other than that a file or the headers of one directory.
my @arrows = (
	['base',            [],                                              'iso'],
	['abi',             [],                                              'iso'],
	['engine/control',  ['base/', 'abi/', 'engine/'],                    'iso'],
	['engine',          ['base/'],                                       'iso'],
	['elements/device', ['base/', 'engine', 'engine/lang/lang.h', 'engine/control/protocol.h',
	                     'elements/'],                                   'any'],
	['elements',        ['base/', 'engine', 'engine/lang/lang.h'],       'iso'],
	['kernel',          ['base/', 'abi/'],                               'iso'],
	['drivers',         ['base/', 'abi/', 'kernel/'],                    'iso'],
	['platform/linux',  ['base/', 'abi/', 'engine/'],                    'any'],
	['platform/guest',  ['base/', 'abi/', 'engine/', 'kernel/', 'drivers/'], 'iso'],
	['monitor',         ['base/', 'abi/'],                               'any'],
	['cli',             ['base/', 'abi/', 'engine/lang/', 'engine/graph/', 'monitor/'], 'any'],
	['tests',           [map { "$_/" } qw(base abi engine elements kernel drivers platform
	                                      monitor cli)],                 'any'],
	['examples',        ['base/', 'engine', 'engine/lang/lang.h'],       'iso'],
);

# Unit tests, X_test.c and what a directory's tests share in testing.h, look inside the engine.
sub allowed {
	my ($file, $target, $part) = @_;
	my ($path, $targets) = @$part;
	return 1 if $target =~ m{^\Q$path\E/};
	return 1 if $file =~ m{_test\.c$|/testing\.h$} && $target =~ m{^(tests/unit|engine)/};
	for (@$targets) {
		return 1 if m{/$} ? index($target, $_) == 0 : $target eq $_ || $target =~ m{^\Q$_\E/[^/]+$};
	}
	return 0;
}

# What is wrong with this include, or nothing.
sub complaint {
	my ($file, $open, $target, $part) = @_;
	my ($path, $targets, $system) = @$part;
	if ($open eq '<') {
		return if $system eq 'any' || $file =~ /_test\.c$/ || grep { "$_.h" eq $target } @iso;
		return "<$target> is not for $path; of system headers it may include "
			. join(' ', map { "<$_.h>" } @iso);
	}
	return "\"$target\" does not exist (includes are written from the project's root)"
		unless -e $target;
	return if allowed($file, $target, $part);
	return "\"$target\" is not for $path; it may include " . join(' ', "$path/", @$targets);
}

# True when all includes of the file are right.
sub check {
	my ($file) = @_;
	my ($part) = grep { $file =~ m{^\Q$_->[0]\E/} } @arrows;
	if (!$part) {
		print "$file:1: in no part that tools/arrows.pl knows\n";
		return 0;
	}
	open my $in, '<', $file or die "$file: $!\n";
	my $good = 1;
	while (<$in>) {
		my ($open, $target) = /^\s*#\s*include\s*([<"])([^>"]+)[>"]/ or next;
		my $complaint = complaint($file, $open, $target, $part) // next;
		print "$file:$.: $complaint\n";
		$good = 0;
	}
	return $good;
}

sub sources {
	my ($dir) = @_;
	opendir my $in, $dir or return;
	my @names = sort grep { !/^\./ } readdir $in;
	return map { -d "$dir/$_" ? sources("$dir/$_") : /\.[ch]$/ ? "$dir/$_" : () } @names;
}

my @files = @ARGV ? @ARGV : map { sources($_) } qw(base abi engine elements kernel drivers platform
	monitor cli tests examples);
my $good = grep { check($_) } @files;
my $bad = @files - $good;
print "$good passed, $bad failed\n";
exit($bad ? 1 : 0);
