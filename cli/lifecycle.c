/* SPDX-License-Identifier: MIT */
/* lifecycle.c - starting and ending machines. */
#include "cli/lifecycle.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "cli/backend.h"
#include "cli/cgroup.h"
#include "cli/client.h"
#include "cli/say.h"

#define KILL_MS 20000 /* until what was killed is gone, on a host that is very busy */

void vm_clean(struct vm *vm)
{
	/* It ends with who answered for it, but not at the same moment. */
	process_kill(&vm->guest, SIGKILL);
	process_wait(&vm->guest, KILL_MS);
	if (vm->backend->clean)
		vm->backend->clean(vm);
	cgroup_remove(vm);
	unlinkat(vm->fd, "control", 0);
}

static void end_now(struct vm *vm)
{
	if (vm->backend->kill)
		vm->backend->kill(vm);
	else
		process_kill(&vm->guest, SIGKILL);
	if (process_wait(&vm->main, KILL_MS))
		return;
	process_kill(&vm->guest, SIGKILL);
	process_kill(&vm->main, SIGKILL);
	process_wait(&vm->main, KILL_MS);
}

bool vm_start(struct vm *vm)
{
	if (vm_running(vm)) {
		complain("VM `%s' runs already", vm->name);
		return false;
	}
	vm_clean(vm);
	unlinkat(vm->fd, "report", 0);
	unlinkat(vm->fd, "pid", 0);
	vm->main = vm->guest = (struct process){ 0 };
	cgroup_make(vm);
	if (vm->backend->start(vm))
		return true;
	if (vm->main.pid)
		end_now(vm);
	vm_clean(vm);
	return false;
}

bool vm_stop(struct vm *vm, int ms)
{
	bool asked;

	if (!vm_running(vm)) {
		vm_clean(vm);
		return true;
	}
	asked = ms > 0 && client_shutdown(vm, ms);
	if (!asked || !process_wait(&vm->main, ms)) {
		if (asked)
			say("%s: did not end within %d s, and is ended", vm->name, ms / 1000);
		end_now(vm);
		unlinkat(vm->fd, "report", 0);
		vm_report(vm, "poweroff by force");
	}
	vm_clean(vm);
	return !vm_running(vm) || complain("VM `%s' cannot be ended", vm->name);
}

void vm_say_nets(const struct vm *vm)
{
	for (size_t i = 0; i < vm->nnets; i++) {
		const struct net *n = &vm->net[i];

		if (n->kind == NET_BRIDGE)
			say("%s: interface %s is on bridge %s (as %s)", vm->name, n->name,
			    n->bridge, n->outer);
		else if (n->kind == NET_TAP)
			say("%s: interface %s is %s on this host", vm->name, n->name, n->outer);
		else
			say("%s: interface %s is not connected", vm->name, n->name);
	}
}
