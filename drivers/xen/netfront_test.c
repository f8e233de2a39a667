/* SPDX-License-Identifier: MIT */
/* netfront_test.c - interfaces against a back end, in good and in bad faith. */
#include "drivers/xen/netfront.h"

#include <stdlib.h>

#include "drivers/xen/event.h"
#include "drivers/xen/grant.h"
#include "drivers/xen/hypercall.h"
#include "drivers/xen/xen.h"
#include "kernel/memory.h"
#include "tests/unit/stub_kernel.h"
#include "tests/unit/test.h"
#include "tests/unit/xen_fake.h"

#define MAC0 "00:16:3e:00:00:01"
#define MAC1 "00:16:3e:00:00:02"

static struct fake_back back;
static uint8_t *memory; /* pages that frames are sent from */

static void boot(const char *cmdline)
{
	fake_reset();
	stub_kernel.cmdline = cmdline;
	fake_vif_add(0, MAC0);
	xen_init();
	fake_settle();
	memory = page_alloc(4);
	for (unsigned i = 0; i < 4 * XEN_PAGE; i++)
		memory[i] = (uint8_t)(i * 7);
}

static struct net *up(const char *cmdline)
{
	boot(cmdline);
	CHECK(fake_back_connect(&back, 0));
	fake_settle();
	net_first->receiving = true;
	net_first->source.quiet = false;
	return net_first;
}

static void down(void)
{
	page_free(memory, 4);
}

/* --- connecting --- */

static void test_connect(void)
{
	struct net *n = up("net=lan,wan");

	CHECK_STR(str_of(n->name), "lan");
	CHECK(memcmp(n->mac, "\0\x16\x3e\0\0\1", 6) == 0);
	CHECK_INT(n->mtu, 1500);
	CHECK(n->csum_offload);
	CHECK_STR(fake_read("device/vif/0/state"), "4");
	CHECK_STR(fake_read("device/vif/0/request-rx-copy"), "1");
	CHECK_STR(fake_read("device/vif/0/feature-sg"), "1");
	CHECK(fake_read("device/vif/0/event-channel") == NULL);
	CHECK(back.rx_port != back.tx_port);
	CHECK_INT(fake_back_posted(&back), 256);
	CHECK(n->next == NULL);
	down();
}

static void test_one_port(void)
{
	fake_reset();
	fake_vif_add(0, MAC0);
	fake_write("/local/domain/0/backend/vif/7/0/feature-split-event-channels", "0");
	xen_init();
	fake_settle();
	CHECK(fake_back_connect(&back, 0));
	CHECK(fake_read("device/vif/0/event-channel-rx") == NULL);
	CHECK_INT(back.rx_port, back.tx_port);
}

static void test_conflicts(void)
{
	fake_reset();
	fake_vif_add(0, MAC0);
	fake.conflicts = 3;
	xen_init();
	fake_settle();
	CHECK_STR(fake_read("device/vif/0/state"), "4");
}

/* Interfaces do not wait for each other, and later ones are found. */
static void test_several(void)
{
	struct fake_back second;

	fake_reset();
	fake_vif_add(10, MAC1);
	fake_back_state(10, XEN_STATE_INITIALISING);
	fake_vif_add(2, MAC0);
	xen_init();
	fake_settle();
	CHECK_STR(fake_read("device/vif/2/state"), "4");
	CHECK_STR(fake_read("device/vif/10/state"), "1");
	CHECK_INT(net_first->mac[5], 1);
	CHECK_INT(net_first->next->mac[5], 2);
	fake_back_state(10, XEN_STATE_INIT_WAIT);
	fake_settle();
	CHECK(fake_back_connect(&second, 10));
	fake_vif_add(11, MAC1);
	fake_settle();
	CHECK(fake_back_connect(&second, 11));
	CHECK(net_first->next->next != NULL);
}

static void test_bad_nodes(void)
{
	fake_reset();
	fake_vif_add(0, "not a mac");
	fake_vif_add(1, MAC1);
	fake_write("device/vif/1/backend-id", "99999999999");
	fake_vif_add(2, MAC1);
	fake_write("device/vif/2/backend", "%s", "");
	fake_vif_add(3, MAC1);
	fake_write("/local/domain/0/backend/vif/7/3/feature-rx-copy", "0");
	fake_write("device/vif/x/mac", "1");
	fake_write("device/vif/4000000000/mac", "1");
	xen_init();
	fake_settle();
	CHECK_STR(fake_read("device/vif/0/state"), "1");
	CHECK_STR(fake_read("device/vif/1/state"), "1");
	CHECK_STR(fake_read("device/vif/2/state"), "1");
	CHECK_STR(fake_read("device/vif/3/state"), "6");
	for (struct net *n = net_first; n; n = n->next)
		CHECK(n->broken == NULL);
}

/* --- receiving --- */

static const uint8_t frame[64] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2,   0,   0,  0,
				   0,    1,    0x12, 0x34, 'h',  'e',  'l', 'l', 'o' };

static bool deliver(unsigned n)
{
	struct fake_part p = { .data = frame, .n = sizeof(frame), .offset = 0 };
	bool ok = true;

	for (unsigned i = 0; i < n; i++) {
		p.offset = (uint16_t)(i % 32);
		ok &= fake_back_deliver(&back, &p, 1);
	}
	fake_back_push(&back);
	return ok;
}

/* Takes all frames, looks at each, and gives the buffers back. */
static unsigned take_all(struct net *n)
{
	struct net_frame v[32];
	unsigned total = 0, got;

	while ((got = n->ops->receive(n, v, 32)) > 0) {
		for (unsigned i = 0; i < got; i++)
			CHECK(v[i].len == sizeof(frame) &&
			      memcmp(v[i].data, frame, sizeof(frame)) == 0);
		n->ops->release(n, v, got);
		n->ops->flush(n);
		total += got;
	}
	return total;
}

/* Goes around the ring many times, in pieces that do not divide it. */
static void run_receive(const char *cmdline, bool poll, bool gru, bool fr)
{
	struct net *n = up(cmdline);
	uint64_t accesses = grant_counters.accesses, kicks = n->kicks, total = 0;

	for (unsigned i = 0; i < 100; i++) {
		CHECK(deliver(37));
		CHECK_INT(stub_kernel_sources(), 1);
		total += take_all(n);
		CHECK(!n->source.pending(&n->source));
	}
	CHECK_INT(total, 3700);
	CHECK_INT(n->rx_frames, 3700);
	CHECK_INT(n->rx_drops, 0);
	CHECK_INT(fake_back_posted(&back), 256);
	CHECK(n->broken == NULL);
	CHECK_INT(grant_counters.accesses - accesses, gru ? 0 : 3700);
	/* The back end rings for each batch, or only for the one that was waited for. */
	CHECK_INT(back.rings, poll ? 1 : 100);
	(void)fr;
	CHECK_INT(n->kicks - kicks, 0);
	down();
}

static void test_receive(void)
{
	run_receive("", true, true, true);
	run_receive("xen.poll=0", false, true, true);
	run_receive("xen.gru=0", true, false, true);
	run_receive("xen.fr=0", true, true, false);
	run_receive("xen.poll.net0=0 xen.gru=0 xen.fr=0", false, false, false);
	run_receive("xen.poll=0 xen.poll.net0=1", true, true, true);
}

/* The back end has starved and wants to be told of the next buffers: once for all, or for each. */
static void test_refill(void)
{
	struct net_frame v[32];
	struct net *n = up("");
	uint64_t kicks = n->kicks;
	uint32_t prod;

	CHECK(deliver(32));
	CHECK_INT(n->ops->receive(n, v, 32), 32);
	prod = back.rx->head.req_prod;
	n->ops->release(n, v, 32);
	CHECK_INT(back.rx->head.req_prod, prod);
	back.rx->head.req_event = prod + 1;
	n->ops->flush(n);
	CHECK_INT(back.rx->head.req_prod, prod + 32);
	CHECK_INT(n->kicks - kicks, 1);
	CHECK_INT(fake.last_port, back.rx_port);
	down();

	n = up("xen.fr=0");
	CHECK(deliver(2));
	CHECK_INT(n->ops->receive(n, v, 32), 2);
	prod = back.rx->head.req_prod;
	n->ops->release(n, v, 1);
	CHECK_INT(back.rx->head.req_prod, prod + 1);
	down();
}

static void test_waiting(void)
{
	struct net *n = up("");
	uint64_t events = n->events;

	CHECK(!stub_kernel_arm());
	event_wait(1000);
	CHECK_INT(fake.now, 1000);
	CHECK(deliver(1));
	CHECK_INT(back.rings, 1);
	event_wait(5000); /* not armed, rung or not: an armed port is what counts */
	CHECK(stub_kernel_arm());
	CHECK_INT(n->events - events, 1);
	CHECK_INT(take_all(n), 1);
	CHECK(!stub_kernel_arm());
	CHECK(deliver(1));
	fake.now = 0;
	event_wait(9000);
	CHECK_INT(fake.now, 0);
	CHECK_INT(take_all(n), 1);
	/* Nobody receives: nothing is asked for. */
	n->receiving = false;
	CHECK(!stub_kernel_arm());
	CHECK(deliver(1));
	CHECK_INT(back.rings, 2);
	CHECK_INT(stub_kernel_sources(), 0);
	down();
}

static void test_slots(void)
{
	struct net *n = up("");
	uint8_t big[3000];
	struct fake_part v[3] = { { big, 1000, 96, XEN_NETRX_VALIDATED },
				  { big + 1000, 1500, 0, 0 },
				  { big + 2500, 500, 3000, 0 } };
	struct net_frame f[8];

	for (unsigned i = 0; i < sizeof(big); i++)
		big[i] = (uint8_t)(i * 5);
	/* The front end sees a part of it first. */
	CHECK(fake_back_deliver(&back, v, 3));
	back.rx_prod -= 1;
	fake_back_push(&back);
	CHECK(n->source.pending(&n->source));
	CHECK_INT(n->ops->receive(n, f, 8), 0);
	CHECK(!n->source.pending(&n->source));
	CHECK(!stub_kernel_arm());
	back.rx_prod += 1;
	fake_back_push(&back);
	CHECK(n->source.pending(&n->source));
	CHECK_INT(n->ops->receive(n, f, 8), 3);
	CHECK_INT(f[0].flags, NET_MORE | NET_CSUM_GOOD);
	CHECK_INT(f[1].flags, NET_MORE);
	CHECK_INT(f[2].flags, 0);
	CHECK(f[0].len == 1000 && memcmp(f[0].data, big, 1000) == 0);
	CHECK(f[1].len == 1500 && memcmp(f[1].data, big + 1000, 1500) == 0);
	CHECK(f[2].len == 500 && memcmp(f[2].data, big + 2500, 500) == 0);
	n->ops->release(n, f, 3);
	n->ops->flush(n);
	CHECK_INT(fake_back_posted(&back), 256);
	/* Whole within one call: it waits for the next when there is no room for it. */
	CHECK(deliver(1));
	CHECK(fake_back_deliver(&back, v, 3));
	fake_back_push(&back);
	CHECK_INT(n->ops->receive(n, f, 3), 1);
	n->ops->release(n, f, 1);
	CHECK_INT(n->ops->receive(n, f, 3), 3);
	n->ops->release(n, f, 3);
	/* There never is: dropped. */
	CHECK(fake_back_deliver(&back, v, 3));
	CHECK(deliver(1));
	CHECK_INT(n->ops->receive(n, f, 2), 1);
	CHECK_INT(n->rx_drops, 1);
	n->ops->release(n, f, 1);
	n->ops->flush(n);
	CHECK_INT(fake_back_posted(&back), 256);
	down();
}

static void test_extra(void)
{
	struct net *n = up("");
	struct fake_part p = { .data = frame, .n = sizeof(frame), .flags = XEN_NETRX_EXTRA };

	CHECK(fake_back_deliver(&back, &p, 1));
	CHECK(fake_back_extra(&back, true));
	CHECK(fake_back_extra(&back, false));
	CHECK(deliver(1));
	CHECK_INT(take_all(n), 2);
	CHECK_INT(fake_back_posted(&back), 256);
	CHECK(n->broken == NULL);
	down();
}

/* Errors of the back end, empty and short frames. */
static void test_drops(void)
{
	struct net *n = up("xen.gru=0");
	struct fake_part p = { .data = frame, .n = (uint16_t)-2 };
	struct fake_part two[2] = { { frame, 64, 0, 0 }, { frame, (uint16_t)-1, 0, 0 } };
	struct net_frame v[4];

	p.n = 0;
	CHECK(fake_back_deliver(&back, &p, 1));
	p.n = 13;
	CHECK(fake_back_deliver(&back, &p, 1));
	p.n = 64;
	CHECK(fake_back_deliver(&back, &p, 1));
	back.rx->e[(back.rx_prod - 1) % XEN_NET_RING].rsp.status = -1;
	two[1].n = 10;
	CHECK(fake_back_deliver(&back, two, 2));
	back.rx->e[(back.rx_prod - 1) % XEN_NET_RING].rsp.status = -32768;
	fake_back_push(&back);
	CHECK_INT(n->ops->receive(n, v, 4), 0);
	CHECK_INT(n->rx_drops, 4);
	CHECK(n->broken == NULL);
	n->ops->flush(n);
	CHECK_INT(fake_back_posted(&back), 256);
	CHECK(deliver(1));
	CHECK_INT(take_all(n), 1);
	down();
}

static void test_csum(void)
{
	struct net *n = up("");
	uint8_t udp[60] = { [12] = 8, [14] = 0x45, [23] = 17 };
	struct fake_part p = { .data = udp,
			       .n = sizeof(udp),
			       .flags = XEN_NETRX_CSUM_BLANK | XEN_NETRX_VALIDATED };
	struct net_frame v[4];

	CHECK(fake_back_deliver(&back, &p, 1));
	udp[23] = 1;
	CHECK(fake_back_deliver(&back, &p, 1));
	fake_back_push(&back);
	CHECK_INT(n->ops->receive(n, v, 4), 1);
	CHECK_INT(v[0].flags, NET_CSUM_BLANK);
	CHECK_INT(v[0].csum_start, 34);
	CHECK_INT(v[0].csum_offset, 6);
	CHECK_INT(n->rx_drops, 1);
	down();
}

static bool found(const uint8_t *f, uint32_t n, unsigned start, unsigned offset)
{
	uint16_t s = 0, o = 0;

	return front_csum_find(f, n, &s, &o) && s == start && o == offset;
}

static void test_csum_find(void)
{
	uint8_t f[128] = { [12] = 8, [14] = 0x46, [23] = 6 };
	uint16_t s, o;

	CHECK(found(f, 128, 38, 16));
	CHECK(found(f, 56, 38, 16));
	for (uint32_t n = 0; n < 56; n++)
		CHECK(!front_csum_find(f, n, &s, &o));
	f[20] = 0x20; /* a fragment */
	CHECK(!front_csum_find(f, 128, &s, &o));
	f[20] = 0x40;
	CHECK(found(f, 128, 38, 16));
	f[14] = 0x44;
	CHECK(!front_csum_find(f, 128, &s, &o));

	/* A tag, IPv6, hop-by-hop options of 16 bytes, UDP. */
	uint8_t g[128] = {
		[12] = 0x81, [16] = 0x86, [17] = 0xdd, [18] = 0x60, [24] = 0, [58] = 17, [59] = 1
	};

	CHECK(found(g, 128, 74, 6));
	CHECK(found(g, 82, 74, 6));
	for (uint32_t n = 0; n < 82; n++)
		CHECK(!front_csum_find(g, n, &s, &o));
	g[58] = 44;
	CHECK(!front_csum_find(g, 128, &s, &o));
	memset(g + 58, 0, 70); /* extension headers without end */
	CHECK(!front_csum_find(g, 128, &s, &o));
}

/* --- sending --- */

static struct net_frame sent(unsigned at, unsigned len, uintptr_t token)
{
	return (struct net_frame){ .token = (void *)token, .data = memory + at, .len = len };
}

static unsigned reclaim_all(struct net *n)
{
	void *token[64];
	unsigned total = 0, got;

	while ((got = n->ops->reclaim(n, token, 64)) > 0)
		total += got;
	return total;
}

static void test_send(void)
{
	struct net *n = up("");
	struct net_frame v[3] = { sent(0, 64, 1), sent(4000, 1000, 2), sent(100, 1514, 3) };
	uint8_t got[4096];
	unsigned slots;
	uint16_t flags;
	void *token[4];

	v[0].flags = NET_CSUM_BLANK;
	v[2].flags = NET_CSUM_GOOD;
	CHECK_INT(n->ops->send(n, v, 3), 3);
	CHECK_INT(back.tx->head.req_prod, 0);
	n->ops->flush(n);
	CHECK_INT(fake.last_port, back.tx_port);
	CHECK_INT(fake_back_take(&back, got, sizeof(got), &slots, &flags, 0), 64);
	CHECK(slots == 1 && memcmp(got, memory, 64) == 0);
	CHECK_INT(flags, XEN_NETTX_CSUM_BLANK | XEN_NETTX_VALIDATED);
	CHECK_INT(fake_back_take(&back, got, sizeof(got), &slots, &flags, 0), 1000);
	CHECK(slots == 2 && memcmp(got, memory + 4000, 1000) == 0);
	CHECK_INT(flags, XEN_NETTX_MORE);
	CHECK_INT(fake_back_take(&back, got, sizeof(got), &slots, &flags, -1), 1514);
	CHECK_INT(flags, XEN_NETTX_VALIDATED);
	CHECK_INT(n->ops->reclaim(n, token, 4), 0);
	fake_back_answer(&back);
	CHECK_INT(n->ops->reclaim(n, token, 4), 3);
	CHECK(token[0] == (void *)1 && token[1] == (void *)2 && token[2] == (void *)3);
	CHECK_INT(n->tx_frames, 3);
	CHECK_INT(n->tx_drops, 1);
	down();
}

/* Around the ring, with no change of grants after the first time, and few hypercalls. */
static void test_send_many(void)
{
	struct net *n = up("");
	uint64_t accesses = 0, hypercalls = 0;
	uint8_t got[4096];
	unsigned slots, total = 0;
	uint16_t flags;

	for (unsigned i = 0; i < 200; i++) {
		struct net_frame v[32];

		if (i == 1) {
			accesses = grant_counters.accesses;
			hypercalls = xen_hypercalls;
		}
		for (unsigned k = 0; k < 32; k++)
			v[k] = sent(k * 487 % 14000, 64 + k * 40, k + 1);
		CHECK_INT(n->ops->send(n, v, 32), 32);
		n->ops->flush(n);
		for (unsigned k = 0; k < 32; k++) {
			unsigned len = fake_back_take(&back, got, sizeof(got), &slots, &flags, 0);

			CHECK(len == v[k].len && memcmp(got, v[k].data, len) == 0);
		}
		fake_back_answer(&back);
		total += reclaim_all(n);
	}
	CHECK_INT(total, 6400);
	CHECK_INT(n->tx_drops, 0);
	CHECK_INT(grant_counters.accesses - accesses, 0);
	CHECK_INT(xen_hypercalls - hypercalls, 199);
	CHECK_INT(back.rings, 1); /* the very first one, which a new ring asks for */
	down();
}

static void test_full(void)
{
	struct net *n = up("");
	uint8_t got[4096];
	unsigned slots, total = 0;
	uint16_t flags;

	for (unsigned i = 0; i < 300; i++) {
		struct net_frame v = sent(0, 64, i + 1);

		total += n->ops->send(n, &v, 1);
	}
	CHECK_INT(total, 256);
	n->ops->flush(n);
	n->want_room = true;
	CHECK(!n->source.pending(&n->source));
	CHECK(!stub_kernel_arm());
	back.rings = 0;
	CHECK_INT(fake_back_take(&back, got, sizeof(got), &slots, &flags, 0), 64);
	fake_back_answer(&back);
	CHECK_INT(back.rings, 0);
	for (unsigned i = 0; i < 70; i++)
		CHECK_INT(fake_back_take(&back, got, sizeof(got), &slots, &flags, 0), 64);
	fake_back_answer(&back);
	CHECK_INT(back.rings, 1);
	CHECK(n->source.pending(&n->source));
	CHECK_INT(reclaim_all(n), 71);
	down();
}

/* A back end that takes no frames in pieces. */
static void test_bounce(void)
{
	struct net *n;
	struct net_frame v;
	uint8_t got[4096];
	unsigned slots;
	uint16_t flags;

	fake_reset();
	fake_vif_add(0, MAC0);
	fake_write("/local/domain/0/backend/vif/7/0/feature-sg", "0");
	xen_init();
	fake_settle();
	memory = page_alloc(4);
	CHECK(fake_back_connect(&back, 0));
	fake_settle();
	n = net_first;
	for (unsigned i = 0; i < 1000; i++) {
		memory[4096] = (uint8_t)i;
		v = sent(4000, 1000, 9);
		CHECK_INT(n->ops->send(n, &v, 1), 1);
		n->ops->flush(n);
		CHECK_INT(fake_back_take(&back, got, sizeof(got), &slots, &flags, 0), 1000);
		CHECK(slots == 1 && memcmp(got, memory + 4000, 1000) == 0);
		fake_back_answer(&back);
		CHECK_INT(reclaim_all(n), 1);
	}
	v = sent(4000, 5000, 9);
	CHECK_INT(n->ops->send(n, &v, 1), 1);
	CHECK_INT(n->tx_drops, 1);
	CHECK_INT(reclaim_all(n), 1);
	down();
}

static void test_unsendable(void)
{
	struct net *n = up("");
	struct net_frame v[2] = { sent(0, 13, 1), sent(0, 0, 2) };
	void *token[4];

	CHECK_INT(n->ops->send(n, v, 2), 2);
	CHECK_INT(n->tx_drops, 2);
	CHECK_INT(n->ops->reclaim(n, token, 1), 1);
	CHECK_INT(n->ops->reclaim(n, token, 4), 1);
	down();
}

/* --- bad faith --- */

static void breaks(struct net *n, const char *what)
{
	struct net_frame v[32];
	void *token[32];

	n->ops->receive(n, v, 32);
	n->ops->reclaim(n, token, 32);
	CHECK(n->broken != NULL);
	CHECK_STR(n->broken ? n->broken : "works", what);
	CHECK_INT(n->ops->receive(n, v, 32), 0);
	CHECK_INT(n->ops->send(n, v, 1), 0);
	n->ops->flush(n);
	CHECK_INT(stub_kernel_sources(), 0);
	CHECK(!stub_kernel_arm());
	down();
}

static void test_hostile_rx(void)
{
	struct net *n = up("");

	back.rx->head.rsp_prod = 257;
	breaks(n, "more receive responses than requests");

	n = up("");
	CHECK(deliver(1));
	back.rx->e[0].rsp.id = 256;
	breaks(n, "a response for a receive buffer that the other side does not have");

	n = up("");
	CHECK(deliver(2));
	back.rx->e[1].rsp.id = back.rx->e[0].rsp.id;
	breaks(n, "a response for a receive buffer that the other side does not have");

	n = up("");
	CHECK(deliver(1));
	back.rx->e[0].rsp.offset = 4096 - 63;
	breaks(n, "a response of more bytes than its receive buffer has");

	n = up("");
	CHECK(deliver(1));
	back.rx->e[0].rsp.offset = 0xffff;
	breaks(n, "a response of more bytes than its receive buffer has");

	n = up("");
	CHECK(deliver(100));
	for (unsigned i = 0; i < 100; i++)
		back.rx->e[i].rsp.flags = XEN_NETRX_MORE;
	breaks(n, "a received frame of too many slots");
}

static void test_hostile_tx(void)
{
	struct net *n = up("");
	struct net_frame v = sent(0, 64, 1);

	back.tx->head.rsp_prod = 1;
	breaks(n, "more responses than frames were sent");

	n = up("");
	v = sent(0, 64, 1);
	CHECK_INT(n->ops->send(n, &v, 1), 1);
	n->ops->flush(n);
	back.tx->e[0].rsp.id = 0xffff;
	back.tx->head.rsp_prod = 1;
	breaks(n, "a response for a frame that was not sent");

	/* The tokens come back all the same. */
	n = up("");
	for (unsigned i = 0; i < 10; i++) {
		v = sent(4090, 64, i + 1);
		CHECK_INT(n->ops->send(n, &v, 1), 1);
	}
	n->ops->flush(n);
	back.tx->e[0].rsp.id = 777;
	back.tx->head.rsp_prod = 1;
	CHECK_INT(reclaim_all(n), 10);
	CHECK(n->broken != NULL);
	down();
}

/* --- going and coming back --- */

static void test_reconnect(void)
{
	struct net *n = up("");
	struct net_frame v = sent(4090, 64, 1), held[4];
	uint32_t rx_port = back.rx_port;

	CHECK(deliver(4));
	CHECK_INT(n->ops->receive(n, held, 4), 4);
	CHECK_INT(n->ops->send(n, &v, 1), 1);
	n->ops->flush(n);
	fake_back_state(0, XEN_STATE_CLOSING);
	fake_settle();
	CHECK_STR(fake_read("device/vif/0/state"), "6");
	CHECK(!fake_port_open(rx_port));
	CHECK_INT(n->ops->send(n, &v, 1), 0);
	CHECK_INT(reclaim_all(n), 1);
	CHECK(!stub_kernel_arm());
	fake_back_state(0, XEN_STATE_CLOSED);
	fake_settle();
	CHECK_STR(fake_read("device/vif/0/state"), "1");
	fake_back_state(0, XEN_STATE_INIT_WAIT);
	fake_settle();
	CHECK(fake_back_connect(&back, 0));
	fake_settle();
	CHECK_INT(fake_back_posted(&back), 252);
	CHECK(memcmp(held[0].data, frame, sizeof(frame)) == 0);
	n->ops->release(n, held, 4);
	n->ops->flush(n);
	CHECK_INT(fake_back_posted(&back), 256);
	CHECK(deliver(20));
	CHECK_INT(take_all(n), 20);
	CHECK_INT(n->ops->send(n, &v, 1), 1);
	down();
}

/* A back end's driver is bound anew: it says only that it waits. */
static void test_restart(void)
{
	struct net *n = up("");
	uint32_t port = back.rx_port;

	CHECK(deliver(4));
	fake_back_state(0, XEN_STATE_INIT_WAIT);
	fake_settle();
	CHECK(!fake_port_open(port));
	CHECK_STR(fake_read("device/vif/0/state"), "4");
	CHECK(fake_back_connect(&back, 0));
	fake_settle();
	CHECK(back.rx_port != port);
	CHECK(deliver(20));
	CHECK_INT(take_all(n), 20);
	down();
}

/* A back end that keeps what it has mapped. */
static void test_kept_pages(void)
{
	struct net *n = up("");
	uint32_t ref = (uint32_t)strtoul(fake_read("device/vif/0/rx-ring-ref"), NULL, 10);
	uint32_t buffer = back.rx->e[0].req.gref;
	struct xen_net_rx_ring *old = back.rx;
	uint8_t *kept = fake_grant(buffer, true);

	fake_grant_use(ref, true);
	fake_grant_use(buffer, true);
	fake_back_state(0, XEN_STATE_CLOSED);
	fake_settle();
	fake_back_state(0, XEN_STATE_INIT_WAIT);
	fake_settle();
	CHECK(fake_back_connect(&back, 0));
	fake_settle();
	CHECK(back.rx != old);
	for (unsigned i = 0; i < 256; i++)
		CHECK(back.rx->e[i].req.gref != buffer && back.rx->e[i].req.gref != ref);
	CHECK(deliver(200));
	CHECK_INT(take_all(n), 200);
	page_free(old, 1);
	page_free(kept, 1);
	down();
}

static void test_unplug(void)
{
	struct net *n = up("");

	fake_write("/local/domain/0/backend/vif/7/0/online", "0");
	fake_back_state(0, XEN_STATE_CLOSING);
	fake_settle();
	CHECK_STR(fake_read("device/vif/0/state"), "6");
	fake_back_state(0, XEN_STATE_CLOSED);
	fake_settle();
	CHECK_STR(fake_read("device/vif/0/state"), "6");
	fake_remove("device/vif/0");
	fake_remove("/local/domain/0/backend/vif/7/0");
	fake_settle();
	CHECK(fake_read("device/vif/0/state") == NULL);
	/* Another one in its place. */
	fake_vif_add(0, MAC1);
	fake_settle();
	CHECK(net_first == n && n->next == NULL);
	CHECK_INT(n->mac[5], 2);
	CHECK(fake_back_connect(&back, 0));
	fake_settle();
	CHECK(deliver(1));
	CHECK_INT(take_all(n), 1);
	down();
}

int main(void)
{
	test_connect();
	test_one_port();
	test_conflicts();
	test_several();
	test_bad_nodes();
	test_receive();
	test_refill();
	test_waiting();
	test_slots();
	test_extra();
	test_drops();
	test_csum();
	test_csum_find();
	test_send();
	test_send_many();
	test_full();
	test_bounce();
	test_unsendable();
	test_hostile_rx();
	test_hostile_tx();
	test_reconnect();
	test_restart();
	test_kept_pages();
	test_unplug();
	return test_end();
}
