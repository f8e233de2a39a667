/* SPDX-License-Identifier: MIT */
/*
 * fuzz_virtqueue.c - the monitor's devices, with a guest that writes anything into its memory, the
 * page and the rings, and a host side that sends, connects and goes away, in any order.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/bits.h"
#include "monitor/device/console.h"
#include "monitor/device/net.h"
#include "monitor/device/page.h"
#include "monitor/sink.h"
#include "monitor/wake.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define MEMORY 65536U
#define SIZE 8 /* of a queue */
#define RING(queue) (0x4000U + (queue)*0x200U)
#define DRIVER 0x100U /* behind the descriptors */
#define DEVICE 0x180U
#define QUEUES (2 + 6)

enum { POKE, GIVE, ATTACH, RUN, ARM, FRAME, CLIENT, SAY, CLOSE, SHUTDOWN, OPS };

struct world {
	struct memory memory;
	struct wake wake;
	struct sink sink;
	struct net_device net;
	struct console_device console;
	struct device *device[2];
	int wire, typing, client;
	struct sockaddr_un address;
	socklen_t address_len;
	bool over;
};

struct input {
	const uint8_t *p, *end;
};

static uint32_t take(struct input *in, unsigned bytes)
{
	uint32_t v = 0;

	for (unsigned i = 0; i < bytes && in->p < in->end; i++)
		v |= (uint32_t)*in->p++ << (8 * i);
	return v;
}

static struct monitor_page *page(const struct world *w)
{
	return (struct monitor_page *)(w->memory.base + MONITOR_PAGE);
}

/* Where a good guest would have its rings. */
static void offer(struct world *w, unsigned d, unsigned first)
{
	static const uint8_t mac[6];

	page_offer(page(w), w->device[d], "x", mac, 1500);
	for (unsigned i = 0; i < w->device[d]->nqueues; i++)
		page(w)->device[d].queue[i] = (struct monitor_queue){
			.desc = RING(first + i),
			.driver = RING(first + i) + DRIVER,
			.device = RING(first + i) + DEVICE,
			.size = SIZE,
		};
}

static void open_host(struct world *w)
{
	int wire[2], typing[2], listener;

	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, wire) < 0 ||
	    pipe2(typing, O_NONBLOCK) < 0)
		abort();
	w->address.sun_family = AF_UNIX; /* the kernel finds a name */
	w->address_len = sizeof(w->address);
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (bind(listener, (struct sockaddr *)&w->address, sizeof(sa_family_t)) < 0 ||
	    listen(listener, 4) < 0 ||
	    getsockname(listener, (struct sockaddr *)&w->address, &w->address_len) < 0)
		abort();
	w->wire = wire[1];
	w->typing = typing[1];
	w->sink = (struct sink){ .lock = PTHREAD_MUTEX_INITIALIZER,
				 .out = open("/dev/null", O_WRONLY),
				 .in = typing[0] };
	net_init(&w->net, wire[0], 1500);
	console_init(&w->console, &w->sink, listener);
}

static void world_init(struct world *w)
{
	memset(w, 0, sizeof(*w));
	w->memory = (struct memory){ .base = calloc(1, MEMORY), .size = MEMORY };
	w->client = -1;
	open_host(w);
	w->device[0] = &w->net.base;
	w->device[1] = &w->console.base;
	for (unsigned d = 0; d < 2; d++) {
		w->device[d]->number = d;
		w->device[d]->epoll = -1;
		w->device[d]->wake = &w->wake;
		offer(w, d, d * 2);
	}
}

static void world_fini(struct world *w)
{
	const int all[] = { w->wire,     w->typing, w->client,         w->sink.in,
			    w->sink.out, w->net.fd, w->console.client, w->console.listener };

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		if (all[i] >= 0)
			close(all[i]);
	}
	free(w->memory.base);
}

static void poke(struct world *w, struct input *in)
{
	uint32_t at = take(in, 2), len = take(in, 1) % 16;

	for (uint32_t i = 0; i < len && at + i < MEMORY; i++)
		w->memory.base[at + i] = (uint8_t)take(in, 1);
}

/* A descriptor, and the chain that begins with it. */
static void give(struct world *w, struct input *in)
{
	uint8_t *ring = w->memory.base + RING(take(in, 1) % QUEUES);
	uint32_t i = take(in, 1) % SIZE;
	struct virtq_avail *avail = (struct virtq_avail *)(ring + DRIVER);
	struct virtq_desc d = { .addr = take(in, 2) };

	d.flags = (uint16_t)take(in, 1);
	d.len = d.flags & 0x80 ? take(in, 4) : take(in, 2) % 0x800;
	d.flags &= d.flags & 0x40 ? 0xff : 3;
	d.next = (uint16_t)(take(in, 1) % (SIZE + 1));
	memcpy(ring + i * sizeof(d), &d, sizeof(d));
	avail->ring[avail->idx++ % SIZE] = (uint16_t)i;
}

static void attach(struct world *w, struct input *in)
{
	uint32_t what = take(in, 1), d = what & 1;
	char why[200];

	if (what & 2)
		page(w)->device[d].features &= take(in, 4) | 1ULL << 32;
	if (what & 4)
		offer(w, d, d * 2);
	for (unsigned i = 0; (what & 8) && i < MONITOR_QUEUES; i++)
		page(w)->device[d].queue[i].size = 0;
	if (!page_attach(page(w), w->device[d], &w->memory, why, sizeof(why)))
		w->over = true;
}

static void run(struct world *w)
{
	for (unsigned d = 0; d < 2; d++) {
		for (int i = 0; w->device[d]->attached && i < 4; i++) {
			w->device[d]->ops->ready(w->device[d]);
			if (!w->device[d]->ops->run(w->device[d]))
				break;
		}
		w->over |= device_broken(w->device[d]) != NULL;
	}
}

static void arm(struct world *w)
{
	for (unsigned d = 0; d < 2; d++) {
		if (w->device[d]->attached)
			w->device[d]->ops->arm(w->device[d]);
	}
}

static void send_to(int fd, struct input *in)
{
	static const uint8_t bytes[4096] = { 1, 2, 3 };
	ssize_t r = fd >= 0 ? write(fd, bytes, take(in, 2) % sizeof(bytes)) : 0;

	(void)r; /* full is fine */
}

static void new_client(struct world *w)
{
	if (w->client >= 0)
		close(w->client);
	w->client = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (connect(w->client, (const struct sockaddr *)&w->address, w->address_len) < 0) {
		close(w->client); /* too many wait */
		w->client = -1;
	}
}

static void close_client(struct world *w, struct input *in)
{
	if (w->client < 0)
		return;
	if (take(in, 1) & 1) {
		shutdown(w->client, SHUT_WR);
		return;
	}
	close(w->client);
	w->client = -1;
}

static void step(struct world *w, struct input *in)
{
	char text[512];
	ssize_t r;

	switch (take(in, 1) % OPS) {
	case POKE:
		poke(w, in);
		break;
	case GIVE:
		give(w, in);
		break;
	case ATTACH:
		attach(w, in);
		break;
	case RUN:
		run(w);
		break;
	case ARM:
		arm(w);
		break;
	case FRAME:
		send_to(take(in, 1) & 1 ? w->wire : w->typing, in);
		break;
	case CLIENT:
		new_client(w);
		break;
	case SAY:
		send_to(w->client, in);
		r = w->client >= 0 ? read(w->client, text, sizeof(text)) : 0;
		(void)r;
		break;
	case CLOSE:
		close_client(w, in);
		break;
	case SHUTDOWN:
		console_shutdown(&w->console);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct input in = { data, data + n };
	struct world w;

	signal(SIGPIPE, SIG_IGN);
	world_init(&w);
	while (in.p < in.end && !w.over)
		step(&w, &in);
	for (unsigned d = 0; d < 2; d++) {
		if (w.device[d]->attached && w.device[d]->ops->finish)
			w.device[d]->ops->finish(w.device[d]);
	}
	world_fini(&w);
	return 0;
}
