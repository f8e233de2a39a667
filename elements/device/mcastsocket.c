/* SPDX-License-Identifier: MIT */
/*
 * McastSocket - exchange packets with a UDP multicast group
 *
 * Emits the payloads of the datagrams that are sent to the group MCASTIP, port
 * MCASTPORT, and sends the packets it gets there. With SOURCEIP (and SOURCEPORT)
 * the group is joined on that address's interface, packets are sent from there,
 * and what comes from there is ignored. LOOP says whether this machine's other
 * programs get what is sent.
 *
 * A push input waits when the system's buffer is full. After an error that does
 * not pass, both sockets are closed.
 *
 * Example: McastSocket(224.0.0.251, 5353) -> ...
 * See also: Socket
 */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/element.h"
#include "engine/platform.h"

struct mcastsocket {
	struct element base;
	struct ip_addr group, source;
	struct udp_port group_port, source_port;
	uint32_t snaplen, headroom;
	bool timestamp, loop;
	int32_t rcvbuf, sndbuf;

	int receive_fd, send_fd;
	struct sockaddr_in to, own; /* own: what our packets come from; port 0: not known */
	struct watch receive_watch, send_watch;
	struct task task;
	struct signal signal;
	struct packet *waiting;
};
ELEMENT_SELF(struct mcastsocket)

static void close_both(struct mcastsocket *s)
{
	watch_set(&s->receive_watch, s->receive_fd, 0);
	watch_set(&s->send_watch, s->send_fd, 0);
	if (s->receive_fd >= 0)
		close(s->receive_fd);
	if (s->send_fd >= 0)
		close(s->send_fd);
	s->receive_fd = s->send_fd = -1;
}

static void broken(struct element *e, const char *call)
{
	chatter(e, "%s :: %s: %s: %s", e->name, e->class->name, call, strerror(errno));
	close_both(self(e));
}

/* --- receiving --- */

static bool is_own(const struct mcastsocket *s, const struct sockaddr_in *from)
{
	return s->source.v && s->own.sin_port && from->sin_addr.s_addr == s->source.v &&
	       from->sin_port == s->own.sin_port;
}

static void finish(const struct mcastsocket *s, struct packet *p, uint32_t n)
{
	if (n > p->len)
		anno_set_u32(p, ANNO_EXTRA_LENGTH, n - p->len);
	else
		p->len = n;
	if (s->timestamp)
		p->timestamp = time_now(&s->base);
}

/* One packet into b; false when there is no more for now. */
static bool receive_packet(struct element *e, struct batch *b)
{
	struct mcastsocket *s = self(e);
	struct packet *p = packet_new(s->headroom, s->snaplen, 0);
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	ssize_t n;

	if (!p)
		return false;
	n = recvfrom(s->receive_fd, p->data, p->len, MSG_TRUNC, (struct sockaddr *)&from, &len);
	if (n >= 0 && !is_own(s, &from)) {
		finish(s, p, (uint32_t)n);
		batch_add(b, p);
		return true;
	}
	packet_drop(p);
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		broken(e, "recvfrom");
	return n >= 0;
}

static void receive_ready(struct element *e, struct watch *w, unsigned events)
{
	struct batch b;

	(void)w, (void)events;
	b.n = 0;
	while (self(e)->receive_fd >= 0 && b.n < BATCH_MAX && receive_packet(e, &b))
		;
	if (b.n)
		output_push_or_drop(e, 0, &b);
}

/* --- sending --- */

/* True when the packet is done with; false when the system takes no more for now. */
static bool send_packet(struct element *e, const struct packet *p)
{
	struct mcastsocket *s = self(e);

	if (s->send_fd < 0 ||
	    sendto(s->send_fd, p->data, p->len, 0, (struct sockaddr *)&s->to, sizeof(s->to)) >= 0)
		return true;
	if (errno == EAGAIN || errno == ENOBUFS)
		return false;
	if (errno != EMSGSIZE && errno != ECONNREFUSED)
		broken(e, "sendto");
	return true;
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	struct pollfd wait = { .fd = self(e)->send_fd, .events = POLLOUT };

	(void)port;
	for (unsigned i = 0; i < b->n; i++)
		while (!send_packet(e, b->pkt[i]) && poll(&wait, 1, -1) > 0)
			;
	batch_drop(b);
}

static bool run(struct element *e)
{
	struct mcastsocket *s = self(e);
	bool worked = false;

	for (unsigned i = 0; i < BATCH_MAX; i++) {
		if (!s->waiting)
			s->waiting = input_pull_packet(e, 0);
		if (!s->waiting)
			break;
		worked = true;
		if (!send_packet(e, s->waiting)) {
			watch_set(&s->send_watch, s->send_fd, WATCH_WRITE);
			return true;
		}
		packet_drop(s->waiting);
		s->waiting = NULL;
	}
	if (worked || signal_active(&s->signal))
		task_schedule(&s->task);
	return worked;
}

static void send_ready(struct element *e, struct watch *w, unsigned events)
{
	(void)events;
	watch_set(w, w->fd, 0);
	task_schedule(&self(e)->task);
}

/* --- opening --- */

static bool set(int fd, int level, int option, const void *v, socklen_t len, const char *name,
		struct error *err)
{
	return setsockopt(fd, level, option, v, len) == 0 ||
	       fail(err, "setsockopt(%s): %s", name, strerror(errno));
}

static bool open_receive(struct mcastsocket *s, struct error *err)
{
	struct sockaddr_in at = s->to;
	struct ip_mreq member = { { s->group.v }, { s->source.v } };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), one = 1;

	s->receive_fd = fd;
	if (fd < 0)
		return fail(err, "socket: %s", strerror(errno));
	if (!set(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one), "SO_REUSEADDR", err))
		return false;
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0)
		return fail(err, "bind: %s", strerror(errno));
	return set(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &member, sizeof(member), "IP_ADD_MEMBERSHIP",
		   err) &&
	       (s->rcvbuf < 0 ||
		set(fd, SOL_SOCKET, SO_RCVBUF, &s->rcvbuf, sizeof(s->rcvbuf), "SO_RCVBUF", err));
}

static bool open_send(struct mcastsocket *s, struct error *err)
{
	struct sockaddr_in from = { .sin_family = AF_INET,
				    .sin_addr.s_addr = s->source.v,
				    .sin_port = htons(s->source_port.v) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), one = 1;
	socklen_t len = sizeof(s->own);
	unsigned char loop = s->loop;

	s->send_fd = fd;
	if (fd < 0)
		return fail(err, "socket: %s", strerror(errno));
	if (s->source.v &&
	    (!set(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one), "SO_REUSEADDR", err) ||
	     !set(fd, IPPROTO_IP, IP_MULTICAST_IF, &from.sin_addr, sizeof(from.sin_addr),
		  "IP_MULTICAST_IF", err)))
		return false;
	if (bind(fd, (struct sockaddr *)&from, sizeof(from)) < 0)
		return fail(err, "bind: %s", strerror(errno));
	if (getsockname(fd, (struct sockaddr *)&s->own, &len) < 0)
		return fail(err, "getsockname: %s", strerror(errno));
	return set(fd, IPPROTO_IP, IP_MULTICAST_LOOP, &loop, sizeof(loop), "IP_MULTICAST_LOOP",
		   err) &&
	       (s->sndbuf < 0 ||
		set(fd, SOL_SOCKET, SO_SNDBUF, &s->sndbuf, sizeof(s->sndbuf), "SO_SNDBUF", err));
}

static void init(struct element *e)
{
	self(e)->receive_fd = self(e)->send_fd = -1;
}

static bool start(struct element *e, struct error *err)
{
	struct mcastsocket *s = self(e);

	s->to = (struct sockaddr_in){ .sin_family = AF_INET,
				      .sin_addr.s_addr = s->group.v,
				      .sin_port = htons(s->group_port.v) };
	watch_init(&s->receive_watch, e, receive_ready);
	watch_init(&s->send_watch, e, send_ready);
	if ((e->nout > 0 && !open_receive(s, err)) || (e->nin > 0 && !open_send(s, err)))
		return false;
	if (e->nout > 0)
		watch_set(&s->receive_watch, s->receive_fd, WATCH_READ);
	if (e->nin > 0)
		watch_set(&s->send_watch, s->send_fd, 0);
	if (e->nin > 0 && !input_is_push(e, 0)) {
		task_init(&s->task, e, run);
		signal_upstream(e, 0, &s->signal, &s->task);
		task_schedule(&s->task);
	}
	return true;
}

static void stop(struct element *e)
{
	close_both(self(e));
	if (self(e)->waiting)
		packet_drop(self(e)->waiting);
	self(e)->waiting = NULL;
}

static const struct arg args[] = {
	ARG("MCASTIP", group, ARG_POSITIONAL | ARG_REQUIRED, "the group"),
	ARG("MCASTPORT", group_port, ARG_POSITIONAL | ARG_REQUIRED, "and its port"),
	ARG("SOURCEIP", source, ARG_POSITIONAL, "own address"),
	ARG("SOURCEPORT", source_port, ARG_POSITIONAL, "own port"),
	ARG_OR("SNAPLEN", snaplen, 0, "2048", "bytes of a packet, at most"),
	ARG_OR("HEADROOM", headroom, 0, "128", "bytes in front of the data"),
	ARG_OR("TIMESTAMP", timestamp, 0, "true", "set the timestamp annotation"),
	ARG_OR("RCVBUF", rcvbuf, 0, "-1", "receive buffer of the system"),
	ARG_OR("SNDBUF", sndbuf, 0, "-1", "send buffer of the system"),
	ARG_OR("LOOP", loop, 0, "true", "programs of this machine get what is sent"),
};

static const struct handler handlers[] = { TASK_HANDLERS(task, H_PULL) };

const struct element_class mcastsocket_class = {
	.name = "McastSocket",
	.ports = "0-1/0-1",
	.processing = "a/h",
	.flow = "x/y",
	.size = sizeof(self_t),
	.phase = PHASE_PRIVILEGED,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
	.init = init,
	.start = start,
	.stop = stop,
	.push = push,
};
