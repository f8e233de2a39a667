/* SPDX-License-Identifier: MIT */
/*
 * ipexpr.c - words and operators of expressions.
 *
 * Operators wait on a stack until their right operands are complete, so neither parentheses nor
 * conditionals recurse.
 */
#include "elements/ip/ipexpr.h"

#include "elements/ip/ipexpr_term.h"

void ipexpr_add(struct ipexpr *x, enum ipexpr_kind kind)
{
	x->op = pool_grow(x->pool, x->op, x->n, &x->cap, sizeof(*x->op));
	x->op[x->n++] = (struct ipexpr_op){ .kind = kind };
}

void ipexpr_add_compare(struct ipexpr *x, struct compare compare)
{
	ipexpr_add(x, EXPR_COMPARE);
	x->op[x->n - 1].compare = compare;
}

/* --- words --- */

static bool in_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c && strchr("-./@_:", c));
}

/* The length of the word or sign at the start of s. */
static size_t word_length(struct str s)
{
	size_t n = 0;

	if (s.n > 1 && s.p[0] == s.p[1] && strchr("&|=", s.p[0]) && s.p[0])
		return 2;
	if (s.n > 1 && s.p[1] == '=' && strchr("<>!", s.p[0]) && s.p[0])
		return 2;
	while (n < s.n && in_word(s.p[n]))
		n++;
	return n ? n : 1;
}

void ipexpr_words(struct pool *pool, struct str s, struct str_list *out)
{
	for (str_space(&s); s.n; str_space(&s)) {
		size_t n = word_length(s);

		out->v = pool_grow(pool, out->v, out->n, &out->cap, sizeof(*out->v));
		out->v[out->n++] = str_first(s, n);
		s = str_from(s, n);
	}
}

struct str parser_word(const struct parser *p, size_t n)
{
	return p->at + n < p->words->n ? p->words->v[p->at + n] : (struct str){ "", 0 };
}

bool parser_next_is(const struct parser *p, const char *word)
{
	return p->at < p->words->n && str_is(p->words->v[p->at], word);
}

bool parser_take(struct parser *p, const char *word)
{
	if (!parser_next_is(p, word))
		return false;
	p->at++;
	return true;
}

/* --- operators --- */

enum waiting { OPEN, NOT, AND, OR, THEN, ELSE }; /* THEN: `?' was seen; ELSE: `:' too */

struct operators {
	struct parser *p;
	enum waiting *v;
	size_t n, cap;
};

static void push(struct operators *o, enum waiting w)
{
	o->v = pool_grow(o->p->out->pool, o->v, o->n, &o->cap, sizeof(*o->v));
	o->v[o->n++] = w;
}

static bool top_is(const struct operators *o, enum waiting w)
{
	return o->n && o->v[o->n - 1] == w;
}

/* Adds the operators from the top of the stack that bind at least as tight as lowest; in the
 * enum's order, tightest first, from NOT on. */
static void complete(struct operators *o, enum waiting lowest)
{
	static const enum ipexpr_kind kind[] = {
		[NOT] = EXPR_NOT, [AND] = EXPR_AND, [OR] = EXPR_OR, [ELSE] = EXPR_IF
	};

	for (; o->n && o->v[o->n - 1] != OPEN && o->v[o->n - 1] != THEN && o->v[o->n - 1] <= lowest;
	     o->n--)
		ipexpr_add(o->p->out, kind[o->v[o->n - 1]]);
}

static bool missing_operand(struct parser *p)
{
	struct str last;

	if (p->at == 0)
		return fail(p->err, "missing expression");
	last = p->words->v[p->at - 1];
	return fail(p->err, "missing expression after '%.*s'", STR(last));
}

/* Up to and with the next test. */
static bool read_operand(struct operators *o, size_t first)
{
	struct parser *p = o->p;

	for (;;) {
		if (p->at == p->words->n || (p->at > first && parser_next_is(p, ")") &&
					     str_is(p->words->v[p->at - 1], "(")))
			return missing_operand(p);
		if (parser_take(p, "("))
			push(o, OPEN);
		else if (parser_take(p, "not") || parser_take(p, "!"))
			push(o, NOT);
		else
			break;
	}
	if (parser_next_is(p, "true") || parser_next_is(p, "false")) {
		ipexpr_add(p->out, EXPR_TRUE);
		if (parser_next_is(p, "false"))
			ipexpr_add(p->out, EXPR_NOT);
		p->at++;
	} else if (!term_parse(p)) {
		return false;
	}
	complete(o, NOT);
	return true;
}

static bool missing_else(struct parser *p)
{
	return fail(p->err, "missing ':' in ternary expression");
}

static bool read_close(struct operators *o)
{
	complete(o, ELSE);
	if (top_is(o, THEN))
		return missing_else(o->p);
	if (!o->n)
		return fail(o->p->err, "garbage after expression at ')'");
	o->n--;
	complete(o, NOT);
	return true;
}

static bool read_else(struct operators *o)
{
	complete(o, ELSE);
	if (!top_is(o, THEN))
		return fail(o->p->err, "garbage after expression at ':'");
	o->v[o->n - 1] = ELSE;
	return true;
}

static bool is_garbage(struct str word)
{
	return word.n == 1 && strchr("],;|", word.p[0]);
}

/* Between two tests. *operand: one must follow. */
static bool read_operator(struct operators *o, bool *operand)
{
	struct parser *p = o->p;

	*operand = true;
	if (parser_take(p, "or") || parser_take(p, "||")) {
		complete(o, OR);
		push(o, OR);
	} else if (parser_take(p, "?")) {
		complete(o, OR);
		push(o, THEN);
	} else if (parser_take(p, ":")) {
		return read_else(o);
	} else if (parser_take(p, ")")) {
		*operand = false;
		return read_close(o);
	} else if (is_garbage(parser_word(p, 0))) {
		return fail(p->err, "garbage after expression at '%.*s'", STR(parser_word(p, 0)));
	} else {
		if (!parser_take(p, "and"))
			(void)parser_take(p, "&&");
		complete(o, AND);
		push(o, AND);
	}
	return true;
}

static bool read_end(struct operators *o)
{
	complete(o, ELSE);
	if (top_is(o, OPEN))
		return fail(o->p->err, "missing ')'");
	return top_is(o, THEN) ? missing_else(o->p) : true;
}

bool ipexpr_parse(const struct element *e, const struct str_list *words, size_t from,
		  struct ipexpr *out, struct error *err)
{
	struct parser p = { .e = e, .words = words, .at = from, .out = out, .err = err };
	struct operators o = { .p = &p };
	bool operand = true;

	p.last.proto = PROTO_NONE;
	while (operand || p.at < words->n) {
		if (operand && !read_operand(&o, from))
			return false;
		operand = false;
		if (p.at < words->n && !read_operator(&o, &operand))
			return false;
	}
	return read_end(&o) && !p.failed;
}
