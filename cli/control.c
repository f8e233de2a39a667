/* SPDX-License-Identifier: MIT */
/* control.c - a client of the control protocol. The machine is not trusted: what it says is bounded
 * in length and checked in form. */
#define _GNU_SOURCE
#include "cli/control.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "abi/control.h"
#include "cli/say.h"

#define LINES_MAX (16U << 20) /* bytes of an answer's lines */

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static bool broken(struct control *c, const char *why)
{
	c->broken = why;
	return false;
}

/* Waits until the socket is ready for events, or the time is over. */
static bool ready(struct control *c, short events, int64_t until)
{
	struct pollfd p = { .fd = c->fd, .events = events };
	int64_t left = until - now_ms();
	int r;

	do
		r = poll(&p, 1, left > 0 ? (int)left : 0);
	while (r < 0 && errno == EINTR);
	return r > 0 || broken(c, "the machine does not answer");
}

static bool more(struct control *c, int64_t until)
{
	ssize_t n;

	if (c->used > 1 << 20) {
		memmove(c->in.p, c->in.p + c->used, c->in.n - c->used);
		c->in.n -= c->used;
		c->used = 0;
	}
	if (!ready(c, POLLIN, until))
		return false;
	n = recv(c->fd, text_room(&c->in, 65536), 65536, 0);
	if (n <= 0)
		return broken(c, "the machine has ended the conversation");
	c->in.n += (size_t)n;
	return true;
}

/* The next line, without its end; valid until more is read. */
static bool next_line(struct control *c, struct str *line, int64_t until)
{
	for (;;) {
		struct str rest = str_from(text_as_str(&c->in), c->used);
		size_t end = str_find(rest, '\n');

		if (end < rest.n) {
			*line = str_first(rest, end);
			c->used += end + 1;
			if (str_ends(*line, "\r"))
				line->n--;
			return true;
		}
		if (rest.n > CONTROL_LINE_MAX)
			return broken(c, "the machine's answer is no answer: a line without end");
		if (!more(c, until))
			return false;
	}
}

static bool send_all(struct control *c, struct str s, int64_t until)
{
	while (s.n) {
		ssize_t n;

		if (!ready(c, POLLOUT, until))
			return false;
		n = send(c->fd, s.p, s.n, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return broken(c, "the machine has ended the conversation");
		s = str_from(s, n > 0 ? (size_t)n : 0);
	}
	return true;
}

int control_start(struct control *c, int fd, int timeout)
{
	int64_t until = now_ms() + timeout;
	struct str line;

	*c = (struct control){ .fd = fd, .timeout = timeout };
	if (!next_line(c, &line, until))
		return now_ms() >= until ? -ETIMEDOUT : -ECONNRESET;
	return str_starts(line, CONTROL_GREETING) ? 0 : -EPROTO;
}

int control_open(struct control *c, int dir, const char *path, int timeout)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int node = openat(dir, path, O_PATH | O_NOFOLLOW | O_CLOEXEC), fd, r = 0;
	struct stat st;

	*c = (struct control){ .fd = -1 };
	if (node < 0)
		return -errno;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	snprintf(to.sun_path, sizeof(to.sun_path), "/proc/self/fd/%d", node);
	if (fd < 0)
		r = -errno;
	else if (fstat(node, &st) < 0 || !S_ISSOCK(st.st_mode))
		r = -ENOTSOCK;
	else if (connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0)
		r = -errno;
	close(node);
	if (r == 0)
		r = control_start(c, fd, timeout);
	if (r < 0 && fd >= 0) {
		close(fd);
		c->fd = -1;
	}
	return r;
}

void control_close(struct control *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	text_fini(&c->in);
}

void answer_fini(struct answer *a)
{
	text_fini(&a->lines);
	text_fini(&a->data);
}

/* --- answers --- */

static bool read_data(struct control *c, struct answer *a, uint32_t n, int64_t until)
{
	if (n > CONTROL_DATA_MAX)
		return broken(c, "the machine's answer is longer than answers may be");
	a->has_data = true;
	while (n) {
		struct str part = str_first(str_from(text_as_str(&c->in), c->used), n);

		text_bytes(&a->data, part.p, part.n);
		c->used += part.n;
		n -= (uint32_t)part.n;
		if (n && !more(c, until))
			return false;
	}
	return true;
}

/* "DATA N" after a success: commands without data have no such line, and the next thing that
 * comes is the next answer. So one looks only where data are to be. */
static bool data_follows(struct control *c, struct answer *a, int64_t until)
{
	struct str line;
	uint32_t n;

	if (!next_line(c, &line, until))
		return false;
	if (!str_prefix(&line, "DATA ") || !str_decimal(&line, &n) || line.n)
		return broken(c, "the machine's answer is no answer: no DATA");
	return read_data(c, a, n, until);
}

/* One line "CODE-TEXT" or "CODE TEXT"; *last tells which. */
static bool answer_line(struct control *c, struct answer *a, bool *last, int64_t until)
{
	size_t start = a->lines.n;
	struct str line;
	uint32_t code;

	if (!next_line(c, &line, until))
		return false;
	if (!str_decimal(&line, &code) || code < 100 || code > 999 || a->lines.n > LINES_MAX ||
	    (line.n && line.p[0] != ' ' && line.p[0] != '-'))
		return broken(c, "the machine's answer is no answer");
	*last = !line.n || line.p[0] == ' ';
	a->code = code;
	text_str(&a->lines, str_from(line, 1));
	say_tame(a->lines.p + start, a->lines.n - start);
	text_char(&a->lines, '\n');
	return true;
}

static bool has_data(const char *command)
{
	static const char *const verbs[] = { "LIST",  "CONFIG", "ERRORS", "READ",       "READDATA",
					     "FILES", "GET",    "INFO",   "INTERFACES", "LOG" };
	size_t n = strcspn(command, " \r");

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strlen(verbs[i]) == n && strncmp(verbs[i], command, n) == 0)
			return true;
	return false;
}

static bool exchange(struct control *c, struct answer *a, const struct text *line, struct str data)
{
	int64_t until = now_ms() + c->timeout;
	bool last = false;

	if (!send_all(c, text_as_str(line), until) || !send_all(c, data, until))
		return false;
	while (!last)
		if (!answer_line(c, a, &last, until))
			return false;
	if (a->code / 100 != 2)
		return false;
	return !has_data(line->p) || data_follows(c, a, until);
}

bool control_call(struct control *c, struct answer *a, struct str data, const char *fmt, ...)
{
	struct text line = { 0 };
	va_list ap;
	bool ok;

	text_clear(&a->lines);
	text_clear(&a->data);
	a->code = 0;
	a->has_data = false;
	va_start(ap, fmt);
	text_vadd(&line, fmt, ap);
	va_end(ap);
	if (line.n > CONTROL_LINE_MAX || str_find(text_as_str(&line), '\n') < line.n) {
		text_fini(&line);
		return broken(c, "the command is too long, or of several lines");
	}
	text_add(&line, "\r\n");
	ok = !c->broken && exchange(c, a, &line, data);
	if (c->broken)
		a->code = 0;
	text_fini(&line);
	return ok;
}
