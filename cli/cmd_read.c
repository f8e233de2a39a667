/* SPDX-License-Identifier: MIT */
/* cmd_read.c - clickos read, clickos write: handlers of a running machine's elements. */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/file.h"
#include "cli/handlers.h"

static const struct cli_option none[] = { { 0 } };

/* The words from the second on, as one. */
static struct str rest_of(struct call *call)
{
	struct text t = { 0 };
	struct str s;

	for (size_t i = 2; i < call->nwords; i++)
		text_add(&t, "%s%s", i > 2 ? " " : "", call->word[i]);
	s = pool_str(call->pool, text_as_str(&t));
	text_fini(&t);
	return s;
}

static void print_value(struct client *c)
{
	struct str s = text_as_str(&c->answer.data);

	fwrite(s.p, 1, s.n, stdout);
	if (s.n && s.p[s.n - 1] != '\n')
		putchar('\n');
}

static bool read_one(struct client *c, const char *what, struct str arguments)
{
	const char *instance, *handler;
	bool ok;

	if (!client_handler(c, what, &instance, &handler))
		return false;
	if (arguments.n)
		ok = client_send(c, what, arguments, "READDATA %s %s %zu", instance, handler,
				 arguments.n);
	else
		ok = client_call(c, what, "READ %s %s", instance, handler);
	if (ok)
		print_value(c);
	else
		handlers_advise(c, instance, handler, 'r');
	return ok;
}

static int read_handler(struct call *call)
{
	struct client c;
	bool ok;

	if (!client_open(&c, call->pool, call->word[0]))
		return STATUS_FAILED;
	ok = read_one(&c, call->word[1], rest_of(call));
	client_close(&c);
	return ok ? STATUS_OK : STATUS_FAILED;
}

/* `-' alone is the standard input. */
static struct str value_of(struct call *call)
{
	struct str s = rest_of(call);
	struct text t = { 0 };

	if (call->nwords != 3 || !str_is(s, "-"))
		return s;
	file_read_fd(0, &t);
	s = pool_str(call->pool, text_as_str(&t));
	text_fini(&t);
	return s;
}

static bool write_one(struct client *c, const char *what, struct str value)
{
	const char *instance, *handler;

	if (!client_handler(c, what, &instance, &handler))
		return false;
	if (client_send(c, what, value, "WRITEDATA %s %s %zu", instance, handler, value.n))
		return true;
	handlers_advise(c, instance, handler, 'w');
	return false;
}

static int write_handler(struct call *call)
{
	struct str value = value_of(call);
	struct client c;
	bool ok;

	if (!client_open(&c, call->pool, call->word[0]))
		return STATUS_FAILED;
	ok = write_one(&c, call->word[1], value);
	client_close(&c);
	return ok ? STATUS_OK : STATUS_FAILED;
}

const struct command command_read = {
	.name = "read",
	.usage = "VM [INSTANCE/]ELEMENT.HANDLER [ARGUMENT]...",
	.purpose = "Prints the value of a handler.",
	.details = "INSTANCE may be left out when there is one only. `clickos handlers' lists\n"
		   "handlers.\n",
	.options = none,
	.min_words = 2,
	.max_words = 100000,
	.text = true,
	.run = read_handler,
};

const struct command command_write = {
	.name = "write",
	.usage = "VM [INSTANCE/]ELEMENT.HANDLER [VALUE]...",
	.purpose = "Writes a handler.",
	.details = "With a VALUE of - it is read from standard input.\n",
	.options = none,
	.min_words = 2,
	.max_words = 100000,
	.text = true,
	.run = write_handler,
};
