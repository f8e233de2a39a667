/* SPDX-License-Identifier: MIT */
/* cmd_rm.c - clickos rm. */
#include <fcntl.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/config.h"
#include "cli/file.h"
#include "cli/lifecycle.h"
#include "cli/say.h"

enum { FORCE };

static const struct cli_option options[] = {
	{ "force", 'f', NULL, "also when it runs, or its description is damaged" },
	{ 0 },
};

/* What cannot be read can only be thrown away. */
static bool remove_damaged(struct call *c, const char *name)
{
	const char *base = state_dir(c->pool), *path;

	path = base ? pool_printf(c->pool, "%s/%s", base, name) : "";
	if (!config_name_ok(name) || access(path, F_OK) < 0)
		return vm_open(c->pool, name, VM_LOOK) != NULL; /* complains */
	say("%s: its description is damaged; its directory is removed, processes are left alone",
	    name);
	return tree_remove_at(AT_FDCWD, path) == 0;
}

static bool remove_one(struct call *c, const char *name, bool force)
{
	struct vm *vm = vm_open(c->pool, name, force ? VM_TRY : VM_CHANGE);

	if (vm && force) {
		vm_close(vm);
		vm = vm_open(c->pool, name, VM_CHANGE);
	}
	if (!vm)
		return force && remove_damaged(c, name);
	if (vm_running(vm) && !force) {
		complain("VM `%s' runs", name);
		vm_close(vm);
		return advise("clickos stop %s, or: clickos rm -f %s", name, name);
	}
	return vm_stop(vm, 1000) && vm_remove(vm);
}

static int run(struct call *c)
{
	bool force = call_option(c, FORCE) != NULL;
	int status = STATUS_OK;

	for (size_t i = 0; i < c->nwords; i++)
		if (!remove_one(c, c->word[i], force))
			status = STATUS_FAILED;
	return status;
}

const struct command command_rm = {
	.name = "rm",
	.usage = "[OPTION]... VM...",
	.purpose = "Removes VMs that have ended, with all that is kept of them.",
	.options = options,
	.min_words = 1,
	.max_words = 100000,
	.run = run,
};
