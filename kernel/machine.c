/* SPDX-License-Identifier: MIT */
/* machine.c - where are we, what were we told, and how does it end. */
#include "kernel/machine.h"

#include <stdlib.h>
#include <string.h>

#include "abi/image.h"
#include "abi/monitor.h"
#include "abi/pvh.h"
#include "base/bits.h"
#include "kernel/clock.h"
#include "kernel/memory.h"
#include "kernel/ring0.h"

#define PM1A_CONTROL 0x604 /* of QEMU's q35 */
#define PM1_SLEEP 0x2000
#define RESET_CONTROL 0xcf9
#define MESSAGE 1020

static uint32_t unwatched;
struct machine machine = { .beats = &unwatched };

/* --- our own monitor --- */

static void monitor_wait(int64_t deadline)
{
	WRITE_ONCE(machine.page->deadline, clock_tsc_at(deadline));
	out8(MONITOR_PORT_WAIT, 0);
}

static void monitor_console(const char *p, size_t n)
{
	static struct {
		uint32_t n;
		char text[MESSAGE];
	} message;

	for (size_t part; n > 0; p += part, n -= part) {
		part = n < MESSAGE ? n : MESSAGE;
		memcpy(message.text, p, part);
		message.n = (uint32_t)part;
		out32(MONITOR_PORT_PRINT, (uint32_t)(uintptr_t)&message);
	}
}

static __attribute__((noreturn)) void monitor_off(int code)
{
	for (;;)
		out8(MONITOR_PORT_EXIT, (uint8_t)code);
}

static void monitor_found(struct monitor_page *page)
{
	machine.kind = MACHINE_MONITOR;
	machine.name = "monitor";
	machine.page = page;
	machine.beats = &page->beats;
	machine.wait = monitor_wait;
	machine.off = monitor_off;
	machine.console = monitor_console;
	clock_set(page->wall_tsc, 0, page->tsc_khz);
	clock_set_wall((int64_t)page->wall);
}

/* --- the others --- */

/* Without a first page table each fault is one more: the CPU resets, which ends most machines. */
static _Noreturn void triple_fault(void)
{
	ring0_map(IMAGE_CR3, 0, 1, 0);
	for (;;)
		;
}

static __attribute__((noreturn)) void plain_off(int code)
{
	if (code == MONITOR_POWEROFF)
		out16(PM1A_CONTROL, PM1_SLEEP);
	out8(RESET_CONTROL, 6);
	triple_fault();
}

/* The CPUID leaf from which a hypervisor of that signature says more; 0: it is another. */
static uint32_t find_leaf(const char *signature)
{
	uint32_t r[4];

	for (uint32_t leaf = 0x40000000; leaf < 0x40010000; leaf += 0x100) {
		cpuid(leaf, 0, r);
		if (memcmp(&r[1], signature, 12) == 0)
			return leaf;
		if (r[0] < 0x40000000) /* there is none at all */
			return 0;
	}
	return 0;
}

static void find_hypervisor(void)
{
	if ((machine.hypervisor_leaf = find_leaf("XenVMMXenVMM"))) {
		machine.kind = MACHINE_XEN;
		machine.name = "xen";
	} else if ((machine.hypervisor_leaf = find_leaf("KVMKVMKVM\0\0\0"))) {
		machine.kind = MACHINE_KVM;
		machine.name = "kvm";
	} else {
		machine.kind = MACHINE_BARE;
		machine.name = "qemu";
	}
}

void machine_find(struct pvh_start_info *start, struct monitor_page *page)
{
	machine.start = start;
	machine.off = plain_off;
	if (page && page->magic == MONITOR_MAGIC && page->version == MONITOR_VERSION)
		monitor_found(page);
	else
		find_hypervisor();
}

/* --- the command line --- */

/* Takes the next word off; double quotes may be anywhere in it, and stay. */
static struct str next_word(struct str *s)
{
	bool quoted = false;
	size_t i = 0;

	str_space(s);
	for (; i < s->n && (quoted || s->p[i] != ' '); i++)
		quoted ^= s->p[i] == '"';
	struct str word = str_first(*s, i);
	*s = str_from(*s, i);
	return word;
}

static struct str unquoted(struct str s)
{
	char *p = malloc(s.n + 1);
	size_t n = 0;

	if (!p || !memchr(s.p, '"', s.n)) {
		free(p);
		return s;
	}
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '"')
			p[n++] = s.p[i];
	return (struct str){ p, n };
}

/* Takes the prefix off, whose quotes may begin before or in it. */
static bool take_prefix(struct str *word, const char *prefix)
{
	while (str_char(word, '"') || (*prefix && str_char(word, *prefix)))
		if (word->p[-1] != '"')
			prefix++;
	return *prefix == '\0';
}

void machine_options(const char *prefix, void (*each)(void *arg, struct str rest), void *arg)
{
	struct str line =
		str_of(machine.start->cmdline ? (const char *)machine.start->cmdline : "");

	for (struct str word; (word = next_word(&line)).n != 0;)
		if (take_prefix(&word, prefix))
			each(arg, unquoted(word));
}

struct wanted {
	struct str value;
	bool found;
};

static void match(void *arg, struct str rest)
{
	struct wanted *w = arg;

	if (!w->found && str_char(&rest, '=')) {
		w->value = rest;
		w->found = true;
	}
}

struct str machine_option(const char *key)
{
	struct wanted w = { 0 };

	machine_options(key, match, &w);
	return w.value;
}
