/* SPDX-License-Identifier: MIT */
/* cmd_version.c - clickos version, clickos help. */
#include <stdio.h>

#include "abi/control.h"
#include "cli/commands.h"
#include "cli/vm_json.h"

enum { JSON };

static const struct cli_option options[] = {
	{ "json", 0, NULL, "print it as JSON" },
	{ 0 },
};

static const struct cli_option none[] = { { 0 } };

static int version(struct call *call)
{
	struct json_object *o;

	if (!call_option(call, JSON)) {
		printf("clickos (ClickOS) " CLICKOS_VERSION "\n");
		return STATUS_OK;
	}
	o = json_object_new_object();
	json_set(o, "version", CLICKOS_VERSION);
	json_set(o, "control", CONTROL_GREETING);
	json_print(o);
	return STATUS_OK;
}

static int help(struct call *call)
{
	const struct command *k;

	if (call->nwords) {
		k = command_find(call->word[0]);
		if (k)
			command_help(k);
		return k ? STATUS_OK : STATUS_USAGE;
	}
	printf("Usage: clickos COMMAND [OPTION]... [ARGUMENT]...\n"
	       "Runs network functions, which are Click configurations, in small machines.\n\n");
	for (size_t i = 0; commands[i]; i++)
		printf("  %-10s %s\n", commands[i]->name, commands[i]->purpose);
	printf("\n`clickos run FILE.click' is enough to begin with; `clickos help COMMAND' says\n"
	       "more, as does `man clickos-COMMAND'.\n");
	return STATUS_OK;
}

const struct command command_version = {
	.name = "version",
	.usage = "[OPTION]...",
	.purpose = "Prints the version.",
	.options = options,
	.max_words = 0,
	.run = version,
};

const struct command command_about = {
	.name = "help",
	.usage = "[COMMAND]",
	.purpose = "Prints what a command does, or which there are.",
	.options = none,
	.max_words = 1,
	.run = help,
};
