/* SPDX-License-Identifier: MIT */
/* main.c - the `clickos' program: finds the command, and does it. */
#include <signal.h>
#include <stdio.h>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/say.h"

const struct command *const commands[] = {
	&command_run,     &command_create,   &command_start,   &command_stop,   &command_ls,
	&command_rm,      &command_install,  &command_swap,    &command_remove, &command_read,
	&command_write,   &command_handlers, &command_console, &command_logs,   &command_cp,
	&command_inspect, &command_doctor,   &command_version, &command_about,  NULL,
};

const struct command *command_find(const char *name)
{
	const char *names[COUNT_OF(commands)];
	size_t n = 0;

	for (; commands[n]; n++) {
		if (strcmp(commands[n]->name, name) == 0)
			return commands[n];
		names[n] = commands[n]->name;
	}
	complain("no command `%s'", name);
	suggest(name, names, n);
	advise("`clickos help' lists the commands");
	return NULL;
}

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
