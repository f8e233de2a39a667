/* SPDX-License-Identifier: MIT */
/*
 * backend_process.c - a machine that is a Linux process: `click' in a sandbox, and in front of it a
 * supervisor, a fork of this command that makes its interfaces, waits for its end, and writes the
 * report. Each ends with the other.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/backend.h"
#include "cli/cgroup.h"
#include "cli/client.h"
#include "cli/file.h"
#include "cli/interrupt.h"
#include "cli/link.h"
#include "cli/sandbox.h"
#include "cli/say.h"

#define PROGRAM "click"
#define OWN_KIB (128 * 1024) /* libraries, stacks, rings: what is no packet memory */

/* --- can it --- */

/* Debian's and Ubuntu's switches for namespaces of users who are not root. */
static bool users_may(struct text *why)
{
	struct text t = { 0 };
	bool may = true;

	if (file_read_at(AT_FDCWD, "/proc/sys/kernel/unprivileged_userns_clone", &t) == 0)
		may = !str_starts(text_as_str(&t), "0");
	text_fini(&t);
	if (!may)
		text_add(why, "users may not make namespaces\n"
			      "sysctl -w kernel.unprivileged_userns_clone=1, or be root");
	return may;
}

/* In a child, because there is no way back. 0, or what the kernel says against it. */
static int try_user_namespace(void)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(unshare(CLONE_NEWUSER) == 0 ? 0 : errno);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
}

static bool usable(struct pool *pool, const char *image, struct text *why)
{
	int error;

	(void)image;
	if (!program_find(pool, PROGRAM, "CLICKOS_CLICK")) {
		text_add(why, "the program `click' is not here\n"
			      "make install, or CLICKOS_CLICK=PATH");
		return false;
	}
	if (access("/proc/self/ns/user", F_OK) < 0) {
		text_add(why, "the kernel has no user namespaces\n"
			      "a kernel with CONFIG_USER_NS");
		return false;
	}
	if (geteuid() != 0 && !users_may(why))
		return false;
	error = try_user_namespace();
	if (error) {
		text_add(why,
			 "no user namespace can be made: %s\n"
			 "there are none in a chroot; sysctl -w user.max_user_namespaces=10000",
			 strerror(error));
		return false;
	}
	text_add(why, "click in a sandbox of namespaces and seccomp");
	return true;
}

static bool check(struct vm *vm)
{
	for (size_t i = 0; i < vm->nnets; i++) {
		struct link l;

		if (geteuid() != 0 && vm->net[i].kind != NET_NONE) {
			complain("interface %s: only root can connect it to the host",
				 vm->net[i].name);
			return advise("be root, or: --net %s=none", vm->net[i].name);
		}
		if (vm->net[i].kind == NET_TAP && link_get(vm->net[i].outer, &l) == 0 &&
		    strncmp(l.alias, "clickos:", 8) != 0) {
			complain("there is an interface %s already", vm->net[i].outer);
			return advise("--net %s=tap:ANOTHER, or: ip link del %s", vm->net[i].name,
				      vm->net[i].outer);
		}
	}
	return true;
}

/* --- interfaces --- */

/* The host's end of one that has ended may take a moment to go with its namespace. */
static int make_pair(const struct link_pair *p, const char *alias)
{
	struct link l;
	int r = link_make_pair(p);

	for (int tries = 0; r == -EEXIST && tries < 100; tries++) {
		if (link_get(p->outer, &l) == 0 && strcmp(l.alias, alias) != 0)
			return r;
		link_delete(p->outer);
		usleep(10000);
		r = link_make_pair(p);
	}
	return r == 0 ? link_set_alias(p->outer, alias) : r;
}

static bool connect_net(struct vm *vm, const struct net *n, int netns)
{
	struct link_pair pair = {
		.outer = n->outer, .inner = n->name, .mac = n->mac, .netns = netns
	};
	struct link bridge;
	int r;

	if (n->kind == NET_NONE)
		return true;
	if (n->kind == NET_BRIDGE) {
		if (link_get(n->bridge, &bridge) < 0) {
			complain("interface %s: there is no bridge %s", n->name, n->bridge);
			return advise("ip link add %s type bridge && ip link set %s up", n->bridge,
				      n->bridge);
		}
		pair.bridge = bridge.index;
	}
	r = make_pair(&pair, pool_printf(vm->pool, "clickos:%s", vm->name));
	return r == 0 || complain("interface %s (%s): %s", n->name, n->outer, strerror(-r));
}

static void set_sysctl(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return; /* a kernel without IPv6 */
	file_write_fd(fd, value, strlen(value));
	close(fd);
}

/* In a process of its own, inside of the machine's network: its kernel side stays silent, and all
 * interfaces are up. */
static int arrange_inside(struct vm *vm, pid_t pid)
{
	if (!sandbox_enter_net(pid))
		return -errno;
	set_sysctl("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1");
	set_sysctl("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
	link_up("lo");
	for (size_t i = 0; i < vm->nnets; i++) {
		const struct net *n = &vm->net[i];
		struct link_pair pair = { .outer = pool_printf(vm->pool, "none.%zu", i),
					  .inner = n->name,
					  .mac = n->mac,
					  .netns = -1 };
		int r = n->kind == NET_NONE ? link_make_pair(&pair) : 0;

		if (r == 0)
			r = link_up(n->name);
		if (r < 0)
			return r;
	}
	return 0;
}

static bool make_nets(struct vm *vm, pid_t pid)
{
	char path[64];
	bool ok = true;
	int netns, status = 0;
	pid_t helper;

	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)pid);
	netns = open(path, O_RDONLY | O_CLOEXEC);
	for (size_t i = 0; ok && i < vm->nnets; i++)
		ok = connect_net(vm, &vm->net[i], netns);
	if (netns >= 0)
		close(netns);
	if (!ok)
		return false;
	helper = fork();
	if (helper == 0)
		_exit(-arrange_inside(vm, pid));
	if (helper < 0 || waitpid(helper, &status, 0) < 0 || status != 0)
		return complain("the interfaces inside: %s", strerror(WEXITSTATUS(status)));
	return true;
}

static void clean(struct vm *vm)
{
	const char *alias = pool_printf(vm->pool, "clickos:%s", vm->name);
	struct link l;

	for (size_t i = 0; i < vm->nnets; i++)
		if (vm->net[i].outer && link_get(vm->net[i].outer, &l) == 0 &&
		    strcmp(l.alias, alias) == 0)
			link_delete(vm->net[i].outer);
}

/* --- the supervisor --- */

static void supervise(struct vm *vm, pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	clean(vm);
	if (WIFSIGNALED(status))
		vm_report(vm, pool_printf(vm->pool, "click was ended by signal %d (%s)",
					  WTERMSIG(status), strsignal(WTERMSIG(status))));
	else if (WEXITSTATUS(status) != 0)
		vm_report(vm,
			  pool_printf(vm->pool, "click ended with status %d", WEXITSTATUS(status)));
	else
		vm_report(vm, "poweroff");
}

enum { DIR_FD = 3, GATE_FD }; /* what the supervisor has open */

/* Away from the terminal and from all that the command has open, the machine's lock above all;
 * messages go to tell as long as there is anybody. */
static void detach(struct vm *vm, int tell, int gate)
{
	int null = open("/dev/null", O_RDWR), dir = open(vm->dir, O_RDONLY | O_DIRECTORY);

	gate = fcntl(gate, F_DUPFD, 64); /* out of the way */

	setsid();
	dup2(tell, 2);
	dup2(null, 0);
	dup2(null, 1);
	dup2(dir, DIR_FD);
	dup3(gate, GATE_FD, O_CLOEXEC);
	process_close_from(GATE_FD + 1);
	fcntl(DIR_FD, F_SETFD, FD_CLOEXEC);
	vm->fd = DIR_FD;
	prctl(PR_SET_NAME, "clickos-super");
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	interrupt_release();
}

static void stop_telling(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	dup2(null, 2);
	close(null);
}

static _Noreturn void supervisor(struct vm *vm, struct sandbox *s, int tell, int gate)
{
	pid_t pid;

	detach(vm, tell, gate);
	s->state = vm->fd;
	pid = sandbox_start(s);
	if (pid < 0 || !make_nets(vm, pid)) {
		if (pid < 0)
			complain("the sandbox could not be made: its console says why");
		else
			kill(pid, SIGKILL);
		clean(vm);
		_exit(1);
	}
	cgroup_enter(vm, pid);
	/* The answer to the command that waits: a line that is no message. */
	dprintf(2, "=%d\n", (int)pid);
	stop_telling();
	if (!gate_wait(GATE_FD)) {
		kill(pid, SIGKILL);
		clean(vm);
		_exit(1);
	}
	close(GATE_FD);
	sandbox_release(s);
	supervise(vm, pid);
	_exit(0);
}

/* --- starting --- */

static bool prepare(struct vm *vm, struct sandbox *s)
{
	unsigned uid = geteuid() == 0 ? backend_uid(vm) : geteuid();
	const char **argv = pool_alloc(vm->pool, (vm->nvars + 2 * vm->nnets + 6) * sizeof(*argv));
	size_t n = 0;

	argv[n++] = PROGRAM;
	argv[n++] = "--control";
	argv[n++] = SANDBOX_CONTROL;
	argv[n++] = "--files";
	argv[n++] = "/";
	for (size_t i = 0; i < vm->nnets; i++) {
		argv[n++] = "--device";
		argv[n++] = pool_printf(vm->pool, "%zu=%s", i, vm->net[i].name);
	}
	for (size_t i = 0; i < vm->nvars; i++)
		argv[n++] = pool_printf(vm->pool, "%.*s=%.*s", STR(vm->var[i].name),
					STR(vm->var[i].value));
	*s = (struct sandbox){
		.pool = vm->pool,
		.program = program_find(vm->pool, PROGRAM, "CLICKOS_CLICK"),
		.argv = argv,
		.dir = vm->dir,
		.state = vm->fd,
		.file = vm->file,
		.nfiles = vm->nfiles,
		.uid = uid,
		.memory = vm->memory + OWN_KIB,
	};
	if (!s->program)
		return complain("the program `click' is not here any more");
	tree_remove_at(vm->fd, "run");
	if ((mkdirat(vm->fd, "root", 0755) < 0 && errno != EEXIST) ||
	    mkdirat(vm->fd, "run", 0700) < 0 ||
	    (geteuid() == 0 && fchownat(vm->fd, "run", uid, uid, 0) < 0))
		return complain("%s: %s", vm->dir, strerror(errno));
	unlinkat(vm->fd, "control", 0);
	if (symlinkat("run/control", vm->fd, "control") < 0)
		return complain("%s/control: %s", vm->dir, strerror(errno));
	return sandbox_libraries(s);
}

/* What the supervisor says: messages, which are passed on, and the number of the process. */
static pid_t hear(int fd)
{
	struct text t = { 0 };
	struct str rest;
	uint32_t pid = 0;

	file_read_fd(fd, &t);
	for (rest = text_as_str(&t); rest.n;) {
		size_t end = str_find(rest, '\n');
		struct str line = str_first(rest, end);

		rest = str_from(rest, end + 1);
		if (!str_char(&line, '=') || !str_decimal(&line, &pid))
			fprintf(stderr, "%.*s\n", STR(line));
	}
	text_fini(&t);
	return (pid_t)pid;
}

static bool start(struct vm *vm)
{
	struct sandbox s;
	pid_t main_pid, pid;
	int tell[2], gate;
	bool ok;

	if (!prepare(vm, &s))
		return false;
	if (pipe2(tell, O_CLOEXEC) < 0)
		return complain("%s", strerror(errno));
	main_pid = process_fork(&gate);
	if (main_pid == 0)
		supervisor(vm, &s, tell[1], gate);
	close(tell[1]);
	pid = hear(tell[0]);
	close(tell[0]);
	if (main_pid < 0)
		return complain("%s", strerror(errno));
	ok = pid != 0 && vm_started(vm, main_pid, pid);
	gate_open(gate);
	return ok && client_wait(vm) && sandbox_strip(&s, pid) && client_install_all(vm);
}

static void end(struct vm *vm)
{
	process_kill(&vm->guest, SIGKILL);
}

const struct backend backend_process = {
	.name = "process",
	.purpose = "each VM a Linux process in a sandbox",
	.usable = usable,
	.check = check,
	.start = start,
	.kill = end,
	.clean = clean,
};
