/* SPDX-License-Identifier: MIT */
/*
 * Pad - extend packets
 *
 * Appends bytes to packets shorter than LENGTH or, when that is 0, as many as
 * their extra length annotation says, which is cleared. They are zero if ZERO,
 * else undefined.
 *
 * See also: Truncate, Resize
 */
#include "engine/element.h"

struct pad {
	struct element base;
	uint32_t length;
	bool zero;
};
ELEMENT_SELF(struct pad)

static uint32_t missing(const struct packet *p, uint32_t length)
{
	if (length == 0)
		return anno_u32(p, ANNO_EXTRA_LENGTH);
	return p->len < length ? length - p->len : 0;
}

/* False when there is no memory for it. */
static bool pad(struct packet *p, uint32_t n, bool zero)
{
	if (n == 0)
		return true;
	if (!packet_put(p, n))
		return false;
	if (zero)
		memset(p->data + p->len - n, 0, n);
	return true;
}

static void pad_batch(struct element *e, struct batch *b)
{
	const struct pad *s = self(e);
	unsigned kept = 0;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];

		if (UNLIKELY(!pad(p, missing(p, s->length), s->zero))) {
			packet_drop(p);
			continue;
		}
		anno_set_u32(p, ANNO_EXTRA_LENGTH, 0);
		b->pkt[kept++] = p;
	}
	b->n = kept;
}

static const struct arg args[] = {
	ARG_OR("LENGTH", length, ARG_POSITIONAL, "0", "least length; 0: by the annotation"),
	ARG_OR("ZERO", zero, 0, "true", "new bytes are zero"),
};

const struct element_class pad_class = {
	.name = "Pad",
	.ports = "1/1",
	.flags = CLASS_LIVE,
	.size = sizeof(self_t),
	.action = pad_batch,
	.args = TABLE(args),
};
