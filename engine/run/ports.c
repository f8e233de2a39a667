/* SPDX-License-Identifier: MIT */
/*
 * ports.c - how many ports each element has, which are push and which pull, and whether the
 * connections fit.
 */
#include <limits.h>

#include "engine/run/code.h"
#include "engine/run/router.h"

/* 'NAME :: CLASS', or 'NAME' while a graph is only checked, for messages. */
#define DECL_FMT "'%s%s%s'"
#define DECL(r, e) (e)->name, (r)->check_only ? "" : " :: ", (r)->check_only ? "" : (e)->class->name

#define PASSES 32 /* more than any configuration made by hand needs */

/* Connections are few per element: the ends of each port, found once. */
struct connecting {
	struct router *r;
	struct graph *g;
	unsigned (*used)[2]; /* of each element: inputs and outputs that are connected */
	bool *dropped;       /* [nconns]: conflicting, ignored */
};

const char *class_processing(const struct element_class *c)
{
	if (c->processing)
		return c->processing;
	if (c->classify)
		return "h/h";
	if (c->push)
		return c->pull ? "a/a" : "h/h";
	return c->pull ? "l/l" : "a/a";
}

static unsigned clamp(unsigned n, unsigned min, unsigned max)
{
	return n < min ? min : n > max ? max : n;
}

static bool element_ports(struct element *e, const unsigned used[2], struct error *err)
{
	struct port_counts c;

	if (!port_counts_parse(e->class->ports, &c))
		return fail_at(err, e->at, "%s :: %s: bad port count", e->name, e->class->name);
	e->nin = clamp(used[0], c.in_min, c.in_max);
	if (c.out_extra >= 0)
		c.out_min = c.out_max = e->nin + (unsigned)c.out_extra;
	e->nout = clamp(used[1], c.out_min, c.out_max);
	/* `-/=': more outputs used than inputs make more inputs. */
	if (c.out_extra >= 0 && used[1] > e->nout) {
		e->nin = clamp(used[1] - (unsigned)c.out_extra, c.in_min, c.in_max);
		e->nout = e->nin + (unsigned)c.out_extra;
	}
	return true;
}

static bool count_ports(struct connecting *k, struct error *err)
{
	struct router *r = k->r;
	bool ok = true;

	k->used = pool_alloc(r->pool, (r->n + 1) * sizeof(*k->used));
	for (size_t i = 0; i < k->g->nconns; i++) {
		const struct graph_conn *c = &k->g->conn[i];

		if (k->used[c->to.e][0] <= c->to.port)
			k->used[c->to.e][0] = c->to.port + 1;
		if (k->used[c->from.e][1] <= c->from.port)
			k->used[c->from.e][1] = c->from.port + 1;
	}
	for (unsigned i = 0; i < r->n; i++)
		ok = element_ports(r->element[i], k->used[i], err) && ok;
	return ok;
}

static void note_ports(struct error *err, const struct element *e)
{
	note(err, "  %s has ports \"%s\" (inputs/outputs)", e->class->name, e->class->ports);
}

static bool check_ranges(struct connecting *k, struct error *err)
{
	bool ok = true;

	for (size_t i = 0; i < k->g->nconns; i++) {
		const struct graph_conn *c = &k->g->conn[i];
		const struct element *from = k->r->element[c->from.e], *to = k->r->element[c->to.e];

		if (c->from.port >= from->nout) {
			ok = fail_at(err, from->at, DECL_FMT " has no output %u", DECL(k->r, from),
				     c->from.port);
			note_ports(err, from);
		}
		if (c->to.port >= to->nin) {
			ok = fail_at(err, to->at, DECL_FMT " has no input %u", DECL(k->r, to),
				     c->to.port);
			note_ports(err, to);
		}
	}
	return ok;
}

static const char *side_name(bool output)
{
	return output ? "output" : "input";
}

/* Where the ports from `allowed' on of a side of e are connected. */
static void report_uses(struct connecting *k, const struct element *e, bool output,
			unsigned allowed, struct error *err)
{
	for (size_t i = 0; i < k->g->nconns; i++) {
		const struct graph_conn *c = &k->g->conn[i];
		struct graph_end end = output ? c->from : c->to;

		if (end.e == e->index && end.port >= allowed)
			fail_at(err, c->at, DECL_FMT " %s %u used here", DECL(k->r, e),
				side_name(output), end.port);
	}
}

/* Are as many ports in use as the class wants? What check_ranges is for a router. */
static bool check_side(struct connecting *k, const struct element *e, bool output,
		       struct error *err)
{
	unsigned used = k->used[e->index][output], n = output ? e->nout : e->nin;
	struct port_counts c;

	port_counts_parse(e->class->ports, &c);
	if (used < n)
		return fail_at(err, e->at, "too few %ss for " DECL_FMT ", %s%u required",
			       side_name(output), DECL(k->r, e),
			       (output ? c.out_extra < 0 && c.out_max > n : c.in_max > n)
				       ? "at least "
				       : "",
			       n);
	if (used == n)
		return true;
	fail_at(err, e->at, "too many %ss for " DECL_FMT ", %u allowed", side_name(output),
		DECL(k->r, e), n);
	report_uses(k, e, output, n, err);
	return false;
}

static bool check_counts(struct connecting *k, struct error *err)
{
	bool ok = true;

	for (unsigned i = 0; i < k->r->n; i++) {
		ok = check_side(k, k->r->element[i], false, err) && ok;
		ok = check_side(k, k->r->element[i], true, err) && ok;
	}
	return ok;
}

/* Numbers all ports and reads the processing codes. */
static void number_ports(struct router *r)
{
	uint32_t nin = 0, nout = 0;

	r->in_start = pool_alloc(r->pool, (r->n + 1) * sizeof(*r->in_start));
	r->out_start = pool_alloc(r->pool, (r->n + 1) * sizeof(*r->out_start));
	for (unsigned i = 0; i < r->n; i++) {
		r->in_start[i] = nin;
		r->out_start[i] = nout;
		nin += r->element[i]->nin;
		nout += r->element[i]->nout;
	}
	r->in_start[r->n] = nin;
	r->out_start[r->n] = nout;
	r->in = pool_alloc(r->pool, (nin + 1) * sizeof(*r->in));
	r->out = pool_alloc(r->pool, (nout + 1) * sizeof(*r->out));
	for (unsigned i = 0; i < r->n; i++) {
		const char *code = class_processing(r->element[i]->class);

		for (unsigned p = 0; p < r->element[i]->nin; p++)
			router_in(r, i, p)->code = processing_at(code, false, p);
		for (unsigned p = 0; p < r->element[i]->nout; p++)
			router_out(r, i, p)->code = processing_at(code, true, p);
	}
}

/* --- push or pull --- */

static const char *how_name(char how)
{
	return how == 'h' ? "push" : "pull";
}

/* Makes two ends agree. 1: one changed; 0: nothing to do; -1: they are different. */
static int agree(char *a, char *b)
{
	if (*a == *b)
		return 0;
	if (*a == 'a')
		*a = *b;
	else if (*b == 'a')
		*b = *a;
	else
		return -1;
	return 1;
}

/* Why is this agnostic element push (pull) there? Follows agnostic elements to the one whose
 * class says so. */
static void explain(struct connecting *k, const struct port_info *start, bool output, unsigned e,
		    struct error *err)
{
	struct router *r = k->r;
	struct text chain = { 0 };
	char how = start->how;

	text_add(&chain, "%s", r->element[e]->name);
	for (unsigned hop = 0; hop < 16; hop++) {
		const struct port_info *p = output ? router_in(r, e, 0) : router_out(r, e, 0);
		unsigned n = output ? r->element[e]->nin : r->element[e]->nout;

		if (n == 0 || p->code != 'a' || p->how != how || p->npeers == 0)
			break;
		e = p->peer[0].e;
		p = output ? router_out(r, e, p->peer[0].port) : router_in(r, e, p->peer[0].port);
		text_add(&chain, output ? " <- %s" : " -> %s", r->element[e]->name);
		if (p->code != 'a') {
			note(err, "  %s because of '%s :: %s': %s", how_name(how),
			     r->element[e]->name, r->element[e]->class->name, chain.p);
			break;
		}
	}
	text_fini(&chain);
}

static void report_conflict(struct connecting *k, const struct graph_conn *c, struct error *err)
{
	struct router *r = k->r;
	const struct element *from = r->element[c->from.e], *to = r->element[c->to.e];
	const struct port_info *out = router_out(r, c->from.e, c->from.port);
	const struct port_info *in = router_in(r, c->to.e, c->to.port);

	fail(err, DECL_FMT " %s output %u connected to " DECL_FMT " %s input %u", DECL(k->r, from),
	     how_name(out->how), c->from.port, DECL(k->r, to), how_name(in->how), c->to.port);
	if (out->code == 'a')
		explain(k, out, true, c->from.e, err);
	if (in->code == 'a')
		explain(k, in, false, c->to.e, err);
	if (out->how == 'h')
		note(err, "  put a Queue between them");
	else
		note(err, "  put an Unqueue between them");
}

struct resolving {
	struct connecting *k;
	struct error *err;
	struct port_info **link; /* pairs of agnostic input, agnostic output of one element */
	unsigned *link_e;
	unsigned char *link_dropped;
	size_t nlinks, cap_links, cap_e;
};

static void add_links(struct resolving *s)
{
	struct router *r = s->k->r;

	for (unsigned e = 0; e < r->n; e++)
		for (unsigned i = 0; i < r->element[e]->nin; i++)
			for (unsigned o = 0; o < r->element[e]->nout; o++) {
				if (router_in(r, e, i)->code != 'a' ||
				    router_out(r, e, o)->code != 'a' ||
				    !flow_reaches(r->slot[e].flow, i, o))
					continue;
				s->link = pool_grow(r->pool, s->link, 2 * s->nlinks + 1,
						    &s->cap_links, sizeof(*s->link));
				s->link_e = pool_grow(r->pool, s->link_e, s->nlinks, &s->cap_e,
						      sizeof(*s->link_e));
				s->link[2 * s->nlinks] = router_in(r, e, i);
				s->link[2 * s->nlinks + 1] = router_out(r, e, o);
				s->link_e[s->nlinks++] = e;
			}
	s->link_dropped = pool_alloc(r->pool, s->nlinks + 1);
}

static bool pass_connections(struct resolving *s)
{
	struct connecting *k = s->k;
	bool changed = false;

	for (size_t i = 0; i < k->g->nconns; i++) {
		const struct graph_conn *c = &k->g->conn[i];
		int did;

		if (k->dropped[i])
			continue;
		did = agree(&router_out(k->r, c->from.e, c->from.port)->how,
			    &router_in(k->r, c->to.e, c->to.port)->how);
		changed = changed || did > 0;
		if (did < 0) {
			report_conflict(k, c, s->err);
			k->dropped[i] = true;
		}
	}
	return changed;
}

static bool pass_links(struct resolving *s)
{
	struct router *r = s->k->r;
	bool changed = false;

	for (size_t i = 0; i < s->nlinks; i++) {
		struct port_info *in = s->link[2 * i], *out = s->link[2 * i + 1];
		const struct element *e = r->element[s->link_e[i]];
		int did = s->link_dropped[i] ? 0 : agree(&in->how, &out->how);

		changed = changed || did > 0;
		if (did < 0) {
			s->link_dropped[i] = 1;
			fail(s->err,
			     "agnostic " DECL_FMT " in mixed context: %s input %u, %s output %u",
			     DECL(r, e), how_name(in->how),
			     (unsigned)(in - router_in(r, e->index, 0)), how_name(out->how),
			     (unsigned)(out - router_out(r, e->index, 0)));
		}
	}
	return changed;
}

/*
 * A pass takes one hop of a chain of agnostic elements. For the rest of long chains, which passes
 * would need the square of their length for, each port that is known tells its neighbours.
 */
struct spreading {
	struct router *r;
	struct spread_end {
		uint32_t e, port;
		bool output;
	} * todo;
	size_t n, cap;
	struct pool *pool;
};

static void spread_to(struct spreading *s, struct port_info *p, uint32_t e, uint32_t port,
		      bool output, char how)
{
	if (p->how != 'a')
		return;
	p->how = how;
	s->todo = pool_grow(s->pool, s->todo, s->n, &s->cap, sizeof(*s->todo));
	s->todo[s->n++] = (struct spread_end){ e, port, output };
}

static void spread_from(struct spreading *s, struct spread_end at)
{
	struct router *r = s->r;
	struct port_info *p =
		at.output ? router_out(r, at.e, at.port) : router_in(r, at.e, at.port);
	unsigned n = at.output ? r->element[at.e]->nin : r->element[at.e]->nout;

	for (uint32_t i = 0; i < p->npeers; i++) {
		struct graph_end to = p->peer[i];

		spread_to(s, at.output ? router_in(r, to.e, to.port) : router_out(r, to.e, to.port),
			  to.e, to.port, !at.output, p->how);
	}
	for (unsigned i = 0; i < n && p->code == 'a'; i++)
		if (flow_reaches(r->slot[at.e].flow, at.output ? i : at.port,
				 at.output ? at.port : i))
			spread_to(s, at.output ? router_in(r, at.e, i) : router_out(r, at.e, i),
				  at.e, i, !at.output, p->how);
}

static void spread(struct router *r)
{
	struct spreading s = { .r = r, .pool = pool_new() };

	for (uint32_t e = 0; e < r->n; e++) {
		for (uint32_t i = 0; i < r->element[e]->nin; i++)
			if (router_in(r, e, i)->how != 'a')
				spread_from(&s, (struct spread_end){ e, i, false });
		for (uint32_t i = 0; i < r->element[e]->nout; i++)
			if (router_out(r, e, i)->how != 'a')
				spread_from(&s, (struct spread_end){ e, i, true });
		while (s.n != 0)
			spread_from(&s, s.todo[--s.n]);
	}
	pool_free(s.pool);
}

static bool resolve_processing(struct connecting *k, struct error *err)
{
	struct resolving s = { .k = k, .err = err };
	struct router *r = k->r;
	unsigned before = err->errors;
	bool conns = true, links = true;

	for (uint32_t i = 0; i < r->in_start[r->n]; i++)
		r->in[i].how = r->in[i].code;
	for (uint32_t i = 0; i < r->out_start[r->n]; i++)
		r->out[i].how = r->out[i].code;
	add_links(&s);
	for (unsigned pass = 0; conns || links; pass++) {
		if (pass == PASSES)
			spread(r);
		conns = pass_connections(&s);
		links = pass_links(&s);
	}
	for (uint32_t i = 0; i < r->in_start[r->n]; i++)
		if (r->in[i].how == 'a')
			r->in[i].how = 'h';
	for (uint32_t i = 0; i < r->out_start[r->n]; i++)
		if (r->out[i].how == 'a')
			r->out[i].how = 'h';
	return err->errors == before;
}

/* --- peers, reuse, unused ports --- */

static void add_peer(struct router *r, struct port_info *p, struct graph_end end)
{
	/* Room is 1, 2, 4, 8 ... */
	if ((p->npeers & (p->npeers - 1)) == 0) {
		size_t cap = p->npeers ? 2 * p->npeers : 1;

		p->peer = pool_resize(r->pool, p->peer, cap * sizeof(*p->peer));
	}
	p->peer[p->npeers++] = end;
}

static void find_peers(struct connecting *k)
{
	for (size_t i = 0; i < k->g->nconns; i++) {
		const struct graph_conn *c = &k->g->conn[i];

		add_peer(k->r, router_in(k->r, c->to.e, c->to.port), c->from);
		add_peer(k->r, router_out(k->r, c->from.e, c->from.port), c->to);
	}
}

static bool check_reuse(struct connecting *k, struct error *err)
{
	struct router *r = k->r;
	unsigned before = err->errors;

	for (unsigned e = 0; e < r->n; e++)
		for (unsigned p = 0; p < r->element[e]->nin; p++)
			for (uint32_t i = 1; i < router_in(r, e, p)->npeers; i++)
				if (router_in(r, e, p)->how == 'l')
					fail_at(err, r->element[e]->at,
						"illegal reuse of " DECL_FMT " pull input %u",
						DECL(r, r->element[e]), p);
	for (unsigned e = 0; e < r->n; e++)
		for (unsigned p = 0; p < r->element[e]->nout; p++)
			for (uint32_t i = 1; i < router_out(r, e, p)->npeers; i++)
				if (router_out(r, e, p)->how == 'h')
					fail_at(err, r->element[e]->at,
						"illegal reuse of " DECL_FMT " push output %u",
						DECL(r, r->element[e]), p);
	return err->errors == before;
}

static void report_unused(struct router *r, const struct element *e, bool output, unsigned p,
			  struct error *err)
{
	const struct port_info *port =
		output ? router_out(r, e->index, p) : router_in(r, e->index, p);

	if (port->npeers != 0)
		return;
	if (r->check_only)
		fail_at(err, e->at, DECL_FMT " %s %s %u not connected", DECL(r, e),
			how_name(port->how), side_name(output), p);
	else
		fail_at(err, e->at, DECL_FMT " %s %u unused", DECL(r, e), side_name(output), p);
}

static bool check_unused(struct connecting *k, struct error *err)
{
	struct router *r = k->r;
	unsigned before = err->errors;

	for (unsigned e = 0; e < r->n; e++)
		for (unsigned p = 0; p < r->element[e]->nin; p++)
			report_unused(r, r->element[e], false, p, err);
	for (unsigned e = 0; e < r->n; e++)
		for (unsigned p = 0; p < r->element[e]->nout; p++)
			report_unused(r, r->element[e], true, p, err);
	return err->errors == before;
}

bool router_connect(struct router *r, struct error *err)
{
	struct connecting k = { .r = r, .g = r->graph };
	bool reuse, unused;

	graph_sort(k.g);
	if (!count_ports(&k, err) || !(r->check_only ? check_counts : check_ranges)(&k, err))
		return false;
	number_ports(r);
	find_peers(&k);
	k.dropped = pool_alloc(r->pool, k.g->nconns + 1);
	if (!resolve_processing(&k, err))
		return false;
	reuse = check_reuse(&k, err);
	unused = check_unused(&k, err);
	return reuse && unused;
}
