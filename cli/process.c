/* SPDX-License-Identifier: MIT */
/* process.c - processes of the host. */
#define _GNU_SOURCE
#include "cli/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/file.h"

static void boot_id(char out[40])
{
	ssize_t n = -1;
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);

	if (fd >= 0) {
		n = read(fd, out, 36);
		close(fd);
	}
	out[n > 0 ? n : 0] = '\0';
}

/* State and start time; the name before them may hold anything, but ends at the last `)'. */
static bool stat_of(pid_t pid, char *state, uint64_t *start)
{
	unsigned long long ticks;
	char path[32], buf[1024];
	const char *at;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, buf, sizeof(buf) - 1);
	close(fd);
	buf[n > 0 ? n : 0] = '\0';
	at = strrchr(buf, ')');
	if (!at || sscanf(at + 1,
			  " %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d"
			  " %*d %llu",
			  state, &ticks) != 2)
		return false;
	*start = ticks;
	return true;
}

bool process_of(pid_t pid, struct process *p)
{
	char state;

	*p = (struct process){ .pid = pid };
	boot_id(p->boot);
	return pid > 0 && stat_of(pid, &state, &p->start);
}

bool process_alive(const struct process *p)
{
	char boot[40], state;
	uint64_t start;

	if (p->pid <= 0)
		return false;
	boot_id(boot);
	return strcmp(boot, p->boot) == 0 && stat_of(p->pid, &state, &start) && state != 'Z' &&
	       state != 'X' && start == p->start;
}

double process_age(const struct process *p)
{
	struct timespec now;
	double start = (double)p->start / (double)sysconf(_SC_CLK_TCK), age;

	clock_gettime(CLOCK_BOOTTIME, &now);
	age = (double)now.tv_sec + (double)now.tv_nsec / 1e9 - start;
	return age > 0 ? age : 0;
}

/* A descriptor of the process; it is checked to be the one meant after it was opened. */
static int handle(const struct process *p)
{
	int fd;

	if (p->pid <= 0)
		return -1;
	fd = (int)syscall(SYS_pidfd_open, p->pid, 0);
	if (fd >= 0 && !process_alive(p)) {
		close(fd);
		return -1;
	}
	return fd;
}

void process_kill(const struct process *p, int signo)
{
	int fd = handle(p);

	if (fd < 0)
		return;
	syscall(SYS_pidfd_send_signal, fd, signo, NULL, 0);
	close(fd);
}

bool process_wait(const struct process *p, int ms)
{
	struct pollfd poll_fd = { .fd = handle(p), .events = POLLIN };
	int r;

	if (poll_fd.fd < 0)
		return true;
	waitpid(p->pid, NULL, WNOHANG);
	r = poll(&poll_fd, 1, ms);
	close(poll_fd.fd);
	waitpid(p->pid, NULL, WNOHANG); /* when it is a child of ours */
	return r > 0;
}

/* --- other programs --- */

static const char *const system_dirs[] = { "/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin",
					   "/bin" };

static int spawn(pid_t *pid, const char *const argv[], int out)
{
	posix_spawn_file_actions_t actions;
	char *const *args = (char *const *)(uintptr_t)argv;
	int r;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out, 1);
	posix_spawn_file_actions_adddup2(&actions, out, 2);
	r = posix_spawnp(pid, argv[0], &actions, NULL, args, environ);
	for (size_t i = 0; r == ENOENT && !strchr(argv[0], '/') && i < 5; i++) {
		char path[256];

		snprintf(path, sizeof(path), "%s/%s", system_dirs[i], argv[0]);
		r = posix_spawn(pid, path, &actions, NULL, args, environ);
	}
	posix_spawn_file_actions_destroy(&actions);
	return r;
}

pid_t process_fork(int *gate)
{
	int end[2];
	pid_t pid;

	if (pipe2(end, O_CLOEXEC) < 0)
		return -1;
	fflush(NULL);
	pid = fork();
	*gate = end[pid != 0];
	close(end[pid == 0]);
	if (pid < 0)
		close(*gate);
	return pid;
}

bool gate_wait(int gate)
{
	ssize_t n;
	char c;

	do
		n = read(gate, &c, 1);
	while (n < 0 && errno == EINTR);
	return n == 1;
}

void gate_open(int gate)
{
	(void)!write(gate, "", 1);
	close(gate);
}

int process_run(const char *const argv[], struct text *out)
{
	struct text unwanted = { 0 };
	int fd[2], r, status = 0;
	pid_t pid;

	if (pipe2(fd, O_CLOEXEC) < 0)
		return -errno;
	r = spawn(&pid, argv, fd[1]);
	close(fd[1]);
	if (r == 0)
		file_read_fd(fd[0], out ? out : &unwanted);
	close(fd[0]);
	text_fini(&unwanted);
	if (r != 0)
		return -r;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static const char *beside(struct pool *pool, const char *name)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	if (n <= 0)
		return NULL;
	self[n] = '\0';
	slash = strrchr(self, '/');
	*slash = '\0';
	return pool_printf(pool, "%s/%s", self, name);
}

static const char *in_path(struct pool *pool, const char *name)
{
	const char *path = getenv("PATH");
	struct str rest = str_of(path ? path : "/usr/local/bin:/usr/bin:/bin");

	while (rest.n) {
		size_t colon = str_find(rest, ':');
		const char *full = pool_printf(pool, "%.*s/%s", (int)colon, rest.p, name);

		if (colon && access(full, R_OK) == 0)
			return full;
		rest = str_from(rest, colon + 1);
	}
	return NULL;
}

const char *program_find(struct pool *pool, const char *name, const char *env)
{
	const char *found = env ? getenv(env) : NULL;

	if (found && *found)
		return access(found, R_OK) == 0 ? found : NULL;
	found = beside(pool, name);
	if (found && access(found, R_OK) == 0)
		return found;
	/* What no person calls is not in PATH when it is installed. */
	found = beside(pool, pool_printf(pool, "../lib/clickos/%s", name));
	if (found && access(found, R_OK) == 0)
		return found;
	return in_path(pool, name);
}

void process_close_from(int fd)
{
	if (syscall(SYS_close_range, fd, ~0U, 0) == 0)
		return;
	for (int i = fd; i < 1024; i++)
		close(i);
}
