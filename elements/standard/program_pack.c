/* SPDX-License-Identifier: MIT */
/*
 * program_pack.c - makes code of a program's steps that looks at each field once.
 *
 * For packets that are long enough a test has two outcomes, so the steps are a decision diagram,
 * whose nodes are kept here with none twice. Code for a node is one look at the field that it
 * tests: the values that the field may have are cut into ranges with the same outcome of all
 * tests of it in the whole diagram below, and each range leads to the diagram that is left when
 * these tests are decided. That may make more nodes than there were, so it is bounded: past the
 * bounds only tests of the field at the top of the diagram are looked at, which makes none.
 *
 * A field is the bits of a word that some masks have in common: masks of which each has the top
 * bits of the widest one, for prefixes and orders, or any masks inside one byte.
 */
#include <stdlib.h>

#include "elements/standard/program_make.h"

struct node {
	struct test test;
	int32_t image;  /* what is left of it for the values in question */
	uint32_t seen;  /* the survey that has come by */
	uint32_t place; /* of its code, plus 1; 0: none yet */
	int32_t alias;  /* leads there without a look; itself: no */
};

struct range {
	uint32_t from; /* up to the next one's */
	int32_t to;
};

struct field {
	struct test word; /* a test of it */
	uint32_t mask;
	bool byte;   /* any masks inside one byte */
	bool single; /* only word itself */
};

struct packer {
	struct pool *pool;
	struct node *node;
	size_t n, cap;
	uint32_t *slot; /* hash table of node numbers plus 1 */
	uint32_t slots;
	uint32_t survey;
	int32_t *stack, *below; /* the nodes below one, successors first */
	size_t nbelow;
	size_t room;     /* of stack and below */
	uint32_t *value; /* where ranges may start */
	size_t nvalues, value_cap;
	struct range *range;
	size_t nranges, range_cap;
	int32_t *todo;
	size_t ntodo, todo_cap;
	uint32_t *code;
	size_t used, code_cap;
	uint64_t effort;
	size_t most_nodes, most_code;
};

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

static uint32_t *find_slot(struct packer *k, const struct test *t)
{
	uint32_t i = hash_test(t) & (k->slots - 1);

	while (k->slot[i] && !node_is(&k->node[k->slot[i] - 1], t))
		i = (i + 1) & (k->slots - 1);
	return &k->slot[i];
}

static void grow_slots(struct packer *k)
{
	pool_release(k->slot);
	k->slots = k->slots ? k->slots * 2 : 256;
	k->slot = pool_alloc(k->pool, k->slots * sizeof(*k->slot));
	for (size_t i = 0; i < k->n; i++)
		*find_slot(k, &k->node[i].test) = (uint32_t)i + 1;
}

/* The node for a test with these branches; where both lead when they do not differ. Branches
 * lead to nodes made before. */
static int32_t node_of(struct packer *k, const struct test *test, int32_t no, int32_t yes)
{
	struct test t = *test;
	uint32_t *slot;

	if (no == yes)
		return no;
	t.to[0] = no;
	t.to[1] = yes;
	if (k->n * 2 >= k->slots)
		grow_slots(k);
	slot = find_slot(k, &t);
	if (!*slot) {
		k->node = pool_grow(k->pool, k->node, k->n, &k->cap, sizeof(*k->node));
		k->node[k->n] = (struct node){ .test = t, .alias = (int32_t)k->n };
		*slot = (uint32_t)++k->n;
	}
	return (int32_t)*slot - 1;
}

static void make_room(struct packer *k)
{
	if (k->room >= k->n)
		return;
	k->room = k->cap;
	k->stack = pool_resize(k->pool, k->stack, k->room * sizeof(*k->stack));
	k->below = pool_resize(k->pool, k->below, k->room * sizeof(*k->below));
}

/* Lists root and all nodes below it, each behind those that it leads to. */
static void survey(struct packer *k, int32_t root)
{
	size_t depth = 0;

	make_room(k);
	k->survey++;
	k->nbelow = 0;
	k->node[root].seen = k->survey;
	for (k->stack[depth++] = root; depth;) {
		struct node *n = &k->node[k->stack[depth - 1]];
		int32_t next = PROGRAM_TO(0);

		for (int branch = 0; branch < 2 && next < 0; branch++)
			if (n->test.to[branch] >= 0 &&
			    k->node[n->test.to[branch]].seen != k->survey)
				next = n->test.to[branch];
		if (next < 0) {
			k->below[k->nbelow++] = k->stack[--depth];
			continue;
		}
		k->node[next].seen = k->survey;
		k->stack[depth++] = next;
	}
}

/* --- fields --- */

/* mask has the top bits of wide, and only these. */
static bool is_top_of(uint32_t mask, uint32_t wide)
{
	return mask_within(mask, wide) && (wide & ~mask) < (mask & -mask);
}

static bool in_field(const struct field *f, const struct test *t)
{
	if (!test_same_word(&f->word, t))
		return false;
	if (f->single)
		return t->mask == f->mask && t->value == f->word.value;
	return f->byte ? mask_within(t->mask, f->mask) : is_top_of(t->mask, f->mask);
}

/* Of the byte that has all of mask; 0: it has bits of more bytes. */
static uint32_t byte_around(uint32_t mask)
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
static struct field choose_field(const struct packer *k, const struct test *root, bool deep)
{
	struct field f = { *root, root->mask, false, false };
	uint32_t byte, all = root->mask;

	for (size_t i = k->nbelow; i-- > 0;) {
		const struct test *t = &k->node[k->below[i]].test;

		if (test_same_word(root, t) &&
		    (is_top_of(f.mask, t->mask) ||
		     (deep && mask_within(f.mask, t->mask) && implies(t, root))))
			f.mask = t->mask;
	}
	byte = byte_around(f.mask);
	if (!byte)
		return f;
	for (size_t i = 0; i < k->nbelow; i++) {
		const struct test *t = &k->node[k->below[i]].test;

		if (test_same_word(root, t) && mask_within(t->mask, byte)) {
			f.byte |= !is_top_of(t->mask, f.mask);
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

static void add_value(struct packer *k, uint32_t v)
{
	k->value = pool_grow(k->pool, k->value, k->nvalues, &k->value_cap, sizeof(*k->value));
	k->value[k->nvalues++] = v;
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* Lists where the outcome of a test of the field may change. */
static void list_values(struct packer *k, const struct field *f)
{
	size_t n = 1;

	k->nvalues = 0;
	add_value(k, 0);
	for (uint32_t v = next_value(0, f->mask); f->byte && v; v = next_value(v, f->mask))
		add_value(k, v);
	if (f->byte)
		return;
	for (size_t i = 0; i < k->nbelow; i++) {
		const struct test *t = &k->node[k->below[i]].test;

		if (!in_field(f, t))
			continue;
		add_value(k, t->value);
		add_value(k, next_value(t->value | (f->mask & ~t->mask), f->mask));
	}
	qsort(k->value, k->nvalues, sizeof(*k->value), by_value);
	for (size_t i = 1; i < k->nvalues; i++)
		if (k->value[i] != k->value[n - 1])
			k->value[n++] = k->value[i];
	k->nvalues = n;
}

static void add_range(struct packer *k, uint32_t from, int32_t to)
{
	if (k->nranges && k->range[k->nranges - 1].to == to)
		return;
	k->range = pool_grow(k->pool, k->range, k->nranges, &k->range_cap, sizeof(*k->range));
	k->range[k->nranges++] = (struct range){ from, to };
}

/* --- ranges and where they lead --- */

static int32_t image_of(const struct packer *k, int32_t to)
{
	return to < 0 ? to : k->node[to].image;
}

/* The bits of the field that all values from one to another have in common. */
static uint32_t common_bits(const struct field *f, uint32_t from, uint32_t last)
{
	return from == last ? f->mask : f->mask & ~(UINT32_MAX >> __builtin_clz(from ^ last));
}

/* What is left of the surveyed nodes for values of the field from the i-th on; of the root, which
 * is last. They decide all tests of the field, and of the word those whose bits they have in
 * common. */
static int32_t restrict_to(struct packer *k, const struct field *f, size_t index)
{
	uint32_t value = k->value[index], end = index + 1 < k->nvalues ? k->value[index + 1] : 0;
	uint32_t common = common_bits(f, value, (end - 1) & f->mask);
	int32_t image = 0;

	for (size_t i = 0; i < k->nbelow; i++) {
		struct test t = k->node[k->below[i]].test;

		if (in_field(f, &t) ||
		    (test_same_word(&f->word, &t) && mask_within(t.mask, common)))
			image = image_of(k, t.to[(value & t.mask) == t.value]);
		else
			image = node_of(k, &t, image_of(k, t.to[0]), image_of(k, t.to[1]));
		k->node[k->below[i]].image = image;
	}
	return image;
}

/* Leaves out surveyed nodes that no value changes. */
static void keep_changing(struct packer *k, const struct field *f)
{
	size_t n = 0;

	for (size_t i = 0; i < k->nbelow; i++) {
		struct node *a = &k->node[k->below[i]];
		int32_t no = a->test.to[0], yes = a->test.to[1];

		a->image = k->below[i];
		if (test_same_word(&f->word, &a->test) || image_of(k, no) != no ||
		    image_of(k, yes) != yes) {
			a->image = -1;
			k->below[n++] = k->below[i];
		}
	}
	k->nbelow = n;
}

static void restrict_all(struct packer *k, const struct field *f)
{
	k->nranges = 0;
	for (size_t i = 0; i < k->nvalues; i++)
		add_range(k, k->value[i], restrict_to(k, f, i));
}

static void spend(struct packer *k, uint64_t work)
{
	k->effort -= work < k->effort ? work : k->effort;
}

/* The ranges of the field in the whole diagram below root. False: too much work. Two tests, one
 * after the other, are better than a search in five ranges. */
static bool cut_deep(struct packer *k, int32_t root, struct field *f)
{
	if (!k->effort || k->n > k->most_nodes || k->used > k->most_code)
		return false;
	survey(k, root);
	spend(k, k->nbelow);
	*f = choose_field(k, &k->node[root].test, true);
	list_values(k, f);
	keep_changing(k, f);
	if (k->nbelow * k->nvalues > k->effort)
		return false;
	spend(k, k->nbelow * k->nvalues);
	restrict_all(k, f);
	if (k->nranges > 3 && k->nranges <= 5 && !byte_around(f->mask)) {
		*f = (struct field){ f->word, f->word.mask, .single = true };
		list_values(k, f);
		restrict_all(k, f);
	}
	return true;
}

/* Lists the nodes at the top of the diagram whose tests are of the root's word, up to most. */
static void survey_top(struct packer *k, int32_t root, size_t most)
{
	const struct test *first = &k->node[root].test;

	make_room(k);
	k->survey++;
	k->nbelow = 0;
	k->below[k->nbelow++] = root;
	k->node[root].seen = k->survey;
	for (size_t i = 0; i < k->nbelow; i++)
		for (int branch = 0; branch < 2; branch++) {
			int32_t to = k->node[k->below[i]].test.to[branch];

			if (to < 0 || k->nbelow == most || k->node[to].seen == k->survey ||
			    !test_same_word(first, &k->node[to].test))
				continue;
			k->node[to].seen = k->survey;
			k->below[k->nbelow++] = to;
		}
}

/* Where a value of the field leads past the surveyed nodes at the top. */
static int32_t walk(const struct packer *k, int32_t at, const struct field *f, uint32_t value)
{
	while (at >= 0 && k->node[at].seen == k->survey && in_field(f, &k->node[at].test)) {
		const struct test *t = &k->node[at].test;

		at = t->to[(value & t->mask) == t->value];
	}
	return at;
}

static void cut_top(struct packer *k, int32_t root, struct field *f)
{
	survey_top(k, root, k->used < k->most_code ? TOP_TESTS : 1);
	*f = choose_field(k, &k->node[root].test, false);
	list_values(k, f);
	k->nranges = 0;
	for (size_t i = 0; i < k->nvalues; i++)
		add_range(k, k->value[i], walk(k, root, f, k->value[i]));
}

/* --- code --- */

static struct code *add_code(struct packer *k, uint8_t kind, const struct field *f, size_t branches)
{
	size_t units = CODE_HEAD + branches;
	struct code *c;

	if (k->used + units > k->code_cap) {
		k->code_cap = 2 * k->code_cap + units;
		k->code = pool_resize(k->pool, k->code, k->code_cap * sizeof(*k->code));
	}
	c = (void *)(k->code + k->used);
	k->used += units;
	*c = (struct code){
		.kind = kind, .area = f->word.area, .offset = f->word.offset, .mask = f->mask
	};
	return c;
}

/* Until all places are known branches are the nodes' numbers, or ports as PROGRAM_TO has them. */
static void add_test(struct packer *k, const struct field *f, uint32_t mask, uint32_t value,
		     int32_t no, int32_t yes)
{
	struct code *c = add_code(k, CODE_TEST, f, 2);

	c->mask = be32(mask);
	c->value = be32(value);
	c->to[0] = (uint32_t)no;
	c->to[1] = (uint32_t)yes;
}

/* The top bits of the field in which all values of range i are equal, and no others; 0: none. */
static uint32_t equal_bits(const struct packer *k, const struct field *f, size_t i)
{
	uint32_t from = k->range[i].from, end = i + 1 < k->nranges ? k->range[i + 1].from : 0;
	uint32_t differ = from ^ ((end - 1) & f->mask), mask = f->mask & ~differ;

	return mask && !(from & differ) && is_top_of(mask, f->mask) ? mask : 0;
}

/* A test, where that can tell one range from all others. */
static bool add_equality(struct packer *k, const struct field *f)
{
	uint32_t mask = 0;
	size_t i = 0;

	if (k->nranges == 2) {
		mask = equal_bits(k, f, 0);
		i = !mask;
	} else if (k->nranges != 3 || k->range[0].to != k->range[2].to) {
		return false;
	} else {
		i = 1;
	}
	if (!mask)
		mask = equal_bits(k, f, i);
	if (mask)
		add_test(k, f, mask, k->range[i].from, k->range[!i].to, k->range[i].to);
	return mask != 0;
}

static void add_bytes(struct packer *k, const struct field *f)
{
	unsigned shift = (unsigned)__builtin_ctz(f->mask) / 8 * 8;
	struct code *c = add_code(k, CODE_BYTE, f, 256);
	size_t i = 0;

	c->offset += 3 - shift / 8;
	for (uint32_t byte = 0; byte < 256; byte++) {
		uint32_t v = byte << shift & f->mask;

		for (i = v < k->range[i].from ? 0 : i; i + 1 < k->nranges;)
			if (v < k->range[i + 1].from)
				break;
			else
				i++;
		c->to[byte] = (uint32_t)k->range[i].to;
	}
}

/* What is below range i, which is not the first. A full tree may have more leaves than there are
 * ranges: the others lead where the last one does, so that their keys do not matter. */
static uint32_t key_of(const struct packer *k, size_t i)
{
	return i < k->nranges ? k->range[i].from - 1 : UINT32_MAX;
}

/* Node i of a level, whose subtree has span leaves, has the key between its two halves. */
static void add_search(struct packer *k, const struct field *f)
{
	unsigned levels = 1;
	struct code *c;
	size_t at = 1;

	while ((size_t)1 << levels < k->nranges)
		levels++;
	c = add_code(k, (uint8_t)(CODE_SEARCH + levels), f, (size_t)2 << levels);
	for (unsigned l = 0; l < levels; l++)
		for (size_t i = 0, span = (size_t)1 << (levels - l); i < (size_t)1 << l; i++)
			c->to[at++] = key_of(k, i * span + span / 2);
	for (size_t i = 0; i < (size_t)1 << levels; i++)
		c->to[at++] = (uint32_t)k->range[i < k->nranges ? i : k->nranges - 1].to;
}

static void want(struct packer *k, int32_t to)
{
	if (to < 0 || k->node[to].place)
		return;
	k->todo = pool_grow(k->pool, k->todo, k->ntodo, &k->todo_cap, sizeof(*k->todo));
	k->todo[k->ntodo++] = to;
}

static void add_look(struct packer *k, int32_t root)
{
	struct field f;

	if (!cut_deep(k, root, &f))
		cut_top(k, root, &f);
	k->node[root].place = (uint32_t)k->used + 1;
	if (k->nranges == 1)
		k->node[root].alias = k->range[0].to;
	else if (!add_equality(k, &f)) {
		if (byte_around(f.mask) && k->nranges > 4 && k->used < k->most_code)
			add_bytes(k, &f);
		else
			add_search(k, &f);
	}
	for (size_t i = 0; i < k->nranges; i++)
		want(k, k->range[i].to);
}

/* From a node or port to what code has. */
static uint32_t place_of(const struct packer *k, int32_t to)
{
	while (to >= 0 && k->node[to].alias != to)
		to = k->node[to].alias;
	return to < 0 ? CODE_OUT | PROGRAM_PORT(to) : k->node[to].place - 1;
}

static void place_branches(struct packer *k)
{
	for (size_t at = 0; at < k->used;) {
		struct code *c = (void *)(k->code + at);
		size_t keys = c->kind > CODE_SEARCH ? (size_t)1 << (c->kind - CODE_SEARCH) : 0;
		size_t n = c->kind == CODE_BYTE ? 256 : c->kind == CODE_TEST ? 2 : keys;

		for (size_t i = keys; i < keys + n; i++)
			c->to[i] = place_of(k, (int32_t)c->to[i]);
		at += CODE_HEAD + keys + n;
	}
}

/* The steps as nodes; where the first one starts. */
static int32_t take_steps(struct packer *k, const struct steps *s)
{
	int32_t *node = pool_alloc(k->pool, s->n * sizeof(*node) + 1), start;

	for (uint32_t i = s->n; i-- > 0;) {
		const struct test *t = &s->v[i];
		int32_t no = t->to[0] < 0 ? t->to[0] : node[t->to[0]];
		int32_t yes = t->to[1] < 0 ? t->to[1] : node[t->to[1]];

		node[i] = node_of(k, t, no, yes);
	}
	start = s->start < 0 ? s->start : node[s->start];
	pool_release(node);
	return start;
}

void steps_pack(const struct steps *s, struct pool *pool, struct program *p)
{
	struct packer k = { .pool = pool_new(), .effort = EFFORT };
	uint32_t *code;
	int32_t start;

	k.most_nodes = 4096 + 16U * (size_t)s->n;
	k.most_code = 16384 + 32U * (size_t)s->n;
	start = take_steps(&k, s);
	want(&k, start);
	while (k.ntodo) {
		int32_t next = k.todo[--k.ntodo];

		if (!k.node[next].place)
			add_look(&k, next);
	}
	place_branches(&k);
	p->code_start = place_of(&k, start);
	code = pool_alloc(pool, k.used * sizeof(*code) + 1);
	if (k.used)
		memcpy(code, k.code, k.used * sizeof(*code));
	p->code = code;
	pool_free(k.pool);
}
