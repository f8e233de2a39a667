/* SPDX-License-Identifier: MIT */
/*
 * program_pack.c - makes code of a program's steps that looks at each field once: a piece of code
 * for each node that a cut leads to.
 */
#include "elements/standard/program_diagram.h"

struct packer {
	struct diagram d;
	int32_t *todo; /* nodes that code leads to */
	size_t ntodo, todo_cap;
	uint32_t *code;
	size_t used, code_cap, most;
};

static struct code *add_code(struct packer *k, uint8_t kind, const struct field *f, size_t branches)
{
	size_t units = CODE_HEAD + branches;
	struct code *c;

	if (k->used + units > k->code_cap) {
		k->code_cap = 2 * k->code_cap + units;
		k->code = pool_resize(k->d.pool, k->code, k->code_cap * sizeof(*k->code));
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
	uint32_t from = k->d.range[i].from, end = i + 1 < k->d.nranges ? k->d.range[i + 1].from : 0;
	uint32_t differ = from ^ ((end - 1) & f->mask), mask = f->mask & ~differ;

	return mask && !(from & differ) && field_is_top(mask, f->mask) ? mask : 0;
}

/* A test, where that can tell one range from all others. */
static bool add_equality(struct packer *k, const struct field *f)
{
	uint32_t mask = 0;
	size_t i = 0;

	if (k->d.nranges == 2) {
		mask = equal_bits(k, f, 0);
		i = !mask;
	} else if (k->d.nranges != 3 || k->d.range[0].to != k->d.range[2].to) {
		return false;
	} else {
		i = 1;
	}
	if (!mask)
		mask = equal_bits(k, f, i);
	if (mask)
		add_test(k, f, mask, k->d.range[i].from, k->d.range[!i].to, k->d.range[i].to);
	return mask != 0;
}

static void add_bytes(struct packer *k, const struct field *f)
{
	unsigned shift = (unsigned)__builtin_ctz(f->mask) / 8 * 8;
	struct code *c = add_code(k, CODE_BYTE, f, 256);

	c->offset += 3 - shift / 8;
	for (uint32_t byte = 0; byte < 256; byte++) {
		size_t i = k->d.nranges - 1;

		while (k->d.range[i].from > (byte << shift & f->mask))
			i--;
		c->to[byte] = (uint32_t)k->d.range[i].to;
	}
}

/* What is below range i, which is not the first. A full tree may have more leaves than there are
 * ranges: the others lead where the last one does, so that their keys do not matter. */
static uint32_t key_of(const struct packer *k, size_t i)
{
	return i < k->d.nranges ? k->d.range[i].from - 1 : UINT32_MAX;
}

/* Node i of a level, whose subtree has span leaves, has the key between its two halves. */
static void add_search(struct packer *k, const struct field *f)
{
	unsigned levels = 1;
	struct code *c;
	size_t at = 1;

	while ((size_t)1 << levels < k->d.nranges)
		levels++;
	c = add_code(k, (uint8_t)(CODE_SEARCH + levels), f, (size_t)2 << levels);
	for (unsigned l = 0; l < levels; l++)
		for (size_t i = 0, span = (size_t)1 << (levels - l); i < (size_t)1 << l; i++)
			c->to[at++] = key_of(k, i * span + span / 2);
	for (size_t i = 0; i < (size_t)1 << levels; i++)
		c->to[at++] = (uint32_t)k->d.range[i < k->d.nranges ? i : k->d.nranges - 1].to;
}

static void want(struct packer *k, int32_t to)
{
	if (to < 0 || k->d.node[to].place)
		return;
	k->todo = pool_grow(k->d.pool, k->todo, k->ntodo, &k->todo_cap, sizeof(*k->todo));
	k->todo[k->ntodo++] = to;
}

static void add_look(struct packer *k, int32_t root)
{
	struct field f;

	diagram_cut(&k->d, root, k->used < k->most, &f);
	k->d.node[root].place = (uint32_t)k->used + 1;
	if (k->d.nranges == 1)
		k->d.node[root].alias = k->d.range[0].to;
	else if (!add_equality(k, &f)) {
		if (field_byte(f.mask) && k->d.nranges > 4 && k->used < k->most)
			add_bytes(k, &f);
		else
			add_search(k, &f);
	}
	for (size_t i = 0; i < k->d.nranges; i++)
		want(k, k->d.range[i].to);
}

/* From a node or port to what code has. */
static uint32_t place_of(const struct packer *k, int32_t to)
{
	while (to >= 0 && k->d.node[to].alias != to)
		to = k->d.node[to].alias;
	return to < 0 ? CODE_OUT | PROGRAM_PORT(to) : k->d.node[to].place - 1;
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

void steps_pack(const struct steps *s, struct pool *pool, struct program *p)
{
	struct packer k = { .most = 16384 + 32U * (size_t)s->n };
	int32_t start = diagram_init(&k.d, s);
	uint32_t *code;

	want(&k, start);
	while (k.ntodo) {
		int32_t next = k.todo[--k.ntodo];

		if (!k.d.node[next].place)
			add_look(&k, next);
	}
	place_branches(&k);
	p->code_start = place_of(&k, start);
	code = pool_alloc(pool, k.used * sizeof(*code) + 1);
	if (k.used)
		memcpy(code, k.code, k.used * sizeof(*code));
	p->code = code;
	diagram_fini(&k.d);
}
