/* SPDX-License-Identifier: MIT */
/*
 * GetIPAddress - copy an IP address from packets to an annotation
 *
 * Copies four bytes to the annotation ANNO: those OFFSET bytes into the packet,
 * or, with IP, the `src' or `dst' field of its marked IP header. Packets that
 * do not have them keep the annotation they have.
 *
 * Example: GetIPAddress(16) -> RadixIPLookup(10.0.0.0/8 0)
 * See also: SetIPAddress, StoreIPAddress, CheckIPHeader
 */
#include "engine/element.h"
#include "elements/ip/ipheader.h"

struct getipaddress {
	struct element base;
	int32_t offset; /* of the packet, or of its IP header */
	struct anno4 anno;
	bool in_header;
	struct word ip;
};
ELEMENT_SELF(struct getipaddress)

static bool configure(struct element *e, struct error *err)
{
	struct getipaddress *g = self(e);

	g->in_header = arg_given(e, "IP");
	if (g->in_header == (g->offset >= 0))
		return fail(err, "set one of OFFSET, IP");
	if (!g->in_header)
		return true;
	if (str_is(g->ip.s, "src"))
		g->offset = offsetof(struct ip_header, src);
	else if (str_is(g->ip.s, "dst"))
		g->offset = offsetof(struct ip_header, dst);
	else
		return fail(err, "bad IP");
	return true;
}

static void get_from_header(const struct getipaddress *g, struct batch *b)
{
	for (unsigned i = 0; i < b->n; i++)
		if (ip_marked(b->pkt[i]))
			anno_set_u32(b->pkt[i], g->anno.offset, load32(b->pkt[i]->net + g->offset));
}

static void get(struct element *e, struct batch *b)
{
	const struct getipaddress *g = self(e);
	uint32_t offset = (uint32_t)g->offset, anno = g->anno.offset;

	if (g->in_header) {
		get_from_header(g, b);
		return;
	}
	for (unsigned i = 0, n = b->n; i < n; i++) {
		struct packet *p = b->pkt[i];

		/* OFFSET is at most 2^31 - 1: this does not overflow. */
		if (LIKELY(offset + 4 <= p->len))
			anno_set_u32(p, anno, load32(p->data + offset));
	}
}

static const struct arg args[] = {
	ARG_OR("OFFSET", offset, ARG_POSITIONAL, "-1", "where in the packet"),
	ARG_OR("ANNO", anno, ARG_POSITIONAL, "0", "annotation to set"),
	ARG("IP", ip, 0, "field of the IP header: src or dst"),
};

const struct element_class getipaddress_class = {
	.name = "GetIPAddress",
	.ports = "1/1",
	.size = sizeof(self_t),
	.configure = configure,
	.action = get,
	.args = TABLE(args),
};
