/* SPDX-License-Identifier: MIT */
/* commands.h - the commands there are; each is defined in cmd_NAME.c. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/command.h"

extern const struct command command_run, command_create, command_start, command_stop, command_ls,
	command_rm, command_install, command_swap, command_remove, command_read, command_write,
	command_handlers, command_console, command_logs, command_cp, command_inspect,
	command_doctor, command_version, command_about;

#endif
