/* SPDX-License-Identifier: MIT */
/* packet_test.c - sharing, growing and limits of packet memory. */
#include "engine/packet.h"

#include <stdlib.h>

#include "engine/run/thread.h"
#include "engine/platform.h"
#include "tests/unit/test.h"

static struct depot depot;
static struct thread thread;

static void setup(uint32_t limit)
{
	memset(&depot, 0, sizeof(depot));
	memset(&thread, 0, sizeof(thread));
	depot.limit = limit;
	thread.depot = &depot;
	thread_current = &thread;
}

/* Every object must be free again. */
static void teardown(void)
{
	thread_flush_packets(&thread);
	CHECK_INT(depot.nfree, depot.made);
	CHECK_INT(depot.big, 0);
	depot_fini(&depot);
}

static struct packet *numbered(uint32_t len)
{
	struct packet *p = packet_new(PACKET_HEADROOM, len, 0);

	for (uint32_t i = 0; p && i < len; i++)
		p->data[i] = (uint8_t)i;
	return p;
}

static void test_new(void)
{
	struct packet *p;

	setup(100);
	p = packet_from("hello", 5);
	CHECK(p && p->len == 5 && memcmp(p->data, "hello", 5) == 0);
	CHECK_INT(packet_headroom(p), PACKET_HEADROOM);
	CHECK(!packet_shared(p));
	CHECK(packet_pull(p, 2) && p->len == 3 && p->data[0] == 'l');
	CHECK(!packet_pull(p, 4) && p->len == 3);
	CHECK(packet_push(p, 2) && memcmp(p->data, "hello", 5) == 0);
	CHECK(packet_trim(p, 1) && p->len == 4 && !packet_trim(p, 5));
	packet_drop(p);
	teardown();
}

static void test_clone(void)
{
	struct packet *p, *c, *d;

	setup(100);
	p = numbered(60);
	p->net = p->data + 14;
	p->anno[ANNO_PAINT] = 7;
	c = packet_clone(p);
	d = packet_clone(c);
	CHECK(packet_shared(p) && packet_shared(c) && packet_shared(d));
	CHECK(c->data == p->data && d->net == p->net && d->anno[ANNO_PAINT] == 7);
	CHECK(packet_writable(c) && c->data != p->data);
	c->data[0] = 0xff;
	CHECK_INT(p->data[0], 0);
	CHECK_INT(d->data[0], 0);
	CHECK(c->net == c->data + 14);
	packet_drop(p);
	CHECK(!packet_shared(d) && d->data[59] == 59);
	CHECK(packet_writable(d));
	packet_drop(d);
	packet_drop(c);
	teardown();
}

/* The owner of the bytes wants to write while clones live: it moves, they stay. */
static void test_owner_writes(void)
{
	struct packet *p, *c;

	setup(100);
	p = numbered(20);
	c = packet_clone(p);
	CHECK(packet_writable(p) && p->data != c->data);
	p->data[0] = 0xff;
	CHECK_INT(c->data[0], 0);
	packet_drop(p);
	CHECK_INT(c->data[19], 19);
	packet_drop(c);
	teardown();
}

static void test_grow(void)
{
	struct packet *p, *c;

	setup(100);
	p = numbered(100);
	CHECK(packet_push(p, PACKET_HEADROOM));
	CHECK(packet_push(p, 50) && p->len == 278 && p->data[178] == 0 && p->data[277] == 99);
	CHECK(packet_put(p, 3000) && p->len == 3278 && p->data[277] == 99);
	c = packet_clone(p);
	CHECK(packet_put(c, 1) && c->len == 3279 && p->len == 3278 && c->data != p->data);
	packet_drop(p);
	packet_drop(c);
	teardown();
}

static void test_shift(void)
{
	struct packet *p;

	setup(100);
	p = numbered(10);
	p->trans = p->data + 4;
	CHECK(packet_shift(p, 2) && p->data[9] == 9 && *p->trans == 4);
	CHECK(packet_shift(p, -130) && p->data[9] == 9 && *p->trans == 4);
	CHECK_INT(p->len, 10);
	packet_drop(p);
	teardown();
}

static void test_limits(void)
{
	struct packet *v[120];
	unsigned n = 0;

	setup(113);
	while (n < 120 && (v[n] = packet_new(0, 64, 0)))
		n++;
	CHECK_INT(n, 113);
	CHECK_INT(depot.failures, 1);
	CHECK(!packet_clone(v[0]) && !packet_copy(v[0]));
	while (n > 0)
		packet_drop(v[--n]);
	CHECK(!packet_new(0, PACKET_MAX + 1, 0));
	CHECK(!packet_new(UINT32_MAX, UINT32_MAX, UINT32_MAX));
	teardown();
}

static void test_big(void)
{
	struct packet *p, *c;

	setup(1000);
	p = numbered(60000);
	CHECK(p && p->data[59999] == (uint8_t)59999);
	c = packet_clone(p);
	CHECK(c && packet_writable(c) && c->data[59999] == p->data[59999]);
	packet_drop(p);
	packet_drop(c);
	teardown();
}

static void test_batches(void)
{
	struct batch b, c;

	setup(1000);
	b.n = 0;
	batch_new(&b, 32, 28, 64);
	CHECK_INT(b.n, 32);
	CHECK_INT(batch_bytes(&b), 32 * 64);
	batch_clone(&b, &c);
	CHECK_INT(c.n, 32);
	batch_writable(&c);
	CHECK(c.n == 32 && c.pkt[31]->data != b.pkt[31]->data);
	batch_drop(&c);
	batch_move(&b, 30, &c);
	CHECK(c.n == 30 && b.n == 2);
	batch_drop(&b);
	batch_drop(&c);
	teardown();
}

/* A batch of packets, the first of them the last to use the bytes of others. */
static void batch_of_last_clones(struct batch *b, unsigned clones)
{
	b->n = 0;
	for (unsigned i = 0; i < BATCH_MAX; i++) {
		struct packet *p = numbered(60), *c = i < clones ? packet_clone(p) : p;

		batch_add(b, c);
		if (c != p)
			packet_drop(p);
	}
}

/* They come back into a thread's store of free packets, however full that is. */
static void test_brim(void)
{
	struct packet *held[CACHE_PACKETS];
	struct batch b;

	setup(2000);
	for (unsigned level = 0; level <= CACHE_PACKETS; level++) {
		unsigned n = 0;

		while (n < CACHE_PACKETS)
			held[n++] = numbered(60);
		batch_of_last_clones(&b, BATCH_MAX / 2);
		while (n > 0 && thread.ncached != level)
			packet_drop(held[--n]);
		batch_drop(&b);
		CHECK(thread.ncached <= CACHE_PACKETS);
		while (n > 0)
			packet_drop(held[--n]);
	}
	teardown();
}

/* Random cloning, writing and dropping of many: what each holds never changes behind it. */
static void test_random(void)
{
	struct packet *v[50] = { 0 };
	uint32_t x = 1;

	setup(200);
	for (int i = 0; i < 20000; i++) {
		unsigned a = (x = x * 1664525 + 1013904223) >> 24, k = a % 50;
		unsigned from = (x >> 8) % 50;

		if (v[k]) {
			CHECK(v[k]->data[0] == v[k]->anno[0]);
			packet_drop(v[k]);
			v[k] = NULL;
		} else if (v[from] && a % 3) {
			v[k] = packet_clone(v[from]);
			if (v[k] && a % 2 && packet_writable(v[k]))
				v[k]->data[0] = v[k]->anno[0] = (uint8_t)i;
		} else {
			v[k] = numbered(a % 5 ? 40 : 5000);
			if (v[k])
				v[k]->anno[0] = 0;
		}
		if (v[from] && a % 7 == 0 && packet_grow(v[from], 1, 0))
			v[from]->data[0] = v[from]->anno[0];
	}
	for (int i = 0; i < 50; i++)
		if (v[i])
			packet_drop(v[i]);
	teardown();
}

int main(void)
{
	test_new();
	test_clone();
	test_owner_writes();
	test_grow();
	test_shift();
	test_limits();
	test_big();
	test_batches();
	test_brim();
	test_random();
	return test_end();
}
