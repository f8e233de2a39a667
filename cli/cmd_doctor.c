/* SPDX-License-Identifier: MIT */
/* cmd_doctor.c - clickos doctor: what this host can do, what is missing, and what helps. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "abi/control.h"
#include "cli/backend.h"
#include "cli/cgroup.h"
#include "cli/commands.h"
#include "cli/file.h"
#include "cli/link.h"
#include "cli/vm_json.h"

enum { JSON };

static const struct cli_option options[] = {
	{ "json", 0, NULL, "print it as JSON" },
	{ 0 },
};

struct visit {
	struct pool *pool;
	struct json_object *backends, *host;
	bool json;
	unsigned working;
};

/* A finding: its first line, and what helps, on the lines after it. */
static void show(struct visit *v, struct json_object *into, const char *name, bool ok,
		 const char *text)
{
	struct str rest = str_of(text);
	struct str first = str_first(rest, str_find(rest, '\n'));
	struct json_object *o = json_object_new_object();

	rest = str_from(rest, first.n + 1);
	json_set(o, "name", name);
	json_object_object_add(o, "ok", json_object_new_boolean(ok));
	json_set_str(o, "text", first);
	if (rest.n)
		json_set_str(o, "remedy", rest);
	json_object_array_add(into, o);
	if (v->json)
		return;
	printf("  %-8s %-18s %.*s\n", ok ? "ok" : "missing", name, STR(first));
	if (rest.n)
		printf("  %-8s   try: %.*s\n", "", STR(rest));
}

static void visit_backends(struct visit *v)
{
	if (!v->json)
		printf("Back ends:\n");
	for (size_t i = 0; backends[i]; i++) {
		struct text t = { 0 };
		bool ok = backends[i]->usable(v->pool, NULL, &t);

		v->working += ok;
		show(v, v->backends, backends[i]->name, ok, pool_cstr(v->pool, text_as_str(&t)));
		text_fini(&t);
	}
}

/* --- the host --- */

static void visit_path(struct visit *v, const char *name, const char *found, const char *remedy)
{
	show(v, v->host, name, found != NULL,
	     found ? found : pool_printf(v->pool, "not found\n%s", remedy));
}

static void visit_programs(struct visit *v)
{
	visit_path(v, "image", image_find(v->pool, NULL),
		   "make install, or CLICKOS_IMAGE=PATH of clickos.elf");
	visit_path(v, "clickos-monitor",
		   program_find(v->pool, "clickos-monitor", "CLICKOS_MONITOR"),
		   "make install, or CLICKOS_MONITOR=PATH");
	visit_path(v, "click", program_find(v->pool, "click", "CLICKOS_CLICK"),
		   "make install, or CLICKOS_CLICK=PATH");
	visit_path(v, "clickos-xen", program_find(v->pool, "clickos-xen", "CLICKOS_XEN"),
		   "apt install libxen-dev, then make install; only needed on Xen");
}

static void visit_device(struct visit *v, const char *path, const char *remedy)
{
	int fd = open(path, O_RDWR | O_CLOEXEC), error = errno;

	if (fd >= 0)
		close(fd);
	show(v, v->host, path, fd >= 0,
	     fd >= 0 ? "can be opened"
		     : pool_printf(v->pool, "%s\n%s", strerror(error),
				   error == ENOENT ? remedy : "be root, or be in its group"));
}

static void visit_bridges(struct visit *v)
{
	struct if_nameindex *all = if_nameindex();
	struct text t = { 0 };

	for (struct if_nameindex *i = all; i && i->if_index; i++)
		if (link_is_bridge(i->if_name))
			text_add(&t, "%s%s", t.n ? ", " : "", i->if_name);
	show(v, v->host, "bridges", t.n != 0,
	     t.n ? pool_cstr(v->pool, text_as_str(&t))
		 : "none\nip link add br0 type bridge && ip link set br0 up");
	text_fini(&t);
	if (all)
		if_freenameindex(all);
}

/* In a child, because there is no way back. */
static void visit_namespaces(struct visit *v)
{
	int status = 1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWPID) == 0 ? 0 : 1);
	if (pid > 0)
		waitpid(pid, &status, 0);
	show(v, v->host, "user namespaces", status == 0,
	     status == 0 ? "can be made"
			 : "cannot be made\nsysctl -w kernel.unprivileged_userns_clone=1 "
			   "user.max_user_namespaces=10000");
}

static void visit_seccomp(struct visit *v)
{
	bool ok = prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0;

	show(v, v->host, "seccomp", ok,
	     ok ? "in the kernel" : "not in the kernel\na kernel with CONFIG_SECCOMP_FILTER");
}

static void visit_cgroup(struct visit *v)
{
	struct text why = { 0 };
	const char *base = cgroup_base(v->pool, &why);

	show(v, v->host, "cgroup", base != NULL,
	     base ? base
		  : pool_printf(v->pool,
				"%.*s: VMs have the limits of processes only\n"
				"boot with systemd.unified_cgroup_hierarchy=1",
				STR(text_as_str(&why))));
	text_fini(&why);
}

static void visit_xdp(struct visit *v)
{
	int fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0), error = errno;

	if (fd >= 0)
		close(fd);
	show(v, v->host, "AF_XDP", fd >= 0,
	     fd >= 0 ? "in the kernel"
		     : pool_printf(v->pool, "%s\n%s", strerror(error),
				   error == EPERM ? "be root"
						  : "a kernel with CONFIG_XDP_SOCKETS"));
}

static void visit_host(struct visit *v)
{
	struct utsname u;

	if (!v->json)
		printf("This host:\n");
	uname(&u);
	show(v, v->host, "kernel", true, pool_printf(v->pool, "%s %s", u.sysname, u.release));
	visit_device(v, "/dev/kvm", "modprobe kvm_intel (or kvm_amd)");
	visit_device(v, "/dev/net/tun", "modprobe tun");
	visit_programs(v);
	visit_bridges(v);
	visit_namespaces(v);
	visit_seccomp(v);
	visit_cgroup(v);
	visit_xdp(v);
}

static int run(struct call *call)
{
	struct visit v = { .pool = call->pool,
			   .backends = json_object_new_array(),
			   .host = json_object_new_array(),
			   .json = call_option(call, JSON) != NULL };
	struct json_object *all = json_object_new_object();

	if (!v.json)
		printf("clickos " CLICKOS_VERSION ", VMs in %s\n", state_dir(call->pool));
	visit_backends(&v);
	visit_host(&v);
	json_set(all, "version", CLICKOS_VERSION);
	json_object_object_add(all, "backends", v.backends);
	json_object_object_add(all, "host", v.host);
	if (v.json)
		json_print(all);
	else
		json_object_put(all);
	if (!v.json)
		printf(v.working ? "`clickos run FILE.click' works here.\n"
				 : "No back end can work here yet.\n");
	return v.working ? STATUS_OK : STATUS_FAILED;
}

const struct command command_doctor = {
	.name = "doctor",
	.usage = "[OPTION]...",
	.purpose = "Says what this host can do, what is missing, and what helps.",
	.details = "The exit status is 0 when at least one back end works.\n",
	.options = options,
	.max_words = 0,
	.run = run,
};
