/* SPDX-License-Identifier: MIT */
/* choice.c - choosing one of an element's ports. */
#include "elements/standard/choice.h"

#include "elements/standard/written.h"

static unsigned nports(const struct element *e)
{
	return choice_of(e)->kind->side[0] == 'o' ? e->nout : e->nin;
}

static void choose(struct element *e, int32_t port)
{
	struct choice *c = choice_of(e);

	c->port = port >= 0 && port < (int64_t)nports(e) ? port : -1;
	if (c->kind->changed)
		c->kind->changed(e);
}

bool choice_configure(struct element *e, struct error *err)
{
	const struct choice *c = choice_of(e);

	if (c->kind->strict && c->port >= (int64_t)nports(e))
		return fail(err, "%s must be < %u", c->kind->side, nports(e));
	choose(e, c->port);
	return true;
}

bool choice_write(struct element *e, struct str value, struct error *err)
{
	int32_t port;

	if (!written_int(value, &port, err, choice_of(e)->kind->complaint))
		return false;
	choose(e, port);
	return true;
}

void choice_config(struct element *e, struct text *out)
{
	text_add(out, "%d", choice_of(e)->port);
}
