/* SPDX-License-Identifier: MIT */
/* endpoint_io.c - packets through the sockets of elements. */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "elements/device/endpoint.h"
#include "engine/platform.h"

static struct endpoint *self(const struct element *e)
{
	return (struct endpoint *)(uintptr_t)e;
}

/* --- receiving --- */

/* Bytes, as if all had been kept; 0 at the end of a stream; -1 with errno. */
static ssize_t receive(struct endpoint *s, struct packet *p, union endpoint_address *from,
		       socklen_t *len)
{
	if (endpoint_is_stream(s))
		return recv(s->active, p->data, p->len, 0);
	*len = sizeof(*from);
	return recvfrom(s->active, p->data, p->len, MSG_TRUNC, &from->any, len);
}

/* Who sent a datagram to a server is who gets the answers. */
static bool welcome(struct endpoint *s, const union endpoint_address *from, socklen_t len)
{
	struct text t = { 0 };

	if (s->client)
		return true;
	if (endpoint_admits(s, from)) {
		s->peer = *from;
		s->peer_len = len;
		return true;
	}
	if (s->verbose) {
		element_declaration(&s->base, &t);
		text_add(&t, ": dropped datagram from ");
		endpoint_name(&t, from);
		chatter_str(&s->base, text_as_str(&t));
		text_fini(&t);
	}
	return false;
}

static void finish(struct endpoint *s, struct packet *p, uint32_t n)
{
	if (n > p->len)
		anno_set_u32(p, ANNO_EXTRA_LENGTH, n - p->len);
	else
		p->len = n;
	if (s->timestamp)
		p->timestamp = time_now(&s->base);
}

/* One packet into b; false when there is no more for now, or with *lost set, ever. */
static bool receive_packet(struct endpoint *s, struct batch *b, bool *lost)
{
	struct packet *p = packet_new(s->headroom, s->snaplen, 0);
	union endpoint_address from;
	socklen_t len = 0;
	ssize_t n;

	if (!p)
		return false;
	n = receive(s, p, &from, &len);
	if (n > 0 && (endpoint_is_stream(s) || welcome(s, &from, len))) {
		finish(s, p, (uint32_t)n);
		batch_add(b, p);
		return true;
	}
	packet_drop(p);
	if (endpoint_is_stream(s)) {
		*lost = n == 0 || (errno != EAGAIN && errno != EINTR);
		return false;
	}
	return n >= 0;
}

void endpoint_ready(struct element *e, struct watch *w, unsigned events)
{
	struct endpoint *s = self(e);
	bool lost = false;
	struct batch b;

	(void)w;
	if (events & WATCH_WRITE) {
		watch_set(&s->active_watch, s->active, WATCH_READ);
		task_schedule(&s->task);
	}
	if (!(events & WATCH_READ))
		return;
	b.n = 0;
	while (s->active >= 0 && b.n < BATCH_MAX && receive_packet(s, &b, &lost))
		;
	if (b.n)
		output_push_or_drop(e, 0, &b);
	if (lost)
		endpoint_lost(s);
}

/* --- sending --- */

/* A client that knows nobody sends to the packet's own destination. */
static ssize_t send_datagram(struct endpoint *s, const struct packet *p)
{
	union endpoint_address to = s->peer;

	if (s->peer_len == 0) {
		errno = ENOTCONN;
		return -1;
	}
	if (to.any.sa_family == AF_INET && s->client && to.in.sin_addr.s_addr == 0)
		to.in.sin_addr.s_addr = anno_dst(p);
	return sendto(s->active, p->data, p->len, MSG_NOSIGNAL, &to.any, s->peer_len);
}

/* True when the first packet is done with, sent or not; false when the socket is full. */
static bool send_first(struct endpoint *s, const struct packet *p)
{
	ssize_t n;

	if (s->active < 0)
		return true;
	if (endpoint_is_stream(s))
		n = send(s->active, p->data + s->sent, p->len - s->sent, MSG_NOSIGNAL);
	else
		n = send_datagram(s, p);
	if (n < 0) {
		if (errno == EAGAIN || errno == ENOBUFS || errno == EINTR)
			return false;
		if (endpoint_is_stream(s))
			endpoint_lost(s);
		return true;
	}
	s->sent += (uint32_t)n;
	if (endpoint_is_stream(s) && s->sent < p->len)
		return false;
	s->sent = 0;
	return true;
}

/* Waits for room, as long as it takes. A signal to the process ends the wait, and the packet. */
static bool wait_writable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	return poll(&p, 1, -1) > 0;
}

void endpoint_push(struct element *e, unsigned port, struct batch *b)
{
	struct endpoint *s = self(e);

	(void)port;
	for (unsigned i = 0; i < b->n; i++)
		while (!send_first(s, b->pkt[i]))
			if (!wait_writable(s->active)) {
				s->sent = 0;
				break;
			}
	batch_drop(b);
}

static void drop_first(struct batch *b)
{
	struct batch first;

	first.n = 0;
	batch_move(b, 1, &first);
	batch_drop(&first);
}

/* Sends what it can; a full socket tells when it has room, a missing peer when it is there. */
bool endpoint_run(struct element *e)
{
	struct endpoint *s = self(e);
	bool worked = s->waiting.n > 0;

	if (s->active < 0)
		return false;
	if (!worked) {
		input_pull(e, 0, &s->waiting, BATCH_MAX);
		worked = s->waiting.n > 0;
	}
	while (s->waiting.n > 0) {
		if (!send_first(s, s->waiting.pkt[0])) {
			watch_set(&s->active_watch, s->active, WATCH_READ | WATCH_WRITE);
			return true;
		}
		if (s->waiting.n > 0) /* none after the connection was lost */
			drop_first(&s->waiting);
	}
	if (worked || signal_active(&s->signal))
		task_schedule(&s->task);
	return worked;
}
