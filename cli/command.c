/* SPDX-License-Identifier: MIT */
/* command.c - the command line of a command, and its help. */
#include "cli/command.h"

#include <getopt.h>
#include <stdio.h>

#include "cli/say.h"

#define OWN 1000 /* getopt's number of the first option of a table */
#define OPTIONS_MAX 24

enum { HELP = 500 };

const char *call_option(const struct call *c, int i)
{
	for (size_t k = c->ngiven; k-- > 0;)
		if (c->given[k].option == i)
			return c->given[k].value;
	return NULL;
}

const char *call_nth(const struct call *c, int i, size_t n)
{
	for (size_t k = 0; k < c->ngiven; k++)
		if (c->given[k].option == i && n-- == 0)
			return c->given[k].value;
	return NULL;
}

const char *call_word(const struct call *c, size_t n)
{
	return n < c->nwords ? c->word[n] : NULL;
}

static void print_option(const struct cli_option *o)
{
	char left[64], letter[8] = "    ";

	if (o->letter)
		snprintf(letter, sizeof(letter), "-%c, ", o->letter);
	snprintf(left, sizeof(left), "%s--%s %s", letter, o->name, o->argument ? o->argument : "");
	printf("  %-28s %s\n", left, o->help);
}

void command_help(const struct command *k)
{
	printf("Usage: clickos %s %s\n%s\n", k->name, k->usage, k->purpose);
	if (k->details)
		printf("\n%s", k->details);
	printf("\nOptions:\n");
	for (const struct cli_option *o = k->options; o->name; o++)
		print_option(o);
	printf("  -h, --help                   print this text\n");
}

int command_misused(const struct command *k)
{
	fprintf(stderr, "Usage: clickos %s %s\nTry `clickos help %s' for more.\n", k->name,
		k->usage, k->name);
	return STATUS_USAGE;
}

static void make_table(const struct command *k, struct option *table, char *letters)
{
	unsigned n = 0;

	if (k->text)
		*letters++ = '+';
	*letters++ = ':';
	table[n++] = (struct option){ "help", no_argument, NULL, HELP };
	for (int i = 0; k->options[i].name && n < OPTIONS_MAX; i++) {
		const struct cli_option *o = &k->options[i];

		if (o->letter)
			letters += sprintf(letters, "%c%s", o->letter, o->argument ? ":" : "");
		table[n++] = (struct option){ o->name, o->argument != NULL, NULL,
					      o->letter ? o->letter : OWN + i };
	}
	*letters = '\0';
	table[n] = (struct option){ 0 };
}

static int option_index(const struct command *k, int c)
{
	if (c >= OWN)
		return c - OWN;
	for (int i = 0; k->options[i].name; i++)
		if (k->options[i].letter == c)
			return i;
	return -1;
}

static void unknown_option(struct pool *pool, const struct command *k, const char *word)
{
	const char *names[OPTIONS_MAX];
	size_t n = 0;

	complain("%s: no option `%s'", k->name, word);
	for (; n < OPTIONS_MAX && k->options[n].name; n++)
		names[n] = pool_printf(pool, "--%s", k->options[n].name);
	suggest(word, names, n);
}

static bool take(struct call *call, int c, char **argv, int *status)
{
	const struct command *k = call->command;

	if (c == HELP || (c == '?' && optopt == 'h')) {
		command_help(k);
		*status = STATUS_OK;
		return false;
	}
	if (c == '?' || c == ':') {
		if (c == ':')
			complain("%s: `%s' needs an argument", k->name, argv[optind - 1]);
		else
			unknown_option(call->pool, k, argv[optind - 1]);
		*status = command_misused(k);
		return false;
	}
	call->given = pool_grow(call->pool, call->given, call->ngiven, &call->given_cap,
				sizeof(*call->given));
	call->given[call->ngiven++] = (struct given){ option_index(k, c), optarg ? optarg : "" };
	return true;
}

bool call_parse(struct call *call, int argc, char **argv, int *status)
{
	const struct command *k = call->command;
	struct option table[OPTIONS_MAX + 1];
	char letters[3 * OPTIONS_MAX + 3];
	int c;

	make_table(k, table, letters);
	while ((c = getopt_long(argc, argv, letters, table, NULL)) != -1)
		if (!take(call, c, argv, status))
			return false;
	for (; optind < argc; optind++) {
		call->word = pool_grow(call->pool, call->word, call->nwords, &call->word_cap,
				       sizeof(*call->word));
		call->word[call->nwords++] = argv[optind];
	}
	if (call->nwords >= k->min_words && call->nwords <= k->max_words)
		return true;
	complain("%s: too %s arguments", k->name, call->nwords < k->min_words ? "few" : "many");
	*status = command_misused(k);
	return false;
}
