/* SPDX-License-Identifier: MIT */
/* cmd_run.c - clickos run: a machine from nothing but a configuration. */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/console.h"
#include "cli/interrupt.h"
#include "cli/lifecycle.h"
#include "cli/say.h"
#include "cli/vm_json.h"

enum { DETACH = MAKE_END, KEEP };

static const struct cli_option options[] = {
	MAKE_OPTIONS,
	{ "detach", 'd', NULL, "come back when it runs" },
	{ "keep", 'k', NULL, "do not remove it after Ctrl-C" },
	{ 0 },
};

/* After its end: the reason, and whether that is a good end. */
static bool report_end(struct vm *vm)
{
	struct text why = { 0 };
	bool good = vm_state(vm, &why) == VM_STOPPED;

	if (good)
		say("%s: ended: %.*s", vm->name, STR(text_as_str(&why)));
	else
		complain("VM `%s' failed: %.*s", vm->name, STR(text_as_str(&why)));
	text_fini(&why);
	return good;
}

static int finish(struct call *c, const char *name, enum console_reason reason)
{
	struct vm *vm = vm_open(c->pool, name, VM_CHANGE);
	bool good;

	if (!vm)
		return STATUS_FAILED;
	if (reason == CONSOLE_INTERRUPTED) {
		say("%s: stopping", name);
		vm_stop(vm, 3000);
	}
	good = report_end(vm);
	vm_clean(vm);
	if (good && !call_option(c, KEEP))
		vm_remove(vm);
	else
		advise("clickos logs %s; clickos inspect %s; clickos rm %s", name, name, name);
	vm_close(vm);
	return good ? STATUS_OK : STATUS_FAILED;
}

static int attend(struct call *c, const char *name)
{
	struct vm *vm = vm_open(c->pool, name, VM_LOOK);
	enum console_reason reason;

	if (!vm)
		return STATUS_FAILED;
	say("%s: runs; Ctrl-C stops it", name);
	reason = console_follow(vm, 0);
	vm_close(vm);
	return finish(c, name, reason);
}

static int run(struct call *c)
{
	struct vm *vm = vm_make(c);

	if (!vm)
		return STATUS_FAILED;
	if (!vm_start(vm)) {
		/* What is wrong with configurations is said there in other words. */
		if (!vm->faulty)
			console_print(vm, 0);
		vm_remove(vm);
		return STATUS_FAILED;
	}
	vm_say_nets(vm);
	if (call_option(c, MAKE_JSON))
		json_print(vm_json(vm));
	vm_close(vm);
	if (!call_option(c, DETACH))
		return attend(c, vm->name);
	if (interrupt_waits())
		return finish(c, vm->name, CONSOLE_INTERRUPTED);
	if (call_option(c, MAKE_JSON))
		return STATUS_OK;
	printf("%s\n", vm->name);
	return STATUS_OK;
}

const struct command command_run = {
	.name = "run",
	.usage = "[OPTION]... FILE.click...",
	.purpose = "Makes a VM of one or more configurations and runs it.",
	.details = "It shows what the VM says until Ctrl-C, which stops and removes "
		   "it.\n" MAKE_DETAILS,
	.options = options,
	.min_words = 1,
	.max_words = 64,
	.run = run,
};
