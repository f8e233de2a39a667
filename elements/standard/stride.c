/* SPDX-License-Identifier: MIT */
/* stride.c - stride scheduling of ports. */
#include "elements/standard/stride.h"

enum { STRIDE1 = 65536, TICKETS_MAX = 32768 };

/* --- the list --- */

static bool before(const struct stride_client *a, const struct stride_client *b)
{
	return (int32_t)(a->pass - b->pass) < 0;
}

void stride_put(struct stride *s, struct stride_client *c)
{
	struct stride_client **at = &s->head;

	while (*at && before(*at, c))
		at = &(*at)->next;
	c->next = *at;
	*at = c;
}

struct stride_client *stride_take(struct stride *s)
{
	struct stride_client *c = s->head;

	s->head = c->next;
	c->pass += c->stride;
	return c;
}

static void remove_client(struct stride *s, struct stride_client *c)
{
	struct stride_client **at = &s->head;

	while (*at && *at != c)
		at = &(*at)->next;
	if (*at)
		*at = c->next;
}

static void set_tickets(struct stride *s, struct stride_client *c, uint32_t tickets)
{
	bool listed = c->tickets > 0;

	c->tickets = tickets;
	c->stride = tickets ? STRIDE1 / tickets : 0;
	if (listed && !tickets)
		remove_client(s, c);
	else if (!listed && tickets) {
		c->pass = (s->head ? s->head->pass : 0) + c->stride;
		stride_put(s, c);
	}
}

/* --- configuration --- */

bool stride_add_argument(struct element *e, struct str text, struct error *err)
{
	struct stride *s = stride(e);
	unsigned i = (unsigned)s->given.n;
	int32_t tickets;

	s->given.v =
		pool_grow(e->conf, s->given.v, s->given.n, &s->given.cap, sizeof(s->given.v[0]));
	s->given.n++;
	if (!parse_i32(text, &tickets, NULL))
		return fail(err, "argument %u should be number of tickets (integer)", i);
	if (tickets < 0)
		return fail(err, "argument %u (number of tickets) must be >= 0", i);
	s->given.v[i] = (uint32_t)tickets;
	return true;
}

/* The last first, so that clients of one pass come in order. */
static void make_clients(struct stride *s, uint32_t n)
{
	s->client = pool_alloc(router_pool(s->base.router), (n + 1) * sizeof(s->client[0]));
	s->nclients = n;
	for (uint32_t i = n; i-- > 0;) {
		struct stride_client *c = &s->client[i];

		c->tickets = s->given.v[i];
		if (!c->tickets)
			continue;
		c->pass = c->stride = STRIDE1 / c->tickets;
		stride_put(s, c);
	}
}

bool stride_configure(struct stride *s, uint32_t ports, const char *kind, struct error *err)
{
	if (s->given.n != ports)
		return fail(err, "need %u arguments, one per %s port", ports, kind);
	for (uint32_t i = 0; i < ports; i++)
		if (s->given.v[i] > TICKETS_MAX) {
			warn(err, "%s %u's tickets reduced to %d", kind, i, TICKETS_MAX);
			s->given.v[i] = TICKETS_MAX;
		}
	if (!s->client)
		make_clients(s, ports);
	else
		for (uint32_t i = 0; i < ports; i++)
			set_tickets(s, &s->client[i], s->given.v[i]);
	memset(&s->given, 0, sizeof(s->given));
	return true;
}

void stride_config(struct element *e, struct text *out)
{
	const struct stride *s = stride(e);

	for (uint32_t i = 0; i < s->nclients; i++)
		text_add(out, "%s%u", i ? ", " : "", s->client[i].tickets);
}

bool stride_tickets(struct element *e, struct handler_call *c)
{
	struct stride_client *client = &stride(e)->client[c->index];
	int32_t tickets;

	if (!c->write) {
		text_add(c->out, "%u", client->tickets);
		return true;
	}
	if (!parse_i32(str_trim(c->value), &tickets, NULL))
		return fail(c->err, "tickets value must be integer");
	if (tickets < 0)
		return fail(c->err, "number of tickets must be >= 0");
	if (tickets > TICKETS_MAX) {
		warn(c->err, "port %u's tickets reduced to %d", c->index, TICKETS_MAX);
		tickets = TICKETS_MAX;
	}
	set_tickets(stride(e), client, (uint32_t)tickets);
	return true;
}
