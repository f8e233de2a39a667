/* SPDX-License-Identifier: MIT */
/*
 * sandbox.c - from a fork of ours to a `click' that sees nothing of the host.
 *
 * Root's way: the file system is arranged with all rights, then a user namespace is entered that
 * has none over it, and the network namespace is made in there: so the rights that `click' keeps,
 * over its interfaces, are worth nothing anywhere else. Others enter the user namespace first.
 */
#define _GNU_SOURCE
#include "cli/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/file.h"
#include "cli/process.h"
#include "cli/say.h"

#define TMPFS_OPTIONS "size=64m,nr_inodes=4096,mode=0755"

/* In the child, errors are told on the machine's console: that is where its output is. */
static _Noreturn void give_up(const char *what)
{
	fprintf(stderr, "sandbox: %s: %s\n", what, strerror(errno));
	_exit(125);
}

static void must(int r, const char *what)
{
	if (r < 0)
		give_up(what);
}

/* Says where it is, and waits for the other side. A parent that has gone is no reason to stay. */
static void meet(struct sandbox *s, char where)
{
	char c;

	if (write(s->from_child[1], &where, 1) != 1 || read(s->to_child[0], &c, 1) != 1)
		_exit(125);
}

/* --- the file system --- */

static void bind(const char *from, const char *to, unsigned long flags)
{
	must(mount(from, to, NULL, MS_BIND, NULL), from);
	must(mount(NULL, to, NULL, MS_REMOUNT | MS_BIND | MS_NOSUID | MS_NODEV | flags, NULL), to);
}

static void bind_library(const char *path)
{
	char inside[4096];
	int r;

	snprintf(inside, sizeof(inside), "root%s", path);
	r = file_make_at(AT_FDCWD, inside, "", 0, 0644);
	errno = -r;
	must(r, inside);
	bind(path, inside, MS_RDONLY);
}

static void copy_file(struct sandbox *s, const char *path, unsigned owner)
{
	char from[4096], to[4096];
	struct text t = { 0 };
	int r;

	snprintf(from, sizeof(from), "files/%s", path);
	snprintf(to, sizeof(to), "root/%s", path);
	r = file_read_at(s->state, from, &t);
	if (r == 0)
		r = file_make_at(AT_FDCWD, to, t.p, t.n, 0644);
	errno = -r;
	must(r, path);
	must(chown(to, owner, owner), to);
	text_fini(&t);
}

/* A file system in memory, with the libraries, the files and the directory of the socket. */
static void make_root(struct sandbox *s, unsigned owner)
{
	/* By its path: the descriptor is of the namespace that was left. */
	must(chdir(s->dir), s->dir);
	must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "/");
	must(mount("clickos", "root", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, TMPFS_OPTIONS),
	     "root");
	for (size_t i = 0; i < s->nlibraries; i++)
		bind_library(s->library[i]);
	for (size_t i = 0; i < s->nfiles; i++)
		copy_file(s, s->file[i], owner);
	must(chown("root", owner, owner), "root");
	must(mkdir("root/run", 0700), "root/run");
	bind("run", "root/run", MS_NOEXEC);
	/* The old root is put over the new one, and is taken away. */
	must(chdir("root"), "root");
	must((int)syscall(SYS_pivot_root, ".", "."), "pivot_root");
	must(umount2(".", MNT_DETACH), "umount");
	must(chdir("/"), "/");
}

/* --- rights --- */

static void become_user(struct sandbox *s, bool root)
{
	if (root) {
		must(setgroups(0, NULL), "setgroups");
		must(unshare(CLONE_NEWUSER), "user namespace");
		meet(s, 'u');
	}
	must(setresgid(0, 0, 0), "setresgid");
	must(setresuid(0, 0, 0), "setresuid");
	prctl(PR_SET_DUMPABLE, 1);
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* forgotten when the user changes */
}

static void limit(int what, rlim_t value)
{
	struct rlimit l = { value, value };

	must(setrlimit(what, &l), "setrlimit");
}

/* Packets and tables have their own limits; this is the one for what goes wrong. */
static void set_limits(const struct sandbox *s)
{
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_NOFILE, 512);
	limit(RLIMIT_FSIZE, 64 << 20);
	limit(RLIMIT_MSGQUEUE, 0);
	limit(RLIMIT_DATA, (rlim_t)s->memory * 1024);
}

/* Only those over the own network are left, and no program can get others. */
static void drop_rights(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	uint32_t keep = 1U << CAP_NET_RAW | 1U << CAP_NET_ADMIN;
	struct __user_cap_data_struct data[2] = { { keep, keep, 0 }, { 0 } };

	for (int cap = 0; prctl(PR_CAPBSET_READ, cap) >= 0; cap++)
		if (cap >= 32 || !(keep >> cap & 1))
			must(prctl(PR_CAPBSET_DROP, cap), "dropping capabilities");
	must((int)syscall(SYS_capset, &head, data), "capset");
	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
}

static char **environment(struct sandbox *s)
{
	struct text path = { 0 };
	char **env = pool_alloc(s->pool, 3 * sizeof(*env));

	for (size_t i = 0; i < s->nlibraries; i++) {
		const char *slash = strrchr(s->library[i], '/');

		text_add(&path, "%s%.*s",
			 i ? ":" : "LD_LIBRARY_PATH=", (int)(slash - s->library[i]), s->library[i]);
	}
	env[0] = pool_cstr(s->pool, str_of("HOME=/"));
	env[1] = path.n ? pool_cstr(s->pool, text_as_str(&path)) : NULL;
	text_fini(&path);
	return env;
}

static _Noreturn void child(struct sandbox *s, bool root)
{
	int program = open(s->program, O_RDONLY | O_CLOEXEC), log, null, r;
	char **env = environment(s);
	sigset_t none;

	null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	log = openat(s->state, "console.log", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
	if (log < 0 || dup2(log, 2) < 0 || dup2(log, 1) < 0 || dup2(null, 0) < 0)
		_exit(125);
	must(program, s->program);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	umask(022);
	if (!root)
		meet(s, 'u');
	make_root(s, root ? s->uid : 0);
	become_user(s, root);
	must(unshare(CLONE_NEWNET), "network namespace");
	meet(s, 'n');
	drop_rights();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_IGN); /* of a console that is full, the rest is lost */
	r = sandbox_filter(program);
	errno = -r;
	must(r, "seccomp");
	set_limits(s);
	syscall(SYS_execveat, program, "", s->argv, env, AT_EMPTY_PATH);
	give_up(s->program);
}

/* --- outside --- */

static bool write_map(pid_t pid, const char *file, const char *text)
{
	char path[64];
	int fd;
	bool ok;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	if (fd >= 0)
		close(fd);
	return ok;
}

static bool write_maps(struct sandbox *s, pid_t pid, bool root)
{
	char map[64];

	snprintf(map, sizeof(map), "0 %u 1", root ? s->uid : geteuid());
	if (!write_map(pid, "uid_map", map))
		return false;
	if (!root && !write_map(pid, "setgroups", "deny"))
		return false;
	snprintf(map, sizeof(map), "0 %u 1", root ? s->uid : getegid());
	return write_map(pid, "gid_map", map);
}

/* The child's next step must be this one. */
static bool await(struct sandbox *s, char where)
{
	char c = 0;

	return read(s->from_child[0], &c, 1) == 1 && c == where;
}

void sandbox_release(struct sandbox *s)
{
	if (write(s->to_child[1], "g", 1) != 1)
		return; /* it has ended; who waits for it sees that */
}

pid_t sandbox_start(struct sandbox *s)
{
	bool root = geteuid() == 0;
	unsigned long flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS |
			      CLONE_NEWCGROUP | (root ? 0 : CLONE_NEWUSER) | SIGCHLD;
	pid_t pid;

	if (pipe2(s->to_child, O_CLOEXEC) < 0 || pipe2(s->from_child, O_CLOEXEC) < 0)
		return -errno;
	fflush(NULL);
	pid = (pid_t)syscall(SYS_clone, flags, NULL, NULL, NULL, 0);
	if (pid == 0) {
		close(s->to_child[1]);
		close(s->from_child[0]);
		child(s, root);
	}
	if (pid < 0)
		return -errno;
	close(s->to_child[0]);
	close(s->from_child[1]);
	if (!await(s, 'u') || !write_maps(s, pid, root))
		goto fail;
	sandbox_release(s);
	if (!await(s, 'n'))
		goto fail;
	return pid;
fail:
	kill(pid, SIGKILL);
	return -EPERM;
}

/* --- once it runs --- */

static bool enter(pid_t pid, const char *what, int type)
{
	char path[64];
	int fd, r;

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", (int)pid, what);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	r = fd >= 0 ? setns(fd, type) : -1;
	if (fd >= 0)
		close(fd);
	return r == 0;
}

bool sandbox_enter_net(pid_t pid)
{
	return (geteuid() == 0 || enter(pid, "user", CLONE_NEWUSER)) &&
	       enter(pid, "net", CLONE_NEWNET);
}

/* In there, what a link of the machine leads to is the machine's too. */
static void strip_library(const char *path)
{
	char part[4096];

	umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW);
	if (unlink(path) < 0)
		return;
	snprintf(part, sizeof(part), "%s", path);
	for (char *slash = strrchr(part, '/'); slash && slash != part; slash = strrchr(part, '/')) {
		*slash = '\0';
		rmdir(part);
	}
}

bool sandbox_strip(const struct sandbox *s, pid_t pid)
{
	int status = 0;
	pid_t helper;

	fflush(NULL);
	helper = fork();
	if (helper == 0) {
		if ((geteuid() != 0 && !enter(pid, "user", CLONE_NEWUSER)) ||
		    !enter(pid, "mnt", CLONE_NEWNS))
			_exit(errno);
		for (size_t i = 0; i < s->nlibraries; i++)
			strip_library(s->library[i]);
		_exit(0);
	}
	if (helper > 0 && waitpid(helper, &status, 0) == helper && status == 0)
		return true;
	return complain("the sandbox's libraries cannot be taken away: %s",
			strerror(WEXITSTATUS(status)));
}

/* --- libraries --- */

static void add_library(struct sandbox *s, struct str path)
{
	s->library =
		pool_grow(s->pool, s->library, s->nlibraries, &s->library_cap, sizeof(*s->library));
	s->library[s->nlibraries++] = pool_cstr(s->pool, path);
}

/* "libz.so.1 => /lib/libz.so.1 (0x...)", "/lib64/ld-linux-x86-64.so.2 (0x...)". */
static void take_line(struct sandbox *s, struct str line)
{
	const char *arrow = memmem(line.p, line.n, "=> ", 3);

	line = str_trim(arrow ? str_from(line, (size_t)(arrow + 3 - line.p)) : line);
	if (line.n && line.p[0] == '/')
		add_library(s, str_first(line, str_find(line, ' ')));
}

/* The path of the loader that the program asks for (its first bytes hold it); NULL: it is static. */
static const char *loader_of(struct sandbox *s)
{
	static const char prefix[] = "/lib";
	char head[4096];
	const char *at;
	ssize_t n;
	int fd = open(s->program, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return NULL;
	n = read(fd, head, sizeof(head) - 1);
	close(fd);
	head[n > 0 ? n : 0] = '\0';
	at = n > 0 ? memmem(head, (size_t)n, prefix, strlen(prefix)) : NULL;
	return at && strstr(at, "ld-") ? pool_cstr(s->pool, str_of(at)) : NULL;
}

bool sandbox_libraries(struct sandbox *s)
{
	const char *loader = loader_of(s);
	const char *const argv[] = { loader, "--list", s->program, NULL };
	struct text t = { 0 };
	struct str rest;
	int r;

	if (!loader)
		return true;
	r = process_run(argv, &t);
	for (rest = text_as_str(&t); r == 0 && rest.n;) {
		size_t end = str_find(rest, '\n');

		take_line(s, str_first(rest, end));
		rest = str_from(rest, end + 1);
	}
	if (r != 0)
		complain("%s: its libraries cannot be found: %.*s", s->program,
			 STR(text_as_str(&t)));
	text_fini(&t);
	return r == 0;
}
