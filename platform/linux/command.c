/* SPDX-License-Identifier: MIT */
/* command.c - programs of the system that are run for us. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "platform/linux/linux.h"

static void collect(int fd, struct text *output)
{
	ssize_t n;

	do {
		n = read(fd, text_room(output, 512), 512);
		output->n += n > 0 ? (size_t)n : 0;
	} while (n > 0 || (n < 0 && errno == EINTR));
}

/* Many systems keep such programs outside of a user's path. */
static int spawn(pid_t *pid, const char *const argv[], int out)
{
	static const char *const dirs[] = { "/usr/sbin", "/sbin", "/usr/bin", "/bin" };
	posix_spawn_file_actions_t actions;
	int r = ENOENT;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out, 1);
	posix_spawn_file_actions_adddup2(&actions, out, 2);
	if (strchr(argv[0], '/'))
		r = posix_spawn(pid, argv[0], &actions, NULL, (char **)(uintptr_t)argv, environ);
	else
		r = posix_spawnp(pid, argv[0], &actions, NULL, (char **)(uintptr_t)argv, environ);
	for (size_t i = 0; r == ENOENT && !strchr(argv[0], '/') && i < 4; i++) {
		struct text t = { 0 };

		text_add(&t, "%s/%s", dirs[i], argv[0]);
		r = posix_spawn(pid, t.p, &actions, NULL, (char **)(uintptr_t)argv, environ);
		text_fini(&t);
	}
	posix_spawn_file_actions_destroy(&actions);
	return r;
}

int platform_command(const char *const argv[], struct text *output)
{
	int pipe_fd[2], r, status = 0;
	pid_t pid;

	if (pipe2(pipe_fd, O_CLOEXEC) < 0)
		return -errno;
	r = spawn(&pid, argv, pipe_fd[1]);
	close(pipe_fd[1]);
	if (r == 0)
		collect(pipe_fd[0], output);
	close(pipe_fd[0]);
	if (r != 0)
		return -r;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}
