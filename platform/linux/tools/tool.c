/* SPDX-License-Identifier: MIT */
/* tool.c - what the programs around configurations share: command line, input, output. */
#include "platform/linux/tools/tool.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "abi/control.h"
#include "engine/platform.h"
#include "platform/linux/linux.h"

#define OWN 1000   /* getopt's number of a tool's first own option */
#define IN_ORDER 1 /* getopt's number of a word, with the `-' before the letters */
#define OPTIONS_MAX 32

enum { COMMON_HELP = 500, COMMON_VERSION };

static const struct tool *const tools[] = {
	&tool_flatten,   &tool_check, &tool_pretty, &tool_undead,    &tool_combine,
	&tool_uncombine, &tool_xform, &tool_2xml,   &tool_xml2click,
};

static const struct option common[] = {
	{ "file", required_argument, NULL, 'f' },   { "expression", required_argument, NULL, 'e' },
	{ "output", required_argument, NULL, 'o' }, { "clickpath", required_argument, NULL, 'C' },
	{ "help", no_argument, NULL, COMMON_HELP }, { "version", no_argument, NULL, 'v' },
};

const struct tool *tool_find(const char *program)
{
	const char *slash = strrchr(program, '/');

	for (size_t i = 0; i < ARRAY_LEN(tools); i++)
		if (strcmp(tools[i]->name, slash ? slash + 1 : program) == 0)
			return tools[i];
	return NULL;
}

/* --- the command line --- */

static void print_help(const struct tool *t)
{
	printf("Usage: %s %s\n%s\n\nOptions:\n", t->name, t->usage, t->purpose);
	for (const struct tool_option *o = t->options; o->name || o->letter; o++) {
		char left[64], letter[4] = "  ";

		if (o->letter)
			snprintf(letter, sizeof(letter), "-%c", o->letter);
		snprintf(left, sizeof(left), "%s%s%s%s %s", letter,
			 o->letter && o->name ? ", " : "  ", o->name ? "--" : "",
			 o->name ? o->name : "", o->argument ? o->argument : "");
		printf("  %-28s %s\n", left, o->help);
	}
	printf("  -f, --file FILE              read the configuration from FILE\n"
	       "  -e, --expression TEXT        the configuration is TEXT\n"
	       "  -o, --output FILE            write to FILE instead of standard output\n"
	       "  -C, --clickpath PATH         where libraries are\n"
	       "      --help                   print this text\n"
	       "  -v, --version                print the version\n");
}

static void make_table(const struct tool *t, struct option *table, char *letters)
{
	unsigned n = ARRAY_LEN(common);

	memcpy(table, common, sizeof(common));
	letters += sprintf(letters, "-f:e:o:C:v");
	for (int i = 0; t->options[i].name || t->options[i].letter; i++) {
		const struct tool_option *o = &t->options[i];

		if (o->letter)
			letters += sprintf(letters, "%c%s", o->letter, o->argument ? ":" : "");
		if (o->name)
			table[n++] = (struct option){ o->name, o->argument != NULL, NULL,
						      o->letter ? o->letter : OWN + i };
	}
	table[n] = (struct option){ 0 };
}

static int own_option(const struct tool *t, int c)
{
	if (c >= OWN)
		return c - OWN;
	for (int i = 0; t->options[i].name || t->options[i].letter; i++)
		if (t->options[i].letter == c)
			return i;
	return -1;
}

static void note_given(struct job *j, int option, const char *value)
{
	j->given = pool_grow(j->pool, j->given, j->ngiven, &j->given_cap, sizeof(*j->given));
	j->given[j->ngiven++] = (struct given){ option, value ? value : "" };
}

/* False: the program ends with *status. */
static bool take_option(struct job *j, int c, int *status)
{
	int own = own_option(j->tool, c);

	*status = 0;
	if (own >= 0) {
		note_given(j, own, optarg);
		return true;
	}
	switch (c) {
	case 'f':
		j->file = optarg;
		note_given(j, GIVEN_FILE, optarg);
		return true;
	case 'e':
		j->expression = optarg;
		note_given(j, GIVEN_EXPRESSION, optarg);
		return true;
	case 'o':
		j->output = optarg;
		return true;
	case 'C':
		j->clickpath = optarg;
		return true;
	case COMMON_HELP:
		print_help(j->tool);
		return false;
	case 'v':
		printf("%s (ClickOS) " CLICKOS_VERSION "\n", j->tool->name);
		return false;
	}
	fprintf(stderr, "Usage: %s %s\nTry '%s --help' for more information.\n", j->tool->name,
		j->tool->usage, j->tool->name);
	*status = 1;
	return false;
}

static bool is_variable(const char *word)
{
	size_t n = strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

	return n > 0 && word[n] == '=';
}

static void take_word(struct job *j, const char *word)
{
	const char *eq = strchr(word, '=');

	if (!j->tool->plain_words && is_variable(word)) {
		j->vars = pool_grow(j->pool, j->vars, j->nvars, &j->var_cap, sizeof(*j->vars));
		j->vars[j->nvars++] = (struct lang_var){ str_range(word, eq), str_of(eq + 1) };
		return;
	}
	j->words = pool_grow(j->pool, j->words, j->nwords, &j->word_cap, sizeof(*j->words));
	j->words[j->nwords++] = word;
	note_given(j, GIVEN_WORD, word);
}

static bool read_command_line(struct job *j, int argc, char **argv, int *status)
{
	struct option table[OPTIONS_MAX];
	char letters[4 * OPTIONS_MAX];
	int c;

	make_table(j->tool, table, letters);
	while ((c = getopt_long(argc, argv, letters, table, NULL)) != -1) {
		if (c == IN_ORDER)
			take_word(j, optarg);
		else if (!take_option(j, c, status))
			return false;
	}
	for (; optind < argc; optind++)
		take_word(j, argv[optind]);
	return true;
}

const char *job_option(const struct job *j, int i)
{
	for (size_t k = j->ngiven; k-- > 0;)
		if (j->given[k].option == i)
			return j->given[k].value;
	return NULL;
}

/* --- input --- */

bool job_read(struct job *j, const char *path, struct str *data)
{
	int r = file_load(j->pool, path, data);

	return r == 0 || fail(&j->err, "%s: %s", path, strerror(-r));
}

static struct lang_host host_of(const struct job *j)
{
	struct lang_host host;

	engine_lang_host(j->engine, &host);
	host.clickpath = j->clickpath ? j->clickpath : platform_env("CLICKPATH");
	return host;
}

/* Adds the classes that came with it in an archive. */
static struct graph *with_classes(struct job *j, struct graph *g)
{
	if (g && !elementmap_add(j, g)) {
		graph_free(g);
		g = NULL;
	}
	return g;
}

static struct graph *parse(struct job *j, const struct lang_source *source)
{
	struct lang_host host = host_of(j);

	return with_classes(j, lang_parse(source, &host, &j->err));
}

struct graph *job_parse(struct job *j, struct str text, const char *file)
{
	return parse(j, &(struct lang_source){ .text = text,
					       .file = str_of(file),
					       .vars = j->vars,
					       .nvars = j->nvars,
					       .any_class = true,
					       .keep_globals = !j->expand_globals });
}

struct graph *job_classes(struct job *j, struct str text, const char *file)
{
	return parse(j, &(struct lang_source){ .text = text,
					       .file = str_of(file),
					       .any_class = true,
					       .open_classes = true });
}

bool job_named(const struct job *j)
{
	return j->file || j->expression;
}

bool job_text(struct job *j, struct str *text, const char **name)
{
	const char *file = j->file;

	if (j->expression) {
		*text = str_of(j->expression);
		*name = "config";
		return true;
	}
	if (!file && j->nwords > 0)
		file = j->words[0];
	if (!file)
		file = "-";
	*name = strcmp(file, "-") == 0 ? "<stdin>" : file;
	return job_read(j, file, text);
}

struct graph *job_graph(struct job *j)
{
	const char *name;
	struct str text;

	return job_text(j, &text, &name) ? job_parse(j, text, name) : NULL;
}

struct lang_outline *job_outline(struct job *j)
{
	struct lang_host host = host_of(j);
	struct lang_outline *o;
	const char *name;
	struct str text;

	if (!job_text(j, &text, &name))
		return NULL;
	o = lang_outline(&(struct lang_source){ .text = text,
						.file = str_of(name),
						.vars = j->vars,
						.nvars = j->nvars,
						.any_class = true },
			 &host, &j->err);
	if (o && !elementmap_add(j, o->file)) {
		lang_outline_free(o);
		o = NULL;
	}
	return o;
}

const struct element_class *job_class(const struct job *j, const struct graph *g, unsigned i)
{
	return engine_class(j->engine, g->element[i].class);
}

/* --- output --- */

void job_write(struct job *j, struct graph *g, bool plain)
{
	struct graph_text_options o = { .landmarks = true, .defines = !j->expand_globals };
	struct text flat = { 0 };

	graph_unparse(g, &flat, &o);
	if (g->nmembers == 0 || plain) {
		text_str(&j->out, text_as_str(&flat));
	} else {
		for (size_t i = 0; i < g->nmembers; i++)
			if (str_is(g->member[i].name, "config"))
				g->member[i].data = pool_str(g->pool, text_as_str(&flat));
		archive_write(&j->out, g->member, g->nmembers);
	}
	text_fini(&flat);
}

static bool write_out(struct job *j)
{
	struct file *f;
	int r = file_open(j->output ? j->output : "-", FILE_WRITE, &f);

	if (r == 0) {
		r = file_write(f, text_as_str(&j->out).p, j->out.n);
		if (file_close(f) < 0 && r == 0)
			r = -1;
	}
	return r >= 0 || fail(&j->err, "%s: %s", j->output ? j->output : "-", strerror(-r));
}

static void print_line(void *arg, struct str line)
{
	(void)arg;
	platform_message(line);
}

int tool_main(const struct tool *t, int argc, char **argv)
{
	struct engine_options o = { .threads = 1 };
	struct job *j = calloc(1, sizeof(*j));
	int status = 1;

	if (!j)
		return 1;
	j->tool = t;
	j->err.sink = print_line;
	j->pool = pool_new();
	j->engine = engine_new(&o);
	if (read_command_line(j, argc, argv, &status)) {
		status = t->run(j);
		/* A file that was asked for is there, even when nothing is in it. */
		if ((j->out.n != 0 || (j->output && status == 0)) && !write_out(j))
			status = 1;
	}
	text_fini(&j->out);
	error_fini(&j->err);
	engine_free(j->engine);
	pool_free(j->pool);
	free(j);
	console_flush();
	return status;
}
