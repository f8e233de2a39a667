/* SPDX-License-Identifier: MIT */
/*
 * probe.c - what somebody finds who runs code of his own in the monitor: linked into a monitor for
 * tests. The machine's name says what he does: `look' prints what there is to be seen before the
 * system calls are locked; vcpu-CALL and io-CALL make a system call in that thread afterwards.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bits.h"
#include "monitor/sandbox.h"

static const struct {
	const char *name;
	long nr, a, b, c;
} calls[] = {
	{ "open", SYS_open, (long)"/", O_RDONLY, 0 },
	{ "openat", SYS_openat, AT_FDCWD, (long)"/", O_RDONLY },
	{ "execve", SYS_execve, (long)"/bin/sh", 0, 0 },
	{ "clone", SYS_clone, 0, 0, 0 },
	{ "kill", SYS_kill, 1, 0, 0 },
	{ "ptrace", SYS_ptrace, PTRACE_TRACEME, 0, 0 },
	{ "socket", SYS_socket, AF_UNIX, SOCK_STREAM, 0 },
	{ "mmap", SYS_mmap, 0, 4096, PROT_EXEC | PROT_READ },
	{ "mprotect", SYS_mprotect, 4096, 4096, PROT_EXEC },
	{ "setuid", SYS_setuid, 0, 0, 0 },
	{ "ioctl", SYS_ioctl, 0, TIOCSTI, (long)"x" },
	{ "prctl", SYS_prctl, PR_SET_DUMPABLE, 1, 0 },
	{ "x32", 0x40000000 + SYS_write, 1, (long)"x", 1 },
};

static void look_at_files(void)
{
	DIR *d = opendir("/");
	struct dirent *e;

	while (d && (e = readdir(d)))
		printf("file %s\n", e->d_name);
	if (d)
		closedir(d);
	printf("create %s\n",
	       open("/x", O_CREAT | O_WRONLY, 0600) < 0 ? strerrorname_np(errno) : "yes");
	printf("parent %s\n",
	       open("/../../../etc/passwd", O_RDONLY) < 0 ? strerrorname_np(errno) : "yes");
}

static void look_at_network(void)
{
	struct if_nameindex *all = if_nameindex();

	for (struct if_nameindex *i = all; i && i->if_name; i++)
		printf("interface %s\n", i->if_name);
	if_freenameindex(all);
}

/* Of all processes this one finds only itself; its threads have numbers, too. */
static void look_at_processes(void)
{
	printf("pid %d parent %d\n", (int)getpid(), (int)getppid());
	for (int pid = 2; pid < 100000; pid++) {
		if (syscall(SYS_tgkill, getpid(), pid, 0) == 0)
			continue;
		if (kill(pid, 0) == 0 || errno != ESRCH) {
			printf("process %d\n", pid);
			break;
		}
	}
}

static void look_at_rights(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[2] = { { .effective = 1 } };
	char name[64] = "";

	syscall(SYS_capget, &head, caps);
	gethostname(name, sizeof(name));
	printf("capabilities %x %x\n", caps[0].effective | caps[0].permitted,
	       caps[1].effective | caps[1].permitted);
	printf("root %s\n", getuid() == 0 || geteuid() == 0 || getgid() == 0 ? "yes" : "no");
	printf("becomes root %s\n", syscall(SYS_setuid, 0) == 0 ? "yes" : strerrorname_np(errno));
	printf("host %s\n", name);
	printf("privileges %s\n", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? "never" : "maybe");
}

static void make_call(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
		if (strcmp(name, calls[i].name) == 0)
			syscall(calls[i].nr, calls[i].a, calls[i].b, calls[i].c);
	}
}

void sandbox_probe(const char *name, enum sandbox_thread thread)
{
	if (thread == SANDBOX_THREADS && strcmp(name, "look") == 0) {
		look_at_files();
		look_at_network();
		look_at_processes();
		look_at_rights();
		fflush(stdout);
	}
	if (thread == SANDBOX_VCPU && strncmp(name, "vcpu-", 5) == 0)
		make_call(name + 5);
	if (thread == SANDBOX_IO && strncmp(name, "io-", 3) == 0)
		make_call(name + 3);
}
