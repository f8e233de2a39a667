/* SPDX-License-Identifier: MIT */
/* vm.c - the directories of machines: names, locks, how they are. */
#define _GNU_SOURCE
#include "cli/vm.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/config.h"
#include "cli/file.h"
#include "cli/say.h"
#include "cli/vm_json.h"

#define ANOTHER_DIR "set CLICKOS_DIR to a directory that you may write to"

/* Who else can write there can have us signal what he likes, and start it. That goes for a link to it,
 * too. A group that is only ours is not others. */
static bool is_ours(const char *dir)
{
	struct stat link, st;
	mode_t others;

	if (lstat(dir, &link) < 0 || stat(dir, &st) < 0)
		return false;
	others = st.st_gid == getegid() ? S_IWOTH : S_IWGRP | S_IWOTH;
	return (link.st_uid == geteuid() || link.st_uid == 0) &&
	       (st.st_uid == geteuid() || st.st_uid == 0) && !(st.st_mode & others);
}

const char *state_dir(struct pool *pool)
{
	const char *set = getenv("CLICKOS_DIR"), *run = getenv("XDG_RUNTIME_DIR"), *dir;
	int r;

	if (set && *set)
		dir = set;
	else if (geteuid() == 0)
		dir = "/run/clickos";
	else if (run && *run)
		dir = pool_printf(pool, "%s/clickos", run);
	else
		dir = pool_printf(pool, "/tmp/clickos-%u", geteuid());
	r = dir_make(dir, 0755);
	if (r == 0 && is_ours(dir))
		return dir;
	complain("%s: %s", dir,
		 r < 0 ? strerror(-r) : "it belongs to another user, or others may write there");
	advise(ANOTHER_DIR);
	return NULL;
}

/* --- names --- */

/* What a command that crashed has left: .new-PID-NAME or .old-PID-NAME of a process that is no
 * more. */
static void sweep(int dir, const char *entry)
{
	int pid;

	if (sscanf(entry, ".new-%d-", &pid) != 1 && sscanf(entry, ".old-%d-", &pid) != 1)
		return;
	if (pid <= 0 || (kill(pid, 0) < 0 && errno == ESRCH))
		tree_remove_at(dir, entry);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

size_t vm_names(struct pool *pool, const char ***names)
{
	const char *dir = state_dir(pool);
	DIR *d = dir ? opendir(dir) : NULL;
	size_t n = 0, cap = 0;
	struct dirent *e;

	*names = NULL;
	while (d && (e = readdir(d))) {
		if (e->d_name[0] == '.') {
			sweep(dirfd(d), e->d_name);
		} else if (config_name_ok(e->d_name)) {
			*names = pool_grow(pool, *names, n, &cap, sizeof(**names));
			(*names)[n++] = pool_cstr(pool, str_of(e->d_name));
		}
	}
	if (d)
		closedir(d);
	if (n)
		qsort(*names, n, sizeof(**names), by_name);
	return n;
}

/* --- a new one --- */

static const char *unnamed(struct vm *vm, const char *what)
{
	return pool_printf(vm->pool, "%s/.%s-%d-%s", state_dir(vm->pool), what, (int)getpid(),
			   vm->name);
}

struct vm *vm_new(struct pool *pool, const char *name)
{
	struct vm *vm = pool_alloc(pool, sizeof(*vm));
	const char *base = state_dir(pool), *path;

	*vm = (struct vm){ .pool = pool, .name = name, .fd = -1, .created = time(NULL) };
	if (!base)
		return NULL;
	vm->dir = pool_printf(pool, "%s/%s", base, name);
	path = unnamed(vm, "new");
	tree_remove_at(AT_FDCWD, path);
	if (mkdir(path, 0700) == 0)
		vm->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (vm->fd < 0) {
		complain("%s: %s", path, strerror(errno));
		if (errno == EACCES || errno == EROFS)
			advise(ANOTHER_DIR);
		return NULL;
	}
	return vm;
}

bool vm_claim(struct vm *vm)
{
	const char *path = unnamed(vm, "new");
	int r = flock(vm->fd, LOCK_EX) < 0 ? -errno : vm_json_write(vm);

	if (r == 0 && renameat2(AT_FDCWD, path, AT_FDCWD, vm->dir, RENAME_NOREPLACE) < 0)
		r = -errno;
	if (r == 0)
		return true;
	tree_remove_at(AT_FDCWD, path);
	vm_close(vm);
	if (r != -EEXIST)
		return complain("%s: %s", vm->dir, strerror(-r));
	complain("there is a VM `%s' already", vm->name);
	return advise("choose another name with --name, or remove it: clickos rm -f %s", vm->name);
}

/* --- one that is there --- */

/* Nobody removed it while one waited for the lock. */
static bool still_there(const struct vm *vm)
{
	struct stat a, b;

	return fstat(vm->fd, &a) == 0 && stat(vm->dir, &b) == 0 && a.st_ino == b.st_ino &&
	       a.st_dev == b.st_dev;
}

static struct vm *none(struct pool *pool, const char *name)
{
	const char **names;
	size_t n = vm_names(pool, &names);

	complain("no VM `%s'", name);
	suggest(name, names, n);
	advise(n ? "`clickos ls' lists them" : "there are none; `clickos run FILE' makes one");
	return NULL;
}

static void read_pids(struct vm *vm)
{
	struct text t = { 0 };
	unsigned long long start[2];
	char boot[40] = "";
	int pid[2];

	if (file_read_at(vm->fd, "pid", &t) == 0 &&
	    sscanf(t.p, "%d %llu\n%d %llu\n%39s", &pid[0], &start[0], &pid[1], &start[1], boot) ==
		    5) {
		vm->main = (struct process){ .pid = pid[0], .start = start[0] };
		vm->guest = (struct process){ .pid = pid[1], .start = start[1] };
		memcpy(vm->main.boot, boot, sizeof(boot));
		memcpy(vm->guest.boot, boot, sizeof(boot));
	}
	text_fini(&t);
}

struct vm *vm_open(struct pool *pool, const char *name, enum vm_open how)
{
	const char *base = state_dir(pool);
	struct vm *vm = pool_alloc(pool, sizeof(*vm));

	if (!base)
		return NULL;
	*vm = (struct vm){ .pool = pool, .name = name, .fd = -1 };
	vm->dir = pool_printf(pool, "%s/%s", base, name);
	if (config_name_ok(name))
		vm->fd = open(vm->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (vm->fd >= 0 && how == VM_CHANGE && (flock(vm->fd, LOCK_EX) < 0 || !still_there(vm)))
		vm_close(vm);
	if (vm->fd < 0)
		return how == VM_TRY ? NULL : none(pool, name);
	if (!vm_json_read(vm, how == VM_TRY)) {
		vm_close(vm);
		return NULL;
	}
	read_pids(vm);
	return vm;
}

void vm_close(struct vm *vm)
{
	if (vm->fd >= 0)
		close(vm->fd);
	vm->fd = -1;
}

bool vm_remove(struct vm *vm)
{
	const char *path = unnamed(vm, "old");
	int r = 0;

	tree_remove_at(AT_FDCWD, path);
	if (rename(vm->dir, path) < 0)
		r = -errno;
	else
		r = tree_remove_at(AT_FDCWD, path);
	vm_close(vm);
	return r == 0 || complain("%s: %s", vm->dir, strerror(-r));
}

/* --- how it is --- */

bool vm_running(struct vm *vm)
{
	return process_alive(&vm->main);
}

/* The report's first line. True: it was a good end. */
static bool report(struct vm *vm, struct text *why)
{
	struct text t = { 0 };
	struct str line;
	bool good;

	/* Who is killed may have made the file, and not have written into it. */
	if (file_read_at(vm->fd, "report", &t) < 0 || t.n == 0)
		text_add(&t, "killed");
	line = text_as_str(&t);
	line = str_first(line, str_find(line, '\n'));
	good = str_starts(line, "poweroff");
	if (why)
		text_str(why, line);
	text_fini(&t);
	return good;
}

enum vm_state vm_state(struct vm *vm, struct text *why)
{
	if (vm->main.pid == 0)
		return VM_CREATED;
	if (vm_running(vm))
		return VM_RUNNING;
	return report(vm, why) ? VM_STOPPED : VM_FAILED;
}

const char *vm_state_name(enum vm_state s)
{
	static const char *const names[] = { "created", "running", "stopped", "failed" };

	return names[s];
}

bool vm_started(struct vm *vm, pid_t main_pid, pid_t guest_pid)
{
	struct text t = { 0 };
	int r;

	process_of(main_pid, &vm->main);
	process_of(guest_pid ? guest_pid : main_pid, &vm->guest);
	text_add(&t, "%d %llu\n%d %llu\n%s\n", (int)vm->main.pid,
		 (unsigned long long)vm->main.start, (int)vm->guest.pid,
		 (unsigned long long)vm->guest.start, vm->main.boot);
	r = file_replace_at(vm->fd, "pid", t.p, t.n, 0644);
	text_fini(&t);
	return r == 0 || complain("%s/pid: %s", vm->dir, strerror(-r));
}

void vm_report(struct vm *vm, const char *text)
{
	struct text t = { 0 };

	text_add(&t, "%s\n", text);
	if (faccessat(vm->fd, "report", F_OK, 0) < 0)
		file_replace_at(vm->fd, "report", t.p, t.n, 0644);
	text_fini(&t);
}
