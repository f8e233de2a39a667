/* SPDX-License-Identifier: MIT */
/* cmd_remove.c - clickos remove: an instance of a machine ends. */
#include "cli/client.h"
#include "cli/commands.h"

enum { INSTANCE };

static const struct cli_option options[] = {
	{ "instance", 'i', "NAME", "the same as the second word" },
	{ 0 },
};

static int run(struct call *call)
{
	const char *name = call_word(call, 1);
	struct client c;
	bool ok;

	if (!name)
		name = call_option(call, INSTANCE);
	if (!client_open(&c, call->pool, call->word[0]))
		return STATUS_FAILED;
	name = client_instance(&c, name);
	ok = name && client_call(&c, "removing", "REMOVE %s", name);
	client_close(&c);
	return ok ? STATUS_OK : STATUS_FAILED;
}

const struct command command_remove = {
	.name = "remove",
	.usage = "[OPTION]... VM [INSTANCE]",
	.purpose = "Ends an instance of a running VM and forgets it.",
	.details = "INSTANCE may be left out when there is one only.\n",
	.options = options,
	.min_words = 1,
	.max_words = 2,
	.run = run,
};
