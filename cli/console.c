/* SPDX-License-Identifier: MIT */
/* console.c - showing what a machine says: console.log, as it grows. */
#define _GNU_SOURCE
#include "cli/console.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cli/file.h"
#include "cli/interrupt.h"
#include "cli/say.h"

int64_t console_tail(const struct vm *vm, uint32_t n)
{
	struct text t = { 0 };
	size_t at;

	if (file_read_at(vm->fd, "console.log", &t) < 0)
		return 0;
	at = t.n;
	if (at && t.p[at - 1] == '\n')
		at--;
	for (; at > 0; at--)
		if (t.p[at - 1] == '\n' && --n == 0)
			break;
	text_fini(&t);
	return (int64_t)at;
}

int64_t console_end(const struct vm *vm)
{
	int fd = openat(vm->fd, "console.log", O_RDONLY | O_CLOEXEC);
	int64_t end = fd >= 0 ? lseek(fd, 0, SEEK_END) : 0;

	if (fd >= 0)
		close(fd);
	return end;
}

/* The guest writes it. */
static void show(int fd)
{
	char buf[8192];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		size_t out = 0;

		for (ssize_t i = 0; i < n; i++)
			if (buf[i] != '\r')
				buf[out++] = buf[i];
		say_tame(buf, out);
		fwrite(buf, 1, out, stdout);
	}
	fflush(stdout);
}

/* The file has a bound, at which its older part is removed: what comes now is behind the new end. */
static void follow_cut(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && st.st_size < lseek(fd, 0, SEEK_CUR))
		lseek(fd, 0, SEEK_END);
}

static int open_at(const struct vm *vm, int64_t from)
{
	int fd = openat(vm->fd, "console.log", O_RDONLY | O_CLOEXEC);

	if (fd >= 0)
		lseek(fd, from, SEEK_SET);
	return fd;
}

void console_print(const struct vm *vm, int64_t from)
{
	int fd = open_at(vm, from);

	if (fd < 0)
		return;
	show(fd);
	close(fd);
}

enum console_reason console_follow(struct vm *vm, int64_t from)
{
	enum { SIGNAL, LOG, END, FDS };
	struct pollfd p[FDS] = {
		[SIGNAL] = { .fd = interrupt_fd(), .events = POLLIN },
		[LOG] = { .fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK), .events = POLLIN },
		[END] = { .fd = (int)syscall(SYS_pidfd_open, vm->main.pid, 0), .events = POLLIN },
	};
	int fd = open_at(vm, from);
	char event[4096];

	interrupt_hold();
	inotify_add_watch(p[LOG].fd, pool_printf(vm->pool, "%s/console.log", vm->dir), IN_MODIFY);
	for (;;) {
		bool runs = vm_running(vm);

		follow_cut(fd);
		show(fd);
		if (!runs || (p[SIGNAL].revents & POLLIN))
			break;
		if (poll(p, FDS, 1000) > 0 && (p[LOG].revents & POLLIN))
			while (read(p[LOG].fd, event, sizeof(event)) > 0)
				;
	}
	for (int i = 0; i < FDS; i++)
		if (p[i].fd >= 0)
			close(p[i].fd);
	if (fd >= 0)
		close(fd);
	return p[SIGNAL].revents & POLLIN ? CONSOLE_INTERRUPTED : CONSOLE_ENDED;
}
