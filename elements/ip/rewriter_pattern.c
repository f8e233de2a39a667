/* SPDX-License-Identifier: MIT */
/* rewriter_pattern.c - parsing and printing patterns, and giving flows their part of a range. */
#include "elements/ip/rewriter_pattern.h"

#include "elements/ip/rewriter.h"
#include "engine/lang/lang.h"

size_t pattern_words(struct str s, struct str word[PATTERN_WORDS_MAX])
{
	size_t n = 0;

	for (s = str_trim(s); s.n != 0 && n < PATTERN_WORDS_MAX; s = str_trim(s))
		word[n++] = conf_word(&s);
	return n;
}

static bool unchanged(struct str s)
{
	return str_is(s, "-");
}

/* Takes `#' or `?' off the end of a range. */
static struct str parse_suffix(struct str s, struct pattern *pat)
{
	if (s.n != 0 && (s.p[s.n - 1] == '#' || s.p[s.n - 1] == '?')) {
		pat->sequential = s.p[s.n - 1] == '#';
		pat->random = !pat->sequential;
		s.n--;
	}
	return s;
}

static bool set_range(struct pattern *pat, enum vary vary, uint32_t first, uint32_t last)
{
	if (first > last)
		return false;
	pat->vary = (uint8_t)vary;
	pat->base = first;
	pat->top = last - first;
	return true;
}

/* The usable addresses of a prefix. */
static bool set_prefix(struct pattern *pat, struct ip_prefix prefix)
{
	uint32_t mask = be32(prefix.mask), first = be32(prefix.addr) & mask, last = first | ~mask;

	if (~mask & (~mask + 1))
		return false;
	if (last - first > 1) {
		first++;
		last--;
	}
	pat->fixed.saddr = be32(first);
	return first == last || set_range(pat, VARY_ADDRESS, first, last);
}

static bool parse_saddr(struct element *e, struct str s, struct pattern *pat)
{
	struct ip_addr first, last;
	struct ip_prefix prefix;
	size_t dash;

	if (unchanged(s))
		return true;
	if (parse_ip(s, e, &first)) {
		pat->fixed.saddr = first.v;
		return true;
	}
	s = parse_suffix(s, pat);
	dash = str_find(s, '-');
	if (dash < s.n) {
		if (!parse_ip(str_first(s, dash), e, &first) ||
		    !parse_ip(str_from(s, dash + 1), e, &last))
			return false;
		pat->fixed.saddr = first.v;
		return set_range(pat, VARY_ADDRESS, be32(first.v), be32(last.v));
	}
	return parse_prefix(s, e, false, &prefix) && set_prefix(pat, prefix);
}

static bool parse_sport(struct str s, struct pattern *pat)
{
	size_t dash = str_find(s, '-');
	int64_t first, last;

	if (unchanged(s))
		return true;
	if (dash == s.n) {
		if (!parse_int(s, 1, 65535, &first, NULL))
			return false;
		pat->fixed.sport = be16((uint16_t)first);
		return true;
	}
	s = parse_suffix(s, pat);
	if (!parse_int(str_first(s, dash), 0, 65535, &first, NULL) ||
	    !parse_int(str_from(s, dash + 1), 0, 65535, &last, NULL))
		return false;
	pat->fixed.sport = be16((uint16_t)first);
	pat->last_port = (uint32_t)last;
	return set_range(pat, VARY_PORT, (uint32_t)first, (uint32_t)last);
}

static bool parse_daddr(struct element *e, struct str s, struct pattern *pat)
{
	struct ip_addr addr = { 0 };

	if (!unchanged(s) && !parse_ip(s, e, &addr))
		return false;
	pat->fixed.daddr = addr.v;
	return true;
}

static bool parse_dport(struct str s, struct pattern *pat)
{
	int64_t port = 0;

	if (!unchanged(s) && !parse_int(s, 1, 65535, &port, NULL))
		return false;
	pat->fixed.dport = be16((uint16_t)port);
	return true;
}

struct pattern *pattern_named(struct element *e, struct str name)
{
	for (unsigned i = 0; i < router_nelements(e->router); i++) {
		struct element *holder = router_element(e->router, i);
		const struct named_patterns *names;

		if (strcmp(holder->class->name, REWRITER_PATTERNS) != 0)
			continue;
		names = holder->class->cast(holder, REWRITER_PATTERNS);
		for (size_t k = 0; k < names->n; k++)
			if (str_eq(names->v[k].name, name))
				return names->v[k].pattern;
	}
	return NULL;
}

static bool parse_name(struct element *e, struct str name, struct pattern *pat,
		       struct pattern **shared, struct error *err)
{
	struct pattern *named = pattern_named(e, name);

	if (!named)
		return fail(err, "no such pattern '%.*s'", STR(name));
	if (shared)
		*shared = named;
	else
		*pat = *named;
	return true;
}

bool pattern_parse(struct element *e, const struct str *word, size_t n, struct pattern *pat,
		   struct pattern **shared, struct error *err)
{
	/* SADDR DADDR, SADDR DADDR SPORT, SADDR SPORT DADDR DPORT */
	size_t sport = n == 4 ? 1 : 2, daddr = n == 4 ? 2 : 1;

	if (n < 1 || n > 4)
		return fail(err, "syntax error");
	if (n == 1)
		return parse_name(e, word[0], pat, shared, err);
	*pat = (struct pattern){ .napt = n > 2 };
	if (!parse_saddr(e, word[0], pat))
		return fail(err, "bad source address");
	if (n > 2 && !parse_sport(word[sport], pat))
		return fail(err, "bad source port");
	if (!parse_daddr(e, word[daddr], pat))
		return fail(err, "bad destination address");
	if (n > 3 && !parse_dport(word[3], pat))
		return fail(err, "bad destination port");
	if (shared)
		*shared = pat;
	return true;
}

static void saddr_text(const struct pattern *pat, struct text *out)
{
	if (pat->fixed.saddr == 0 && pat->vary != VARY_ADDRESS) {
		text_char(out, '-');
		return;
	}
	print_ip(out, pat->fixed.saddr);
	if (pat->vary == VARY_ADDRESS) {
		text_char(out, '-');
		print_ip(out, be32(pat->base + pat->top));
	}
}

static void port_text(uint16_t port, struct text *out)
{
	if (port == 0)
		text_char(out, '-');
	else
		text_add(out, "%u", be16(port));
}

static void daddr_text(const struct pattern *pat, struct text *out)
{
	if (pat->fixed.daddr == 0)
		text_char(out, '-');
	else
		print_ip(out, pat->fixed.daddr);
}

void pattern_text(const struct pattern *pat, struct text *out)
{
	saddr_text(pat, out);
	text_char(out, ' ');
	if (pat->napt) {
		if (pat->vary == VARY_PORT)
			text_add(out, "%u-%u", pat->base, pat->last_port);
		else
			port_text(pat->fixed.sport, out);
		text_char(out, ' ');
	}
	daddr_text(pat, out);
	if (pat->napt) {
		text_char(out, ' ');
		port_text(pat->fixed.dport, out);
	}
}

bool pattern_same(const struct pattern *a, const struct pattern *b)
{
	return flow_id_eq(&a->fixed, &b->fixed) && a->napt == b->napt && a->random == b->random &&
	       a->sequential == b->sequential && a->vary == b->vary && a->base == b->base &&
	       a->top == b->top;
}

/* --- allocation --- */

struct search {
	const struct pattern *pat;
	const struct rewriter_ops *ops;
	const struct flow_map *replies;
	struct flow_id *to;
};

/* Sets the varying field; is the reply that this flow would get free? */
static bool is_free(const struct search *s, uint32_t value)
{
	struct flow_id reply;

	if (s->pat->vary == VARY_PORT)
		s->to->sport = be16((uint16_t)value);
	else
		s->to->saddr = be32(value);
	if (s->ops->complete)
		s->ops->complete(s->to);
	reply = flow_id_reverse(s->to);
	return flow_map_get(s->replies, &reply) == 0;
}

static uint32_t first_offset(struct element *e, const struct pattern *pat)
{
	if (pat->sequential)
		return pat->next;
	return pat->top == UINT32_MAX ? random_u32(e) : random_below(e, pat->top + 1);
}

static bool search_range(struct element *e, struct pattern *pat, const struct search *s)
{
	uint32_t start = first_offset(e, pat), offset = start;

	do {
		if (is_free(s, pat->base + offset)) {
			pat->next = offset == pat->top ? 0 : offset + 1;
			return true;
		}
		offset = offset == pat->top ? 0 : offset + 1;
	} while (offset != start);
	return false;
}

static bool keep_own_port(const struct pattern *pat, const struct search *s, uint32_t port)
{
	return pat->vary == VARY_PORT && !pat->sequential && !pat->random && port >= pat->base &&
	       port - pat->base <= pat->top && is_free(s, port);
}

static void substitute(const struct flow_id *fixed, const struct flow_id *from, struct flow_id *to)
{
	*to = *from;
	if (fixed->saddr)
		to->saddr = fixed->saddr;
	if (fixed->daddr)
		to->daddr = fixed->daddr;
	if (fixed->sport)
		to->sport = fixed->sport;
	if (fixed->dport)
		to->dport = fixed->dport;
}

/* A full range is searched once, not for each packet of a flood: it stays full for this
 * destination until a flow ends. */
static bool known_full(const struct pattern *pat, const struct search *s, uint32_t ended)
{
	return pat->full.replies == s->replies && pat->full.ended == ended &&
	       pat->full.id.daddr == s->to->daddr && pat->full.id.dport == s->to->dport;
}

bool pattern_allocate(struct pattern *pat, const struct rewriter *rw, unsigned map,
		      const struct flow_id *from, struct flow_id *to)
{
	struct search s = { pat, rw->ops, &rw->map[map], to };
	struct element *e = rewriter_element(rw);
	uint32_t ended = rw->pool->ended;

	substitute(&pat->fixed, from, to);
	if (pat->vary == VARY_NOTHING) {
		if (rw->ops->complete)
			rw->ops->complete(to);
		return true;
	}
	if (known_full(pat, &s, ended))
		return false;
	if (keep_own_port(pat, &s, be16(from->sport)) || search_range(e, pat, &s))
		return true;
	pat->full.replies = s.replies;
	pat->full.ended = ended;
	pat->full.id = *to;
	return false;
}
