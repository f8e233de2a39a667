#!/usr/bin/perl
# SPDX-License-Identifier: MIT
#
# rights.pl IMAGE - reads the page tables that an image brings along, and compares what each page may
# be used for with what is linked there. Prints what is wrong, and at the end how many pages of each
# kind there are. Exits 1 when anything is.
use strict;
use warnings;

# As abi/image.h has them.
my %at = (base => 0x100000, tables => 0x101000, idt => 0x101300, cr3 => 0x102000,
	hypercall => 0x10a000, user => 0x10b000);
my ($page, $low_end, $idt_vectors, $hypercall_vector) = (0x1000, 0x400000, 0x90, 0x80);
my ($present, $write, $user, $large) = (1, 2, 4, 0x80);
my $stack_space = 0x10000;

my $wrong = 0;
sub wrong {
	printf "%s\n", sprintf shift, @_;
	$wrong++;
}

open my $in, '<:raw', $ARGV[0] // die "usage: rights.pl IMAGE\n" or die "$ARGV[0]: $!\n";
my $elf = do { local $/; <$in> };
substr($elf, 0, 5) eq "\x7fELF\x02" or die "$ARGV[0]: no 64-bit ELF\n";

my ($phoff, $shoff) = unpack 'Q<2', substr $elf, 32, 16;
my ($phsize, $phnum, $shsize, $shnum, $shstr) = unpack 'v5', substr $elf, 54, 10;

# What is loaded: type, flags, offset, address, bytes in the file, bytes in memory.
my @load;
for my $i (0 .. $phnum - 1) {
	my ($type, $flags, $offset, $address, undef, $file, $memory) =
		unpack 'V2 Q<5', substr $elf, $phoff + $i * $phsize, 48;
	push @load, { flags => $flags, offset => $offset, from => $address, file => $file,
		to => $address + $memory } if $type == 1 && $memory;
}

my %section;
my $names = unpack 'Q<', substr $elf, $shoff + $shstr * $shsize + 24, 8;
for my $i (1 .. $shnum - 1) {
	my ($name, undef, undef, $address, undef, $size) =
		unpack 'V2 Q<4', substr $elf, $shoff + $i * $shsize, 40;
	$section{unpack 'Z*', substr $elf, $names + $name, 64} = [$address, $address + $size];
}

sub read_memory {
	my ($address, $n) = @_;
	for (@load) {
		next if $address < $_->{from} || $address + $n > $_->{from} + $_->{file};
		return substr $elf, $_->{offset} + $address - $_->{from}, $n;
	}
	return "\0" x $n;
}

# (user, write, execute, address) that all levels together allow; nothing: not mapped.
sub rights_of {
	my ($address) = @_;
	my ($table, $u, $w, $x) = ($at{cr3}, 1, 1, 1);
	for my $shift (39, 30, 21, 12) {
		my ($low, $high) = unpack 'V2', read_memory($table + ($address >> $shift & 511) * 8, 8);
		return unless $low & $present;
		$u &&= $low & $user;
		$w &&= $low & $write;
		$x &&= !($high & 0x80000000);
		$table = ($high & 0xfffff) << 32 | $low & ~0xfff;
		wrong('%#x: a large page at the level of bit %d', $address, $shift)
			if $shift > 12 && $low & $large;
	}
	return ($u ? 1 : 0, $w ? 1 : 0, $x ? 1 : 0, $table);
}

sub within {
	my ($address, $range) = @_;
	return $range && $address >= $range->[0] && $address < $range->[1];
}

# "user write execute" as it should be, or '': not mapped.
sub wanted {
	my ($address) = @_;
	return '' if $address == 0;
	return '' if within($address, $section{'.stacks'})
		&& ($address - $section{'.stacks'}[0]) % $stack_space == 0;
	return '001' if $address >= $at{base} && $address < $at{tables};
	return '010' if $address >= $at{tables} && $address < $at{hypercall};
	return '001' if $address >= $at{hypercall} && $address < $at{user};
	for (@load) {
		next if $address + $page <= $_->{from} || $address >= $_->{to};
		return '1' . ($_->{flags} & 2 ? 1 : 0) . ($_->{flags} & 1 ? 1 : 0);
	}
	return '110'; # memory to be given out
}

my %count;
for (my $address = 0; $address < $low_end; $address += $page) {
	my ($u, $w, $x, $to) = rights_of($address);
	my $have = defined $u ? "$u$w$x" : '';
	my $want = wanted($address);
	wrong('%#x: (user, write, execute) is %s, not %s', $address, $have || 'none',
		$want || 'none') if $have ne $want;
	wrong('%#x: leads to %#x', $address, $to) if defined $to && $to != $address;
	wrong('%#x: can be written and executed', $address) if $w && $x;
	$count{$have || 'none'}++;
}

# Nothing else is mapped.
for my $entry (1 .. 511) {
	wrong('entry %d of the first table is used', $entry)
		if unpack 'V', read_memory($at{cr3} + $entry * 8, 4);
}
for (my $address = $low_end; $address < 1 << 32; $address += 0x200000) {
	wrong('%#x: is mapped', $address) if defined((rights_of($address))[0]);
}

# Only the hypercall's gate is open to ring 3; all lead to the stubs.
for my $vector (0 .. $idt_vectors - 1) {
	my ($low, $selector, undef, $type, $high, $upper) =
		unpack 'v2 C2 v V', read_memory($at{idt} + $vector * 16, 12);
	next unless $type & 0x80;
	my $target = $upper << 32 | $high << 16 | $low;
	wrong('vector %#x: leads to %#x', $vector, $target)
		unless $target >= $at{base} && $target < $at{tables} && $selector == 8;
	wrong('vector %#x: ring 3 may %scall it', $vector, $type & 0x60 ? '' : 'not ')
		if ($type >> 5 & 3) != ($vector == $hypercall_vector ? 3 : 0);
}

# A check of this check: there is something of each kind.
for ('001', '010', '101', '100', '110', 'none') {
	wrong('there is no page with the rights %s', $_) unless $count{$_};
}
printf "%s\n", join ', ', map { "$count{$_} pages $_" } sort keys %count;
exit($wrong ? 1 : 0);
