/* SPDX-License-Identifier: MIT */
/* parse.c - statements: connections, declarations, groups. */
#include "engine/lang/parse.h"

void parse_error_near(struct parser *p, struct token t)
{
	fail_at(p->err, t.at, "syntax error near '%s%.*s'", t.kind == T_VAR ? "$" : "",
		STR(t.text));
}

static bool is_arrow(int kind)
{
	return kind == T_ARROW || kind == T_DARROW;
}

/* Ends the statements of a construct that is open here. */
static bool is_close(const struct parser *p, int kind)
{
	return kind == T_END || (p->groups && kind == ')') ||
	       (p->braces && (kind == '}' || kind == T_BARS));
}

/* A token before which a connection ends. */
static bool is_end(const struct parser *p, int kind)
{
	return is_close(p, kind) || kind == ';' || kind >= T_ELEMENTCLASS;
}

static void settle(struct parser *p, struct ref *r)
{
	if (r->kind == REF_NAME || r->kind == REF_CONFIG)
		r->item = scope_refer(p, r->name, r->kind == REF_CONFIG, r->config);
	else if (r->kind == REF_DECLARE)
		r->item = scope_declare(p, r->name, r->class, r->config);
	else if (r->kind == REF_MAKE)
		r->item = scope_anonymous(p, r->name.at, r->class, r->config);
	else
		return;
	r->kind = REF_ITEM;
}

static void settle_all(struct parser *p, struct side *side)
{
	for (size_t i = 0; i < side->n; i++)
		settle(p, &side->v[i]);
}

/* A configuration string, when one follows. */
static bool parse_config(struct parser *p, struct str *config)
{
	*config = (struct str){ "", 0 };
	if (!lex_accept(p->lex, '('))
		return false;
	*config = lex_config(p->lex);
	return true;
}

/* Behind `NAME ::'. */
static void parse_declaration(struct parser *p, struct ref *r)
{
	struct token t = lex_next(p->lex);

	r->kind = REF_DECLARE;
	if (t.kind == T_NAME) {
		r->class = scope_class(p, t);
	} else if (t.kind == '{') {
		r->class = parse_compound(p, (struct str){ "", 0 });
	} else {
		fail_at(p->err, t.at, "missing element type in declaration");
		lex_back(p->lex, t);
		r->class = scope_class(p, r->name);
		r->kind = REF_MAKE;
		return;
	}
	parse_config(p, &r->config);
}

static void parse_name(struct parser *p, struct ref *r)
{
	if (lex_accept(p->lex, T_COLONS))
		parse_declaration(p, r);
	else
		r->kind = parse_config(p, &r->config) ? REF_CONFIG : REF_NAME;
}

static void parse_braces(struct parser *p, struct ref *r)
{
	r->kind = REF_MAKE;
	r->class = parse_compound(p, (struct str){ "", 0 });
	parse_config(p, &r->config);
}

static void parse_group_body(struct parser *p, unsigned group)
{
	struct ends outer = p->ends;
	size_t first_conn = p->scope->nconns;
	struct token first = lex_next(p->lex);

	lex_back(p->lex, first);
	p->ends = (struct ends){ .open = true, .in = group + 1, .out = group + 2, .led_out = true };
	parse_statements(p);
	if (!lex_accept(p->lex, ')')) {
		struct token t = lex_next(p->lex);

		fail_at(p->err, t.at, "expected ')'");
		lex_back(p->lex, t);
	}
	parse_check_ends(p, str_of("<anonymous group>"), first.at, group + 1, first_conn);
	p->ends = outer;
}

/* The ports that the group uses become its ports unless others are written. */
static void parse_group(struct parser *p, struct ref *r)
{
	unsigned group = scope_group(p, r->name.at);

	if (p->groups + p->braces >= NESTING_MAX) {
		fail_at(p->err, r->name.at, "maximum element group nesting depth exceeded");
		(void)lex_config(p->lex);
	} else {
		p->groups++;
		parse_group_body(p, group);
		p->groups--;
	}
	if (!r->in.written)
		ports_imply(p, &r->in, p->scope->item[group + 1].nout);
	ports_parse(p, &r->out);
	if (!r->out.written)
		ports_imply(p, &r->out, p->scope->item[group + 2].nin);
	r->item = group;
	r->kind = REF_ITEM;
}

/* Where an element should be, something else is: an implied input or output, or an error. */
static void parse_no_element(struct parser *p, struct ref *r, struct token t, bool alone)
{
	bool end = is_arrow(t.kind) || is_end(p, t.kind) || t.kind == ',';

	if (end || t.kind == '[')
		lex_back(p->lex, t);
	if (p->ends.open && end && (r->in.written || (alone && t.kind != ',')))
		r->kind = REF_END;
	else if (r->in.written)
		fail_at(p->err, r->name.at, "stranded port ignored");
	else
		parse_error_near(p, t);
}

/* One element of a list. */
static void parse_element(struct parser *p, struct side *side, struct ref *r)
{
	struct token t = lex_next(p->lex);

	*r = (struct ref){ .name = t };
	if (t.kind == '[') {
		lex_back(p->lex, t);
		ports_parse(p, &r->in);
		t = lex_next(p->lex);
		if (t.kind == T_NAME || t.kind == '{' || t.kind == '(')
			r->name = t;
	}
	if (t.kind == '(') {
		settle_all(p, side); /* numbered before what is in the group */
		parse_group(p, r);
	} else if (t.kind == T_NAME || t.kind == '{') {
		if (t.kind == T_NAME)
			parse_name(p, r);
		else
			parse_braces(p, r);
		ports_parse(p, &r->out);
	} else {
		parse_no_element(p, r, t, side->n == 0);
	}
}

/* Is it `a, b, c :: CLASS', which declares them all? */
static bool is_multiple(const struct side *side)
{
	for (size_t i = 0; i < side->n; i++) {
		const struct ref *r = &side->v[i];
		enum ref_kind want = i + 1 < side->n ? REF_NAME : REF_DECLARE;

		if (r->kind != want || r->in.written || r->out.written)
			return false;
	}
	return true;
}

static void declare_all(struct side *side)
{
	const struct ref *last = &side->v[side->n - 1];

	for (size_t i = 0; i < side->n; i++) {
		struct ref *r = &side->v[i];

		r->kind = REF_DECLARE;
		r->class = last->class;
		r->config = last->config;
	}
}

/* Names are looked up when the list is complete, since a declaration at its end may make them
 * all. */
static void parse_list(struct parser *p, struct side *side, bool first)
{
	do {
		struct ref r;

		parse_element(p, side, &r);
		side->v = pool_grow(p->pool, side->v, side->n, &side->cap, sizeof(*side->v));
		side->v[side->n++] = r;
	} while (lex_accept(p->lex, ','));
	if (first && is_multiple(side) && !is_arrow(lex_peek(p->lex)))
		declare_all(side);
	settle_all(p, side);
}

static void side_clear(struct side *side)
{
	for (size_t i = 0; i < side->n; i++) {
		pool_release(side->v[i].in.v);
		pool_release(side->v[i].out.v);
	}
	side->n = 0;
}

/* Implied ends of a list become the scope's input or output; their ports are the other way. */
static void resolve_ends(struct parser *p, struct side *side, bool first)
{
	for (size_t i = 0; i < side->n; i++) {
		struct ref *r = &side->v[i];

		if (r->kind != REF_END)
			continue;
		r->item = first ? p->ends.in : p->ends.out;
		if (first) {
			r->out = r->in;
			r->in = (struct ports){ .v = NULL };
		}
	}
}

static bool has_end(const struct side *side)
{
	for (size_t i = 0; i < side->n; i++) {
		if (side->v[i].kind == REF_END)
			return true;
	}
	return false;
}

/* Where they mean nothing, implied ends are left out after the message. */
static void drop_ends(struct parser *p, struct side *side, struct token at, const char *message)
{
	fail_at(p->err, at.at, "%s", message);
	for (size_t i = 0; i < side->n; i++) {
		if (side->v[i].kind == REF_END)
			side->v[i].kind = REF_NONE;
	}
}

static void check_stray_ports(struct parser *p, const struct side *side, bool first)
{
	for (size_t i = 0; i < side->n; i++) {
		const struct ref *r = &side->v[i];

		if (r->kind != REF_ITEM)
			continue;
		if (first && r->in.written)
			fail_at(p->err, r->name.at, "input ports ignored at start of chain");
		if (!first && r->out.written)
			fail_at(p->err, r->name.at, "output ports ignored at end of chain");
	}
}

/* The first list of a statement. */
static void parse_start(struct parser *p, struct side *side)
{
	struct token t = lex_next(p->lex);
	bool arrow = is_arrow(t.kind);

	lex_back(p->lex, t);
	if (arrow && p->ends.open && !p->ends.led_out)
		warn_at(p->err, t.at, "suggest 'input %.*s' or '[0] %.*s' to start connection",
			STR(t.text), STR(t.text));
	parse_list(p, side, true);
	if (has_end(side) && !is_arrow(lex_peek(p->lex)))
		drop_ends(p, side, t, "stranded port ignored");
	resolve_ends(p, side, true);
	check_stray_ports(p, side, true);
}

/* Where an arrow should be: true when there is one; false at the end. */
static bool parse_arrow(struct parser *p, struct token *arrow)
{
	for (;;) {
		struct token t = lex_next(p->lex);

		*arrow = t;
		if (is_arrow(t.kind))
			return true;
		if (t.kind == ';')
			return false;
		if (is_end(p, t.kind) || t.kind == T_NAME || t.kind == '{' || t.kind == '[') {
			lex_back(p->lex, t);
			return false;
		}
		parse_error_near(p, t);
		if (t.kind == '(') /* a configuration behind ports: out of the way */
			(void)lex_config(p->lex);
	}
}

static bool leads_out(const struct parser *p, const struct side *side)
{
	for (size_t i = 0; i < side->n; i++) {
		if (side->v[i].kind != REF_NONE && side->v[i].item == p->ends.out)
			return true;
	}
	return false;
}

static void parse_connection(struct parser *p)
{
	struct side sides[2] = { { .n = 0 } };
	struct side *left = &sides[0], *right = &sides[1], *swap;
	struct token arrow;
	bool chained = false;

	parse_start(p, left);
	while (parse_arrow(p, &arrow)) {
		if (chained && has_end(left))
			drop_ends(p, left, arrow, "implicit ports used in the middle of a chain");
		chained = true;
		parse_list(p, right, false);
		resolve_ends(p, right, false);
		connect_sides(p, left, right, arrow);
		swap = left;
		left = right;
		right = swap;
		side_clear(right);
	}
	check_stray_ports(p, left, false);
	if (chained)
		p->ends.led_out = leads_out(p, left);
	side_clear(left);
	pool_release(sides[0].v);
	pool_release(sides[1].v);
}

/* False at a token that an enclosing construct is waiting for. */
static bool parse_statement(struct parser *p)
{
	struct token t = lex_next(p->lex);

	if (t.kind == T_ELEMENTCLASS) {
		parse_elementclass(p);
	} else if (t.kind == T_REQUIRE) {
		parse_require(p);
	} else if (t.kind == T_DEFINE) {
		parse_define(p);
	} else if (t.kind == T_NAME || t.kind == '[' || t.kind == '{' || t.kind == '(' ||
		   is_arrow(t.kind)) {
		lex_back(p->lex, t);
		parse_connection(p);
	} else if (is_close(p, t.kind)) {
		lex_back(p->lex, t);
		return false;
	} else if (t.kind != ';') {
		parse_error_near(p, t);
	}
	return true;
}

void parse_statements(struct parser *p)
{
	while (parse_statement(p))
		;
}
