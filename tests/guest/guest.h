/* SPDX-License-Identifier: MIT */
/* guest.h - what the small test guests share: ports, printing, rings. No library is there. */
#ifndef TESTS_GUEST_GUEST_H
#define TESTS_GUEST_GUEST_H

#include <stddef.h>
#include <stdint.h>

#include "abi/monitor.h"
#include "abi/pvh.h"
#include "abi/virtio.h"

void main(const struct pvh_start_info *, struct monitor_page *);

/* --- ports --- */

static inline void out8(uint16_t port, uint8_t v)
{
	__asm__ volatile("outb %0, %1" : : "a"(v), "Nd"(port) : "memory");
}

static inline void out16(uint16_t port, uint16_t v)
{
	__asm__ volatile("outw %0, %1" : : "a"(v), "Nd"(port) : "memory");
}

static inline void out32(uint16_t port, uint32_t v)
{
	__asm__ volatile("outl %0, %1" : : "a"(v), "Nd"(port) : "memory");
}

static inline uint8_t in8(uint16_t port)
{
	uint8_t v;

	__asm__ volatile("inb %1, %0" : "=a"(v) : "Nd"(port) : "memory");
	return v;
}

static inline uint64_t tsc(void)
{
	uint32_t lo, hi;

	__asm__ volatile("rdtsc" : "=a"(lo), "=d"(hi));
	return (uint64_t)hi << 32 | lo;
}

static inline void fence(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static inline void power_off(void)
{
	for (;;)
		out8(MONITOR_PORT_EXIT, MONITOR_POWEROFF);
}

/* --- text --- */

static struct {
	uint32_t n;
	char text[1020];
} guest_line;

static inline void put(const char *s)
{
	while (*s && guest_line.n < sizeof(guest_line.text))
		guest_line.text[guest_line.n++] = *s++;
}

static inline void put_number(uint64_t v)
{
	char digits[24];
	int i = sizeof(digits) - 1;

	digits[i] = '\0';
	do {
		digits[--i] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	put(digits + i);
}

/* Prints what was put, with the end of the line. */
static inline void end_line(void)
{
	put("\n");
	out32(MONITOR_PORT_PRINT, (uint32_t)(uintptr_t)&guest_line);
	guest_line.n = 0;
}

static inline void say(const char *s)
{
	put(s);
	end_line();
}

static inline int same(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

static inline void copy(void *to, const void *from, size_t n)
{
	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n) : : "memory");
}

static inline void wait_until(struct monitor_page *page, uint64_t deadline)
{
	page->deadline = deadline;
	out8(MONITOR_PORT_WAIT, 0);
}

/* --- rings --- */

#define RING 16 /* chains, each of one descriptor with one buffer */
#define BUFFER 2048

struct ring {
	struct virtq_desc desc[RING];
	struct {
		uint16_t flags, idx, ring[RING], used_event;
	} avail;
	struct {
		uint16_t flags, idx;
		struct virtq_used_elem ring[RING];
		uint16_t avail_event;
	} used __attribute__((aligned(4)));
	uint8_t buffer[RING][BUFFER];
	uint16_t seen;
} __attribute__((aligned(16)));

static inline void ring_offer(struct monitor_queue *q, struct ring *r)
{
	q->desc = (uintptr_t)r->desc;
	q->driver = (uintptr_t)&r->avail;
	q->device = (uintptr_t)&r->used;
	q->size = RING;
}

/* Buffer i, which the device does not have, becomes its. flags: VIRTQ_DESC_WRITE or 0. */
static inline void ring_give(struct ring *r, uint16_t i, uint32_t len, uint16_t flags)
{
	r->desc[i] = (struct virtq_desc){ (uintptr_t)r->buffer[i], len, flags, 0 };
	r->avail.ring[r->avail.idx % RING] = i;
	__atomic_store_n(&r->avail.idx, (uint16_t)(r->avail.idx + 1), __ATOMIC_RELEASE);
}

static inline void ring_fill(struct ring *r)
{
	for (uint16_t i = 0; i < RING; i++)
		ring_give(r, i, BUFFER, VIRTQ_DESC_WRITE);
}

/* Kicks when the device wants to hear of what came since `old'. */
static inline void ring_kick(const struct ring *r, unsigned device, unsigned queue, uint16_t old)
{
	fence();
	if (virtq_need_event(r->used.avail_event, r->avail.idx, old))
		out8((uint16_t)(MONITOR_PORT_KICK + device * 8 + queue), 0);
}

/* A buffer that came back, and its length; -1: none. */
static inline int ring_take(struct ring *r, uint32_t *len)
{
	int i;

	if (__atomic_load_n(&r->used.idx, __ATOMIC_ACQUIRE) == r->seen)
		return -1;
	i = (int)r->used.ring[r->seen % RING].id;
	*len = r->used.ring[r->seen++ % RING].len;
	r->avail.used_event = r->seen;
	fence();
	return i;
}

#endif
