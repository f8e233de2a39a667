/* SPDX-License-Identifier: MIT */
/*
 * fuzz_filter.c - filters of any text: lines up to a zero byte are expressions, those that are
 * right become rules; what follows is a packet, its first byte saying where it is cut. The program
 * must decide as the expressions do.
 */
#include "elements/ip/ipexpr.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/ipexpr_oracle.h"

enum { RULES = 16, BYTES = 256, LINE = 512 };

struct filter {
	struct pool *pool;
	struct ipexpr rule[RULES];
	unsigned n;
	struct program program;
};

static void add_rule(struct filter *f, struct str line)
{
	struct ipexpr *x = &f->rule[f->n];
	struct str_list words = { NULL, 0, 0 };
	struct error err = { .errors = 0 };

	*x = (struct ipexpr){ .pool = f->pool };
	ipexpr_words(f->pool, line, &words);
	if (f->n < RULES - 1 && line.n < LINE && words.n &&
	    ipexpr_parse(NULL, &words, 0, x, &err)) {
		if (err.errors)
			abort();
		f->n++;
	}
	error_fini(&err);
}

static struct str read_rules(struct filter *f, struct str text)
{
	while (text.n && text.p[0]) {
		size_t n = 0;

		while (n < text.n && text.p[n] != '\n' && text.p[n])
			n++;
		add_rule(f, str_first(text, n));
		text = str_from(text, n < text.n && text.p[n] == '\n' ? n + 1 : n);
	}
	return str_from(text, 1);
}

static void make_program(struct filter *f)
{
	struct draft *d = draft_new(f->pool);

	for (unsigned i = 0; i < f->n; i++)
		draft_rule(d, ipexpr_draft(d, &f->rule[i]), (uint16_t)(i / 2));
	draft_finish(d, 0, &f->program);
}

static uint16_t answer(const struct filter *f, const struct oracle_packet *p)
{
	for (unsigned i = 0; i < f->n; i++)
		if (oracle_holds(&f->rule[i], p))
			return (uint16_t)(i / 2);
	return PROGRAM_DROP;
}

/* The areas have memory of their own, so that reading past their ends is seen. */
static void check_packet(const struct filter *f, const uint8_t *byte, uint32_t n)
{
	uint32_t hlen = (byte[0] & 15U) * 4, mac = n < 16 ? n : 16;
	const uint32_t have[AREAS] = { mac, n, n > hlen ? n - hlen : 0 };
	struct oracle_packet p;
	uint8_t *area[AREAS];
	bool full = true;
	uint16_t want;

	for (int i = 0; i < AREAS; i++) {
		area[i] = malloc(have[i]);
		memcpy(area[i], i == AREA_TRANS && n > hlen ? byte + hlen : byte, have[i]);
		p.at[i] = area[i];
		p.have[i] = have[i];
		full &= have[i] >= f->program.full[i];
	}
	want = answer(f, &p);
	if (program_careful(&f->program, p.at, have) != want)
		abort();
	if (full && program_fast(&f->program, p.at, false) != want)
		abort();
	for (int i = 0; i < AREAS; i++)
		free(area[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct filter f = { .pool = pool_new() };
	struct text out = { NULL, 0, 0 };
	uint8_t byte[BYTES] = { 0x45 };
	struct str rest;

	stub.quiet = true;
	rest = read_rules(&f, fuzz_input(data, n));
	make_program(&f);
	program_print(&f.program, &out);
	memcpy(byte, rest.p, rest.n < BYTES ? rest.n : BYTES);
	check_packet(&f, byte, BYTES);
	check_packet(&f, byte, rest.n < BYTES ? (uint32_t)rest.n + 1 : BYTES);
	text_fini(&out);
	pool_free(f.pool);
	return 0;
}
