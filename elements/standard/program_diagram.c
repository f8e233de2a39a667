/* SPDX-License-Identifier: MIT */
/* program_diagram.c - decision diagrams and cutting them by fields. */
#include "elements/standard/program_diagram.h"

#include <stdlib.h>

#define EFFORT (1U << 22)
enum { TOP_TESTS = 256 }; /* of a field at the top of a diagram */

/* --- nodes --- */

static uint32_t hash_test(const struct test *t)
{
	uint64_t h = t->mask * 0x9e3779b97f4a7c15ULL;

	h = (h ^ h >> 32 ^ t->value) * 0x9e3779b97f4a7c15ULL;
	h = (h ^ h >> 32 ^ t->offset ^ (uint64_t)t->area << 30) * 0x9e3779b97f4a7c15ULL;
	h = (h ^ h >> 32 ^ (uint32_t)t->to[0]) * 0x9e3779b97f4a7c15ULL;
	h = (h ^ h >> 32 ^ (uint32_t)t->to[1]) * 0x9e3779b97f4a7c15ULL;
	return (uint32_t)(h >> 32);
}

static bool node_is(const struct node *n, const struct test *t)
{
	return test_compare(&n->test, t) == 0 && n->test.to[0] == t->to[0] &&
	       n->test.to[1] == t->to[1];
}

static uint32_t *find_slot(struct diagram *d, const struct test *t)
{
	uint32_t i = hash_test(t) & (d->slots - 1);

	while (d->slot[i] && !node_is(&d->node[d->slot[i] - 1], t))
		i = (i + 1) & (d->slots - 1);
	return &d->slot[i];
}

static void grow_slots(struct diagram *d)
{
	pool_release(d->slot);
	d->slots = d->slots ? d->slots * 2 : 256;
	d->slot = pool_alloc(d->pool, d->slots * sizeof(*d->slot));
	for (size_t i = 0; i < d->n; i++)
		*find_slot(d, &d->node[i].test) = (uint32_t)i + 1;
}

/* The node for a test with these branches; where both lead when they do not differ. Branches
 * lead to nodes made before. */
static int32_t node_of(struct diagram *d, const struct test *test, int32_t no, int32_t yes)
{
	struct test t = *test;
	uint32_t *slot;

	if (no == yes)
		return no;
	t.to[0] = no;
	t.to[1] = yes;
	if (d->n * 2 >= d->slots)
		grow_slots(d);
	slot = find_slot(d, &t);
	if (!*slot) {
		d->node = pool_grow(d->pool, d->node, d->n, &d->cap, sizeof(*d->node));
		d->node[d->n] = (struct node){ .test = t, .alias = (int32_t)d->n };
		*slot = (uint32_t)++d->n;
	}
	return (int32_t)*slot - 1;
}

static void make_room(struct diagram *d)
{
	if (d->room >= d->n)
		return;
	d->room = d->cap;
	d->stack = pool_resize(d->pool, d->stack, d->room * sizeof(*d->stack));
	d->below = pool_resize(d->pool, d->below, d->room * sizeof(*d->below));
}

/* Lists root and all nodes below it, each behind those that it leads to. */
static void survey(struct diagram *d, int32_t root)
{
	size_t depth = 0;

	make_room(d);
	d->survey++;
	d->nbelow = 0;
	d->node[root].seen = d->survey;
	for (d->stack[depth++] = root; depth;) {
		struct node *n = &d->node[d->stack[depth - 1]];
		int32_t next = PROGRAM_TO(0);

		for (int branch = 0; branch < 2 && next < 0; branch++)
			if (n->test.to[branch] >= 0 &&
			    d->node[n->test.to[branch]].seen != d->survey)
				next = n->test.to[branch];
		if (next < 0) {
			d->below[d->nbelow++] = d->stack[--depth];
			continue;
		}
		d->node[next].seen = d->survey;
		d->stack[depth++] = next;
	}
}

/* --- fields --- */

bool field_is_top(uint32_t mask, uint32_t wide)
{
	return mask_within(mask, wide) && (wide & ~mask) < (mask & -mask);
}

static bool in_field(const struct field *f, const struct test *t)
{
	if (!test_same_word(&f->word, t))
		return false;
	if (f->single)
		return t->mask == f->mask && t->value == f->word.value;
	return f->byte ? mask_within(t->mask, f->mask) : field_is_top(t->mask, f->mask);
}

uint32_t field_byte(uint32_t mask)
{
	uint32_t byte = 0xffU << (31 - (unsigned)__builtin_clz(mask)) / 8 * 8;

	return mask_within(mask, byte) ? byte : 0;
}

/* Does t decide root's test where it holds? */
static bool implies(const struct test *t, const struct test *root)
{
	return test_same_word(root, t) && mask_within(root->mask, t->mask) &&
	       (t->value & root->mask) == root->value;
}

/* The widest field that root's test, or one that implies it, is of, among the nodes that were
 * surveyed. */
static struct field choose_field(const struct diagram *d, const struct test *root, bool deep)
{
	struct field f = { *root, root->mask, false, false };
	uint32_t byte, all = root->mask;

	for (size_t i = d->nbelow; i-- > 0;) {
		const struct test *t = &d->node[d->below[i]].test;

		if (test_same_word(root, t) &&
		    (field_is_top(f.mask, t->mask) ||
		     (deep && mask_within(f.mask, t->mask) && implies(t, root))))
			f.mask = t->mask;
	}
	byte = field_byte(f.mask);
	if (!byte)
		return f;
	for (size_t i = 0; i < d->nbelow; i++) {
		const struct test *t = &d->node[d->below[i]].test;

		if (test_same_word(root, t) && mask_within(t->mask, byte)) {
			f.byte |= !field_is_top(t->mask, f.mask);
			all |= t->mask;
		}
	}
	if (f.byte)
		f.mask = all;
	return f;
}

/* The next value that has no bits but mask's; 0 after the last. */
static uint32_t next_value(uint32_t v, uint32_t mask)
{
	return ((v | ~mask) + 1) & mask;
}

static void add_value(struct diagram *d, uint32_t v)
{
	d->value = pool_grow(d->pool, d->value, d->nvalues, &d->value_cap, sizeof(*d->value));
	d->value[d->nvalues++] = v;
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* Lists where the outcome of a test of the field may change. */
static void list_values(struct diagram *d, const struct field *f)
{
	size_t n = 1;

	d->nvalues = 0;
	add_value(d, 0);
	for (uint32_t v = next_value(0, f->mask); f->byte && v; v = next_value(v, f->mask))
		add_value(d, v);
	if (f->byte)
		return;
	for (size_t i = 0; i < d->nbelow; i++) {
		const struct test *t = &d->node[d->below[i]].test;

		if (!in_field(f, t))
			continue;
		add_value(d, t->value);
		add_value(d, next_value(t->value | (f->mask & ~t->mask), f->mask));
	}
	qsort(d->value, d->nvalues, sizeof(*d->value), by_value);
	for (size_t i = 1; i < d->nvalues; i++)
		if (d->value[i] != d->value[n - 1])
			d->value[n++] = d->value[i];
	d->nvalues = n;
}

static void add_range(struct diagram *d, uint32_t from, int32_t to)
{
	if (d->nranges && d->range[d->nranges - 1].to == to)
		return;
	d->range = pool_grow(d->pool, d->range, d->nranges, &d->range_cap, sizeof(*d->range));
	d->range[d->nranges++] = (struct range){ from, to };
}

/* --- ranges and where they lead --- */

static int32_t image_of(const struct diagram *d, int32_t to)
{
	return to < 0 ? to : d->node[to].image;
}

/* The bits of the field that all values from one to another have in common. */
static uint32_t common_bits(const struct field *f, uint32_t from, uint32_t last)
{
	return from == last ? f->mask : f->mask & ~(UINT32_MAX >> __builtin_clz(from ^ last));
}

/* What is left of the surveyed nodes for values of the field from the i-th on; of the root, which
 * is last. They decide all tests of the field, and of the word those whose bits they have in
 * common. */
static int32_t restrict_to(struct diagram *d, const struct field *f, size_t index)
{
	uint32_t value = d->value[index], end = index + 1 < d->nvalues ? d->value[index + 1] : 0;
	uint32_t common = common_bits(f, value, (end - 1) & f->mask);
	int32_t image = 0;

	for (size_t i = 0; i < d->nbelow; i++) {
		struct test t = d->node[d->below[i]].test;

		if (in_field(f, &t) ||
		    (test_same_word(&f->word, &t) && mask_within(t.mask, common)))
			image = image_of(d, t.to[(value & t.mask) == t.value]);
		else
			image = node_of(d, &t, image_of(d, t.to[0]), image_of(d, t.to[1]));
		d->node[d->below[i]].image = image;
	}
	return image;
}

/* Leaves out surveyed nodes that no value changes. */
static void keep_changing(struct diagram *d, const struct field *f)
{
	size_t n = 0;

	for (size_t i = 0; i < d->nbelow; i++) {
		struct node *a = &d->node[d->below[i]];
		int32_t no = a->test.to[0], yes = a->test.to[1];

		a->image = d->below[i];
		if (test_same_word(&f->word, &a->test) || image_of(d, no) != no ||
		    image_of(d, yes) != yes) {
			a->image = -1;
			d->below[n++] = d->below[i];
		}
	}
	d->nbelow = n;
}

/* False: that would make too many nodes. */
static bool restrict_all(struct diagram *d, const struct field *f)
{
	d->nranges = 0;
	for (size_t i = 0; i < d->nvalues && d->n <= d->most; i++)
		add_range(d, d->value[i], restrict_to(d, f, i));
	return d->n <= d->most;
}

static void spend(struct diagram *d, uint64_t work)
{
	d->effort -= work < d->effort ? work : d->effort;
}

/* The ranges of the field in the whole diagram below root. False: too much work. Two tests, one
 * after the other, are better than a search in five ranges. */
static bool cut_deep(struct diagram *d, int32_t root, struct field *f)
{
	if (!d->effort || d->n > d->most)
		return false;
	survey(d, root);
	spend(d, d->nbelow);
	*f = choose_field(d, &d->node[root].test, true);
	list_values(d, f);
	keep_changing(d, f);
	if (d->nbelow * d->nvalues > d->effort)
		return false;
	spend(d, d->nbelow * d->nvalues);
	if (!restrict_all(d, f))
		return false;
	if (d->nranges > 3 && d->nranges <= 5 && !field_byte(f->mask)) {
		*f = (struct field){ f->word, f->word.mask, .single = true };
		list_values(d, f);
		return restrict_all(d, f);
	}
	return true;
}

/* Lists the nodes at the top of the diagram whose tests are of the root's word, up to most. */
static void survey_top(struct diagram *d, int32_t root, size_t most)
{
	const struct test *first = &d->node[root].test;

	make_room(d);
	d->survey++;
	d->nbelow = 0;
	d->below[d->nbelow++] = root;
	d->node[root].seen = d->survey;
	for (size_t i = 0; i < d->nbelow; i++)
		for (int branch = 0; branch < 2; branch++) {
			int32_t to = d->node[d->below[i]].test.to[branch];

			if (to < 0 || d->nbelow == most || d->node[to].seen == d->survey ||
			    !test_same_word(first, &d->node[to].test))
				continue;
			d->node[to].seen = d->survey;
			d->below[d->nbelow++] = to;
		}
}

/* Where a value of the field leads past the surveyed nodes at the top. */
static int32_t walk(const struct diagram *d, int32_t at, const struct field *f, uint32_t value)
{
	while (at >= 0 && d->node[at].seen == d->survey && in_field(f, &d->node[at].test)) {
		const struct test *t = &d->node[at].test;

		at = t->to[(value & t->mask) == t->value];
	}
	return at;
}

static void cut_top(struct diagram *d, int32_t root, size_t tests, struct field *f)
{
	survey_top(d, root, tests);
	*f = choose_field(d, &d->node[root].test, false);
	list_values(d, f);
	d->nranges = 0;
	for (size_t i = 0; i < d->nvalues; i++)
		add_range(d, d->value[i], walk(d, root, f, d->value[i]));
}

/* --- diagrams --- */

int32_t diagram_init(struct diagram *d, const struct steps *s)
{
	int32_t *node, start;

	*d = (struct diagram){ .pool = pool_new(), .effort = EFFORT };
	d->most = 4096 + 16U * (size_t)s->n;
	node = pool_alloc(d->pool, s->n * sizeof(*node) + 1);
	for (uint32_t i = s->n; i-- > 0;) {
		const struct test *t = &s->v[i];
		int32_t no = t->to[0] < 0 ? t->to[0] : node[t->to[0]];
		int32_t yes = t->to[1] < 0 ? t->to[1] : node[t->to[1]];

		node[i] = node_of(d, t, no, yes);
	}
	start = s->start < 0 ? s->start : node[s->start];
	pool_release(node);
	return start;
}

void diagram_fini(struct diagram *d)
{
	pool_free(d->pool);
}

void diagram_cut(struct diagram *d, int32_t root, bool roomy, struct field *f)
{
	if (!roomy || !cut_deep(d, root, f))
		cut_top(d, root, roomy ? TOP_TESTS : 1, f);
}
