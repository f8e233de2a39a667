/* SPDX-License-Identifier: MIT */
/*
 * probe.c - what somebody finds who runs code of his own in the monitor: linked into a monitor of
 * the tests, it runs on the vCPU thread, locked in, before the guest does. The machine's name is what
 * it tries: `look' says what it sees by means of calls that a looser filter might allow; the name
 * of a system call makes it, and is killed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "monitor/sandbox.h"

static const struct {
	const char *name;
	long nr, a, b, c;
} calls[] = {
	{ "open", SYS_open, (long)"/", O_RDONLY, 0 },
	{ "openat", SYS_openat, AT_FDCWD, (long)"/", O_RDONLY },
	{ "execve", SYS_execve, (long)"/bin/sh", 0, 0 },
	{ "fork", SYS_fork, 0, 0, 0 },
	{ "kill", SYS_kill, -1, SIGTERM, 0 },
	{ "ptrace", SYS_ptrace, PTRACE_TRACEME, 0, 0 },
	{ "socket", SYS_socket, AF_INET, SOCK_STREAM, 0 },
	{ "mmap", SYS_mmap, 0, 4096, PROT_EXEC | PROT_READ },
	{ "mprotect", SYS_mprotect, 4096, 4096, PROT_EXEC },
	{ "mount", SYS_mount, 0, 0, 0 },
	{ "setuid", SYS_setuid, 0, 0, 0 },
	{ "ioctl", SYS_ioctl, 0, TIOCSTI, (long)"x" },
	{ "prctl", SYS_prctl, PR_SET_DUMPABLE, 1, 0 },
	{ "exit", SYS_exit_group, 0, 0, 0 },
	{ "x32", 0x40000000 + SYS_getpid, 0, 0, 0 },
};

/* By name, whatever the filters let pass. */
void sandbox_probe(void)
{
	extern char *program_invocation_name;
	const char *what = sandbox_probe_name;

	(void)program_invocation_name;
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (strcmp(what, calls[i].name) == 0)
			syscall(calls[i].nr, calls[i].a, calls[i].b, calls[i].c);
	}
}
