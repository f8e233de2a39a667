/* SPDX-License-Identifier: MIT */
/* sink.c - console output, bounded. */
#include "monitor/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/error.h"

static bool open_file(struct sink *s, const char *path, struct error *err)
{
	off_t end;

	s->out = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0640);
	if (s->out < 0)
		return fail(err, "host: console %s: %s", path, strerror(errno));
	end = lseek(s->out, 0, SEEK_END);
	s->file = end >= 0; /* else it is a device or a pipe */
	s->size = s->file ? (uint64_t)end : 0;
	return true;
}

static bool publish(const char *name, const char *link, struct error *err)
{
	if (!link) {
		dprintf(STDOUT_FILENO, "%s\n", name);
		return true;
	}
	unlink(link);
	return symlink(name, link) == 0 ||
	       fail(err, "host: console link %s: %s", link, strerror(errno));
}

/* The other side stays open here too: it is not the end when nobody looks at the terminal. */
static bool open_pty(struct sink *s, const char *link, struct error *err)
{
	struct termios t;
	char name[64];
	int master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC), slave, no = 0;
	unsigned number;

	if (master < 0 || ioctl(master, TIOCSPTLCK, &no) < 0 ||
	    ioctl(master, TIOCGPTN, &number) < 0)
		return fail(err, "host: no pseudo-terminal: %s", strerror(errno));
	snprintf(name, sizeof(name), "/dev/pts/%u", number);
	slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (slave < 0 || tcgetattr(slave, &t) < 0)
		return fail(err, "host: %s: %s", name, strerror(errno));
	cfmakeraw(&t);
	tcsetattr(slave, TCSANOW, &t);
	s->in = s->out = master;
	return publish(name, link, err);
}

bool sink_open(struct sink *s, const char *what, const char *link, struct error *err)
{
	*s = (struct sink){ .lock = PTHREAD_MUTEX_INITIALIZER, .out = -1, .in = -1 };
	if (!what)
		return true;
	if (strcmp(what, "pty") == 0)
		return open_pty(s, link, err);
	if (strcmp(what, "stdio") != 0)
		return open_file(s, what, err);
	s->out = STDOUT_FILENO;
	s->in = STDIN_FILENO;
	return true;
}

/* The later half moves to the front, behind a line that says so. */
static void cut(struct sink *s)
{
	static const char note[] = "[earlier output was removed]\n";
	char piece[4096];
	uint64_t from = s->size - SINK_FILE_MAX / 2, to = sizeof(note) - 1;
	ssize_t n;

	if (pwrite(s->out, note, sizeof(note) - 1, 0) < 0)
		return;
	while ((n = pread(s->out, piece, sizeof(piece), (off_t)from)) > 0) {
		if (pwrite(s->out, piece, (size_t)n, (off_t)to) != n)
			break;
		from += (uint64_t)n;
		to += (uint64_t)n;
	}
	if (ftruncate(s->out, (off_t)to) == 0)
		s->size = to;
}

/* A guest may have one piece of output as large as its memory, of which the file keeps the last. */
static void write_file(struct sink *s, const char *p, size_t n)
{
	if (n > SINK_FILE_MAX / 4) {
		p += n - SINK_FILE_MAX / 4;
		n = SINK_FILE_MAX / 4;
	}
	if (s->size + n > SINK_FILE_MAX)
		cut(s);
	while (n) {
		ssize_t done = pwrite(s->out, p, n, (off_t)s->size);

		if (done <= 0) { /* a full disk is no reason to end */
			s->lost += n;
			return;
		}
		s->size += (uint64_t)done;
		p += done;
		n -= (size_t)done;
	}
}

static void write_stream(struct sink *s, const char *p, size_t n)
{
	while (n) {
		ssize_t done = write(s->out, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0) {
			s->lost += n;
			return;
		}
		p += done;
		n -= (size_t)done;
	}
}

static void say_lost(struct sink *s)
{
	char note[64];
	int n = snprintf(note, sizeof(note), "[%llu bytes of output are lost]\n",
			 (unsigned long long)s->lost);

	if (write(s->out, note, (size_t)n) == n)
		s->lost = 0;
}

void sink_write(struct sink *s, const void *p, size_t n)
{
	if (s->out < 0)
		return;
	pthread_mutex_lock(&s->lock);
	if (s->lost && !s->file)
		say_lost(s);
	if (s->file)
		write_file(s, p, n);
	else
		write_stream(s, p, n);
	pthread_mutex_unlock(&s->lock);
}
