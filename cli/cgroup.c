/* SPDX-License-Identifier: MIT */
/* cgroup.c - control groups, version 2. */
#include "cli/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/file.h"

#define OWN_KIB (128 * 1024) /* of the process around the machine's memory, and its file system */

static const char *const roots[] = { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" };

static bool has_controller(struct pool *pool, const char *root, const char *which)
{
	const char *path = pool_printf(pool, "%s/cgroup.controllers", root);
	struct text t = { 0 };
	struct str rest, word = { 0 };
	bool found = false;

	if (file_read_at(AT_FDCWD, path, &t) == 0)
		for (rest = text_as_str(&t); !found && (word = str_word(&rest)).n;)
			found = str_is(word, which);
	text_fini(&t);
	return found;
}

const char *cgroup_base(struct pool *pool, struct text *why)
{
	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
		if (has_controller(pool, roots[i], "memory")) {
			if (access(roots[i], W_OK) == 0)
				return pool_printf(pool, "%s/clickos", roots[i]);
			if (why)
				text_add(why, "%s is not ours to write", roots[i]);
			return NULL;
		}
	if (why)
		text_add(why, "no cgroup v2 with a memory controller");
	return NULL;
}

static void put(struct pool *pool, const char *dir, const char *file, const char *value)
{
	int fd = open(pool_printf(pool, "%s/%s", dir, file), O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	file_write_fd(fd, value, strlen(value));
	close(fd);
}

static const char *group(const struct vm *vm)
{
	const char *base = geteuid() == 0 ? cgroup_base(vm->pool, NULL) : NULL;

	return base ? pool_printf(vm->pool, "%s/%s", base, vm->name) : NULL;
}

void cgroup_make(const struct vm *vm)
{
	const char *base = geteuid() == 0 ? cgroup_base(vm->pool, NULL) : NULL;
	const char *path;

	if (!base)
		return;
	path = pool_printf(vm->pool, "%s/%s", base, vm->name);
	if (mkdir(base, 0755) < 0 && errno != EEXIST)
		return;
	put(vm->pool, pool_printf(vm->pool, "%s/..", base), "cgroup.subtree_control",
	    "+memory +pids");
	put(vm->pool, base, "cgroup.subtree_control", "+memory +pids");
	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		return;
	put(vm->pool, path, "memory.max",
	    pool_printf(vm->pool, "%lluK", (unsigned long long)(vm->memory + OWN_KIB)));
	put(vm->pool, path, "pids.max", "64");
}

const char *cgroup_path(const struct vm *vm)
{
	const char *path = group(vm);

	return path && access(path, F_OK) == 0 ? path : NULL;
}

void cgroup_enter(const struct vm *vm, pid_t pid)
{
	const char *path = cgroup_path(vm);

	if (path)
		put(vm->pool, path, "cgroup.procs", pool_printf(vm->pool, "%d", (int)pid));
}

void cgroup_remove(const struct vm *vm)
{
	const char *path = group(vm);

	if (path)
		rmdir(path);
}
