/* SPDX-License-Identifier: MIT */
/*
 * vm.h - a machine as the host knows it: a directory, and what is in it.
 *
 *	vm.json           what it was made of; written once, whole
 *	config/NAME.click the configurations that it starts with, files/PATH its files
 *	pid               its processes, while it runs and until it is started again
 *	report            how it ended: a line that begins with `poweroff' when all is well; details
 *	console.log       what it said
 *	control           the socket of its control channel, or a link to it
 *
 * The directory appears complete, under its name, in one step, and disappears so; whoever changes
 * anything holds its lock, which is the kernel's and ends with its holder. So nothing that crashes
 * leaves anything that a later command trips over.
 */
#ifndef CLI_VM_H
#define CLI_VM_H

#include "cli/net.h"
#include "cli/process.h"
#include "engine/lang/lang.h"

struct backend;

struct vm {
	struct pool *pool;
	const char *name, *dir; /* dir: its path */
	int fd;                 /* its directory; -1: closed */
	const struct backend *backend;
	uint64_t memory; /* KiB */
	const char *image; /* NULL: the installed one */
	int64_t created;   /* seconds since 1970 */
	struct net *net;
	size_t nnets;
	const char **config; /* names of instances, in order */
	const char **source; /* what these files are called on the host; NULL: not known any more */
	size_t nconfigs;
	const char **file; /* paths inside of the machine */
	size_t nfiles;
	struct lang_var *var;
	size_t nvars;
	bool faulty; /* it runs, but its configurations are in error, which was said */
	struct process main, guest; /* from `pid': who answers for it; who runs it, when another */
};

enum vm_state { VM_CREATED, VM_RUNNING, VM_STOPPED, VM_FAILED };

/* The directory with all machines; made when it is missing. NULL after a complaint. */
const char *state_dir(struct pool *);
/* Names of all machines, sorted; removes what crashed commands have left. */
size_t vm_names(struct pool *, const char ***names);

/* A new machine's directory, still without its name; the caller fills *vm and the directory. NULL
 * after a complaint. */
struct vm *vm_new(struct pool *, const char *name);
/* Writes vm.json and gives the directory its name; locked. False after a complaint, when there is
 * one of that name; then all is removed. */
bool vm_claim(struct vm *);

/* The machine of that name, locked when the caller is to change anything. NULL after a complaint
 * (with quiet: without) when there is none. */
enum vm_open { VM_LOOK, VM_CHANGE, VM_TRY };
struct vm *vm_open(struct pool *, const char *name, enum vm_open how);
void vm_close(struct vm *); /* unlocks */
/* Of one that does not run. Closes it. */
bool vm_remove(struct vm *);

/* Looks at its processes and its report. why (may be NULL): the report's first line. */
enum vm_state vm_state(struct vm *, struct text *why);
const char *vm_state_name(enum vm_state);
bool vm_running(struct vm *);

/* Writes `pid' for the process that answers for it, and the one that runs it (0: the same). */
bool vm_started(struct vm *, pid_t main, pid_t guest);
/* Writes the report, unless there is one. */
void vm_report(struct vm *, const char *text);

#endif
