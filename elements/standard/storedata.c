/* SPDX-License-Identifier: MIT */
/*
 * StoreData - overwrite bytes of packets
 *
 * Overwrites what is at OFFSET with DATA. A packet that ends inside gets as
 * much as fits; its length does not change.
 *
 * Example: StoreData(12, \<0800>)
 * See also: Clipboard
 */
#include "engine/element.h"

struct storedata {
	struct element base;
	uint32_t offset;
	struct str data;
};
ELEMENT_SELF(struct storedata)

/* False when p was to be changed and there was no memory for it. */
static bool store(const struct storedata *s, struct packet *p)
{
	size_t n = s->data.n;

	if (s->offset >= p->len)
		return true;
	if (!packet_writable(p))
		return false;
	if (n > p->len - s->offset)
		n = p->len - s->offset;
	if (n)
		memcpy(p->data + s->offset, s->data.p, n);
	return true;
}

static void store_batch(struct element *e, struct batch *b)
{
	const struct storedata *s = self(e);
	unsigned kept = 0;

	for (unsigned i = 0; i < b->n; i++)
		if (LIKELY(store(s, b->pkt[i])))
			b->pkt[kept++] = b->pkt[i];
		else
			packet_drop(b->pkt[i]);
	b->n = kept;
}

static const struct arg args[] = {
	ARG("OFFSET", offset, ARG_POSITIONAL | ARG_REQUIRED, "first byte to overwrite"),
	ARG("DATA", data, ARG_POSITIONAL | ARG_REQUIRED, "what to write"),
};

const struct element_class storedata_class = {
	.name = "StoreData",
	.ports = "1/1",
	.size = sizeof(self_t),
	.action = store_batch,
	.args = TABLE(args),
};
