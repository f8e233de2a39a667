/* SPDX-License-Identifier: MIT */
/*
 * backend_xen.c - a machine that is a Xen domain. What needs Xen's libraries is in a program of its
 * own, clickos-xen: it makes and destroys domains, and one of it for each domain stands between the
 * Xen store and the control socket, writes the console's log, and ends with the domain.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/backend.h"
#include "cli/client.h"
#include "cli/file.h"
#include "cli/interrupt.h"
#include "cli/say.h"

#define HELPER "clickos-xen"
#define LEAST_KIB (3 * 1024) /* room for the image and two interfaces */
#define MIB 1024U

static bool usable(struct pool *pool, const char *image, struct text *why)
{
	struct text t = { 0 };
	bool dom0 = file_read_at(AT_FDCWD, "/proc/xen/capabilities", &t) == 0 &&
		    str_starts(text_as_str(&t), "control_d");

	text_fini(&t);
	if (!dom0) {
		text_add(why, "this is no Xen dom0\n"
			      "boot the host with Xen (Debian: xen-system-amd64), then "
			      "mount -t xenfs none /proc/xen");
		return false;
	}
	if (!program_find(pool, HELPER, "CLICKOS_XEN")) {
		text_add(why, "the program " HELPER " is not here\n"
			      "apt install libxen-dev, then build and install again");
		return false;
	}
	if (!image_is_here(pool, image, why))
		return false;
	text_add(why, "this is a Xen dom0");
	return true;
}

static bool check(struct vm *vm)
{
	for (size_t i = 0; i < vm->nnets; i++)
		if (vm->net[i].kind != NET_BRIDGE) {
			complain("interface %s: on Xen an interface needs a bridge",
				 vm->net[i].name);
			return advise("ip link add br0 type bridge && ip link set br0 up; then "
				      "--net %s=bridge:br0",
				      vm->net[i].name);
		}
	if (vm->memory < LEAST_KIB || vm->memory % MIB) {
		/* Xen's libraries fail where the last MiB is not whole. */
		vm->memory = vm->memory < LEAST_KIB ? LEAST_KIB : (vm->memory / MIB + 1) * MIB;
		say("%s: %llu MiB of memory: Xen gives whole MiB, and 3 at least", vm->name,
		    (unsigned long long)(vm->memory / MIB));
	}
	return true;
}

/* --- the helper --- */

static const char *helper(struct vm *vm)
{
	return program_find(vm->pool, HELPER, "CLICKOS_XEN");
}

static const char *inside(const struct vm *vm, const char *file)
{
	return pool_printf(vm->pool, "%s/%s", vm->dir, file);
}

/* Runs it and takes what it prints; false after passing its complaint on. */
static bool ask(const char *const argv[], struct text *out)
{
	int r = process_run(argv, out);

	if (r == 0)
		return true;
	if (r < 0)
		return complain("%s: %s", argv[0], strerror(-r));
	fprintf(stderr, "%.*s", STR(text_as_str(out)));
	return false;
}

/* The number of the new domain, or -1 after a complaint. */
static int create(struct vm *vm)
{
	const char **argv = pool_alloc(vm->pool, (16 + 2 * vm->nnets) * sizeof(*argv));
	struct text line = { 0 }, out = { 0 };
	int domain = -1;
	size_t n = 0;

	backend_command_line(vm, &line);
	argv[n++] = helper(vm);
	argv[n++] = "create";
	argv[n++] = "--name";
	argv[n++] = vm->name;
	argv[n++] = "--image";
	argv[n++] = image_find(vm->pool, vm->image);
	argv[n++] = "--memory";
	argv[n++] = pool_printf(vm->pool, "%llu", (unsigned long long)vm->memory);
	argv[n++] = "--cmdline";
	argv[n++] = pool_cstr(vm->pool, text_as_str(&line));
	argv[n++] = "--module";
	argv[n++] = inside(vm, "module");
	for (size_t i = 0; i < vm->nnets; i++) {
		argv[n++] = "--net";
		argv[n++] = pool_printf(vm->pool, "bridge=%s,vif=%s,mac=%s", vm->net[i].bridge,
					vm->net[i].outer, net_mac_text(vm->pool, vm->net[i].mac));
	}
	if (ask(argv, &out))
		domain = atoi(out.p);
	text_fini(&line);
	text_fini(&out);
	return domain;
}

static pid_t relay(struct vm *vm, int domain)
{
	const char *argv[] = { helper(vm),
			       "control",
			       "--console",
			       inside(vm, "console.log"),
			       "--report",
			       inside(vm, "report"),
			       pool_printf(vm->pool, "%d", domain),
			       inside(vm, "control"),
			       NULL };
	int null, log;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid != 0)
		return pid;
	null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	log = openat(vm->fd, "monitor.log", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	setsid();
	interrupt_release();
	dup2(null, 0);
	dup2(log, 1);
	dup2(log, 2);
	signal(SIGPIPE, SIG_DFL);
	execv(argv[0], (char *const *)(uintptr_t)argv);
	_exit(2);
}

static bool start(struct vm *vm)
{
	struct text t = { 0 };
	int domain = -1, r;
	pid_t pid;

	if (!helper(vm) || !image_find(vm->pool, vm->image))
		return complain("the image or " HELPER " is not here any more");
	if (backend_archive(vm, &t)) {
		r = file_replace_at(vm->fd, "module", t.p, t.n, 0644);
		if (r == 0)
			domain = create(vm);
		else
			complain("%s/module: %s", vm->dir, strerror(-r));
	}
	text_fini(&t);
	if (domain < 0)
		return false;
	pid = relay(vm, domain);
	return pid > 0 && vm_started(vm, pid, 0) && client_check_all(vm);
}

/* Only a domain that has our node in the store is destroyed. */
static void destroy(struct vm *vm)
{
	const char *const argv[] = { helper(vm), "destroy", "--if-there", vm->name, NULL };
	struct text out = { 0 };

	if (argv[0])
		ask(argv, &out);
	text_fini(&out);
}

static void clean(struct vm *vm)
{
	destroy(vm);
	unlinkat(vm->fd, "module", 0);
}

const struct backend backend_xen = {
	.name = "xen",
	.purpose = "each VM the image in a domain of Xen",
	.usable = usable,
	.check = check,
	.start = start,
	.kill = destroy,
	.clean = clean,
};
