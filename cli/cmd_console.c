/* SPDX-License-Identifier: MIT */
/* cmd_console.c - clickos console, clickos logs: what a machine says. */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/console.h"
#include "cli/say.h"

enum { FOLLOW, TAIL };

static const struct cli_option log_options[] = {
	{ "follow", 'f', NULL, "go on until the VM ends, or Ctrl-C" },
	{ "tail", 'n', "N", "the last N lines only" },
	{ 0 },
};

static const struct cli_option none[] = { { 0 } };

static int follow(struct vm *vm, int64_t from)
{
	struct text why = { 0 };
	bool interrupted = console_follow(vm, from) == CONSOLE_INTERRUPTED;

	if (!interrupted) {
		vm_state(vm, &why);
		say("%s: ended: %.*s", vm->name, STR(text_as_str(&why)));
	}
	text_fini(&why);
	return STATUS_OK;
}

static int console(struct call *call)
{
	struct vm *vm = vm_open(call->pool, call->word[0], VM_LOOK);
	int status = STATUS_OK;

	if (!vm)
		return STATUS_FAILED;
	if (vm_running(vm)) {
		status = follow(vm, console_tail(vm, 10));
	} else {
		complain("VM `%s' does not run", vm->name);
		advise("clickos logs %s", vm->name);
		status = STATUS_FAILED;
	}
	vm_close(vm);
	return status;
}

static int logs(struct call *call)
{
	const char *tail = call_option(call, TAIL);
	struct str s = str_of(tail ? tail : "0");
	struct vm *vm;
	uint32_t n;
	int64_t from;

	if (!str_decimal(&s, &n) || s.n) {
		complain("--tail %s: not a number of lines", tail);
		return STATUS_USAGE;
	}
	vm = vm_open(call->pool, call->word[0], VM_LOOK);
	if (!vm)
		return STATUS_FAILED;
	from = !tail ? 0 : n ? console_tail(vm, n) : console_end(vm);
	if (call_option(call, FOLLOW) && vm_running(vm))
		follow(vm, from);
	else
		console_print(vm, from);
	vm_close(vm);
	return STATUS_OK;
}

const struct command command_console = {
	.name = "console",
	.usage = "VM",
	.purpose = "Shows what a running VM says, until it ends, or Ctrl-C.",
	.options = none,
	.min_words = 1,
	.max_words = 1,
	.run = console,
};

const struct command command_logs = {
	.name = "logs",
	.usage = "[OPTION]... VM",
	.purpose = "Prints what a VM has said since it was made.",
	.options = log_options,
	.min_words = 1,
	.max_words = 1,
	.run = logs,
};
