/* SPDX-License-Identifier: MIT */
/*
 * options.c - the command line of `click': one table, which is also the help text.
 *
 * Not getopt: its messages and its rules for abbreviations differ from those that scripts around
 * click know.
 */
#include <stdio.h>
#include <stdlib.h>

#include "engine/platform.h"
#include "platform/linux/linux.h"
#include "platform/linux/options.h"

enum id {
	FILE_NAME,
	EXPRESSION,
	PORT,
	UNIX_SOCKET,
	SOCKET_NUMBER,
	RECONFIGURE,
	HANDLER,
	EXIT_HANDLER,
	OUTPUT,
	QUIT,
	TIME,
	WARNINGS,
	SIMTIME,
	THREADS,
	AFFINITY,
	CLICKPATH,
	HELP,
	VERSION,
	LOAD,
	DESCRIBE,
	LIST,
	TABLES,
	PACKETS,
	CONTROL,
	FILES,
	INSTANCE,
	DEVICE
};

enum takes { NOTHING, TEXT, INTEGER, MAYBE_TEXT, MAYBE_INTEGER, MAYBE_REAL };

struct option {
	const char *name;
	char letter;
	enum id id;
	enum takes takes;
	bool off;   /* the opposite */
	bool newer; /* gives way when an abbreviation also fits an older name */
	const char *argument, *help;
};

/* clang-format off */
static const struct option table[] = {
	{ "file", 'f', FILE_NAME, TEXT, .argument = "FILE", .help = "read the configuration from FILE" },
	{ "expression", 'e', EXPRESSION, TEXT, .argument = "TEXT", .help = "the configuration is TEXT" },
	{ "port", 'p', PORT, TEXT, .argument = "PORT",
	  .help = "serve handlers on TCP; PORT+: or the next free" },
	{ "unix-socket", 'u', UNIX_SOCKET, TEXT, .argument = "FILE", .help = "serve handlers on this Unix socket" },
	{ "socket", 0, SOCKET_NUMBER, INTEGER, .argument = "FD", .help = "serve handlers on this open descriptor" },
	{ "allow-reconfigure", 'R', RECONFIGURE, .help = "provide the `hotconfig' handler" },
	{ "no-allow-reconfigure", 0, RECONFIGURE, .off = true },
	{ "handler", 'h', HANDLER, TEXT, .argument = "[ELEMENT.]HANDLER", .help = "print this handler after the run" },
	{ "exit-handler", 'x', EXIT_HANDLER, TEXT, .argument = "[ELEMENT.]HANDLER", .help = "its value is the exit status" },
	{ "output", 'o', OUTPUT, TEXT, .argument = "FILE", .help = "write the flat configuration to FILE" },
	{ "quit", 'q', QUIT, .help = "initialize, but do not run" },
	{ "time", 't', TIME, .help = "print the time that the run took" },
	{ "no-warnings", 'w', WARNINGS, .off = true, .help = "do not warn of an empty configuration" },
	{ "warnings", 0, WARNINGS, .off = false },
	{ "simtime", 0, SIMTIME, MAYBE_REAL, .argument = "SECONDS", .help = "simulated time, beginning at SECONDS" },
	{ "simulation-time", 0, SIMTIME, MAYBE_REAL, .off = false },
	{ "threads", 'j', THREADS, INTEGER, .argument = "N", .help = "run on N threads" },
	{ "affinity", 'a', AFFINITY, MAYBE_INTEGER, .argument = "N", .help = "keep thread T on CPU N + T" },
	{ "cpu", 0, AFFINITY, MAYBE_INTEGER, .off = false },
	{ "no-affinity", 0, AFFINITY, .off = true },
	{ "no-cpu", 0, AFFINITY, .off = true },
	{ "clickpath", 'C', CLICKPATH, TEXT, .argument = "PATH", .help = "where libraries and packages are" },
	{ "packets", 0, PACKETS, INTEGER, .newer = true, .argument = "N",
	  .help = "no more than N packets exist at a time" },
	{ "device", 0, DEVICE, TEXT, .newer = true, .argument = "NUMBER=IFNAME",
	  .help = "interface NUMBER in configurations is IFNAME" },
	{ "control", 0, CONTROL, TEXT, .newer = true, .argument = "PATH",
	  .help = "run instances, controlled by this Unix socket" },
	{ "instance", 0, INSTANCE, TEXT, .newer = true, .argument = "NAME=FILE",
	  .help = "with --control: install this configuration" },
	{ "files", 0, FILES, TEXT, .newer = true, .argument = "DIR",
	  .help = "with --control: its files are those below DIR" },
	{ "load", 0, LOAD, TEXT, .newer = true, .argument = "FILE.so", .help = "add element classes from a shared object" },
	{ "list", 0, LIST, MAYBE_TEXT, .newer = true, .argument = "GROUP", .help = "list the element classes, and exit" },
	{ "describe", 0, DESCRIBE, TEXT, .newer = true, .argument = "CLASS",
	  .help = "describe an element class, and exit" },
	{ "tables", 0, TABLES, .newer = true,
	  .help = "list classes with all details, for programs" },
	{ "help", 0, HELP, .help = "print this text, and exit" },
	{ "version", 'v', VERSION, .help = "print the version, and exit" },
};
/* clang-format on */

#define NOPTIONS (sizeof(table) / sizeof(table[0]))

struct reader {
	struct options *o;
	struct pool *pool;
	char **next;
	const struct option *option; /* at hand, and how it was written */
	char written[64];
};

/* --- messages --- */

static bool locale_is_utf8(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *v = platform_env(names[i]);
		const char *dot = v && v[0] ? strchr(v, '.') : NULL;

		if (v && v[0])
			return dot && (str_is_nocase(str_of(dot + 1), "utf-8") ||
				       str_is_nocase(str_of(dot + 1), "utf8"));
	}
	return false;
}

const char *quote_left(void)
{
	return locale_is_utf8() ? "\xe2\x80\x98" : "'";
}

const char *quote_right(void)
{
	return locale_is_utf8() ? "\xe2\x80\x99" : "'";
}

static void add_quoted(struct text *t, const char *s)
{
	text_add(t, "%s%s%s", quote_left(), s, quote_right());
}

static bool say(struct text *t)
{
	platform_message(text_as_str(t));
	text_fini(t);
	return false;
}

/* "click: [option ]'NAME' WHAT[, not 'VALUE']" */
static bool complain(const char *before, const char *name, const char *what, const char *value)
{
	struct text t = { 0 };

	text_add(&t, "click: %s", before);
	add_quoted(&t, name);
	text_add(&t, "%s", what);
	if (value) {
		text_add(&t, ", not ");
		add_quoted(&t, value);
	}
	return say(&t);
}

static bool twice(const char *what)
{
	struct text t = { 0 };

	text_add(&t, "%s specified twice", what);
	return say(&t);
}

/* --- what each option does --- */

static void words_add(struct words *w, const char *s)
{
	w->v[w->n++] = s;
}

/* The number that s is as a whole. */
static bool integer(const char *s, long min, long max, long *v)
{
	char *end;

	*v = strtol(s, &end, 0);
	return end != s && *end == '\0' && *v >= min && *v <= max;
}

static bool set_configuration(struct options *o, const char **which, const char *s)
{
	if (o->file || o->expression)
		return twice("router configuration");
	*which = s;
	return true;
}

static bool set_once(const char **which, const char *s, const char *what)
{
	if (*which)
		return twice(what);
	*which = s;
	return true;
}

static bool add_port(struct reader *r, const char *s)
{
	struct str name = str_of(s);
	uint16_t port;
	long n;

	if (str_ends(name, "+"))
		name.n--;
	if (!platform_service(name, "tcp", &port) &&
	    !integer(pool_cstr(r->pool, name), 0, UINT16_MAX, &n))
		return complain("", r->written, " expects a TCP port number", s);
	words_add(&r->o->socket[SOCKET_TCP], s);
	return true;
}

static bool add_device(struct reader *r, const char *s)
{
	struct str number = str_of(s);
	uint32_t n;

	if (str_decimal(&number, &n) && str_char(&number, '=') && number.n > 0 &&
	    interface_number(n, number.p))
		return true;
	return complain("", r->written, " expects NUMBER=IFNAME", s);
}

static bool set_threads(struct options *o, long n)
{
	o->threads = n < 1 ? 1 : n > 1024 ? 1024 : (int)n;
	return true;
}

/* s is NULL when there was no argument; n, d its value when it is a number. */
static bool apply(struct reader *r, const char *s, long n, double d)
{
	struct options *o = r->o;
	bool on = !r->option->off;

	switch (r->option->id) {
	case FILE_NAME:
		return set_configuration(o, &o->file, s);
	case EXPRESSION:
		return set_configuration(o, &o->expression, s);
	case PORT:
		return add_port(r, s);
	case UNIX_SOCKET:
		words_add(&o->socket[SOCKET_UNIX], s);
		return true;
	case SOCKET_NUMBER:
		words_add(&o->socket[SOCKET_FD], s);
		return true;
	case RECONFIGURE:
		o->reconfigurable = on;
		return true;
	case HANDLER:
		words_add(&o->handlers, s);
		return true;
	case EXIT_HANDLER:
		return set_once(&o->exit_handler, s, "--exit-handler");
	case OUTPUT:
		return set_once(&o->output, s, "output file");
	case QUIT:
		o->quit = true;
		return true;
	case TIME:
		o->time = true;
		return true;
	case WARNINGS:
		o->quiet = !on;
		return true;
	case SIMTIME:
		o->simulated = true;
		o->simulated_start = s ? d : 1000000000.0;
		return true;
	case THREADS:
		return set_threads(o, n);
	case AFFINITY:
		o->pinned = on;
		o->first_cpu = (int)n;
		return true;
	case CLICKPATH:
		o->clickpath = s;
		return true;
	case HELP:
		o->help = true;
		return true;
	case VERSION:
		o->version = true;
		return true;
	case CONTROL:
		return set_once(&o->control, s, "--control");
	case FILES:
		return set_once(&o->files, s, "--files");
	case INSTANCE:
		words_add(&o->instances, s);
		return true;
	case DEVICE:
		return add_device(r, s);
	case LOAD:
		words_add(&o->loads, s);
		return true;
	case DESCRIBE:
		o->describe = s;
		return true;
	case LIST:
		o->list = true;
		o->group = s;
		return true;
	case TABLES:
		o->tables = true;
		return true;
	case PACKETS:
		o->packets = n < 1 ? 1 : (uint32_t)n;
		return true;
	}
	return false;
}

/* --- reading --- */

static bool apply_text(struct reader *r, const char *s)
{
	enum takes takes = r->option->takes;
	double d = 0;
	long n = 0;
	char *end;

	if (s && (takes == INTEGER || takes == MAYBE_INTEGER) &&
	    !integer(s, INT32_MIN, INT32_MAX, &n))
		return complain("", r->written, " expects an integer", s);
	if (s && takes == MAYBE_REAL) {
		d = strtod(s, &end);
		if (end == s || *end != '\0' || !(d >= 0 && d < 9e9))
			return complain("", r->written, " expects a real number", s);
	}
	return apply(r, s, n, d);
}

/* attached is what stands right behind the option, NULL when nothing does. */
static bool take(struct reader *r, const char *attached)
{
	enum takes takes = r->option->takes;

	if (takes == NOTHING && attached)
		return complain("", r->written, " can't take an argument", NULL);
	if ((takes == TEXT || takes == INTEGER) && !attached) {
		attached = *r->next;
		if (!attached)
			return complain("", r->written, " requires an argument", NULL);
		r->next++;
	}
	return apply_text(r, attached);
}

static bool is_prefix(const struct option *o, struct str word)
{
	return strncmp(o->name, word.p, word.n) == 0;
}

/* The rows that word abbreviates; one exactly of that name is the only one. */
static unsigned matches(struct str word, bool newer, const struct option *row[NOPTIONS])
{
	unsigned n = 0;

	for (size_t i = 0; i < NOPTIONS; i++) {
		if (str_is(word, table[i].name)) {
			row[0] = &table[i];
			return 1;
		}
		if (is_prefix(&table[i], word) && (newer || !table[i].newer))
			row[n++] = &table[i];
	}
	return n;
}

static bool ambiguous(const char *word, const struct option *const *row, unsigned n)
{
	struct text t = { 0 };
	char name[64];

	complain("option ", word, " is ambiguous", NULL);
	text_add(&t, "click: (Possibilities are ");
	for (unsigned i = 0; i < n; i++) {
		text_add(&t, "%s", i == 0 ? "" : n == 2 ? " and " : i + 1 == n ? ", and " : ", ");
		snprintf(name, sizeof(name), "--%s", row[i]->name);
		add_quoted(&t, name);
	}
	text_add(&t, ".)");
	return say(&t);
}

static bool read_long(struct reader *r, const char *arg)
{
	const struct option *row[NOPTIONS];
	struct str word = str_of(arg + 2);
	size_t equals = str_find(word, '=');
	const char *value = equals < word.n ? word.p + equals + 1 : NULL;
	unsigned n;

	word = str_first(word, equals);
	n = matches(word, false, row);
	if (n == 0)
		n = matches(word, true, row);
	snprintf(r->written, sizeof(r->written), "--%.*s", (int)(word.n < 60 ? word.n : 60),
		 word.p);
	if (n == 0)
		return complain("unrecognized option ", r->written, "", NULL);
	if (n > 1)
		return ambiguous(r->written, row, n);
	r->option = row[0];
	snprintf(r->written, sizeof(r->written), "--%s", row[0]->name);
	return take(r, value);
}

static const struct option *find_letter(char letter)
{
	for (size_t i = 0; i < NOPTIONS; i++)
		if (table[i].letter == letter)
			return &table[i];
	return NULL;
}

/* -qh list is -q -h list; what is behind an option that takes an argument is that argument. */
static bool read_short(struct reader *r, const char *arg)
{
	for (const char *s = arg + 1; *s; s++) {
		const char *attached = NULL;

		snprintf(r->written, sizeof(r->written), "-%c", *s);
		r->option = find_letter(*s);
		if (!r->option)
			return complain("unrecognized option ", r->written, "", NULL);
		if (r->option->takes != NOTHING && s[1])
			attached = s[1] == '=' && r->option->takes >= MAYBE_TEXT ? s + 2 : s + 1;
		if (!take(r, attached))
			return false;
		if (attached)
			break;
	}
	return true;
}

static size_t variable_name(const char *arg)
{
	size_t n = strspn(arg, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

	return arg[n] == '=' ? n : 0;
}

static void add_variable(struct options *o, const char *arg, size_t n)
{
	struct lang_var var = { { arg, n }, str_of(arg + n + 1) };
	struct text t = { 0 };

	for (size_t i = 0; i < o->nvars; i++)
		if (str_eq(o->vars[i].name, var.name)) {
			text_add(&t, "parameter '%.*s' multiply defined", STR(var.name));
			say(&t);
			return;
		}
	o->vars[o->nvars++] = var;
}

static bool read_word(struct reader *r, const char *arg)
{
	size_t n = variable_name(arg);

	if (n == 0)
		return set_configuration(r->o, &r->o->file, arg);
	add_variable(r->o, arg, n);
	return true;
}

static void make_room(struct options *o, struct pool *pool, size_t n)
{
	struct words *all[] = { &o->socket[0], &o->socket[1], &o->socket[2],
				&o->handlers,  &o->loads,     &o->instances };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		all[i]->v = pool_alloc(pool, (n + 1) * sizeof(*all[i]->v));
	o->vars = pool_alloc(pool, (n + 1) * sizeof(*o->vars));
}

static bool read_all(struct reader *r)
{
	bool only_words = false;

	while (*r->next && !r->o->help && !r->o->version) {
		const char *arg = *r->next++;
		bool ok = true;

		if (!only_words && strcmp(arg, "--") == 0)
			only_words = true;
		else if (!only_words && strncmp(arg, "--", 2) == 0)
			ok = read_long(r, arg);
		else if (!only_words && arg[0] == '-' && arg[1])
			ok = read_short(r, arg);
		else
			ok = read_word(r, arg);
		if (!ok)
			return false;
	}
	return true;
}

/* A machine has several configurations, which come and go; the options for one do not fit. */
static bool fits(const struct options *o)
{
	bool one = o->file || o->expression || o->handlers.n || o->exit_handler || o->output ||
		   o->quit || o->time || o->simulated || o->threads > 1 || o->pinned ||
		   o->socket[SOCKET_TCP].n || o->socket[SOCKET_UNIX].n || o->socket[SOCKET_FD].n;

	if (o->help || o->version)
		return true;
	if (o->control && one && !o->list)
		return complain("", "--control",
				" takes configurations by --instance NAME=FILE, and "
				"none of the options for a single one",
				NULL);
	if (!o->control && o->instances.n)
		return complain("", "--instance", " needs --control", NULL);
	if (!o->control && o->files)
		return complain("", "--files", " needs --control", NULL);
	return true;
}

bool options_parse(struct options *o, struct pool *pool, char **argv)
{
	struct reader r = { .o = o, .pool = pool, .next = argv + 1 };
	size_t n = 0;

	while (argv[n])
		n++;
	*o = (struct options){ .threads = 1 };
	make_room(o, pool, n);
	if (read_all(&r) && fits(o)) {
		if (o->list && !o->group)
			o->group = o->file;
		return true;
	}
	platform_message(str_of("Usage: click [OPTION]... [ROUTERFILE]"));
	platform_message(str_of("Try 'click --help' for more information."));
	return false;
}

static void help_row(const struct option *o, struct text *out)
{
	static const char *const form[] = { "", " ", " ", "[=", "[=", "[=" };
	size_t start = out->n;

	if (o->letter)
		text_add(out, "  -%c, --%s", o->letter, o->name);
	else
		text_add(out, "      --%s", o->name);
	if (o->argument)
		text_add(out, "%s%s%s", form[o->takes], o->argument,
			 o->takes >= MAYBE_TEXT ? "]" : "");
	if (out->n - start > 32)
		text_add(out, "\n%34s%s\n", "", o->help);
	else
		text_add(out, "%*s%s\n", (int)(34 - (out->n - start)), "", o->help);
}

void options_help(struct text *out)
{
	text_add(out,
		 "Runs a Click router configuration.\n\n"
		 "Usage: click [OPTION]... [NAME=VALUE]... [ROUTERFILE]\n\n"
		 "The configuration is read from standard input when no ROUTERFILE is given, or\n"
		 "when it is `-'. NAME=VALUE defines a variable of the configuration.\n\n"
		 "Options:\n");
	for (size_t i = 0; i < NOPTIONS; i++)
		if (table[i].help)
			help_row(&table[i], out);
}
