/* SPDX-License-Identifier: MIT */
/*
 * stream.c - the control channel over the Xen store: bytes in numbered nodes, removed by the reader.
 *
 * The store is asked on its thread only; the channel's user meets it in two buffers. A conversation
 * begins when the host writes a new number to stream/open, and is answered in stream/opened when the
 * nodes of the one before are gone, so that nothing of it is taken for the new one's.
 */
#include <errno.h>
#include <stdio.h>

#include "abi/control.h"
#include "base/text.h"
#include "drivers/channel.h"
#include "drivers/xen/store.h"
#include "drivers/xen/xen.h"
#include "kernel/machine.h"

#define STREAM STORE_NODE "/stream"
#define BUFFER 32768U /* bytes that wait, each way */

static struct {
	struct channel channel;
	struct store_watch node, open, in, out;
	void (*ready)(void);
	bool attached;
	bool news;                    /* somebody came or went */
	bool closing;                 /* by us, when the host has taken all */
	struct text from, to;         /* bytes that came; that go */
	size_t from_at;               /* read so far */
	uint32_t in_next;             /* node that comes next */
	uint32_t out_first, out_next; /* nodes that may still be there */
	struct text number;           /* of the conversation, as the host wrote it */
} stream;

/* --- on the store's thread --- */

static void node_path(char path[64], const char *way, uint32_t i)
{
	snprintf(path, 64, STREAM "/%s/%u", way, (unsigned)i);
}

static void reset(bool open)
{
	struct channel *c = &stream.channel;

	text_clear(&stream.from);
	text_clear(&stream.to);
	stream.from_at = 0;
	stream.in_next = stream.out_first = stream.out_next = 0;
	c->open = open;
	c->conversation++;
	stream.closing = false;
	stream.news = true;
}

static void open_changed(struct store_watch *w, const char *path)
{
	struct text t = { 0 };

	(void)path;
	store_read(0, w->path, &t);
	if (!str_eq(text_as_str(&t), text_as_str(&stream.number))) {
		text_clear(&stream.number);
		text_bytes(&stream.number, t.p, t.n);
		/* First nobody can write, then what was written goes. */
		reset(false);
		store_remove(0, STREAM "/out");
		if (t.n > 0) {
			reset(true);
			store_write(0, STREAM "/opened", t.p, t.n);
		}
	}
	text_fini(&t);
}

static void in_changed(struct store_watch *w, const char *path)
{
	struct text t = { 0 };
	char node[64];

	(void)w;
	(void)path;
	while (stream.channel.open && stream.from.n - stream.from_at < BUFFER) {
		node_path(node, "in", stream.in_next);
		if (store_read(0, node, &t) < 0)
			break;
		text_bytes(&stream.from, t.p, t.n);
		stream.in_next++;
		store_remove(0, node);
	}
	text_fini(&t);
}

/* Looks which parts the host has taken, when it matters. */
static bool has_window(void)
{
	struct text t = { 0 };
	char node[64];

	while (stream.out_next - stream.out_first >= STORE_WINDOW) {
		node_path(node, "out", stream.out_first);
		if (store_read(0, node, &t) != -ENOENT)
			break;
		stream.out_first++;
	}
	text_fini(&t);
	return stream.out_next - stream.out_first < STORE_WINDOW;
}

/* The host takes them in their order. */
static bool all_taken(void)
{
	struct text t = { 0 };
	char node[64];
	int r = -ENOENT;

	if (stream.out_next > 0) {
		node_path(node, "out", stream.out_next - 1);
		r = store_read(0, node, &t);
	}
	text_fini(&t);
	return r == -ENOENT;
}

static void end_conversation(void)
{
	reset(false);
	store_remove(0, STREAM "/opened");
}

static void out_changed(struct store_watch *w, const char *path)
{
	char node[64], part[STORE_PART];

	(void)w;
	(void)path;
	while (stream.channel.open && stream.to.n > 0 && has_window()) {
		size_t n = stream.to.n < STORE_PART ? stream.to.n : STORE_PART;
		int r;

		memcpy(part, stream.to.p, n);
		memmove(stream.to.p, stream.to.p + n, stream.to.n - n);
		stream.to.n -= n;
		node_path(node, "out", stream.out_next++);
		r = store_write(0, node, part, n);
		if (r < 0) {
			kprint("control: the store does not take %s: error %d", node, -r);
			end_conversation();
		}
	}
	if (stream.closing && stream.to.n == 0 && all_taken())
		end_conversation();
}

static void attach(void)
{
	stream.attached = true;
	store_unwatch(&stream.node);
	store_watch(&stream.open);
	store_watch(&stream.in);
	store_watch(&stream.out);
	if (stream.ready)
		stream.ready();
}

/* The node is there when it can be written. */
static void node_changed(struct store_watch *w, const char *path)
{
	(void)w;
	(void)path;
	if (!stream.attached && store_printf(0, STORE_NODE "/version", "1") == 0)
		attach();
}

/* --- the channel --- */

static size_t channel_read(struct channel *c, void *p, size_t n)
{
	size_t there = stream.from.n - stream.from_at;

	(void)c;
	/* Whoever reads has to see first that this is another conversation. */
	if (stream.news)
		return 0;
	n = n < there ? n : there;
	if (n == 0)
		return 0;
	memcpy(p, stream.from.p + stream.from_at, n);
	stream.from_at += n;
	if (stream.from_at == stream.from.n) {
		text_clear(&stream.from);
		stream.from_at = 0;
		/* More may wait for room. */
		store_look(&stream.in);
	}
	return n;
}

static size_t channel_write(struct channel *c, const void *p, size_t n)
{
	size_t room = stream.to.n < BUFFER ? BUFFER - stream.to.n : 0;

	if (!c->open)
		return 0;
	n = n < room ? n : room;
	text_bytes(&stream.to, p, n);
	return n;
}

static void channel_flush(struct channel *c)
{
	(void)c;
	if (stream.to.n > 0)
		store_look(&stream.out);
}

static void channel_close(struct channel *c)
{
	stream.closing = c->open;
	store_look(&stream.out);
}

static bool has_something(void)
{
	struct channel *c = &stream.channel;

	return stream.news || stream.from.n > 0 ||
	       (c->want_room && c->open && stream.to.n < BUFFER / 2);
}

static bool pending(struct source *s)
{
	bool any = has_something();

	(void)s;
	stream.news = false;
	return any;
}

static bool arm(struct source *s)
{
	(void)s;
	return has_something();
}

static const struct channel_ops ops = {
	.read = channel_read,
	.write = channel_write,
	.flush = channel_flush,
	.close = channel_close,
};

void xen_stream_init(void)
{
	stream.attached = false;
	reset(false);
	stream.node = (struct store_watch){ .path = STORE_NODE, .changed = node_changed };
	stream.open = (struct store_watch){ .path = STREAM "/open", .changed = open_changed };
	stream.in = (struct store_watch){ .path = STREAM "/in", .changed = in_changed };
	stream.out = (struct store_watch){ .path = STREAM "/out", .changed = out_changed };
	stream.channel.ops = &ops;
	stream.channel.name = CONTROL_PORT;
	stream.channel.source.pending = pending;
	stream.channel.source.arm = arm;
	channel_add(&stream.channel);
	store_watch(&stream.node);
}

void xen_control_start(void (*ready)(void))
{
	stream.ready = ready;
	if (stream.attached)
		ready();
}

void xen_control_ready(void)
{
	store_printf(0, STORE_NODE "/state", "ready");
}
