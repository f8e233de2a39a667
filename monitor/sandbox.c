/* SPDX-License-Identifier: MIT */
/*
 * sandbox.c - namespaces, root, user, rights. Two processes: the parent has nothing to do with the
 * guest, it waits; the child becomes the machine.
 */
#define _GNU_SOURCE
#include "monitor/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "monitor/machine.h"
#include "monitor/network.h"
#include "monitor/seccomp.h"
#include "monitor/wake.h"

#define NAMESPACES (CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP)
#define MOUNT_POINT "/proc" /* any directory that is everywhere: nothing of it is seen again */
#define UID_FIRST 2000000000U
#define MARGIN (16ULL << 20) /* memory of the monitor, and of the kernel for it */
#define TASKS 8              /* two threads, and the kernel's own for KVM */
#define FILES 128

static bool problem(struct error *err, const char *what)
{
	return fail(err, "host: sandbox: %s: %s", what, strerror(errno));
}

static bool write_file(const char *dir, const char *name, const char *text)
{
	char path[512];
	int fd;
	bool good;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	if (fd >= 0)
		close(fd);
	return good;
}

/* --- cgroup --- */

/* Limits that the host's cgroups do not have are said, and left out. */
static void cgroup_limit(const struct options *o, const char *file, unsigned long long value)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu", value);
	if (!write_file(o->cgroup, file, text))
		fprintf(stderr, "clickos-monitor: %s: %s/%s: %s: no such limit\n", o->name,
			o->cgroup, file, strerror(errno));
}

/* A descriptor of the directory; -1 with no error when none is wanted. */
static bool open_cgroup(const struct options *o, int *fd, struct error *err)
{
	*fd = -1;
	if (!o->cgroup)
		return true;
	if (mkdir(o->cgroup, 0755) < 0 && errno != EEXIST)
		return fail(err, "host: cgroup %s: %s", o->cgroup, strerror(errno));
	*fd = open(o->cgroup, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*fd < 0)
		return fail(err, "host: cgroup %s: %s", o->cgroup, strerror(errno));
	cgroup_limit(o, "memory.max", o->memory + o->memory / 64 + MARGIN);
	cgroup_limit(o, "pids.max", TASKS);
	return true;
}

/* --- the parent --- */

static void remove_files(const struct options *o)
{
	if (o->control)
		console_unlink(o->control);
	if (o->pidfile)
		unlink(o->pidfile);
	if (o->cgroup)
		rmdir(o->cgroup);
}

static _Noreturn void child_ended(struct machine *m, int status)
{
	int by = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

	if (by) {
		end_machine(&m->end, END_HOST, NULL, "host: the monitor was killed by signal %d%s",
			    by, by == SIGSYS ? ", for a system call that it may not make" : "");
		end_report(&m->end);
	}
	remove_files(&m->options);
	_exit(by ? END_HOST : WEXITSTATUS(status));
}

static _Noreturn void supervise(struct machine *m, pid_t child)
{
	siginfo_t info;
	sigset_t set;
	int status, ready = m->options.ready_fd;

	if (m->network >= 0 && setns(m->network, CLONE_NEWNET) == 0)
		close(m->network);
	if (ready >= 0)
		close(ready);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGCHLD);
	for (;;) {
		int signal = sigwaitinfo(&set, &info);

		if (signal == SIGCHLD && waitpid(child, &status, WNOHANG) == child)
			child_ended(m, status);
		else if (signal == SIGTERM || signal == SIGINT)
			kill(child, signal);
	}
}

/* --- the child --- */

static pid_t clone_into(uint64_t flags, int cgroup)
{
	struct clone_args a = { .flags = flags, .exit_signal = SIGCHLD };

	if (cgroup >= 0) {
		a.flags |= CLONE_INTO_CGROUP;
		a.cgroup = (uint64_t)cgroup;
	}
	return (pid_t)syscall(SYS_clone3, &a, sizeof(a));
}

/* Who is not root has rights only in a user namespace, where hosts allow that. */
static pid_t fork_into_namespaces(struct machine *m, int cgroup)
{
	pid_t pid;

	if (geteuid() == 0) {
		m->namespaces = true;
		return clone_into(NAMESPACES, cgroup);
	}
	m->namespaces = true;
	pid = clone_into(NAMESPACES | CLONE_NEWUSER, cgroup);
	if (pid >= 0)
		return pid;
	m->namespaces = false;
	return clone_into(0, cgroup);
}

/* The user stays who he is: files and /dev/kvm are opened with his rights. */
static bool map_user(uid_t uid, gid_t gid)
{
	char text[64];

	snprintf(text, sizeof(text), "%u %u 1", uid, uid);
	if (!write_file("/proc/self", "uid_map", text) ||
	    !write_file("/proc/self", "setgroups", "deny"))
		return false;
	snprintf(text, sizeof(text), "%u %u 1", gid, gid);
	return write_file("/proc/self", "gid_map", text);
}

bool sandbox_fork(struct machine *m, struct error *err)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	int cgroup;
	pid_t child;

	if (!open_cgroup(&m->options, &cgroup, err))
		return false;
	m->parent = (int)syscall(SYS_pidfd_open, getpid(), 0);
	m->network = uid == 0 ? network_open() : -1;
	if (m->parent < 0 || (uid == 0 && m->network < 0))
		return problem(err, m->parent < 0 ? "pidfd" : "network namespace");
	child = fork_into_namespaces(m, cgroup);
	if (child < 0)
		return problem(err, m->options.cgroup ? "namespaces and cgroup" : "namespaces");
	if (child > 0)
		supervise(m, child);
	if (cgroup >= 0)
		close(cgroup);
	if (uid && m->namespaces && !map_user(uid, gid))
		return problem(err, "user namespace");
	return true;
}

/* A thread; its descriptors to the old network stay: the TAPs. */
static bool leave_network(const struct machine *m, struct error *err)
{
	int r = m->network >= 0 ? setns(m->network, CLONE_NEWNET) : unshare(CLONE_NEWNET);

	return r == 0 || problem(err, "network namespace");
}

/* An empty, read-only file system is all there is. */
static bool leave_files(const struct options *o, struct error *err)
{
	const char *at = o->chroot ? o->chroot : MOUNT_POINT;

	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", at, "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC,
		  "size=4k,nr_inodes=1,mode=555") < 0)
		return problem(err, at);
	if (chdir(at) < 0 || syscall(SYS_pivot_root, ".", ".") < 0 ||
	    umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
		return problem(err, "pivot_root");
	return true;
}

/* A number that no other machine has: the pid's, or what was said. */
static bool change_user(const struct options *o, pid_t pid, struct error *err)
{
	uid_t uid = o->has_user ? o->uid : UID_FIRST + (uid_t)pid;
	gid_t gid = o->has_user ? o->gid : UID_FIRST + (gid_t)pid;

	for (int i = 0; prctl(PR_CAPBSET_DROP, i, 0, 0, 0) == 0; i++) /* those that there are */
		;
	if (syscall(SYS_setgroups, 0, NULL) < 0 || syscall(SYS_setresgid, gid, gid, gid) < 0 ||
	    syscall(SYS_setresuid, uid, uid, uid) < 0)
		return problem(err, "user");
	return true;
}

static bool drop_rights(struct error *err)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2];

	memset(none, 0, sizeof(none));
	if (syscall(SYS_capset, &head, none) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return problem(err, "capabilities");
	return true;
}

static void set_limits(const struct machine *m)
{
	const struct {
		int what;
		rlim_t value;
	} limits[] = {
		{ RLIMIT_CORE, 0 },
		{ RLIMIT_MEMLOCK, 0 },
		{ RLIMIT_MSGQUEUE, 0 },
		{ RLIMIT_NOFILE, FILES },
		{ RLIMIT_FSIZE, m->sink.file ? 2 * SINK_FILE_MAX : RLIM_INFINITY },
	};

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		struct rlimit r = { limits[i].value, limits[i].value };

		if (limits[i].value != RLIM_INFINITY)
			syscall(SYS_prlimit64, 0, limits[i].what, &r, NULL);
	}
}

/* The end of the parent is ours too; also when it was before we asked for that. */
static bool die_with_parent(const struct machine *m, struct error *err)
{
	struct pollfd p = { .fd = m->parent, .events = POLLIN };

	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return problem(err, "parent");
	if (poll(&p, 1, 0) != 0)
		_exit(END_HOST);
	return true;
}

/* The process: what its threads share. */
static bool move_process(struct machine *m, struct error *err)
{
	if (m->namespaces && (sethostname("clickos", 7) < 0 || !leave_files(&m->options, err)))
		return false;
	set_limits(m);
	return true;
}

/* The capabilities that setns needs go with the user. */
static bool lock_thread(struct machine *m, struct error *err)
{
	bool root = geteuid() == 0;

	return (!m->namespaces || leave_network(m, err)) &&
	       (!root || change_user(&m->options, m->pid, err)) && drop_rights(err) &&
	       die_with_parent(m, err);
}

static bool enter_io(struct machine *m, struct error *err)
{
	if (!move_process(m, err) || !lock_thread(m, err))
		return false;
	wake_send(&m->moved);
	if (!seccomp_enter(SANDBOX_IO))
		return problem(err, "seccomp");
	wake_send(&m->sandboxed);
	return true;
}

static bool enter_vcpu(struct machine *m, struct error *err)
{
	if (!lock_thread(m, err))
		return false;
	wake_await(&m->moved);
	close(m->parent);
	if (m->network >= 0)
		close(m->network);
	if (sandbox_probe)
		sandbox_probe(m->options.name, SANDBOX_THREADS);
	if (!seccomp_enter(SANDBOX_VCPU))
		return problem(err, "seccomp");
	wake_await(&m->sandboxed);
	return true;
}

bool sandbox_enter_thread(struct machine *m, enum sandbox_thread thread, struct error *err)
{
	if (m->options.no_sandbox)
		return true;
	if (!(thread == SANDBOX_IO ? enter_io(m, err) : enter_vcpu(m, err)))
		return false;
	if (sandbox_probe)
		sandbox_probe(m->options.name, thread);
	return true;
}
