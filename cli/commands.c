/* SPDX-License-Identifier: MIT */
/* commands.c - the list of all commands. */
#include "cli/commands.h"

#include "cli/say.h"

const struct command *const commands[] = {
	&command_run,     &command_create,   &command_start,   &command_stop,   &command_ls,
	&command_rm,      &command_install,  &command_swap,    &command_remove, &command_read,
	&command_write,   &command_handlers, &command_console, &command_logs,   &command_cp,
	&command_inspect, &command_doctor,   &command_version, &command_about,  NULL,
};

/* What they are called elsewhere. */
static const char *elsewhere(const char *name)
{
	static const struct {
		const char *there, *here;
	} words[] = {
		{ "ps", "ls" },          { "list", "ls" },      { "kill", "stop" },
		{ "shutdown", "stop" },  { "destroy", "rm" },   { "delete", "rm" },
		{ "attach", "console" }, { "exec", "read" },    { "info", "inspect" },
		{ "status", "inspect" }, { "show", "inspect" }, { "update", "swap" },
		{ "hotconfig", "swap" }, { "reload", "swap" },  { "log", "logs" },
	};

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (strcmp(words[i].there, name) == 0)
			return words[i].here;
	return NULL;
}

const struct command *command_find(const char *name)
{
	const char *here = elsewhere(name);
	const char *names[COUNT_OF(commands)];
	size_t n = 0;

	for (; commands[n]; n++) {
		if (strcmp(commands[n]->name, name) == 0)
			return commands[n];
		names[n] = commands[n]->name;
	}
	complain("no command `%s'", name);
	if (here)
		advise("did you mean `%s'?", here);
	else
		suggest(name, names, n);
	advise("`clickos help' lists the commands");
	return NULL;
}
