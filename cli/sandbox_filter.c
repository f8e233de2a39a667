/* SPDX-License-Identifier: MIT */
/* sandbox_filter.c - the system calls that are left to the process back end's `click'. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "cli/command.h"
#include "cli/sandbox.h"

static const char *const allowed[] = {
	/* memory */
	"brk",
	"mmap",
	"munmap",
	"mprotect",
	"mremap",
	"madvise",
	"mlock",
	"munlock",
	/* files */
	"read",
	"write",
	"readv",
	"writev",
	"pread64",
	"pwrite64",
	"open",
	"openat",
	"close",
	"fstat",
	"stat",
	"lstat",
	"newfstatat",
	"statx",
	"lseek",
	"ftruncate",
	"fsync",
	"fdatasync",
	"access",
	"faccessat",
	"faccessat2",
	"unlink",
	"unlinkat",
	"rename",
	"renameat",
	"renameat2",
	"mkdir",
	"mkdirat",
	"rmdir",
	"chdir",
	"fchdir",
	"fstatfs",
	"statfs",
	"getdents64",
	"getcwd",
	"readlink",
	"readlinkat",
	"dup",
	"dup2",
	"dup3",
	"pipe",
	"pipe2",
	"fcntl",
	"umask",
	"chmod",
	"fchmod",
	"fchmodat",
	"fadvise64",
	/* waiting */
	"poll",
	"ppoll",
	"select",
	"pselect6",
	"epoll_create1",
	"epoll_ctl",
	"epoll_wait",
	"epoll_pwait",
	"epoll_pwait2",
	"eventfd2",
	"timerfd_create",
	"timerfd_settime",
	"timerfd_gettime",
	"nanosleep",
	"clock_nanosleep",
	"pause",
	"restart_syscall",
	/* clocks, threads, signals */
	"clock_gettime",
	"clock_getres",
	"gettimeofday",
	"time",
	"times",
	"getrusage",
	"futex",
	"set_robust_list",
	"get_robust_list",
	"rseq",
	"set_tid_address",
	"arch_prctl",
	"gettid",
	"getpid",
	"getppid",
	"getuid",
	"geteuid",
	"getgid",
	"getegid",
	"getrandom",
	"sysinfo",
	"uname",
	"getcpu",
	"sched_yield",
	"sched_getaffinity",
	"sched_setaffinity",
	"prlimit64",
	"getrlimit",
	"membarrier",
	"rt_sigaction",
	"rt_sigprocmask",
	"rt_sigreturn",
	"rt_sigtimedwait",
	"sigaltstack",
	"tgkill",
	"exit",
	"exit_group",
	/* sockets, of the families below */
	"bind",
	"listen",
	"accept",
	"accept4",
	"connect",
	"shutdown",
	"sendto",
	"recvfrom",
	"sendmsg",
	"recvmsg",
	"sendmmsg",
	"recvmmsg",
	"setsockopt",
	"getsockopt",
	"getsockname",
	"getpeername",
};

static int allow_names(scmp_filter_ctx f)
{
	for (size_t i = 0; i < COUNT_OF(allowed); i++) {
		int number = seccomp_syscall_resolve_name(allowed[i]), r;

		if (number == __NR_SCMP_ERROR)
			continue; /* this machine does not have it */
		r = seccomp_rule_add(f, SCMP_ACT_ALLOW, number, 0);
		if (r < 0)
			return r;
	}
	return 0;
}

static int allow_sockets(scmp_filter_ctx f)
{
	static const unsigned families[] = { AF_UNIX, AF_INET, AF_PACKET };

	for (size_t i = 0; i < COUNT_OF(families); i++) {
		int r = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
					 SCMP_A0(SCMP_CMP_EQ, families[i], 0));

		if (r < 0)
			return r;
	}
	/* Names and addresses of interfaces; not the kernel's packet filters, a large thing to attack. */
	if (seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(socket), 2,
			     SCMP_A0(SCMP_CMP_EQ, AF_NETLINK, 0),
			     SCMP_A2(SCMP_CMP_EQ, NETLINK_ROUTE, 0)) < 0)
		return -EINVAL;
	return seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(socketpair), 1,
				SCMP_A0(SCMP_CMP_EQ, AF_UNIX, 0));
}

/* Threads yes, processes no; clone3 hides its flags in memory, and libraries do without it. The
 * program itself is run once, from a descriptor that closes as it starts. */
static int allow_some(scmp_filter_ctx f, int program)
{
	unsigned long ioctls[] = { FIONREAD, FIONBIO };
	int r = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
				 SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));

	if (r == 0)
		r = seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	if (r == 0)
		r = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(execveat), 2,
				     SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)program, 0),
				     SCMP_A4(SCMP_CMP_EQ, AT_EMPTY_PATH, 0));
	/* Those of sockets: names, addresses, states of interfaces. */
	if (r == 0)
		r = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
				     SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffff00, 0x8900));
	for (size_t i = 0; r == 0 && i < COUNT_OF(ioctls); i++)
		r = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
				     SCMP_A1(SCMP_CMP_EQ, ioctls[i], 0));
	return r;
}

int sandbox_filter(int program)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int r = f ? allow_names(f) : -ENOMEM;

	if (r == 0)
		r = allow_sockets(f);
	if (r == 0)
		r = allow_some(f, program);
	/* A tree, as most calls are read and write of a busy loop. */
	if (r == 0)
		r = seccomp_attr_set(f, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (r == 0)
		r = seccomp_load(f);
	seccomp_release(f);
	return r;
}
