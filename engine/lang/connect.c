/* SPDX-License-Identifier: MIT */
/* connect.c - port lists, and the connections that one arrow makes. */
#include "engine/lang/parse.h"

/* The ends at one side of an arrow. Its members are refs' ports, in order. */
struct ends_list {
	struct item_end *v;
	size_t n, cap;
	size_t grows; /* index + 1 of the end that grows, else 0 */
	bool two_grow;
	bool default_port; /* one end only, and its port was not given */
};

static void ports_add(struct parser *p, struct ports *ports, unsigned port)
{
	ports->v = pool_grow(p->pool, ports->v, ports->n, &ports->cap, sizeof(*ports->v));
	ports->v[ports->n++] = port;
}

static void ports_grow(struct ports *ports)
{
	ports->two_grow |= ports->grows != 0;
	ports->grows = ports->n;
}

void ports_imply(struct parser *p, struct ports *ports, unsigned n)
{
	for (unsigned port = 0; port < n; port++)
		ports_add(p, ports, port);
	ports->given = n > 0;
}

/* A port number; false when there is none. */
static bool parse_number(struct parser *p, unsigned *port)
{
	struct token t = lex_next(p->lex);
	struct str digits = t.text;
	uint32_t n = 0;

	*port = 0;
	if (t.kind != T_NAME) {
		fail_at(p->err, t.at, "syntax error: expected port number");
		lex_back(p->lex, t);
		return false;
	}
	if (!str_decimal(&digits, &n) || digits.n)
		fail_at(p->err, t.at, "syntax error: port number should be integer");
	else if (n > PORT_MAX)
		fail_at(p->err, t.at, "port number %.*s too large (max %d)", STR(t.text), PORT_MAX);
	else
		*port = n;
	return true;
}

/* One number, a range, or a range without an end. A falling range is its first number alone. */
static bool parse_item(struct parser *p, struct ports *ports)
{
	unsigned first, last;
	int next;

	if (!parse_number(p, &first))
		return false;
	ports_add(p, ports, first);
	if (!lex_accept(p->lex, '-'))
		return true;
	next = lex_peek(p->lex);
	if (next == ']' || next == ',') {
		ports_grow(ports);
		return true;
	}
	if (!parse_number(p, &last))
		return false;
	for (unsigned port = first + 1; port <= last; port++)
		ports_add(p, ports, port);
	return true;
}

/* Behind an item: true when another one follows. */
static bool parse_separator(struct parser *p, struct ports *ports)
{
	struct token t = lex_next(p->lex);

	if (t.kind == ']')
		return false;
	if (t.kind == ',') {
		if (!lex_accept(p->lex, ']'))
			return true;
		ports_grow(ports);
		return false;
	}
	fail_at(p->err, t.at, "syntax error: expected ','");
	lex_back(p->lex, t);
	return t.kind == T_NAME;
}

void ports_parse(struct parser *p, struct ports *ports)
{
	if (!lex_accept(p->lex, '['))
		return;
	ports->given = ports->written = true;
	if (lex_accept(p->lex, ']')) {
		ports_add(p, ports, 0);
		ports_grow(ports);
		return;
	}
	do {
		if (!parse_item(p, ports)) {
			lex_accept(p->lex, ']');
			break;
		}
	} while (parse_separator(p, ports));
	if (!ports->n)
		ports_add(p, ports, 0);
}

static void ends_add(struct parser *p, struct ends_list *l, unsigned item, unsigned port)
{
	l->v = pool_grow(p->pool, l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n++] = (struct item_end){ item, port };
}

static void gather(struct parser *p, const struct side *side, bool outputs, struct ends_list *l)
{
	*l = (struct ends_list){ .default_port = true };
	for (size_t i = 0; i < side->n; i++) {
		const struct ref *r = &side->v[i];
		const struct ports *ports = outputs ? &r->out : &r->in;

		if (r->kind == REF_NONE)
			continue;
		l->default_port &= !ports->given;
		l->two_grow |= ports->two_grow || (l->grows && ports->grows);
		if (ports->grows)
			l->grows = l->n + ports->grows;
		if (!ports->given)
			ends_add(p, l, r->item, 0);
		for (size_t j = 0; j < ports->n; j++)
			ends_add(p, l, r->item, ports->v[j]);
	}
}

/* Puts more ports of the same element behind end number at, until there are n ends. */
static bool grow_ends(struct parser *p, struct ends_list *l, size_t at, size_t n,
		      struct landmark where)
{
	size_t more = n - l->n, behind = l->n - at - 1;

	if (l->v[at].port + more > PORT_MAX)
		return fail_at(p->err, where, "port number too large (max %d)", PORT_MAX);
	while (l->n < n)
		ends_add(p, l, 0, 0);
	memmove(&l->v[n - behind], &l->v[at + 1], behind * sizeof(*l->v));
	for (size_t i = 1; i <= more; i++)
		l->v[at + i] = (struct item_end){ l->v[at].item, l->v[at].port + (unsigned)i };
	return true;
}

/* Makes the shorter side as long as the other one. */
static bool match_ends(struct parser *p, struct ends_list *small, size_t n, struct token arrow)
{
	if (small->grows)
		return grow_ends(p, small, small->grows - 1, n, arrow.at);
	if (small->n != 1)
		return false;
	if (arrow.kind == T_DARROW && small->default_port)
		return grow_ends(p, small, 0, n, arrow.at);
	while (small->n < n)
		ends_add(p, small, small->v[0].item, small->v[0].port);
	return true;
}

static void add_conn(struct parser *p, struct item_end from, struct item_end to, struct landmark at)
{
	struct body *b = p->scope;
	struct item *out = &b->item[from.item], *in = &b->item[to.item];

	b->conn = pool_grow(p->pool, b->conn, b->nconns, &b->conn_cap, sizeof(*b->conn));
	b->conn[b->nconns++] = (struct item_conn){ from, to, at };
	if (out->nout <= from.port)
		out->nout = from.port + 1;
	if (in->nin <= to.port)
		in->nin = to.port + 1;
}

static void add_conns(struct parser *p, const struct ends_list *from, const struct ends_list *to,
		      struct landmark at)
{
	if (p->nconns < CONNS_MAX && p->nconns + from->n >= CONNS_MAX)
		fail_at(p->err, at, "too many connections (max %d)", CONNS_MAX);
	p->nconns += from->n;
	if (p->nconns >= CONNS_MAX)
		return;
	for (size_t i = 0; i < from->n; i++)
		add_conn(p, from->v[i], to->v[i], at);
}

static void connect_ends(struct parser *p, struct ends_list *from, struct ends_list *to,
			 struct token arrow)
{
	size_t n = from->n > to->n ? from->n : to->n;
	size_t nfrom = from->n, nto = to->n;
	unsigned errors = p->err->errors;

	if (from->two_grow || to->two_grow || (from->grows && to->grows)) {
		fail_at(p->err, arrow.at, "at most one expandable port allowed per connection");
		return;
	}
	if (from->n > 1 && to->n > 1 && arrow.kind == T_ARROW) {
		fail_at(p->err, arrow.at, "syntax error: many-to-many connections require '=>'");
		return;
	}
	if ((nfrom == n || match_ends(p, from, n, arrow)) &&
	    (nto == n || match_ends(p, to, n, arrow)))
		add_conns(p, from, to, arrow.at);
	else if (p->err->errors == errors)
		fail_at(p->err, arrow.at,
			"connection mismatch: %zu %soutputs connected to %zu %sinputs", nfrom,
			from->grows ? "or more " : "", nto, to->grows ? "or more " : "");
}

void connect_sides(struct parser *p, const struct side *left, const struct side *right,
		   struct token arrow)
{
	struct ends_list from, to;

	gather(p, left, true, &from);
	gather(p, right, false, &to);
	if (from.n && to.n)
		connect_ends(p, &from, &to, arrow);
	pool_release(from.v);
	pool_release(to.v);
}
