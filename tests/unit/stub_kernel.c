/* SPDX-License-Identifier: MIT */
/*
 * stub_kernel.c - a machine of nothing but memory for unit tests and fuzzers of drivers, which run
 * as processes: devices are what the test makes of them.
 */
#include "tests/unit/stub_kernel.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "drivers/io.h"
#include "kernel/clock.h"
#include "kernel/irq.h"
#include "kernel/heap.h"
#include "kernel/kthread.h"
#include "kernel/machine.h"
#include "kernel/memory.h"
#include "kernel/watchdog.h"

struct stub_kernel stub_kernel;

/* --- memory --- */

struct pages { /* in front of what page_alloc gives, on a page of its own */
	struct list node;
	size_t n;
};

static struct list pages = { &pages, &pages };

void *page_alloc(size_t n)
{
	uint8_t *p = aligned_alloc(PAGE_SIZE, (n + 1) * PAGE_SIZE);

	if (!p)
		return NULL;
	((struct pages *)(void *)p)->n = n;
	list_add_tail(&pages, &((struct pages *)(void *)p)->node);
	return memset(p + PAGE_SIZE, 0, n * PAGE_SIZE);
}

/* Whole allocations only. */
void page_free(void *p, size_t n)
{
	struct pages *head = (struct pages *)(void *)((uint8_t *)p - PAGE_SIZE);

	(void)n;
	list_remove(&head->node);
	free(head);
}

bool stub_kernel_is_ram(uint64_t p, uint64_t n)
{
	for (struct list *i = pages.next; i != &pages; i = i->next) {
		uint64_t base = (uintptr_t)i + PAGE_SIZE;
		uint64_t size = container_of(i, struct pages, node)->n * PAGE_SIZE;

		if (p >= base && n <= size && p - base <= size - n)
			return true;
	}
	return false;
}

size_t memory_total(void)
{
	return stub_kernel.memory ? stub_kernel.memory : 64U << 20;
}

void *memory_map_device(uint64_t base, size_t size)
{
	if (stub_kernel.map)
		return stub_kernel.map(base, size);
	return page_alloc((size + PAGE_SIZE - 1) / PAGE_SIZE);
}

/* --- time --- */

int64_t clock_steady(void)
{
	static int64_t now;

	return stub_kernel.clock ? stub_kernel.clock() : (now += 1000000);
}

/* --- devices --- */

void port_write8(uint16_t port, uint8_t v)
{
	if (stub_kernel.port_write)
		stub_kernel.port_write(port, v, 1);
}

void port_write32(uint16_t port, uint32_t v)
{
	if (stub_kernel.port_write)
		stub_kernel.port_write(port, v, 4);
}

uint32_t port_read32(uint16_t port)
{
	return stub_kernel.port_read ? stub_kernel.port_read(port) : 0xffffffff;
}

uint8_t mmio_read8(const volatile void *p)
{
	if (stub_kernel.mmio_read)
		return (uint8_t)stub_kernel.mmio_read(p, 1);
	return *(const volatile uint8_t *)p;
}

uint16_t mmio_read16(const volatile void *p)
{
	if (stub_kernel.mmio_read)
		return (uint16_t)stub_kernel.mmio_read(p, 2);
	return *(const volatile uint16_t *)p;
}

uint32_t mmio_read32(const volatile void *p)
{
	if (stub_kernel.mmio_read)
		return stub_kernel.mmio_read(p, 4);
	return *(const volatile uint32_t *)p;
}

void mmio_write8(volatile void *p, uint8_t v)
{
	if (stub_kernel.mmio_write)
		stub_kernel.mmio_write(p, v, 1);
	else
		*(volatile uint8_t *)p = v;
}

void mmio_write16(volatile void *p, uint16_t v)
{
	if (stub_kernel.mmio_write)
		stub_kernel.mmio_write(p, v, 2);
	else
		*(volatile uint16_t *)p = v;
}

void mmio_write32(volatile void *p, uint32_t v)
{
	if (stub_kernel.mmio_write)
		stub_kernel.mmio_write(p, v, 4);
	else
		*(volatile uint32_t *)p = v;
}

void irq_route(unsigned gsi, bool level)
{
	(void)gsi, (void)level;
	stub_kernel.routed++;
}

void watchdog_sleep(void) {}

bool watchdog_woken(void)
{
	return true;
}

/* --- command line: words without quotes --- */

void machine_options(const char *prefix, void (*each)(void *arg, struct str rest), void *arg)
{
	struct str s = str_of(stub_kernel.cmdline ? stub_kernel.cmdline : "");

	for (str_space(&s); s.n > 0; str_space(&s)) {
		struct str word = str_first(s, str_find(s, ' '));

		s = str_from(s, word.n);
		if (str_prefix(&word, prefix))
			each(arg, word);
	}
}

struct wanted {
	const char *key;
	struct str value;
};

static void match(void *arg, struct str rest)
{
	struct wanted *w = arg;

	if (str_prefix(&rest, w->key) && str_char(&rest, '='))
		w->value = rest;
}

struct str machine_option(const char *key)
{
	struct wanted w = { .key = key };

	machine_options("", match, &w);
	return w.value;
}

/* --- console --- */

void kprint(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(stub_kernel.printed, sizeof(stub_kernel.printed), fmt, ap);
	va_end(ap);
	if (!stub_kernel.quiet)
		fprintf(stderr, "%s\n", stub_kernel.printed);
}

void console_set(void (*write)(const char *p, size_t n))
{
	stub_kernel.console = write;
}

/* --- sources --- */

static struct list sources = { &sources, &sources };

void source_add(struct source *s)
{
	list_add_tail(&sources, &s->node);
}

unsigned stub_kernel_sources(void)
{
	unsigned n = 0;

	list_each(i, &sources)
	{
		struct source *s = container_of(i, struct source, node);

		if (s->quiet || !s->pending(s))
			continue;
		n++;
		if (s->ready)
			s->ready(s);
	}
	return n;
}

bool stub_kernel_arm(void)
{
	bool now = false;

	list_each(i, &sources)
	{
		struct source *s = container_of(i, struct source, node);

		if (!s->quiet)
			now |= s->arm(s);
	}
	return now;
}

void stub_kernel_reset(void)
{
	list_init(&sources);
	list_each(i, &pages) page_free((uint8_t *)i + PAGE_SIZE, 0);
	stub_kernel = (struct stub_kernel){ .quiet = true };
}

unsigned heap_owner_set(unsigned owner)
{
	return owner;
}
