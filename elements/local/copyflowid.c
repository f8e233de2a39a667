/* SPDX-License-Identifier: MIT */
/*
 * CopyFlowID - give one stream the flow of another
 *
 * The first TCP packet on port 0 tells a flow: addresses and ports. Those on
 * port 1 get it; their checksums are left as they are. All packets pass.
 *
 * See also: CopyTCPSeq
 */
#include "elements/local/pairs.h"
#include "elements/local/tcpip.h"

struct copyflowid {
	struct element base;
	struct tcpip_flow flow;
	bool known;
};
ELEMENT_SELF(struct copyflowid)

static void see(struct element *e, const struct packet *p)
{
	struct copyflowid *c = self(e);
	struct tcpip h;

	if (c->known || !tcpip_find(p, &h))
		return;
	tcpip_get_flow(&h, &c->flow);
	c->known = true;
}

static void change(struct element *e, struct packet *p)
{
	struct tcpip h;

	if (self(e)->known && tcpip_find(p, &h))
		tcpip_set_flow(&h, &self(e)->flow);
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
	BUTTON("reset", reset, "learn the flow anew"),
};

const struct element_class copyflowid_class = {
	.name = "CopyFlowID",
	PAIRS_CLASS,
};
