/* SPDX-License-Identifier: MIT */
/* compound.c - classes made of other classes: parameters, alternatives, their ends. */
#include "engine/lang/parse.h"

enum { MISSING_SHOWN = 16 }; /* ports in messages, so that [65535] does not make 65,535 of them */

static struct token peek(struct parser *p)
{
	struct token t = lex_next(p->lex);

	lex_back(p->lex, t);
	return t;
}

/* Do parameters come next? Only they have a variable, or a name with a variable behind it. */
static bool at_params(struct parser *p)
{
	struct token t = lex_next(p->lex);
	bool params = t.kind == T_VAR || t.kind == '|';

	if (t.kind == T_NAME)
		params = lex_peek(p->lex) == T_VAR;
	lex_back(p->lex, t);
	return params;
}

static void add_formal(struct parser *p, struct body *b, struct token name, struct token keyword)
{
	bool positional = !keyword.text.n;
	bool rest = str_is(keyword.text, REST_KEYWORD);
	size_t old;

	if (index_get(&b->vars, name.text, &old)) {
		fail_at(p->err, name.at, "parameter '$%.*s' multiply defined", STR(name.text));
		return;
	}
	if (!positional && index_get(&b->keywords, keyword.text, &old)) {
		fail_at(p->err, name.at, "repeated keyword parameter '%.*s' in compound element",
			STR(keyword.text));
		return;
	}
	if (b->rest || (positional && b->npositional < b->nformals))
		fail_at(p->err, name.at,
			"compound element parameters out of order\n"
			"(The correct order is '[positional], [keywords], [__REST__]'.)");
	b->formal = pool_grow(p->pool, b->formal, b->nformals, &b->formal_cap, sizeof(*b->formal));
	b->formal[b->nformals] = (struct formal){ name.text, keyword.text };
	map_set(&b->vars, name.text, index_value(b->nformals));
	if (!positional)
		map_set(&b->keywords, keyword.text, index_value(b->nformals));
	b->nformals++;
	b->npositional += positional;
	b->rest |= rest;
}

/* After an error in the parameters: behind the `|' if there is one. */
static void skip_params(struct parser *p)
{
	for (;;) {
		struct token t = lex_next(p->lex);

		if (t.kind == '|')
			return;
		if (t.kind == '(')
			(void)lex_config(p->lex);
		if (t.kind == T_END || t.kind == '}' || t.kind == ';' || t.kind == T_BARS) {
			lex_back(p->lex, t);
			return;
		}
	}
}

/* Up to and with the `|'. */
static void parse_params(struct parser *p, struct body *b)
{
	struct token t;

	if (lex_accept(p->lex, '|'))
		return;
	for (;;) {
		struct token keyword = { .text = { "", 0 } };

		t = lex_next(p->lex);
		if (t.kind == T_NAME) {
			keyword = t;
			t = lex_next(p->lex);
		}
		if (t.kind != T_VAR) {
			fail_at(p->err, t.at, "expected variable");
			break;
		}
		add_formal(p, b, t, keyword);
		t = lex_next(p->lex);
		if (t.kind == '|')
			return;
		if (t.kind != ',') {
			fail_at(p->err, t.at, "expected ',' or '|'");
			break;
		}
	}
	lex_back(p->lex, t);
	skip_params(p);
}

static void check_missing(struct parser *p, struct str name, struct landmark at, const char *what,
			  const bool *used, unsigned n)
{
	unsigned shown = 0;

	for (unsigned port = 0; port < n && shown < MISSING_SHOWN; port++) {
		if (!used[port]) {
			fail_at(p->err, at, "'%.*s' %s %u missing", STR(name), what, port);
			shown++;
		}
	}
}

void parse_check_ends(struct parser *p, struct str name, struct landmark at, unsigned in,
		      size_t first_conn)
{
	struct body *b = p->scope;
	const struct item *input = &b->item[in], *output = &b->item[in + 1];
	bool *in_used = pool_alloc(p->pool, input->nout);
	bool *out_used = pool_alloc(p->pool, output->nin);

	for (size_t i = first_conn; i < b->nconns; i++) {
		const struct item_conn *c = &b->conn[i];

		if (c->from.item == in)
			in_used[c->from.port] = true;
		if (c->to.item == in + 1)
			out_used[c->to.port] = true;
	}
	if (input->nin)
		fail_at(p->err, at, "'%.*s' pseudoelement 'input' may only be used as output",
			STR(name));
	if (output->nout)
		fail_at(p->err, at, "'%.*s' pseudoelement 'output' may only be used as input",
			STR(name));
	check_missing(p, name, at, "input", in_used, input->nout);
	check_missing(p, name, at, "output", out_used, output->nin);
	pool_release(in_used);
	pool_release(out_used);
}

static void add_ends(struct parser *p, struct body *b)
{
	const struct item ends[2] = { { .kind = ITEM_INPUT, .at = b->at },
				      { .kind = ITEM_OUTPUT, .at = b->at } };

	b->item = pool_grow(p->pool, b->item, 0, &b->item_cap, sizeof(*b->item));
	memcpy(b->item, ends, sizeof(ends));
	b->nitems = 2;
}

/* One alternative, up to the `||' or `}'. */
static struct body *parse_alternative(struct parser *p, struct str name)
{
	struct body *b = scope_new(p, peek(p).at, name.n ? name : str_of("<anonymous>"));
	struct body *scope = p->scope;
	struct ends ends = p->ends;

	add_ends(p, b);
	if (at_params(p))
		parse_params(p, b);
	p->scope = b;
	p->ends = (struct ends){ .open = true, .in = 0, .out = 1, .led_out = true };
	parse_statements(p);
	parse_check_ends(p, b->name, b->at, 0, 0);
	b->ninputs = b->item[0].nout;
	b->noutputs = b->item[1].nin;
	scope_close(p);
	p->scope = scope;
	p->ends = ends;
	return b;
}

/* `...': what the name meant before. */
static void parse_extension(struct parser *p, struct class *class, struct token dots)
{
	int next = lex_peek(p->lex);

	if (!class->first || class->extends || (next != '}' && next != T_END)) {
		fail_at(p->err, dots.at, "'...' should occur last, after one or more compounds");
		return;
	}
	if (class->name.n)
		class->extends = scope_find_class(p, class->name, true);
	if (!class->extends)
		fail_at(p->err, dots.at, "cannot extend unknown element class '%.*s'",
			STR(class->first->name));
}

static void parse_alternatives(struct parser *p, struct class *class)
{
	struct body **last = &class->first;

	do {
		struct token t = peek(p);

		if (lex_accept(p->lex, T_DOTS)) {
			parse_extension(p, class, t);
		} else {
			*last = parse_alternative(p, class->name);
			(*last)->class = class;
			last = &(*last)->next;
		}
	} while (lex_accept(p->lex, T_BARS));
	if (!lex_accept(p->lex, '}'))
		fail_at(p->err, peek(p).at, "expected '}'");
}

/* Too deep: up to the closing brace. */
static void skip_compound(struct parser *p)
{
	unsigned depth = 1;

	while (depth) {
		struct token t = lex_next(p->lex);

		if (t.kind == '(')
			(void)lex_config(p->lex);
		if (t.kind == T_END)
			break;
		depth += t.kind == '{';
		depth -= t.kind == '}';
	}
}

struct class *parse_compound(struct parser *p, struct str name)
{
	struct class *class = pool_alloc(p->pool, sizeof(*class));

	class->name = name;
	if (p->braces + p->groups >= NESTING_MAX) {
		fail_at(p->err, peek(p).at, "maximum compound element nesting depth exceeded");
		skip_compound(p);
		return class;
	}
	p->braces++;
	parse_alternatives(p, class);
	p->braces--;
	return class;
}
