/* SPDX-License-Identifier: MIT */
/* cmd_stop.c - clickos stop. */
#include "cli/commands.h"
#include "cli/lifecycle.h"
#include "cli/say.h"

enum { TIME };

static const struct cli_option options[] = {
	{ "time", 't', "SECONDS", "until it is ended by force (default: 10)" },
	{ 0 },
};

static bool stop(struct call *c, const char *name, int ms)
{
	struct vm *vm = vm_open(c->pool, name, VM_CHANGE);
	bool ok = vm && vm_stop(vm, ms);

	if (vm)
		vm_close(vm);
	return ok;
}

static int run(struct call *c)
{
	const char *time = call_option(c, TIME);
	struct str s = str_of(time ? time : "10");
	int status = STATUS_OK;
	uint32_t seconds;

	if (!str_decimal(&s, &seconds) || s.n || seconds > 3600) {
		complain("--time %s: not a number of seconds", time);
		return STATUS_USAGE;
	}
	for (size_t i = 0; i < c->nwords; i++)
		if (!stop(c, c->word[i], (int)seconds * 1000))
			status = STATUS_FAILED;
	return status;
}

const struct command command_stop = {
	.name = "stop",
	.usage = "[OPTION]... VM...",
	.purpose = "Ends VMs; they can be started again.",
	.options = options,
	.min_words = 1,
	.max_words = 100000,
	.run = run,
};
