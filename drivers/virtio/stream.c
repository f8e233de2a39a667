/* SPDX-License-Identifier: MIT */
/*
 * stream.c - a console device's port as a channel.
 *
 * The host says in the control queue that its side has come or gone, and the bytes come in another
 * queue. So the end of a conversation is this: the host says closed; we throw away all bytes that
 * have come, those that were not sent, and say closed; the host says open, we say open, and only
 * then its bytes come. We may close first; the host, which may have closed at the same time, says no
 * more then than when it opens again.
 */
#include "drivers/virtio/console.h"
#include "kernel/memory.h"

#define SMALL_MEMORY (8U << 20)

static struct virtio_console *self(struct channel *ch)
{
	return container_of(ch, struct virtio_console, stream.channel);
}

static struct virtio_console *of_source(struct source *s)
{
	return container_of(s, struct virtio_console, stream.channel.source);
}

static struct virtio_queue *in_queue(struct virtio_console *c)
{
	return &c->in[c->channel_port];
}

static struct virtio_queue *out_queue(struct virtio_console *c)
{
	return &c->out[c->channel_port];
}

static bool works(const struct virtio_console *c)
{
	return c->stream.channel.open && !c->broken;
}

/* --- in --- */

static void give_back(struct virtio_console *c)
{
	if (c->stream.in)
		virtq_add(&in_queue(c)->q, NULL, c->stream.in, CONSOLE_BUFFER, VIRTQ_DESC_WRITE);
	c->stream.in = NULL;
	c->stream.in_at = c->stream.in_len = 0;
}

/* False: nothing has come. */
static bool take_next(struct virtio_console *c)
{
	struct virtq *q = &in_queue(c)->q;
	struct virtq_slot *slot;

	give_back(c);
	slot = virtq_waiting(q) > 0 ? virtq_take_written(q, &c->stream.in_len) : NULL;
	if (slot)
		c->stream.in = slot->data;
	else
		c->stream.in_len = 0;
	return slot;
}

static size_t stream_read(struct channel *ch, void *p, size_t n)
{
	struct virtio_console *c = self(ch);
	struct stream *s = &c->stream;
	size_t done = 0;

	console_messages(c);
	/* Whoever reads has to see first that this is another conversation. */
	if (s->changed || !works(c))
		return 0;
	while (done < n && (s->in_at < s->in_len || take_next(c))) {
		size_t part = s->in_len - s->in_at < n - done ? s->in_len - s->in_at : n - done;

		memcpy((uint8_t *)p + done, s->in + s->in_at, part);
		s->in_at += (uint32_t)part;
		done += part;
	}
	console_check(c, &in_queue(c)->q);
	return done;
}

/* --- out --- */

static void reclaim(struct virtio_console *c)
{
	struct virtq *q = &out_queue(c)->q;
	struct virtq_slot *slot;

	while (virtq_waiting(q) > 0 && (slot = virtq_take_read(q)))
		c->stream.spare[c->stream.nspare++] = slot->data;
	/* The partly filled one is not among them: it is not in the ring. */
	console_check(c, q);
}

static void submit(struct virtio_console *c)
{
	struct stream *s = &c->stream;

	if (s->filled > 0)
		virtq_add(&out_queue(c)->q, NULL, s->spare[--s->nspare], s->filled, 0);
	s->filled = 0;
}

static void stream_flush(struct channel *ch)
{
	struct virtio_console *c = self(ch);

	if (c->broken || c->channel_port == 0)
		return;
	submit(c);
	virtio_flush(c->dev, in_queue(c));
	virtio_flush(c->dev, out_queue(c));
}

static size_t stream_write(struct channel *ch, const void *p, size_t n)
{
	struct virtio_console *c = self(ch);
	struct stream *s = &c->stream;
	size_t done = 0;

	while (works(c) && done < n) {
		size_t part = CONSOLE_BUFFER - s->filled;

		if (s->filled == 0)
			reclaim(c);
		if (!works(c) || s->nspare == 0)
			break;
		part = part < n - done ? part : n - done;
		memcpy(s->spare[s->nspare - 1] + s->filled, (const uint8_t *)p + done, part);
		s->filled += (uint32_t)part;
		done += part;
		if (s->filled == CONSOLE_BUFFER)
			submit(c);
	}
	if (done < n)
		stream_flush(ch);
	return done;
}

/* --- waking --- */

static bool has_room(struct virtio_console *c)
{
	return c->stream.nspare > 0 || virtq_pending(&out_queue(c)->q);
}

static bool has_bytes(struct virtio_console *c)
{
	return c->stream.in_at < c->stream.in_len || virtq_pending(&in_queue(c)->q);
}

static bool stream_pending(struct source *source)
{
	struct virtio_console *c = of_source(source);
	struct stream *s = &c->stream;
	bool now =
		s->changed || (works(c) && (has_bytes(c) || (s->channel.want_room && has_room(c))));

	s->changed = false;
	if (now && works(c)) {
		virtq_disarm(&in_queue(c)->q);
		virtq_disarm(&out_queue(c)->q);
	}
	return now;
}

/* The control queue's source has acknowledged the interrupt. */
static bool stream_arm(struct source *source)
{
	struct virtio_console *c = of_source(source);
	struct stream *s = &c->stream;

	if (s->changed)
		return true;
	if (!works(c))
		return false;
	stream_flush(&s->channel);
	return virtq_arm(&in_queue(c)->q, 0) || has_bytes(c) ||
	       (s->channel.want_room && (virtq_arm(&out_queue(c)->q, 0) || has_room(c)));
}

/* --- coming and going --- */

bool console_stream_start(struct virtio_console *c, uint32_t id)
{
	struct virtio_queue *in = &c->in[id], *out = &c->out[id];
	unsigned n = memory_total() < SMALL_MEMORY ? STREAM_BUFFERS / 2 : STREAM_BUFFERS;
	uint8_t *p;

	n = n < virtq_room(&in->q) ? n : virtq_room(&in->q);
	n = n < virtq_room(&out->q) ? n : virtq_room(&out->q);
	p = page_alloc(2 * n * CONSOLE_BUFFER / PAGE_SIZE);
	if (!p)
		return false;
	c->channel_port = id;
	c->stream.nbuffers = n;
	for (unsigned i = 0; i < n; i++, p += 2 * CONSOLE_BUFFER) {
		virtq_add(&in->q, NULL, p, CONSOLE_BUFFER, VIRTQ_DESC_WRITE);
		c->stream.spare[c->stream.nspare++] = p + CONSOLE_BUFFER;
	}
	virtio_flush(c->dev, in);
	return true;
}

/* Throws away what has come; the ring's size at most, since a hostile host could go on for ever. */
static void discard(struct virtio_console *c)
{
	struct virtio_queue *in = in_queue(c);

	for (unsigned i = 0; i < c->stream.nbuffers && take_next(c); i++)
		;
	give_back(c);
	virtio_flush(c->dev, in);
	console_check(c, &in->q);
}

static void stream_close(struct channel *ch)
{
	struct virtio_console *c = self(ch);

	if (!works(c))
		return;
	stream_flush(ch);
	ch->open = false;
	c->stream.left = true;
	discard(c);
	console_say_open(c, false);
	console_flush(c);
}

void console_stream_open(struct virtio_console *c, bool open)
{
	struct stream *s = &c->stream;

	if (c->broken || s->channel.open == open)
		return;
	s->channel.open = open;
	s->changed = true;
	if (open) {
		s->opened = true;
		s->channel.conversation++;
		return;
	}
	s->closed = true;
	s->opened = false;
	s->filled = 0;
	give_back(c);
}

bool console_stream_answer(struct virtio_console *c)
{
	struct stream *s = &c->stream;
	bool opened = s->opened;

	/* A host that opens before we said closed has sent bytes already, perhaps: they stay. */
	if ((s->closed && !s->channel.open) || (s->opened && s->left))
		discard(c);
	if (s->closed)
		console_say_open(c, false);
	if (s->opened)
		console_say_open(c, true);
	s->left = s->left && !s->closed && !s->opened;
	s->closed = s->opened = false;
	return opened;
}

void console_stream_kick(struct virtio_console *c)
{
	if (works(c))
		c->dev->ops->kick(c->dev, in_queue(c)->index);
}

void console_stream_end(struct virtio_console *c)
{
	struct channel *ch = &c->stream.channel;

	c->stream.changed |= ch->open;
	ch->open = false;
}

/* --- the channel --- */

static const struct channel_ops stream_ops = {
	.read = stream_read,
	.write = stream_write,
	.flush = stream_flush,
	.close = stream_close,
};

void console_stream_add(struct virtio_console *c)
{
	struct channel *ch = &c->stream.channel;

	ch->ops = &stream_ops;
	ch->name = c->dev->ops->name;
	ch->source.pending = stream_pending;
	ch->source.arm = stream_arm;
	channel_add(ch);
}
