/* SPDX-License-Identifier: MIT */
/* packet_socket.c - packet sockets and rings, made when they are wanted or in advance. */
#define _GNU_SOURCE
#include "platform/linux/packet_socket.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/list.h"

#define RING_SIZE (8U << 20)
#define LINE 64U
#define SLOTS_MAX 512U  /* more of them would not stay in the caches */
#define SLOTS_BLOCK 64U /* pages are a multiple of them, lines */
#define SLOT_HEAD 128U  /* the kernel's headers in front of a frame, at most */

struct packet_socket *packet_socket_new(void)
{
	struct packet_socket *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (s->fd < 0) {
		free(s);
		return NULL;
	}
	return s;
}

void packet_socket_free(struct packet_socket *s)
{
	if (s->ring)
		munmap(s->ring, s->ring_size);
	free(s->large);
	close(s->fd);
	free(s);
}

/* --- the ring --- */

/* An odd number of cache lines, as slots a power of two apart would contend for the same few
 * places of a cache. */
uint32_t packet_slot_size(uint32_t mtu, uint32_t snaplen)
{
	uint32_t frame = mtu + 18;

	if (frame > snaplen)
		frame = snaplen;
	return (((frame + SLOT_HEAD + LINE - 1) / LINE) | 1) * LINE;
}

/* A power of two, so that they begin again by a mask, of whole blocks. */
static uint32_t slot_count(uint32_t size)
{
	uint32_t n = SLOTS_MAX;

	while (n > SLOTS_BLOCK && n * size > RING_SIZE)
		n /= 2;
	return n;
}

const char *packet_socket_map(struct packet_socket *s, uint32_t slot_size)
{
	struct tpacket_req req = { 0 };
	int version = TPACKET_V2, one = 1;
	void *ring;

	s->vnet = setsockopt(s->fd, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof(one)) == 0;
	s->slot_size = req.tp_frame_size = slot_size;
	s->slots = req.tp_frame_nr = slot_count(slot_size);
	s->ring_size = (size_t)s->slots * slot_size;
	req.tp_block_size = SLOTS_BLOCK * slot_size;
	req.tp_block_nr = s->slots / SLOTS_BLOCK;
	if (setsockopt(s->fd, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) < 0 ||
	    setsockopt(s->fd, SOL_PACKET, PACKET_RX_RING, &req, sizeof(req)) < 0)
		return "PACKET_RX_RING";
	s->large = malloc(LARGE_SIZE);
	ring = mmap(NULL, s->ring_size, PROT_READ | PROT_WRITE, MAP_SHARED, s->fd, 0);
	if (ring == MAP_FAILED || !s->large)
		return "mmap";
	s->ring = ring;
	return NULL;
}

/* --- in advance --- */

/*
 * For each ring the kernel waits until no processor looks at the socket any more, ten milliseconds
 * and longer, although nothing can be looking: most of what an instance takes to start. Who knows
 * early which interfaces there are has all rings made at once, while it does other things.
 */
struct early {
	struct list node;
	uint32_t slot_size;
	bool made;
	struct packet_socket *s; /* NULL: it could not be made */
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t made;
	struct list all;
} early = { .lock = PTHREAD_MUTEX_INITIALIZER,
	    .made = PTHREAD_COND_INITIALIZER,
	    .all = { &early.all, &early.all } };

static void *make_early(void *arg)
{
	struct early *e = arg;
	struct packet_socket *s = packet_socket_new();

	if (s && packet_socket_map(s, e->slot_size)) {
		packet_socket_free(s);
		s = NULL;
	}
	pthread_mutex_lock(&early.lock);
	e->s = s;
	e->made = true;
	pthread_cond_broadcast(&early.made);
	pthread_mutex_unlock(&early.lock);
	return NULL;
}

/* In a thread that nobody waits for, and without signals: they are the first thread's. */
static bool start_early(struct early *e)
{
	sigset_t all, before;
	pthread_t thread;
	int r;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&thread, NULL, make_early, e);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (r == 0)
		pthread_detach(thread);
	return r == 0;
}

void packet_socket_prepare(uint32_t slot_size)
{
	struct early *e = calloc(1, sizeof(*e));

	if (!e)
		return;
	e->slot_size = slot_size;
	if (!start_early(e)) {
		free(e);
		return;
	}
	pthread_mutex_lock(&early.lock);
	list_add_tail(&early.all, &e->node);
	pthread_mutex_unlock(&early.lock);
}

/* Off the list. NULL: there is none. */
static struct early *find_early(uint32_t slot_size)
{
	list_each(i, &early.all)
	{
		struct early *e = container_of(i, struct early, node);

		if (e->slot_size == slot_size) {
			list_remove(&e->node);
			return e;
		}
	}
	return NULL;
}

struct packet_socket *packet_socket_take(uint32_t slot_size)
{
	struct packet_socket *s = NULL;
	struct early *e;

	pthread_mutex_lock(&early.lock);
	e = find_early(slot_size);
	while (e && !e->made)
		pthread_cond_wait(&early.made, &early.lock);
	pthread_mutex_unlock(&early.lock);
	if (e)
		s = e->s;
	free(e);
	return s;
}
