/* SPDX-License-Identifier: MIT */
/* backend_kvm.c - a machine that is a virtual machine of KVM: one clickos-monitor each. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/image.h"
#include "cli/backend.h"
#include "cli/cgroup.h"
#include "cli/client.h"
#include "cli/file.h"
#include "cli/interrupt.h"
#include "cli/link.h"
#include "cli/say.h"

#define MONITOR "clickos-monitor"
#define START_MS 30000
#define HALF_MIB 512
#define LEAST_KIB (4 * 1024) /* as the monitor has it */

static bool usable(struct pool *pool, const char *image, struct text *why)
{
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC), error = errno;

	if (kvm < 0) {
		text_add(why, "/dev/kvm: %s\n%s", strerror(error),
			 error == ENOENT
				 ? "modprobe kvm_intel (or kvm_amd); in a VM, nested "
				   "virtualisation must be on"
				 : "be root, or in the group of /dev/kvm: chgrp kvm /dev/kvm; "
				   "chmod 660 /dev/kvm; usermod -aG kvm USER");
		return false;
	}
	close(kvm);
	if (!program_find(pool, MONITOR, "CLICKOS_MONITOR")) {
		text_add(why, "the program " MONITOR " is not here\n"
			      "make install, or CLICKOS_MONITOR=PATH");
		return false;
	}
	if (!image_is_here(pool, image, why))
		return false;
	text_add(why, "/dev/kvm works, monitor and image are here");
	return true;
}

/* Guests are made of halves of MiB. */
static bool check_memory(struct vm *vm)
{
	vm->memory = (vm->memory + HALF_MIB - 1) / HALF_MIB * HALF_MIB;
	if (vm->memory < LEAST_KIB) {
		vm->memory = LEAST_KIB;
		say("%s: 4 MiB of memory: with KVM it is 4 at least", vm->name);
	}
	return vm->memory <= IMAGE_RAM_MAX / 1024 ||
	       complain("%llu MiB of memory: a VM has 3072 MiB at most",
			(unsigned long long)(vm->memory / 1024));
}

static bool check(struct vm *vm)
{
	if (!check_memory(vm))
		return false;
	for (size_t i = 0; geteuid() != 0 && i < vm->nnets; i++) {
		struct link l;

		if (vm->net[i].kind == NET_NONE)
			continue;
		if (vm->net[i].kind == NET_TAP && link_get(vm->net[i].outer, &l) == 0)
			continue; /* made for us, perhaps; the monitor will see */
		complain("interface %s: only root can make TAP interfaces", vm->net[i].name);
		return advise("as root: ip tuntap add %s mode tap user $USER && ip link set %s up; "
			      "then --net %s=tap:%s",
			      vm->net[i].outer, vm->net[i].outer, vm->net[i].name,
			      vm->net[i].outer);
	}
	return true;
}

/* --- the monitor's command line --- */

struct words {
	struct pool *pool;
	const char **v;
	size_t n, cap;
};

static void add(struct words *w, const char *word)
{
	w->v = pool_grow(w->pool, w->v, w->n, &w->cap, sizeof(*w->v));
	w->v[w->n++] = word;
}

static void add_option(struct words *w, const char *option, const char *value)
{
	add(w, option);
	add(w, value);
}

static const char *net_words(struct pool *pool, const struct net *n)
{
	if (n->kind == NET_NONE)
		return "none";
	if (n->kind == NET_BRIDGE)
		return pool_printf(pool, "tap=%s,bridge=%s", n->outer, n->bridge);
	return pool_printf(pool, "tap=%s", n->outer);
}

static void add_nets(struct words *w, const struct vm *vm)
{
	for (size_t i = 0; i < vm->nnets; i++) {
		const struct net *n = &vm->net[i];

		add_option(w, "--net",
			   pool_printf(w->pool, "%s,%s,mac=%s", n->name, net_words(w->pool, n),
				       net_mac_text(w->pool, n->mac)));
	}
}

static const char *inside(const struct vm *vm, const char *file)
{
	return pool_printf(vm->pool, "%s/%s", vm->dir, file);
}

/* Root's machines run as nobody of this host; others stay who they are. */
static void add_sandbox(struct words *w, const struct vm *vm)
{
	const char *group = cgroup_path(vm);

	if (geteuid() == 0) {
		add_option(w, "--user",
			   pool_printf(w->pool, "%u:%u", backend_uid(vm), backend_uid(vm)));
		add_option(w, "--chroot", inside(vm, "root"));
	}
	if (group)
		add_option(w, "--cgroup", group);
}

static const char *const *command(struct vm *vm, int ready)
{
	struct words w = { .pool = vm->pool };
	struct text line = { 0 };

	backend_command_line(vm, &line);
	add(&w, program_find(vm->pool, MONITOR, "CLICKOS_MONITOR"));
	add_option(&w, "--name", vm->name);
	add_option(&w, "--image", image_find(vm->pool, vm->image));
	add_option(&w, "--memory",
		   pool_printf(vm->pool, "%llu%s", (unsigned long long)(vm->memory / 1024),
			       vm->memory % 1024 ? ".5" : ""));
	add_option(&w, "--cmdline", pool_cstr(vm->pool, text_as_str(&line)));
	add_option(&w, "--module", inside(vm, "module"));
	add_nets(&w, vm);
	add_option(&w, "--console", inside(vm, "console.log"));
	add_option(&w, "--control", inside(vm, "control"));
	add_option(&w, "--report", inside(vm, "report"));
	add_option(&w, "--ready-fd", pool_printf(vm->pool, "%d", ready));
	add_sandbox(&w, vm);
	add(&w, NULL);
	text_fini(&line);
	return w.v;
}

/* --- starting --- */

static bool write_module(struct vm *vm)
{
	struct text t = { 0 };
	bool ok = backend_archive(vm, &t);
	int r = ok ? file_replace_at(vm->fd, "module", t.p, t.n, 0644) : 0;

	text_fini(&t);
	if (r < 0)
		return complain("%s/module: %s", vm->dir, strerror(-r));
	return ok;
}

static _Noreturn void monitor(const struct vm *vm, const char *const argv[], int gate)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int log = openat(vm->fd, "monitor.log", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	setsid();
	interrupt_release();
	dup2(null, 0);
	dup2(log, 1);
	dup2(log, 2);
	signal(SIGPIPE, SIG_DFL);
	if (!gate_wait(gate))
		_exit(2);
	execv(argv[0], (char *const *)(uintptr_t)argv);
	fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
	_exit(2);
}

/* What the monitor said, when it ended before the guest was ready. */
static bool not_ready(struct vm *vm, int r)
{
	struct text why = { 0 }, log = { 0 };

	if (r == 0)
		return complain("VM `%s' is not ready after %d s: clickos logs %s", vm->name,
				START_MS / 1000, vm->name);
	process_wait(&vm->main, 1000);
	vm_state(vm, &why);
	file_read_at(vm->fd, "monitor.log", &log);
	complain("VM `%s' ended as it started: %.*s", vm->name, STR(text_as_str(&why)));
	/* Mostly it is the report once more. */
	if (!why.n || !log.n || !strstr(log.p, why.p))
		fprintf(stderr, "%.*s", STR(text_as_str(&log)));
	text_fini(&why);
	text_fini(&log);
	return false;
}

static bool wait_ready(struct vm *vm, int fd)
{
	enum { READY, SIGNAL, FDS };
	struct pollfd p[FDS] = { [READY] = { .fd = fd, .events = POLLIN },
				 [SIGNAL] = { .fd = interrupt_fd(), .events = POLLIN } };
	int r = poll(p, FDS, START_MS);
	char c;

	close(p[SIGNAL].fd);
	if (p[READY].revents)
		return read(fd, &c, 1) == 1 || not_ready(vm, r);
	return p[SIGNAL].revents ? complain("VM `%s': interrupted as it started", vm->name)
				 : not_ready(vm, r);
}

static bool start(struct vm *vm)
{
	const char *const *argv;
	int ready[2], gate;
	pid_t pid;
	bool ok;

	if (!image_find(vm->pool, vm->image) || !program_find(vm->pool, MONITOR, "CLICKOS_MONITOR"))
		return complain("the image or " MONITOR " is not here any more");
	if (!write_module(vm))
		return false;
	if (mkdirat(vm->fd, "root", 0755) < 0 && errno != EEXIST)
		return complain("%s/root: %s", vm->dir, strerror(errno));
	if (pipe2(ready, O_CLOEXEC) < 0)
		return complain("%s", strerror(errno));
	argv = command(vm, ready[1]);
	pid = process_fork(&gate);
	if (pid == 0) {
		fcntl(ready[1], F_SETFD, 0);
		monitor(vm, argv, gate);
	}
	close(ready[1]);
	ok = pid > 0 && vm_started(vm, pid, 0);
	if (pid > 0)
		gate_open(gate);
	ok = ok && wait_ready(vm, ready[0]);
	close(ready[0]);
	return ok && client_check_all(vm);
}

/* Its TAPs go with the process that the monitor has in the sandbox: when the monitor was killed, a
 * moment after it. */
static void wait_for_taps(struct vm *vm)
{
	struct link link;
	int tries = 20000; /* of a millisecond */

	for (unsigned i = 0; i < vm->nnets; i++) {
		const char *tap = net_outer(vm->pool, vm->name, i);

		if (!vm->net[i].outer || strcmp(vm->net[i].outer, tap) != 0)
			continue; /* it is the host's, and stays */
		while (link_get(tap, &link) == 0 && tries-- > 0)
			usleep(1000);
	}
}

/* The archive is read when it starts. */
static void clean(struct vm *vm)
{
	wait_for_taps(vm);
	unlinkat(vm->fd, "module", 0);
}

const struct backend backend_kvm = {
	.name = "kvm",
	.purpose = "each VM the image in a monitor of its own",
	.usable = usable,
	.check = check,
	.start = start,
	.clean = clean,
};
