/* SPDX-License-Identifier: MIT */
/* lifecycle.h - making, starting, ending, removing. The machine is locked by the caller. */
#ifndef CLI_LIFECYCLE_H
#define CLI_LIFECYCLE_H

#include "cli/command.h"
#include "cli/vm.h"

/* The options of making a machine, which `run' and `create' share; they come first in both tables. */
enum {
	MAKE_NAME,
	MAKE_MEMORY,
	MAKE_NET,
	MAKE_FILE,
	MAKE_ENV,
	MAKE_BACKEND,
	MAKE_IMAGE,
	MAKE_JSON,
	MAKE_QUIET,
	MAKE_END,
};
/* clang-format off */
#define MAKE_OPTIONS \
	{ "name", 'n', "NAME", "its name (default: the file's, without .click)" }, \
	{ "memory", 'm', "SIZE", "4, 4.5, 4MiB, 1G (default: what FILE.click needs)" }, \
	{ "net", 0, "[NAME=]WHAT", "what an interface is connected to" }, \
	{ "file", 0, "[PATH=]FILE", "a file that the configuration reads" }, \
	{ "env", 'e', "NAME=VALUE", "a variable of the configuration" }, \
	{ "backend", 'b', "BACKEND", "auto, xen, kvm or process (default: auto)" }, \
	{ "image", 0, "FILE", "the guest's image, in place of the installed one" }, \
	{ "json", 0, NULL, "print what was made, as JSON" }, \
	{ "quiet", 'q', NULL, "do not say what is done" }
/* clang-format on */
#define MAKE_DETAILS                                                                               \
	"WHAT is bridge:BRIDGE, tap:INTERFACE (one that appears on the host) or none.\n"           \
	"Without --net, an interface is attached to the bridge of its own name when the\n"         \
	"host has one, and else gets an interface NAME.N on the host.\n"

/* From the command line; it has its name, its files and the lock. NULL after a complaint. Signals
 * are held back from then on (interrupt.h): who asked for a machine and then for its end has none. */
struct vm *vm_make(struct call *);

/* Starts it; false after a complaint, and then it does not run. */
bool vm_start(struct vm *);
/* Asks it to end, and ends it when it does not within so many ms. */
bool vm_stop(struct vm *, int ms);
/* After it has ended, whatever the reason: nothing of it is left on the host. */
void vm_clean(struct vm *);

/* Says what its interfaces are connected to. */
void vm_say_nets(const struct vm *);

#endif
