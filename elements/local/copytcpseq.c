/* SPDX-License-Identifier: MIT */
/*
 * CopyTCPSeq - give one stream the sequence number of another
 *
 * TCP packets on port 1 get the highest sequence number seen on port 0; their
 * checksums are left as they are. All packets pass.
 *
 * See also: CopyFlowID
 */
#include "elements/local/pairs.h"
#include "elements/local/tcpip.h"

struct copytcpseq {
	struct element base;
	uint32_t highest;
	bool known;
};
ELEMENT_SELF(struct copytcpseq)

static void see(struct element *e, const struct packet *p)
{
	struct copytcpseq *c = self(e);
	struct tcpip h;
	uint32_t seq;

	if (!tcpip_find(p, &h))
		return;
	seq = be32(h.tcp->seq);
	if (!c->known || tcpip_before(c->highest, seq))
		c->highest = seq;
	c->known = true;
}

static void change(struct element *e, struct packet *p)
{
	struct tcpip h;

	if (self(e)->known && tcpip_find(p, &h))
		h.tcp->seq = be32(self(e)->highest);
}

PAIRS_HOOKS(see, change)

static bool reset(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	self(e)->known = false;
	return true;
}

static const struct arg args[] = { PAIRS_ARGS };

static const struct handler handlers[] = {
	BUTTON("reset", reset, "forget the number"),
};

const struct element_class copytcpseq_class = {
	.name = "CopyTCPSeq",
	PAIRS_CLASS,
};
