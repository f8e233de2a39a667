/* SPDX-License-Identifier: MIT */
/* console.c - messages: kept in a ring for whoever asks later, and written out. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "abi/monitor.h"
#include "kernel/machine.h"
#include "kernel/ring0.h"

#define LOG_SIZE 8192U
#define LINE_SIZE 512

static struct {
	char ring[LOG_SIZE];
	size_t n;       /* bytes ever written */
	size_t printed; /* of those */
} kept;

/* String output is one exit for all bytes where a hypervisor is worth its name. */
static void serial_write(const char *p, size_t n)
{
	__asm__ volatile("rep outsb"
			 : "+S"(p), "+c"(n)
			 : "d"((uint16_t)MONITOR_PORT_SERIAL)
			 : "memory");
}

static void keep(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		kept.ring[kept.n++ % LOG_SIZE] = p[i];
}

void console_log(struct str part[2])
{
	size_t n = kept.n < LOG_SIZE ? kept.n : LOG_SIZE, at = kept.n % LOG_SIZE;

	part[0] = n < LOG_SIZE ? (struct str){ kept.ring, n }
			       : (struct str){ kept.ring + at, LOG_SIZE - at };
	part[1] = n < LOG_SIZE ? (struct str){ kept.ring, 0 } : (struct str){ kept.ring, at };
}

/* What the ring still has of what no console has seen. */
static void flush(void)
{
	if (kept.n - kept.printed > LOG_SIZE)
		kept.printed = kept.n - LOG_SIZE;
	while (machine.console && kept.printed < kept.n) {
		size_t at = kept.printed % LOG_SIZE, n = kept.n - kept.printed;

		n = n < LOG_SIZE - at ? n : LOG_SIZE - at;
		kept.printed += n;
		machine.console(kept.ring + at, n);
	}
}

void console_write(const char *p, size_t n)
{
	for (size_t part; n > 0; p += part, n -= part) {
		part = n < LOG_SIZE ? n : LOG_SIZE;
		keep(p, part);
		flush();
	}
}

void console_set(void (*write)(const char *p, size_t n))
{
	machine.console = write;
	flush();
}

void console_serial(void)
{
	console_set(serial_write);
}

void kprint(const char *fmt, ...)
{
	char line[LINE_SIZE];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line) - 1, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	n = n < LINE_SIZE - 2 ? n : LINE_SIZE - 2;
	line[n] = '\n';
	console_write(line, (size_t)n + 1);
}

void panic(const char *fmt, ...)
{
	char line[LINE_SIZE];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	kprint("panic: %s", line);
	machine.off(MONITOR_PANIC);
}
