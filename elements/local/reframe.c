/* SPDX-License-Identifier: MIT */
/*
 * Reframe - make packets of a byte stream
 *
 * Packets pushed in are parts of a stream of frames, each of which tells its
 * size: ADD bytes if FLEN is 0, else MUL times the field of FLEN bytes at FOFF,
 * rounded up to a multiple of ALIGN, plus ADD. The field is in network order if
 * NTOH. Each frame becomes a packet: pushed as soon as it is whole, or pulled.
 * A stream whose frames have no size, or more than a packet can hold, is given
 * up: what there is of it is dropped. So is what comes while nobody pulls.
 *
 * Example: Reframe(FOFF 2, FLEN 2)	-- IPv4
 */
#include "engine/element.h"

#define STREAM_MAX (4 * PACKET_MAX) /* bytes that wait to be pulled */

struct reframe {
	struct element base;
	int32_t offset, length, factor, align, add;
	bool network_order;
	struct text stream;
	size_t taken; /* bytes at its front that have become packets */
};
ELEMENT_SELF(struct reframe)

static bool configure(struct element *e, struct error *err)
{
	const struct reframe *r = self(e);

	if (r->length != 0 && r->length != 1 && r->length != 2 && r->length != 4)
		return fail(err,
			    "invalid field length %d "
			    "(valid field lengths are 0, 1, 2, and 4 bytes)",
			    r->length);
	if (r->offset < 0)
		return fail(err, "FOFF must be >= 0");
	return true;
}

static void stop(struct element *e)
{
	text_fini(&self(e)->stream);
}

/* --- frames --- */

static uint32_t field(const struct reframe *r, const char *at)
{
	switch (r->length) {
	case 1:
		return (uint8_t)*at;
	case 2:
		return r->network_order ? load_be16(at) : load16(at);
	default:
		return r->network_order ? load_be32(at) : load32(at);
	}
}

/* Size of the frame that begins the n bytes at s; 0: not known yet; < 0: impossible. */
static int64_t frame_size(const struct reframe *r, const char *s, size_t n)
{
	int64_t size = r->add, scaled;

	if (r->length) {
		if (n < (size_t)r->offset + (size_t)r->length)
			return 0;
		scaled = (int64_t)r->factor * field(r, s + r->offset);
		if (r->align > 1)
			scaled = (scaled + r->align - 1) / r->align * r->align;
		size += scaled;
	}
	return size > 0 && size <= (int64_t)PACKET_MAX ? size : -1;
}

/* The next whole frame; NULL: there is none. */
static struct packet *take_frame(struct reframe *r)
{
	const char *s = r->stream.p + r->taken;
	size_t n = r->stream.n - r->taken;
	int64_t size = n ? frame_size(r, s, n) : 0;
	struct packet *p;

	if (size < 0) {
		r->taken = r->stream.n;
		return NULL;
	}
	if (size == 0 || n < (size_t)size)
		return NULL;
	p = packet_from(s, (uint32_t)size);
	r->taken += (size_t)size;
	return p;
}

static void forget_taken(struct reframe *r)
{
	if (r->taken == 0)
		return;
	memmove(r->stream.p, r->stream.p + r->taken, r->stream.n - r->taken);
	r->stream.n -= r->taken;
	r->taken = 0;
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	struct reframe *r = self(e);
	struct packet *p;

	(void)port;
	forget_taken(r);
	for (unsigned i = 0; i < b->n && r->stream.n <= STREAM_MAX; i++)
		text_bytes(&r->stream, b->pkt[i]->data, b->pkt[i]->len);
	batch_drop(b);
	if (output_is_push(e, 0))
		while ((p = take_frame(r)))
			output_push_packet(e, 0, p);
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	struct packet *p;

	(void)port;
	while (max-- > 0 && (p = take_frame(self(e))))
		batch_add(b, p);
}

static const struct arg args[] = {
	ARG_OR("FOFF", offset, 0, "2", "offset of the size field"),
	ARG_OR("FLEN", length, 0, "2", "its length: 0, 1, 2 or 4"),
	ARG_OR("NTOH", network_order, 0, "true", "it is in network order"),
	ARG_OR("MUL", factor, 0, "1", "bytes for each unit of it"),
	ARG_OR("ALIGN", align, 0, "1", "what that is rounded up to"),
	ARG_OR("ADD", add, 0, "0", "bytes more"),
};

const struct element_class reframe_class = {
	.name = "Reframe",
	.ports = "1/1",
	.processing = "h/a",
	.size = sizeof(self_t),
	.configure = configure,
	.stop = stop,
	.push = push,
	.pull = pull,
	.args = TABLE(args),
};
