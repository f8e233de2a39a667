/* SPDX-License-Identifier: MIT */
/* end.c - the reason for a machine's end, and its report. No memory is allocated here. */
#include "monitor/end.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/error.h"

bool end_open(struct end *e, const char *name, const char *path)
{
	*e = (struct end){ .report = -1, .name = name };
	e->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (path)
		e->report = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	return e->wake >= 0 && (!path || e->report >= 0);
}

void end_machine(struct end *e, enum end_status status, const char *details, const char *fmt, ...)
{
	unsigned nobody = 0;
	ssize_t sent;
	va_list ap;

	if (!__atomic_compare_exchange_n(&e->claimed, &nobody, 1, false, __ATOMIC_SEQ_CST,
					 __ATOMIC_SEQ_CST))
		return;
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	snprintf(e->details, sizeof(e->details), "%s", details ? details : "");
	e->status = status;
	__atomic_store_n(&e->complete, 1, __ATOMIC_RELEASE);
	sent = write(e->wake, &(uint64_t){ 1 }, sizeof(uint64_t));
	(void)sent; /* it fails only when it is awake already */
}

void end_machine_error(struct end *e, const struct error *err)
{
	end_machine(e, END_HOST, NULL, "%.*s", (int)err->out.n - 1, err->out.p);
}

static void write_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t done = write(fd, p, n);

		if (done <= 0)
			return;
		p += done;
		n -= (size_t)done;
	}
}

void end_report(const struct end *e)
{
	char all[sizeof(e->text) + sizeof(e->details) + 128];
	int n;

	if (e->report >= 0) {
		n = snprintf(all, sizeof(all), "%s\n%s", e->text, e->details);
		write_all(e->report, all, (size_t)n);
	}
	if (e->status == END_POWEROFF)
		return;
	n = snprintf(all, sizeof(all), "clickos-monitor: %.64s: %s\n%s", e->name, e->text,
		     e->details);
	write_all(STDERR_FILENO, all, (size_t)n);
}
