/* SPDX-License-Identifier: MIT */
/* ipfilter_rules.c - from rules to a program, and from packets to outputs. */
#include "elements/ip/ipfilter_rules.h"

#include "elements/ip/ipexpr.h"

/* --- rules --- */

static bool is_all(const struct str_list *words, size_t from)
{
	struct str w;

	if (words->n == from)
		return true;
	w = words->v[from];
	return words->n == from + 1 && (str_is(w, "-") || str_is(w, "any") || str_is(w, "all"));
}

static bool parse_action(const struct element *e, struct str word, uint16_t *port,
			 struct error *err)
{
	int64_t n = 0;

	*port = PROGRAM_DROP;
	if (str_is(word, "deny") || str_is(word, "drop"))
		return true;
	if (str_is(word, "allow") && e->nout == 0)
		return fail(err, "'allow' is meaningless, element has zero outputs");
	if (!str_is(word, "allow") && !parse_int(word, INT32_MIN, INT32_MAX, &n, NULL))
		return fail(err, "unknown slot ID '%.*s'", STR(word));
	if (n < 0 || n >= e->nout)
		return fail(err, "slot '%.*s' out of range", STR(word));
	*port = (uint16_t)n;
	return true;
}

/* Adds the rule whose words are given, but for its action, to the draft. */
static bool add_rule(const struct element *e, struct draft *d, const struct str_list *words,
		     size_t from, uint16_t port, struct error *err)
{
	struct ipexpr x = { .pool = pool_new() };
	bool ok = true;

	if (is_all(words, from))
		ipexpr_add(&x, EXPR_TRUE);
	else
		ok = ipexpr_parse(e, words, from, &x, err);
	if (ok)
		draft_rule(d, ipexpr_draft(d, &x), port);
	pool_free(x.pool);
	return ok;
}

static bool add_argument(const struct element *e, struct draft *d, struct str arg, size_t i,
			 bool actions, struct error *err)
{
	struct str_list words = { NULL, 0, 0 };
	uint16_t port = (uint16_t)i;
	bool ok = true;

	ipexpr_words(e->conf, conf_unquote(e->conf, arg), &words);
	if (actions && words.n == 0)
		return fail(err, "empty pattern %zu", i);
	error_prefix(err, "pattern %zu: ", i);
	if (actions)
		ok = parse_action(e, words.v[0], &port, err);
	ok &= add_rule(e, d, &words, actions, port, err);
	error_leave(err);
	pool_release(words.v);
	return ok;
}

bool ip_rules_compile(struct ip_rules *r, const struct str_list *args, bool actions,
		      struct error *err)
{
	struct element *e = &r->base;
	struct draft *d = draft_new(e->conf);
	bool ok = true;

	for (size_t i = 0; i < args->n; i++)
		ok &= add_argument(e, d, args->v[i], i, actions, err);
	if (ok)
		draft_finish(d, 0, &r->program);
	return ok;
}

bool ip_rules_arg(struct element *e, struct str arg, struct error *err)
{
	(void)e, (void)arg, (void)err;
	return true;
}

void ip_rules_read_program(struct element *e, struct text *out)
{
	program_print(&((const struct ip_rules *)e)->program, out);
}

/* --- packets --- */

/* The Ethernet header starts in the middle of its area's first word, so that the type and most
 * of the addresses are aligned. */
enum { ETHER_SHIFT = 2 };

static const uint8_t *mac_area(const struct packet *p)
{
	return (const uint8_t *)((uintptr_t)p->mac - ETHER_SHIFT);
}

static uint32_t bytes_from(const struct packet *p, const uint8_t *header)
{
	const uint8_t *end = p->data + p->len;

	return header && header >= p->head && header <= end ? (uint32_t)(end - header) : 0;
}

/* For packets that lack something: looks before it reads. */
static __attribute__((noinline)) uint16_t classify_careful(const struct program *pr,
							   const struct packet *p)
{
	uint32_t mac = bytes_from(p, p->mac);
	const uint32_t have[AREAS] = { mac ? mac + ETHER_SHIFT : 0, bytes_from(p, p->net),
				       bytes_from(p, p->trans) };
	const uint8_t *const at[AREAS] = { mac_area(p), p->net, p->trans };

	return program_careful(pr, at, have);
}

/* Are all bytes there that any test wants? */
static inline bool has(const struct packet *p, const uint8_t *from, uint32_t bytes)
{
	return (uintptr_t)from >= (uintptr_t)p->head &&
	       (uintptr_t)from + bytes <= (uintptr_t)p->data + p->len;
}

void ip_rules_classify(struct element *e, const struct batch *in, uint16_t port[])
{
	const struct program *pr = &((const struct ip_rules *)e)->program;
	uint32_t mac = pr->full[AREA_MAC], net = pr->full[AREA_NET], trans = pr->full[AREA_TRANS];
	const uint8_t *at[AREAS] = { NULL };

	for (unsigned i = 0; i < in->n; i++) {
		const struct packet *p = in->pkt[i];

		at[AREA_NET] = p->net;
		at[AREA_TRANS] = p->trans;
		if (mac)
			at[AREA_MAC] = mac_area(p);
		if (LIKELY(has(p, p->net, net) && has(p, p->trans, trans) &&
			   (!mac || (p->mac && has(p, at[AREA_MAC], mac)))))
			port[i] = program_fast(pr, at, false);
		else
			port[i] = classify_careful(pr, p);
	}
}
