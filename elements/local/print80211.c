/* SPDX-License-Identifier: MIT */
/*
 * Print80211 - print that there was a frame
 *
 * Prints LABEL, the timestamp if TIMESTAMP, and the length of each packet, and
 * passes it on. Frames are not decoded.
 *
 * See also: Print, PrintAiro
 */
#include "engine/element.h"

struct print80211 {
	struct element base;
	struct str label;
	bool timestamp, verbose;
};
ELEMENT_SELF(struct print80211)

static void print(struct element *e, struct batch *b)
{
	const struct print80211 *s = self(e);
	struct text line = { 0 };

	for (unsigned i = 0; i < b->n; i++) {
		text_clear(&line);
		if (s->label.n)
			text_add(&line, "%.*s: ", STR(s->label));
		if (s->timestamp) {
			print_timestamp(&line, b->pkt[i]->timestamp);
			text_add(&line, ": ");
		}
		text_add(&line, "%4u | ", b->pkt[i]->len);
		chatter_str(e, text_as_str(&line));
	}
	text_fini(&line);
}

static const struct arg args[] = {
	ARG_OR("LABEL", label, ARG_POSITIONAL, "\"\"", "what lines start with"),
	ARG_OR("TIMESTAMP", timestamp, 0, "false", "show the timestamp"),
	ARG_OR("VERBOSE", verbose, 0, "false", "accepted"),
};

const struct element_class print80211_class = {
	.name = "Print80211",
	.ports = "1/1",
	.flags = CLASS_LIVE,
	.size = sizeof(self_t),
	.action = print,
	.args = TABLE(args),
};
