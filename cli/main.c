/* SPDX-License-Identifier: MIT */
/* main.c - the `clickos' program: finds the command, and does it. */
#include <signal.h>
#include <stdio.h>

#include "cli/command.h"

/* `clickos --help' and `--version' are the commands of these names. */
static const char *command_name(const char *word)
{
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
		return "help";
	if (strcmp(word, "--version") == 0 || strcmp(word, "-v") == 0)
		return "version";
	return word;
}

int main(int argc, char **argv)
{
	struct call call = { 0 };
	int status;

	signal(SIGPIPE, SIG_IGN);
	call.command = command_find(argc > 1 ? command_name(argv[1]) : "help");
	if (!call.command)
		return STATUS_USAGE;
	call.pool = pool_new();
	if (argc < 2 || call_parse(&call, argc - 1, argv + 1, &status))
		status = call.command->run(&call);
	pool_free(call.pool);
	if (fflush(stdout) != 0 && status == STATUS_OK)
		status = STATUS_FAILED;
	return status;
}
