/* SPDX-License-Identifier: MIT */
/* cmd_create.c - clickos create: a machine that is not started. */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/lifecycle.h"
#include "cli/vm_json.h"

static const struct cli_option options[] = { MAKE_OPTIONS, { 0 } };

static int run(struct call *c)
{
	struct vm *vm = vm_make(c);

	if (!vm)
		return STATUS_FAILED;
	if (call_option(c, MAKE_JSON))
		json_print(vm_json(vm));
	else
		printf("%s\n", vm->name);
	vm_close(vm);
	return STATUS_OK;
}

const struct command command_create = {
	.name = "create",
	.usage = "[OPTION]... FILE.click...",
	.purpose = "Makes a VM of one or more configurations; `clickos start' runs it.",
	.details = MAKE_DETAILS,
	.options = options,
	.min_words = 1,
	.max_words = 64,
	.run = run,
};
