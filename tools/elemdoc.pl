#!/usr/bin/perl
# SPDX-License-Identifier: MIT
#
# elemdoc.pl DIR - a manual page DIR/CLASS.n for each element class that `click --tables' (standard
# input) tells of, and DIR/elements.n, which lists them.
use strict;
use warnings;

my %flag_words = (
	r => 'read', w => 'write', '+' => 'takes parameters', '%' => 'raw', b => 'button',
	c => 'checkbox', '$' => 'expensive', D => 'deprecated',
);
my %group_titles = (
	analysis => 'Traces and analysis', app => 'Applications', aqm => 'Active queue management',
	device => 'Devices and control', ethernet => 'Ethernet and ARP', icmp => 'ICMP', ip => 'IPv4',
	ip6 => 'IPv6', ipsec => 'IPsec', local => 'Further elements', simple => 'Simple',
	standard => 'Standard', tcpudp => 'TCP and UDP', threads => 'Threads',
);

# Text as troff takes it; `quoted' is bold.
sub troff {
	my ($s) = @_;
	$s =~ s/\\/\\e/g;
	$s =~ s/-/\\-/g;
	$s =~ s/`([^`'\n]+)'/\\fB$1\\fR/g;
	$s =~ s/^([.'])/\\&$1/mg;
	return $s;
}

# Paragraphs; indented lines stay lines.
sub prose {
	my @out;
	my $literal = 0;
	for my $line (@_) {
		my $indented = $line =~ /^\s+\S/;
		if ($indented != $literal && $line ne '') {
			push @out, $indented ? '.nf' : '.fi';
			$literal = $indented;
		}
		push @out, $line eq '' ? ($literal ? '' : '.PP') : troff($line);
	}
	push @out, '.fi' if $literal;
	return join "\n", @out;
}

# A class of the input: { name, group, title, ports, processing, flow, aliases, prose[], ... }
sub read_classes {
	my @classes;
	while (my $line = <STDIN>) {
		chomp $line;
		my ($key, @fields) = split /\t/, $line, -1;
		my $class = $classes[-1];
		if ($key eq 'class') {
			my %class;
			@class{qw(name group title ports processing flow aliases)} = @fields;
			push @classes, \%class;
		} elsif ($key eq 'prose' || $key eq 'example') {
			push @{$class->{$key}}, join "\t", @fields;
		} elsif ($key eq 'see') {
			$class->{see} = $fields[0];
		} elsif ($key eq 'arg') {
			my %arg;
			@arg{qw(name type flags default help)} = @fields;
			push @{$class->{args}}, \%arg;
		} elsif ($key eq 'handler') {
			add_handler($class, @fields);
		} else {
			die "elemdoc.pl: line $.: unknown key $key\n";
		}
	}
	return @classes;
}

# The reading and the writing half of a handler are one here.
sub add_handler {
	my ($class, $name, $type, $flags, $help) = @_;
	my ($same) = grep { $_->{name} eq $name } @{$class->{handlers}};
	if ($same) {
		$same->{flags} .= $flags;
		$same->{help} .= "; writing: $help" if $help ne '' && $help ne $same->{help};
		return;
	}
	push @{$class->{handlers}}, { name => $name, type => $type, flags => $flags, help => $help };
}

sub synopsis {
	my ($class) = @_;
	my @args;
	for my $arg (@{$class->{args}}) {
		next if $arg->{flags} =~ /d/;
		my $text = troff($arg->{name});
		$text = "\\fB$text\\fR \\fI" . troff($arg->{type} || 'value') . '\fR'
			unless $arg->{flags} =~ /[p.]/;
		$text .= ', ...' if $arg->{flags} =~ /\./;
		push @args, $arg->{flags} =~ /[r.]/ ? $text : "[$text]";
	}
	return '\fB' . $class->{name} . '\fR' . (@args ? '(' . join(', ', @args) . ')' : '');
}

sub arguments {
	my ($class) = @_;
	return '' unless $class->{args};
	my $out = ".SH ARGUMENTS\n";
	for my $arg (@{$class->{args}}) {
		my @facts = grep { $_ ne '' } $arg->{type};
		push @facts, "default $arg->{default}" if $arg->{default} ne '';
		push @facts, 'required' if $arg->{flags} =~ /r/;
		push @facts, 'deprecated' if $arg->{flags} =~ /d/;
		$out .= ".TP\n.B " . troff($arg->{name}) . "\n" . sentence($arg->{help}, @facts);
	}
	return $out;
}

sub handlers {
	my ($class) = @_;
	return '' unless $class->{handlers};
	my $out = ".SH HANDLERS\n";
	for my $handler (@{$class->{handlers}}) {
		my %seen;
		my @facts = grep { defined && !$seen{$_}++ } map { $flag_words{$_} } split //,
			$handler->{flags};
		my $name = $handler->{name} =~ s/%u/N/r;
		$out .= ".TP\n.B " . troff($name) . "\n" . sentence($handler->{help}, join '/', @facts);
	}
	return $out;
}

# "Help text (fact, fact)."
sub sentence {
	my ($help, @facts) = @_;
	my $text = ucfirst($help) . (@facts ? ' (' . join(', ', @facts) . ')' : '');
	return troff($text =~ s/^\s+//r) . ".\n";
}

sub page {
	my ($class) = @_;
	my $out = ".TH " . uc($class->{name}) . " n \"\" ClickOS \"Element Reference\"\n";
	$out .= ".SH NAME\n$class->{name} \\- " . troff($class->{title}) . "\n";
	$out .= ".SH SYNOPSIS\n" . synopsis($class) . "\n.PP\n";
	$out .= "Ports: " . troff("$class->{ports}, processing $class->{processing}, flow $class->{flow}")
		. "\n";
	$out .= ".PP\nAlso called " . troff($class->{aliases}) . ".\n" if $class->{aliases} ne '';
	$out .= ".SH DESCRIPTION\n" . prose(@{$class->{prose}}) . "\n" if $class->{prose};
	$out .= arguments($class) . handlers($class);
	$out .= ".SH EXAMPLE\n.nf\n" . join('', map { troff($_) . "\n" } @{$class->{example}}) . ".fi\n"
		if $class->{example};
	my @see = map { ".BR $_ (n)" } split /[,\s]+/, $class->{see} // '';
	$out .= ".SH \"SEE ALSO\"\n" . join(" ,\n", '.BR click (1)', @see) . "\n";
	return $out;
}

sub index_page {
	my %groups;
	push @{$groups{$_->{group}}}, $_ for @_;
	my $out = ".TH ELEMENTS n \"\" ClickOS \"Element Reference\"\n.SH NAME\n"
		. "elements \\- all element classes of ClickOS\n";
	for my $group (sort keys %groups) {
		$out .= '.SH "' . uc($group_titles{$group} || $group || 'other') . "\"\n";
		for my $class (sort { $a->{name} cmp $b->{name} } @{$groups{$group}}) {
			$out .= ".TP\n.BR $class->{name} (n)\n" . ucfirst(troff($class->{title})) . ".\n";
		}
	}
	return $out . ".SH \"SEE ALSO\"\n.BR click (1)\n";
}

sub write_page {
	my ($path, $text) = @_;
	open my $out, '>', $path or die "$path: $!\n";
	print $out $text;
	close $out or die "$path: $!\n";
}

my $dir = shift // die "usage: elemdoc.pl DIR <tables\n";
my @classes = read_classes();
write_page("$dir/$_->{name}.n", page($_)) for @classes;
write_page("$dir/elements.n", index_page(@classes));
