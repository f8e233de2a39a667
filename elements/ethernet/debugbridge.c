/* SPDX-License-Identifier: MIT */
/*
 * DebugBridge - print spanning tree messages
 *
 * Reports each 802.1D message that passes, after LABEL; all packets pass unchanged.
 *
 * Example: FromDevice(eth0) -> DebugBridge(eth0) -> ...
 * See also: EtherSpanTree
 */
#include "elements/ethernet/bpdu.h"

struct debugbridge {
	struct element base;
	struct str label;
};
ELEMENT_SELF(struct debugbridge)

static void report(struct element *e, const struct bpdu *m)
{
	struct text t = { 0 };

	text_str(&t, self(e)->label);
	if (m->type == BPDU_TOPOLOGY_CHANGE) {
		text_add(&t, " TCM");
	} else {
		text_add(&t, m->type == BPDU_CONFIGURATION ? " CFG " : " ??? ");
		bpdu_text_port(m, &t);
		text_add(&t, ": %s %s  %08x -> %016llx  a/m/h/d: %x/%x/%x/%x",
			 m->flags & BPDU_TC_ACK ? "TCA" : "tca", m->flags & BPDU_TC ? "TC" : "tc",
			 m->priority.cost, (unsigned long long)m->priority.root, m->age, m->max_age,
			 m->hello, m->delay);
	}
	chatter_str(e, text_as_str(&t));
	text_fini(&t);
}

static void action(struct element *e, struct batch *b)
{
	struct bpdu m;

	for (unsigned i = 0; i < b->n; i++)
		if (bpdu_parse(b->pkt[i], &m))
			report(e, &m);
}

static const struct arg args[] = {
	ARG("LABEL", label, ARG_POSITIONAL | ARG_REQUIRED, "begins each line"),
};

const struct element_class debugbridge_class = {
	.name = "DebugBridge",
	.ports = "1/1",
	.size = sizeof(self_t),
	.action = action,
	.args = TABLE(args),
};
