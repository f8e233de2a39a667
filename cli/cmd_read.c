/* SPDX-License-Identifier: MIT */
/* cmd_read.c - clickos read, clickos write: handlers of a running machine's elements. */
#include <stdio.h>

#include "cli/client.h"
#include "cli/commands.h"
#include "cli/file.h"

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

static int read_handler(struct call *call)
{
	struct str arguments = rest_of(call);
	const char *instance, *handler;
	struct client c;
	bool ok;

	if (!client_open(&c, call->pool, call->word[0]))
		return STATUS_FAILED;
	ok = client_handler(&c, call->word[1], &instance, &handler);
	if (ok && arguments.n)
		ok = client_send(&c, call->word[1], arguments, "READDATA %s %s %zu", instance,
				 handler, arguments.n);
	else if (ok)
		ok = client_call(&c, call->word[1], "READ %s %s", instance, handler);
	if (ok)
		print_value(&c);
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

static int write_handler(struct call *call)
{
	struct str value = value_of(call);
	const char *instance, *handler;
	struct client c;
	bool ok;

	if (!client_open(&c, call->pool, call->word[0]))
		return STATUS_FAILED;
	ok = client_handler(&c, call->word[1], &instance, &handler) &&
	     client_send(&c, call->word[1], value, "WRITEDATA %s %s %zu", instance, handler,
			 value.n);
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
