/* SPDX-License-Identifier: MIT */
/*
 * console.c - the console device. The monitor does not understand what is said on the control port;
 * it keeps conversations apart. Each begins with our PORT_OPEN 1, and the guest gets bytes when it
 * has said so too: others would be what it throws away of the last one. It ends with the guest's
 * PORT_OPEN 0, which is its answer to ours when the client has gone, or its own wish. However long a
 * guest takes to close, the next client waits: else the end of one conversation would be taken for
 * the next one's.
 */
#define _GNU_SOURCE
#include "monitor/device/console.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "abi/control.h"
#include "base/bits.h"
#include "monitor/sink.h"

enum {
	CONSOLE_IN,
	CONSOLE_OUT,
	EVENTS_IN = VIRTIO_CONSOLE_CONTROL_IN,
	EVENTS_OUT = VIRTIO_CONSOLE_CONTROL_OUT,
	CONTROL_IN = 4,
	CONTROL_OUT = 5
};
enum { PORT_CONSOLE, PORT_CONTROL, PORTS };

#define BUDGET 64 /* chains of a queue, before others have their turn */

static struct console_device *console(struct device *d)
{
	return (struct console_device *)d;
}

/* --- control messages --- */

static void tell(struct console_device *s, uint32_t port, uint16_t event, uint16_t value)
{
	if (s->nevents < CONSOLE_EVENTS)
		s->event[s->nevents++] = (struct virtio_console_control){ port, event, value };
}

static bool send_event(struct console_device *s, const struct virtio_console_control *e)
{
	static const char name[] = CONTROL_PORT;
	struct virtqueue *q = &s->base.queue[EVENTS_IN];
	uint32_t extra = e->event == VIRTIO_CONSOLE_PORT_NAME ? sizeof(name) - 1 : 0;
	struct chain c;

	if (!virtqueue_pop(q, &c))
		return false;
	if (c.nout || c.in_bytes < sizeof(*e) + extra) {
		device_bad_chain(&s->base, EVENTS_IN, &c, "no room for a control message");
		return false;
	}
	chain_write(&c, 0, e, sizeof(*e));
	chain_write(&c, sizeof(*e), name, extra);
	virtqueue_push(q, c.head, (uint32_t)sizeof(*e) + extra);
	return true;
}

static bool send_events(struct console_device *s)
{
	unsigned i = 0;

	while (i < s->nevents && send_event(s, &s->event[i]))
		i++;
	s->nevents -= i;
	memmove(s->event, s->event + i, s->nevents * sizeof(s->event[0]));
	device_publish(&s->base, EVENTS_IN);
	return i > 0;
}

/* --- conversations --- */

static void drop_client(struct console_device *s)
{
	if (s->client >= 0)
		close(s->client);
	s->client = -1;
	s->own = NULL;
	if (s->replying)
		virtqueue_push(&s->base.queue[CONTROL_OUT], s->reply.head, 0);
	s->replying = false;
	s->arrived = true;
}

static void client_gone(struct console_device *s)
{
	drop_client(s);
	if (s->state == CONVERSATION_OPEN) {
		tell(s, PORT_CONTROL, VIRTIO_CONSOLE_PORT_OPEN, 0);
		s->state = CONVERSATION_CLOSING;
	} else if (s->state == CONVERSATION_ENDING) {
		s->state = CONVERSATION_NONE;
	}
}

static void converse(struct console_device *s)
{
	tell(s, PORT_CONTROL, VIRTIO_CONSOLE_PORT_OPEN, 1);
	s->state = CONVERSATION_OPEN;
	s->readable = s->writable = true;
	s->answered = s->ended = false;
}

static bool take_client(struct console_device *s)
{
	if (s->state != CONVERSATION_NONE || !s->port_ready || !s->arrived || s->client >= 0)
		return false;
	s->client = accept4(s->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	s->arrived = s->client >= 0;
	if (s->client < 0)
		return false;
	device_watch(&s->base, s->client);
	converse(s);
	return true;
}

/* Throws away what the guest has said to nobody. */
static bool discard(struct console_device *s)
{
	struct virtqueue *q = &s->base.queue[CONTROL_OUT];
	struct chain c;
	unsigned i = 0;

	while (i < q->size && virtqueue_pop(q, &c)) {
		virtqueue_push(q, c.head, 0);
		i++;
	}
	return i > 0;
}

static void guest_closed(struct console_device *s)
{
	if (s->state == CONVERSATION_OPEN) {
		s->state = CONVERSATION_ENDING;
	} else if (s->state == CONVERSATION_CLOSING) {
		discard(s);
		s->state = CONVERSATION_NONE;
	}
}

bool console_shutdown(struct console_device *s)
{
	s->shutdown = true;
	return s->port_ready;
}

/* The next conversation is with the monitor itself. */
static bool say_shutdown(struct console_device *s)
{
	if (!s->shutdown || s->state != CONVERSATION_NONE || !s->port_ready)
		return false;
	s->shutdown = false;
	s->own = "SHUTDOWN\r\n";
	converse(s);
	return true;
}

/* --- what the guest says --- */

static void announce(struct console_device *s)
{
	if (s->announced)
		return;
	s->announced = true;
	for (uint32_t port = 0; port < PORTS; port++)
		tell(s, port, VIRTIO_CONSOLE_PORT_ADD, 1);
}

static void port_is_ready(struct console_device *s, uint32_t port)
{
	if (port == PORT_CONSOLE) {
		tell(s, port, VIRTIO_CONSOLE_CONSOLE_PORT, 1);
		tell(s, port, VIRTIO_CONSOLE_PORT_OPEN, 1);
	} else if (port == PORT_CONTROL && !s->port_ready) {
		tell(s, port, VIRTIO_CONSOLE_PORT_NAME, 1);
		s->port_ready = true;
	}
}

static void take_message(struct console_device *s, const struct virtio_console_control *m)
{
	if (m->event == VIRTIO_CONSOLE_DEVICE_READY && m->value == 1)
		announce(s);
	else if (m->event == VIRTIO_CONSOLE_PORT_READY && m->value == 1)
		port_is_ready(s, m->id);
	else if (m->event == VIRTIO_CONSOLE_PORT_OPEN && m->id == PORT_CONTROL && m->value == 0)
		guest_closed(s);
	else if (m->event == VIRTIO_CONSOLE_PORT_OPEN && m->id == PORT_CONTROL)
		s->answered = true;
}

/* Each message may need two of ours: there has to be room for them. */
static bool take_messages(struct console_device *s)
{
	struct virtqueue *q = &s->base.queue[EVENTS_OUT];
	struct virtio_console_control m;
	struct chain c;
	unsigned i = 0;

	while (s->nevents + 4 <= CONSOLE_EVENTS && i < BUDGET && virtqueue_pop(q, &c)) {
		if (c.nin || chain_read(&c, 0, &m, sizeof(m)) < sizeof(m)) {
			device_bad_chain(&s->base, EVENTS_OUT, &c, "no control message");
			return false;
		}
		virtqueue_push(q, c.head, 0);
		take_message(s, &m);
		i++;
	}
	device_publish(&s->base, EVENTS_OUT);
	return i > 0;
}

static bool print(struct console_device *s)
{
	struct virtqueue *q = &s->base.queue[CONSOLE_OUT];
	struct chain c;
	unsigned i = 0;

	while (i < BUDGET && virtqueue_pop(q, &c)) {
		for (unsigned v = 0; v < c.nout; v++)
			sink_write(s->sink, c.iov[v].iov_base, c.iov[v].iov_len);
		virtqueue_push(q, c.head, 0);
		i++;
	}
	device_publish(&s->base, CONSOLE_OUT);
	return i > 0;
}

/* What of the chain's bytes is left to be sent. */
static int rest_of(const struct chain *c, uint32_t done, struct iovec *iov)
{
	int n = 0;

	for (unsigned i = 0; i < c->nout; i++) {
		struct iovec v = c->iov[i];
		uint32_t cut = done < v.iov_len ? done : (uint32_t)v.iov_len;

		done -= cut;
		if (v.iov_len > cut)
			iov[n++] = (struct iovec){ (char *)v.iov_base + cut, v.iov_len - cut };
	}
	return n;
}

/* False when the client takes no more now. */
static bool send_reply(struct console_device *s)
{
	struct iovec iov[CHAIN_MAX];
	int niov = rest_of(&s->reply, s->replied, iov);
	ssize_t r = niov && s->client >= 0 ? writev(s->client, iov, niov) : 0;

	if (r < 0) {
		s->writable = errno == EINTR;
		if (errno != EAGAIN && errno != EINTR)
			client_gone(s);
		return s->writable;
	}
	s->replied += (uint32_t)r;
	if (s->client < 0 || s->replied >= s->reply.out_bytes) {
		virtqueue_push(&s->base.queue[CONTROL_OUT], s->reply.head, 0);
		s->replying = false;
	}
	return true;
}

/* From the guest to the client. The end of what a guest says that has closed is the end. */
static bool reply(struct console_device *s)
{
	struct virtqueue *q = &s->base.queue[CONTROL_OUT];
	unsigned i = 0;

	if (s->state == CONVERSATION_NONE || s->state == CONVERSATION_CLOSING) {
		bool any = discard(s);

		device_publish(&s->base, CONTROL_OUT);
		return any;
	}
	while (s->writable && i < BUDGET) {
		if (!s->replying) {
			s->replied = 0;
			s->replying = virtqueue_pop(q, &s->reply);
		}
		if (!s->replying || !send_reply(s))
			break;
		i++;
	}
	if (s->state == CONVERSATION_ENDING && s->writable && !s->replying && i < BUDGET) {
		client_gone(s);
		i++;
	}
	device_publish(&s->base, CONTROL_OUT);
	return i > 0;
}

/* --- what the guest is told --- */

/* A client that has said all may want to hear the answers: the guest is asked to end. */
static void client_ended(struct console_device *s)
{
	struct pollfd p = { .fd = s->client, .events = POLLRDHUP };

	s->readable = false;
	if (poll(&p, 1, 0) > 0 && (p.revents & (POLLHUP | POLLERR)))
		client_gone(s);
	else if (!s->ended)
		s->own = "QUIT\r\n";
	s->ended = true;
}

static ssize_t read_client(struct console_device *s, const struct chain *c)
{
	ssize_t r = readv(s->client, c->iov + c->nout, c->nin);

	if (r == 0)
		client_ended(s);
	else if (r < 0 && errno != EINTR && errno != EAGAIN)
		client_gone(s);
	else if (r < 0)
		s->readable = errno == EINTR;
	return r;
}

static ssize_t say_own(struct console_device *s, const struct chain *c)
{
	ssize_t r = chain_write(c, 0, s->own, (uint32_t)strlen(s->own));

	s->own = s->own[r] ? s->own + r : NULL;
	return r;
}

static ssize_t read_typed(struct console_device *s, const struct chain *c)
{
	struct pollfd p = { .fd = s->sink->in, .events = POLLIN };
	ssize_t r = 0;

	if (poll(&p, 1, 0) > 0)
		r = readv(s->sink->in, c->iov + c->nout, c->nin);
	s->typed = r > 0;
	return r;
}

/* One chain for the guest. False when there is nothing, or no buffer. */
static bool feed(struct console_device *s, unsigned queue,
		 ssize_t (*get)(struct console_device *, const struct chain *))
{
	struct virtqueue *q = &s->base.queue[queue];
	struct chain c;
	ssize_t r;

	if (!virtqueue_pop(q, &c))
		return false;
	if (c.nout || !c.in_bytes) {
		device_bad_chain(&s->base, queue, &c, "no room for input");
		return false;
	}
	r = get(s, &c);
	if (r > 0)
		virtqueue_push(q, c.head, (uint32_t)r);
	else
		virtqueue_unpop(q);
	device_publish(&s->base, queue);
	return r > 0;
}

static bool feed_all(struct console_device *s)
{
	bool any = false;

	if (s->typed)
		any |= feed(s, CONSOLE_IN, read_typed);
	if (s->state != CONVERSATION_OPEN || !s->answered)
		return any;
	if (s->own)
		any |= feed(s, CONTROL_IN, say_own);
	else if (s->readable && s->client >= 0)
		any |= feed(s, CONTROL_IN, read_client);
	return any;
}

/* --- the device --- */

/* The guest begins anew; the client that was there hears no more. */
static void detach(struct device *d)
{
	struct console_device *s = console(d);

	s->replying = false; /* its buffers are no more ours */
	drop_client(s);
	s->state = CONVERSATION_NONE;
	s->announced = s->port_ready = false;
	s->nevents = 0;
}

static void ready(struct device *d)
{
	struct console_device *s = console(d);

	s->typed = s->sink->in >= 0;
	s->arrived = s->listener >= 0;
	s->readable = s->writable = true;
}

/* Our PORT_OPEN goes out before the first byte of what it opens. */
static bool run(struct device *d)
{
	struct console_device *s = console(d);
	bool any = take_messages(s);

	any |= print(s);
	any |= reply(s);
	any |= say_shutdown(s) || take_client(s);
	any |= send_events(s);
	if (s->nevents == 0)
		any |= feed_all(s);
	return any;
}

/* Buffers of the guest are of interest only while there is something to be put into them. */
static bool arm_input(struct console_device *s)
{
	struct virtqueue *q = s->base.queue;
	bool more = false;

	if (s->nevents)
		return virtqueue_arm(&q[EVENTS_IN]);
	if (s->typed)
		more |= virtqueue_arm(&q[CONSOLE_IN]);
	if (s->state == CONVERSATION_OPEN && s->answered && (s->own || s->readable))
		more |= virtqueue_arm(&q[CONTROL_IN]);
	return more;
}

static bool arm(struct device *d)
{
	struct console_device *s = console(d);
	bool more = arm_input(s);

	more |= virtqueue_arm(&d->queue[CONSOLE_OUT]);
	if (s->nevents + 4 <= CONSOLE_EVENTS)
		more |= virtqueue_arm(&d->queue[EVENTS_OUT]);
	if (s->writable || s->client < 0)
		more |= virtqueue_arm(&d->queue[CONTROL_OUT]);
	return more;
}

static void finish(struct device *d)
{
	struct console_device *s = console(d);

	for (int i = 0; i < 8; i++) { /* the guest may go on adding */
		print(s);
		reply(s);
	}
}

static const struct device_ops ops = {
	.ready = ready,
	.detach = detach,
	.run = run,
	.arm = arm,
	.finish = finish,
};

void console_init(struct console_device *s, struct sink *sink, int listener)
{
	*s = (struct console_device){
		.base = {
			.ops = &ops,
			.label = "console",
			.id = VIRTIO_ID_CONSOLE,
			.offered = VIRTIO_F_VERSION_1 | VIRTIO_F_EVENT_IDX |
				   VIRTIO_CONSOLE_F_MULTIPORT,
			.nqueues = 6,
			.queue_max = 64,
			.kick = -1,
		},
		.sink = sink,
		.listener = listener,
		.client = -1,
	};
}

void console_unlink(const char *path)
{
	struct stat st;

	if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode))
		unlink(path);
}

int console_listen(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(a.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(a.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	console_unlink(path); /* of one that has ended */
	if (fd >= 0 &&
	    (bind(fd, (const struct sockaddr *)&a, sizeof(a)) < 0 || listen(fd, 64) < 0)) {
		close(fd);
		fd = -1;
	}
	return fd;
}
