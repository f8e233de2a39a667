/* SPDX-License-Identifier: MIT */
/*
 * fuzz_xen_net.c - a network back end that writes anything into its rings and its nodes, while the
 * guest receives, sends, sleeps and reconnects. Each step takes a few bytes of the input.
 */
#include <stdlib.h>

#include "drivers/net.h"
#include "drivers/xen/xen.h"
#include "kernel/memory.h"
#include "tests/unit/stub_kernel.h"
#include "tests/unit/xen_fake.h"

#define HELD 64U

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const uint8_t *at, *end;
static struct fake_back back;
static struct net_frame held[HELD];
static unsigned nheld, on_way;
static uint8_t *memory;

static unsigned byte(void)
{
	return at < end ? *at++ : 0;
}

static unsigned number(void)
{
	unsigned v = byte();

	return v | byte() << 8;
}

/* Something near to what is right is more often of interest. */
static uint32_t index_near(uint32_t v)
{
	unsigned b = byte();

	return b < 200 ? v + (uint32_t)(int8_t)byte() : (uint32_t)b * 0x01010101U;
}

static void receive(struct net *net)
{
	unsigned room = HELD - nheld, max = byte() % 40;
	unsigned n = net->ops->receive(net, held + nheld, max < room ? max : room);

	for (unsigned i = 0; i < n; i++) {
		const struct net_frame *f = &held[nheld + i];
		volatile uint8_t sum = 0;

		if (f->len == 0 || f->len > XEN_PAGE)
			abort();
		for (uint32_t k = 0; k < f->len; k++)
			sum = (uint8_t)(sum + f->data[k]);
	}
	if (n > 0 && held[nheld + n - 1].flags & NET_MORE)
		abort();
	nheld += n;
}

static void release(struct net *net)
{
	unsigned n = byte() % (HELD + 1);

	n = n < nheld ? n : nheld;
	nheld -= n;
	net->ops->release(net, held + nheld, n);
}

static void send(struct net *net)
{
	struct net_frame v = { .token = memory,
			       .data = memory + number() % (4 * XEN_PAGE),
			       .flags = (uint16_t)(byte() & 3) };
	uint32_t room = (uint32_t)(memory + 4 * XEN_PAGE - v.data);

	v.len = number() % 9000;
	v.len = v.len < room ? v.len : room;
	on_way += net->ops->send(net, &v, 1);
}

static void reclaim(struct net *net, unsigned max)
{
	void *token[32];
	unsigned n = net->ops->reclaim(net, token, max);

	if (n > on_way)
		abort();
	for (unsigned i = 0; i < n; i++)
		if (token[i] != memory)
			abort();
	on_way -= n;
}

static void write_ring(struct xen_ring *r)
{
	switch (byte() % 4) {
	case 0:
		r->rsp_prod = index_near(r->rsp_prod);
		break;
	case 1:
		r->req_event = index_near(r->req_prod);
		break;
	case 2:
		r->rsp_event = index_near(r->rsp_prod);
		break;
	case 3:
		r->req_prod = index_near(r->req_prod);
		break;
	}
}

static void good_frame(void)
{
	uint8_t frame[128];
	struct fake_part p[3];
	unsigned n = 1 + byte() % 3;

	for (unsigned i = 0; i < sizeof(frame); i++)
		frame[i] = (uint8_t)(i < 60 ? byte() : i);
	for (unsigned i = 0; i < n; i++)
		p[i] = (struct fake_part){ .data = frame,
					   .n = (uint16_t)(byte() % 129),
					   .offset = (uint16_t)(byte() * 8),
					   .flags = (uint16_t)(byte() & 11) };
	fake_back_deliver(&back, p, n);
	if (byte() & 1)
		fake_back_extra(&back, byte() & 1);
	fake_back_push(&back);
}

static void bad_response(void)
{
	uint32_t i = back.rx->head.rsp_prod++;

	back.rx->e[i % XEN_NET_RING].rsp = (struct xen_net_rx_response){
		.id = (uint16_t)number(),
		.offset = (uint16_t)number(),
		.flags = (uint16_t)number(),
		.status = (int16_t)number(),
	};
}

static void answer(void)
{
	uint32_t i = back.tx->head.rsp_prod++;

	back.tx->e[i % XEN_NET_RING].rsp =
		(struct xen_net_tx_response){ (uint16_t)(byte() * 257U & 0x1ff),
					      (int16_t)number() };
}

static void connect(void)
{
	struct fake_back b;

	if (fake_back_connect(&b, 0))
		back = b;
	fake_settle();
}

static void step(struct net *net)
{
	switch (byte() % 16) {
	case 0:
		receive(net);
		break;
	case 1:
		release(net);
		break;
	case 2:
		send(net);
		break;
	case 3:
		net->ops->flush(net);
		break;
	case 4:
		reclaim(net, byte() % 33);
		break;
	case 5:
		write_ring(&back.rx->head);
		break;
	case 6:
		write_ring(&back.tx->head);
		break;
	case 7:
		good_frame();
		break;
	case 8:
		bad_response();
		break;
	case 9:
		answer();
		break;
	case 10:
		stub_kernel_sources();
		break;
	case 11:
		stub_kernel_arm();
		break;
	case 12:
		fake_ring(byte());
		break;
	case 13:
		fake_back_state(0, (int)byte() % 10);
		fake_settle();
		/* The rings may be others now, or nobody's. */
		connect();
		break;
	case 14:
		net->want_room = byte() & 1;
		break;
	case 15:
		connect();
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const options[] = { "", "xen.poll=0", "xen.gru=0",
					       "xen.fr=0 xen.gru=0" };
	struct net *net;

	at = data;
	end = data + n;
	fake_reset();
	stub_kernel.memory = 4U << 20; /* 64 buffers: less to set up each time */
	stub_kernel.cmdline = options[byte() % 4];
	nheld = on_way = 0;
	fake_vif_add(0, "00:16:3e:00:00:01");
	xen_init();
	fake_settle();
	net = net_first;
	if (!fake_back_connect(&back, 0))
		abort();
	fake_settle();
	memory = page_alloc(4);
	net->receiving = true;
	net->source.quiet = false;
	while (at < end)
		step(net);
	/* A broken one gives everything back. */
	while (on_way > 0 && net->broken)
		reclaim(net, 32);
	page_free(memory, 4);
	return 0;
}
