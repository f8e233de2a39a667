/* SPDX-License-Identifier: MIT */
/* cgroup.h - a control group for each machine, where the host lets us make them. */
#ifndef CLI_CGROUP_H
#define CLI_CGROUP_H

#include "cli/vm.h"

/* Where groups can be made: the path of the group of all machines; NULL and why: nowhere. Makes
 * nothing. */
const char *cgroup_base(struct pool *, struct text *why);
/* The machine's group, with a limit of memory and processes; without one the machine has only
 * the limits of its process. */
void cgroup_make(const struct vm *);
/* Its path when there is one, else NULL. */
const char *cgroup_path(const struct vm *);
/* Moves a process into it. */
void cgroup_enter(const struct vm *, pid_t);
void cgroup_remove(const struct vm *);

#endif
