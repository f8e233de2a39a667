/* SPDX-License-Identifier: MIT */
/*
 * Clipboard - copy bytes from packets into other packets
 *
 * Packets on port 0 pass unchanged; their bytes OFFSET to OFFSET + LENGTH - 1,
 * of all ranges one behind the other, are remembered. Into packets on port 1
 * they are written at the same places, unless they are too short for that.
 * Bytes beyond the end of a packet on port 0 are left as remembered before.
 *
 * Example: Clipboard(12/8)
 * See also: StoreData
 */
#include "engine/element.h"

struct range {
	uint32_t offset, length;
};

struct ranges {
	struct range *v;
	size_t n, cap;
};

struct clipboard {
	struct element base;
	struct ranges given, ranges; /* being parsed; in force */
	uint64_t end;                /* of the range that ends last */
	uint8_t *bytes;
};
ELEMENT_SELF(struct clipboard)

static bool add_range(struct element *e, struct str text, struct error *err)
{
	struct ranges *r = &self(e)->given;
	size_t slash = str_find(text, '/');
	struct range range;

	if (slash == text.n)
		return fail(err, "range %zu: expected '/' between offset and length", r->n);
	if (!parse_u32(str_trim(str_first(text, slash)), &range.offset, NULL) ||
	    !parse_u32(str_trim(str_from(text, slash + 1)), &range.length, NULL))
		return fail(err, "range %zu: invalid offset or length", r->n);
	r->v = pool_grow(e->conf, r->v, r->n, &r->cap, sizeof(r->v[0]));
	r->v[r->n++] = range;
	return true;
}

static bool configure(struct element *e, struct error *err)
{
	struct clipboard *c = self(e);
	uint64_t size = 0, end = 0;

	for (size_t i = 0; i < c->given.n; i++) {
		const struct range *r = &c->given.v[i];

		size += r->length;
		if ((uint64_t)r->offset + r->length > end)
			end = (uint64_t)r->offset + r->length;
	}
	if (end > PACKET_MAX || size > 16 * PACKET_MAX)
		return fail(err, "out of memory");
	c->end = end;
	c->ranges = c->given;
	c->given = (struct ranges){ 0 };
	c->bytes = pool_resize(router_pool(e->router), c->bytes, size + 1);
	return true;
}

static void copy(struct clipboard *c, const struct packet *p)
{
	uint8_t *to = c->bytes;

	for (size_t i = 0; i < c->ranges.n; i++) {
		struct range r = c->ranges.v[i];

		if (r.offset < p->len)
			memcpy(to, p->data + r.offset,
			       r.length < p->len - r.offset ? r.length : p->len - r.offset);
		to += r.length;
	}
}

/* False when there is no memory to change p. */
static bool paste(const struct clipboard *c, struct packet *p)
{
	const uint8_t *from = c->bytes;

	if (p->len < c->end)
		return true;
	if (!packet_writable(p))
		return false;
	for (size_t i = 0; i < c->ranges.n; i++) {
		memcpy(p->data + c->ranges.v[i].offset, from, c->ranges.v[i].length);
		from += c->ranges.v[i].length;
	}
	return true;
}

/* The packets of b from i on. */
static void process(struct clipboard *c, unsigned port, struct batch *b, unsigned i)
{
	unsigned kept = i;

	for (; i < b->n; i++) {
		if (port == 0)
			copy(c, b->pkt[i]);
		if (port == 0 || paste(c, b->pkt[i]))
			b->pkt[kept++] = b->pkt[i];
		else
			packet_drop(b->pkt[i]);
	}
	b->n = kept;
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	process(self(e), port, b, 0);
	output_push(e, port, b);
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	unsigned before = b->n;

	input_pull(e, port, b, max);
	process(self(e), port, b, before);
}

static const struct arg args[] = {
	ARG_EACH("OFFSET/LENGTH", add_range, "bytes to copy"),
};

const struct element_class clipboard_class = {
	.name = "Clipboard",
	.ports = "2/2",
	.processing = "a",
	.flow = "#/#",
	.flags = CLASS_LIVE | CLASS_S0,
	.size = sizeof(self_t),
	.configure = configure,
	.push = push,
	.pull = pull,
	.args = TABLE(args),
};
