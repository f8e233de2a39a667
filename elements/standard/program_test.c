/* SPDX-License-Identifier: MIT */
/* program_test.c - programs decide as the drafts that they were made of. */
#include "elements/standard/program.h"

#include "base/hash.h"
#include "tests/unit/test.h"

/* --- drafts with an answer of their own --- */

enum { RULES = 24, TERMS = 4, BYTES = 16 };

struct term {
	enum program_area area;
	uint32_t offset, mask, value;
	bool differs, negated;
};

struct rule {
	unsigned n;
	bool any; /* or, instead of and */
	struct term term[TERMS];
	uint16_t port;
};

struct packet_bytes {
	uint8_t byte[AREAS][BYTES];
	uint32_t have[AREAS];
};

static uint64_t seed;

static uint32_t random_to(uint32_t n)
{
	seed = hash_u64(seed + 0x9e3779b97f4a7c15ULL);
	return (uint32_t)(seed >> 33) % n;
}

static uint32_t random_mask(void)
{
	static const uint32_t masks[] = { 0xff000000, 0xffff0000, 0xfff00000, 0xffffffff,
					  0x00ff0000, 0x0000ffff, 0x00001fff, 0x00003fff,
					  0x00020000, 0x00120000, 0xfe000000, 0xfffffff0,
					  0 };

	return masks[random_to(ARRAY_LEN(masks))];
}

/* Few values, so that tests often hold, imply and exclude each other. */
static uint32_t random_word(void)
{
	uint32_t w = 0;

	for (int i = 0; i < 4; i++)
		w = w << 8 | (random_to(4) ? random_to(3) : random_to(256));
	return w;
}

static struct term random_term(void)
{
	uint32_t mask = random_mask();

	return (struct term){ .area = random_to(AREAS),
			      .offset = random_to(BYTES / 4) * 4,
			      .mask = mask,
			      .value = random_word() & mask,
			      .differs = mask && random_to(4) == 0,
			      .negated = random_to(4) == 0 };
}

static bool term_holds(const struct term *t, const struct packet_bytes *p)
{
	bool equal = true;

	for (uint32_t i = 0; i < 4; i++) {
		uint8_t mask = (uint8_t)(t->mask >> (24 - 8 * i));

		if (mask && t->offset + i >= p->have[t->area])
			return t->negated;
		if ((p->byte[t->area][(t->offset + i) % BYTES] ^ t->value >> (24 - 8 * i)) & mask)
			equal = false;
	}
	return equal ^ t->differs ^ t->negated;
}

static uint16_t answer(const struct rule *v, unsigned n, const struct packet_bytes *p)
{
	for (unsigned i = 0; i < n; i++) {
		unsigned hold = 0;

		for (unsigned k = 0; k < v[i].n; k++)
			hold += term_holds(&v[i].term[k], p);
		if (v[i].any ? hold > 0 : hold == v[i].n)
			return v[i].port;
	}
	return PROGRAM_DROP;
}

static struct part draft_of(struct draft *d, const struct term *t)
{
	struct part p = draft_test(d, t->area, t->offset, t->mask, t->value, t->differs);

	return t->negated ? part_not(p) : p;
}

static void make_program(const struct rule *v, unsigned n, struct pool *pool, struct program *p)
{
	struct draft *d = draft_new(pool);

	for (unsigned i = 0; i < n; i++) {
		struct part all = draft_of(d, &v[i].term[0]);

		for (unsigned k = 1; k < v[i].n; k++) {
			struct part next = draft_of(d, &v[i].term[k]);

			all = v[i].any ? draft_or(d, all, next) : draft_and(d, all, next);
		}
		draft_rule(d, all, v[i].port);
	}
	draft_finish(d, 0, p);
}

static void random_packet(struct packet_bytes *p)
{
	for (int a = 0; a < AREAS; a++) {
		for (int i = 0; i < BYTES; i += 4)
			store_be32(p->byte[a] + i, random_word());
		p->have[a] = random_to(3) ? BYTES : random_to(BYTES + 1);
	}
}

static bool agrees(const struct rule *v, unsigned n, const struct program *p)
{
	struct packet_bytes bytes;
	const uint8_t *at[AREAS] = { bytes.byte[0], bytes.byte[1], bytes.byte[2] };
	uint16_t want;
	bool full = true;

	random_packet(&bytes);
	want = answer(v, n, &bytes);
	for (int a = 0; a < AREAS; a++)
		full &= bytes.have[a] >= p->full[a];
	return program_careful(p, at, bytes.have) == want &&
	       (!full || program_fast(p, at, false) == want);
}

static void test_random(unsigned round)
{
	struct pool *pool = pool_new();
	struct rule rule[RULES];
	unsigned n = 1 + random_to(RULES), same = random_to(3), wrong = 0;
	struct program p;

	for (unsigned i = 0; i < n; i++) {
		rule[i] = (struct rule){ .n = 1 + random_to(TERMS), .any = random_to(4) == 0 };
		rule[i].port = same ? (uint16_t)random_to(3) : PROGRAM_DROP;
		for (unsigned k = 0; k < rule[i].n; k++)
			rule[i].term[k] = random_term();
	}
	make_program(rule, n, pool, &p);
	for (int i = 0; i < 300; i++)
		wrong += !agrees(rule, n, &p);
	CHECK_INT(wrong, 0);
	if (wrong)
		printf("  in round %u, with %u rules\n", round, n);
	pool_free(pool);
}

/* --- many rules --- */

/* Prefixes of one word with ports of another, and both orders: past the bounds of what is worth
 * thinking about the program must still be right. */
static void test_many(unsigned n)
{
	struct pool *pool = pool_new();
	struct rule *rule = pool_alloc(pool, n * sizeof(*rule));
	unsigned wrong = 0;
	struct program p;

	for (unsigned i = 0; i < n; i++) {
		rule[i] = (struct rule){ .n = 3, .port = (uint16_t)(i & 1023) };
		rule[i].term[0] =
			(struct term){ AREA_NET, 12, 0xffffff00, random_word() & 0xffffff00, 0, 0 };
		rule[i].term[1] = (struct term){ AREA_NET, 8, 0x00ff0000, i % 3 << 16, 0, 0 };
		rule[i].term[2] =
			(struct term){ AREA_TRANS, 0, 0xffff, random_word() & 0xffff, 0, 0 };
		if (i % 7 == 0)
			rule[i].term[0].mask = 0xffff0000, rule[i].term[0].value &= 0xffff0000;
		if (i % 5 == 0)
			rule[i].n = 1;
	}
	make_program(rule, n, pool, &p);
	for (int i = 0; i < 2000; i++)
		wrong += !agrees(rule, n, &p);
	CHECK_INT(wrong, 0);
	pool_free(pool);
}

/* --- texts --- */

static void check_text(struct draft *d, const char *want)
{
	struct text out = { NULL, 0, 0 };
	struct program p;

	draft_finish(d, 0, &p);
	program_print(&p, &out);
	CHECK_STR(text_as_str(&out), want);
	text_fini(&out);
}

static void test_texts(void)
{
	struct pool *pool = pool_new();
	struct draft *d = draft_new(pool);
	struct part a, b;

	check_text(d, "all->[2147483647]\nsafe length 0\nalignment offset 0\n");
	d = draft_new(pool);
	draft_rule(d, draft_test(d, AREA_MAC, 0, 0, 0, false), 3);
	check_text(d, "all->[3]\nsafe length 0\nalignment offset 0\n");

	d = draft_new(pool);
	a = draft_test(d, AREA_MAC, 12, 0xffff0000, 0x08060000, false);
	b = draft_test(d, AREA_MAC, 20, 0xffff0000, 0x00010000, false);
	draft_rule(d, draft_and(d, a, b), 0);
	a = draft_test(d, AREA_MAC, 12, 0xffff0000, 0x08060000, false);
	b = draft_test(d, AREA_MAC, 20, 0xffff0000, 0x00020000, false);
	draft_rule(d, draft_and(d, a, b), 1);
	draft_rule(d, draft_test(d, AREA_MAC, 12, 0xffff0000, 0x08000000, false), 2);
	draft_rule(d, draft_test(d, AREA_MAC, 0, 0, 0, false), 3);
	check_text(d, " 0  12/08060000%ffff0000  yes->step 1  no->step 3\n"
		      " 1  20/00010000%ffff0000  yes->[0]  no->step 2\n"
		      " 2  20/00020000%ffff0000  yes->[1]  no->[3]\n"
		      " 3  12/08000000%ffff0000  yes->[2]  no->[3]\n"
		      "safe length 22\n"
		      "alignment offset 0\n");
	pool_free(pool);
}

int main(void)
{
	test_texts();
	for (unsigned i = 0; i < 1500; i++)
		test_random(i);
	test_many(100);
	test_many(3000);
	return test_end();
}
