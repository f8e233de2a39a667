/* SPDX-License-Identifier: MIT */
/* script_number.c - handlers of scripts that compute with numbers. */
#include <math.h>

#include "elements/standard/script_func.h"

struct number {
	bool is_integer;
	int64_t i;
	double d; /* the value in any case */
};

static bool parse_number(struct str s, struct number *n)
{
	n->is_integer = parse_int(s, INT64_MIN, INT64_MAX, &n->i, NULL);
	if (!n->is_integer)
		return parse_double(s, &n->d, NULL);
	n->d = (double)n->i;
	return true;
}

static void print_number(const struct number *n, struct text *out)
{
	if (n->is_integer)
		text_add(out, "%lld", (long long)n->i);
	else
		print_double(out, n->d);
}

/* Takes the next number off; false when there is none, and *bad when what is there is not. */
static bool take_number(struct str *rest, struct pool *pool, struct number *n, bool *bad)
{
	struct str word;

	if (!script_word(rest, pool, &word))
		return false;
	if (parse_number(word, n))
		return true;
	*bad = true;
	return false;
}

/* Exactly so many numbers; else false. */
static bool take_numbers(struct str rest, struct number *v, unsigned n)
{
	struct pool *pool = pool_new();
	struct number more;
	bool bad = false;
	unsigned i = 0;

	while (i < n && take_number(&rest, pool, &v[i], &bad))
		i++;
	bad = bad || i < n || take_number(&rest, pool, &more, &bad) || bad;
	pool_free(pool);
	return !bad;
}

/* --- folds; integers wrap --- */

static int64_t add_i(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a + (uint64_t)b);
}

static int64_t sub_i(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a - (uint64_t)b);
}

static int64_t mul_i(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a * (uint64_t)b);
}

static int64_t min_i(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t max_i(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static double add_d(double a, double b)
{
	return a + b;
}

static double sub_d(double a, double b)
{
	return a - b;
}

static double mul_d(double a, double b)
{
	return a * b;
}

static double min_d(double a, double b)
{
	return a < b ? a : b;
}

static double max_d(double a, double b)
{
	return a > b ? a : b;
}

/* Division by zero has a value in floating point. */
static double div_d(double a, double b)
{
	return a / b;
}

struct fold {
	const char *name;
	int64_t (*i)(int64_t, int64_t); /* NULL: always in floating point */
	double (*d)(double, double);
	int64_t empty;
};

static const struct fold folds[] = {
	{ "add", add_i, add_d, 0 }, { "sub", sub_i, sub_d, 0 }, { "min", min_i, min_d, 1 },
	{ "max", max_i, max_d, 1 }, { "mul", mul_i, mul_d, 1 }, { "div", NULL, div_d, 1 },
	{ "idiv", NULL, div_d, 1 },
};

static const struct fold *find_fold(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(folds); i++)
		if (strcmp(folds[i].name, name) == 0)
			return &folds[i];
	return &folds[0];
}

static void fold_one(const struct fold *f, struct number *sum, const struct number *n)
{
	sum->is_integer = sum->is_integer && n->is_integer && f->i;
	sum->d = f->d(sum->d, n->d);
	if (!sum->is_integer)
		return;
	sum->i = f->i(sum->i, n->i);
	sum->d = (double)sum->i;
}

static void truncate_number(struct number *n)
{
	n->d = trunc(n->d);
	n->is_integer = fabs(n->d) < 9e18;
	if (n->is_integer)
		n->i = (int64_t)n->d;
}

bool script_fold(struct element *e, struct handler_call *c)
{
	const struct fold *f = find_fold(c->name);
	struct number sum = { true, f->empty, (double)f->empty }, n;
	struct pool *pool = pool_new();
	struct str rest = c->value;
	bool bad = false;

	(void)e;
	if (take_number(&rest, pool, &sum, &bad))
		while (take_number(&rest, pool, &n, &bad))
			fold_one(f, &sum, &n);
	pool_free(pool);
	if (bad)
		return fail(c->err, "expected list of numbers");
	if (strcmp(f->name, "idiv") == 0)
		truncate_number(&sum);
	print_number(&sum, c->out);
	return true;
}

/* --- two numbers, one number --- */

bool script_modulo(struct element *e, struct handler_call *c)
{
	bool real = strcmp(c->name, "rem") == 0;
	struct number v[2];

	(void)e;
	if (!take_numbers(c->value, v, 2))
		return fail(c->err, "expected two numbers");
	if (!v[0].is_integer || !v[1].is_integer) {
		if (!real)
			return fail(c->err, "expected two numbers");
		print_double(c->out, fmod(v[0].d, v[1].d));
		return true;
	}
	if (v[1].i == 0)
		return fail(c->err, "division by zero");
	text_add(c->out, "%lld", v[1].i == -1 ? 0 : (long long)(v[0].i % v[1].i));
	return true;
}

bool script_sign(struct element *e, struct handler_call *c)
{
	bool keep = strcmp(c->name, "abs") == 0;
	struct number n;

	(void)e;
	if (!take_numbers(c->value, &n, 1))
		return fail(c->err, "expected one number");
	if (!keep || n.d < 0) {
		n.i = sub_i(0, n.i);
		n.d = -n.d;
	}
	print_number(&n, c->out);
	return true;
}

/* --- comparisons --- */

enum { LESS = 1, EQUAL = 2, GREATER = 4, UNORDERED = 8 };

static unsigned order_numbers(const struct number *a, const struct number *b)
{
	if (a->is_integer && b->is_integer)
		return a->i < b->i ? LESS : a->i > b->i ? GREATER : EQUAL;
	if (isnan(a->d) || isnan(b->d))
		return UNORDERED;
	return a->d < b->d ? LESS : a->d > b->d ? GREATER : EQUAL;
}

static unsigned order(struct str a, struct str b)
{
	struct number x, y;
	int d;

	if (parse_number(a, &x) && parse_number(b, &y))
		return order_numbers(&x, &y);
	d = str_cmp(a, b);
	return d < 0 ? LESS : d > 0 ? GREATER : EQUAL;
}

static unsigned wanted_order(const char *name)
{
	static const struct {
		const char *name;
		unsigned order;
	} tests[] = {
		{ "eq", EQUAL },   { "ne", LESS | GREATER | UNORDERED },
		{ "lt", LESS },    { "le", LESS | EQUAL },
		{ "gt", GREATER }, { "ge", GREATER | EQUAL },
	};

	for (size_t i = 0; i < ARRAY_LEN(tests); i++)
		if (strcmp(tests[i].name, name) == 0)
			return tests[i].order;
	return 0;
}

bool script_compare(struct element *e, struct handler_call *c)
{
	struct pool *pool = pool_new();
	struct str rest = c->value, a, b, more;
	bool ok;

	(void)e;
	ok = script_word(&rest, pool, &a) && script_word(&rest, pool, &b) &&
	     !script_word(&rest, pool, &more);
	if (ok)
		text_add(c->out, order(a, b) & wanted_order(c->name) ? "true" : "false");
	pool_free(pool);
	return ok || fail(c->err, "expected two numbers");
}

/* --- others --- */

bool script_byte_order(struct element *e, struct handler_call *c)
{
	bool is_short = c->name[4] == 's';
	struct number n;

	(void)e;
	if (!take_numbers(c->value, &n, 1) || !n.is_integer)
		return fail(c->err, "syntax error");
	text_add(c->out, "%u", is_short ? be16((uint16_t)n.i) : be32((uint32_t)n.i));
	return true;
}

static bool take_bound(struct str *rest, struct pool *pool, const char *name, int32_t *v,
		       struct error *err)
{
	struct str word;
	bool ok;

	if (!script_word(rest, pool, &word))
		return fail(err, "%s: required argument missing", name);
	error_prefix(err, "%s: ", name);
	ok = parse_i32(word, v, err);
	error_leave(err);
	return ok;
}

/* From lo to hi, both included. */
static int64_t random_between(const struct element *e, int32_t lo, int32_t hi)
{
	uint32_t span = (uint32_t)hi - (uint32_t)lo;

	return lo + (int64_t)(span == UINT32_MAX ? random_u32(e) : random_below(e, span + 1));
}

bool script_random(struct element *e, struct handler_call *c)
{
	struct pool *pool = pool_new();
	struct str rest = str_trim(c->value), more;
	int32_t lo = 0, hi = INT32_MAX;
	bool ok = true;

	if (rest.n)
		ok = take_bound(&rest, pool, "N1", &lo, c->err) &&
		     take_bound(&rest, pool, "N2", &hi, c->err);
	if (ok && script_word(&rest, pool, &more))
		ok = fail(c->err, "too many arguments");
	if (ok && hi < lo)
		ok = fail(c->err, "bad N");
	if (ok)
		text_add(c->out, "%lld", (long long)random_between(e, lo, hi));
	pool_free(pool);
	return ok;
}

void script_now(struct element *e, struct text *out)
{
	print_timestamp(out, time_now(e));
}
