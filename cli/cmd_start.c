/* SPDX-License-Identifier: MIT */
/* cmd_start.c - clickos start. */
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/lifecycle.h"
#include "cli/say.h"

enum { QUIET };

static const struct cli_option options[] = {
	{ "quiet", 'q', NULL, "do not say what is done" },
	{ 0 },
};

static bool start(struct call *c, const char *name)
{
	struct vm *vm = vm_open(c->pool, name, VM_CHANGE);
	bool ok = vm && vm_start(vm);

	if (ok)
		vm_say_nets(vm);
	else if (vm)
		advise("clickos logs %s", name);
	if (vm)
		vm_close(vm);
	return ok;
}

static int run(struct call *c)
{
	int status = STATUS_OK;

	say_quietly = call_option(c, QUIET) != NULL;
	interrupt_hold();
	for (size_t i = 0; i < c->nwords && !interrupt_waits(); i++)
		if (!start(c, c->word[i]))
			status = STATUS_FAILED;
	return interrupt_waits() ? STATUS_FAILED : status;
}

const struct command command_start = {
	.name = "start",
	.usage = "[OPTION]... VM...",
	.purpose = "Runs VMs that were created, or that have ended.",
	.options = options,
	.min_words = 1,
	.max_words = 100000,
	.run = run,
};
