/* SPDX-License-Identifier: MIT */
/* rawip.c - raw IP sockets of elements. */
#include "elements/device/rawip.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/net.h"
#include "engine/platform.h"

#define BACKOFF_MAX 256

static struct rawip *self(const struct element *e)
{
	return (struct rawip *)(uintptr_t)e;
}

/* --- receiving --- */

static int64_t kernel_time(struct msghdr *m)
{
	struct timespec ts;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMPNS) {
			memcpy(&ts, CMSG_DATA(c), sizeof(ts));
			return ts.tv_sec * NS_PER_SEC + ts.tv_nsec;
		}
	return 0;
}

static bool set_header(struct packet *p)
{
	const struct ip_header *ip = (const void *)p->data;

	if (p->len < sizeof(*ip) || ip->vhl >> 4 != 4 || ip_hlen(ip) < sizeof(*ip) ||
	    ip_hlen(ip) > p->len)
		return false;
	packet_set_ip(p, ip, ip_hlen(ip));
	anno_set_dst(p, ip->dst);
	return true;
}

/* One packet into b; false when there is no more for now. */
static bool receive_packet(struct rawip *s, struct batch *b)
{
	union {
		struct cmsghdr align;
		char bytes[64];
	} control;
	struct packet *p = packet_new(s->headroom, s->snaplen, 0);
	struct iovec iov;
	struct msghdr m = { .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = &control,
			    .msg_controllen = sizeof(control) };
	ssize_t n;

	if (!p)
		return false;
	iov = (struct iovec){ p->data, p->len };
	n = recvmsg(s->fd, &m, MSG_TRUNC);
	if (n >= 0 && (uint32_t)n < p->len)
		p->len = (uint32_t)n;
	else if (n >= 0)
		anno_set_u32(p, ANNO_EXTRA_LENGTH, (uint32_t)n - p->len);
	if (n >= 0 && set_header(p)) {
		p->timestamp = kernel_time(&m);
		batch_add(b, p);
	} else {
		packet_drop(p);
	}
	return n >= 0;
}

static void receive(struct element *e)
{
	struct batch b;

	b.n = 0;
	while (b.n < BATCH_MAX && receive_packet(self(e), &b))
		;
	if (b.n)
		output_push_or_drop(e, 0, &b);
}

static void ready(struct element *e, struct watch *w, unsigned events)
{
	if (events & WATCH_WRITE) {
		watch_set(w, w->fd, e->nout > 0 ? WATCH_READ : 0);
		task_schedule(&self(e)->task);
	}
	if (events & WATCH_READ)
		receive(e);
}

/* --- sending --- */

/* True when the packet is done with; false when the system takes no more for now. */
static bool send_packet(struct element *e, const struct packet *p)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	const struct ip_header *ip = (const void *)p->data;

	if (p->len < sizeof(*ip)) {
		chatter(e, "%s :: %s: runt IP packet (%u bytes)", e->name, e->class->name, p->len);
		return true;
	}
	to.sin_addr.s_addr = ip->dst;
	if (sendto(self(e)->fd, p->data, p->len, 0, (struct sockaddr *)&to, sizeof(to)) >= 0)
		return true;
	if (errno == EAGAIN || errno == ENOBUFS)
		return false;
	chatter(e, "%s :: %s: sendto: %s", e->name, e->class->name, strerror(errno));
	return true;
}

static void wait_for_room(struct rawip *s)
{
	if (s->backoff == 0) {
		s->backoff = 1;
		watch_set(&s->watch, s->fd, WATCH_WRITE | (s->base.nout > 0 ? WATCH_READ : 0));
		return;
	}
	s->backoff = s->backoff < BACKOFF_MAX ? 2 * s->backoff : BACKOFF_MAX;
	timer_after(&s->timer, s->backoff * NS_PER_USEC);
}

static bool run(struct element *e)
{
	struct rawip *s = self(e);
	bool worked = false;

	for (unsigned i = 0; i < BATCH_MAX; i++) {
		if (!s->waiting)
			s->waiting = input_pull_packet(e, 0);
		if (!s->waiting)
			break;
		worked = true;
		if (!send_packet(e, s->waiting)) {
			wait_for_room(s);
			return true;
		}
		s->backoff = 0;
		packet_drop(s->waiting);
		s->waiting = NULL;
	}
	if (worked || signal_active(&s->signal))
		task_schedule(&s->task);
	return worked;
}

void rawip_push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	for (unsigned i = 0; i < b->n; i++)
		(void)send_packet(e, b->pkt[i]);
	batch_drop(b);
}

static void try_again(struct element *e, struct timer *t)
{
	(void)t;
	task_schedule(&self(e)->task);
}

/* --- the element --- */

void rawip_init(struct element *e)
{
	self(e)->fd = self(e)->port_fd = -1;
}

bool rawip_configure(struct element *e, struct error *err)
{
	struct rawip *s = self(e);
	int32_t proto = s->proto.v;

	if (proto < 0 || proto > 255)
		return fail(err, "TYPE: not an IP protocol");
	if (s->port_text.s.n == 0)
		return true;
	if (proto != IPPROTO_TCP && proto != IPPROTO_UDP)
		return fail(err, "too many arguments");
	return parse_port(s->port_text.s, proto, e, &s->port, NULL) ||
	       fail(err, "PORT: parse error");
}

static bool reserve_port(struct rawip *s, struct error *err)
{
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_port = htons(s->port) };

	s->port_fd = socket(
		AF_INET, (s->proto.v == IPPROTO_TCP ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0);
	return (s->port_fd >= 0 && bind(s->port_fd, (struct sockaddr *)&sin, sizeof(sin)) == 0) ||
	       fail(err, "Bind for planetlab port registration failed: %s", strerror(errno));
}

bool rawip_start(struct element *e, struct error *err)
{
	struct rawip *s = self(e);
	int one = 1;

	s->fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, s->proto.v);
	if (s->fd < 0)
		return fail(err, "socket: %s", strerror(errno));
	if (s->port && !reserve_port(s, err))
		return false;
	if (setsockopt(s->fd, IPPROTO_IP, IP_HDRINCL, &one, sizeof(one)) < 0)
		return fail(err, "IP_HDRINCL: %s", strerror(errno));
	if (setsockopt(s->fd, SOL_SOCKET, SO_BROADCAST, &one, sizeof(one)) < 0)
		return fail(err, "SO_BROADCAST: %s", strerror(errno));
	setsockopt(s->fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof(one));
	watch_init(&s->watch, e, ready);
	watch_set(&s->watch, s->fd, e->nout > 0 ? WATCH_READ : 0);
	if (e->nin > 0 && !input_is_push(e, 0)) {
		timer_init(&s->timer, e, try_again);
		task_init(&s->task, e, run);
		signal_upstream(e, 0, &s->signal, &s->task);
		task_schedule(&s->task);
	}
	return true;
}

void rawip_stop(struct element *e)
{
	struct rawip *s = self(e);

	watch_set(&s->watch, s->fd, 0);
	if (s->fd >= 0)
		close(s->fd);
	if (s->port_fd >= 0)
		close(s->port_fd);
	s->fd = s->port_fd = -1;
	if (s->waiting)
		packet_drop(s->waiting);
	s->waiting = NULL;
}
