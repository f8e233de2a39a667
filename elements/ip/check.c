/* SPDX-License-Identifier: MIT */
/* check.c - counting and reporting bad headers. */
#include "elements/ip/check.h"

struct checker {
	union {
		struct element base;
		struct check check;
	};
};
ELEMENT_SELF(struct checker)

static struct check *check_of(const struct element *e)
{
	return &self(e)->check;
}

void check_init(struct element *e, const struct check_kind *kind)
{
	check_of(e)->kind = kind;
}

/* --- packets --- */

static void report(struct element *e, unsigned reason)
{
	const struct check_kind *k = check_of(e)->kind;
	struct text line = { NULL, 0, 0 };

	if (k->prefix == CHECK_BY_NAME)
		text_add(&line, "%s: ", e->name);
	if (k->prefix == CHECK_BY_DECLARATION) {
		element_declaration(e, &line);
		text_add(&line, ": ");
	}
	text_add(&line, "%s failed: %s", k->name, k->reason[reason]);
	chatter_str(e, text_as_str(&line));
	text_fini(&line);
}

void check_reject(struct element *e, unsigned reason, struct packet *p)
{
	struct check *c = check_of(e);

	if (c->drops == 0 || c->verbose)
		report(e, reason);
	c->drops++;
	c->count[reason]++;
	output_push_packet(e, 1, p);
}

void check_action(struct element *e, struct batch *b)
{
	const struct check_kind *k = check_of(e)->kind;
	unsigned kept = 0;

	for (unsigned i = 0; i < b->n; i++) {
		unsigned reason = k->defect(e, b->pkt[i]);

		if (LIKELY(reason == k->n))
			b->pkt[kept++] = b->pkt[i];
		else
			check_reject(e, reason, b->pkt[i]);
	}
	b->n = kept;
}

/* --- handlers --- */

void check_read_drops(struct element *e, struct text *out)
{
	text_add(out, "%llu", (unsigned long long)check_of(e)->drops);
}

static void read_details(struct element *e, struct text *out)
{
	const struct check *c = check_of(e);

	for (unsigned i = 0; i < c->kind->n; i++)
		text_add(out, "%llu\t%s\n", (unsigned long long)c->count[i], c->kind->reason[i]);
}

void check_add_handlers(struct element *e)
{
	static const struct handler details =
		READ("drop_details", read_details, "number of bad packets by reason");

	if (check_of(e)->details)
		handler_add(e, &details, 0);
}

const struct arg check_args[] = { CHECK_ARGS };
const struct handler check_handlers[] = { CHECK_HANDLERS };
