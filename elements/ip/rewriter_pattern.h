/* SPDX-License-Identifier: MIT */
/*
 * rewriter_pattern.h - the patterns of rewriters: which parts of a flow's addresses and ports
 * they replace, and the range from which each new flow gets its own.
 */
#ifndef ELEMENTS_IP_REWRITER_PATTERN_H
#define ELEMENTS_IP_REWRITER_PATTERN_H

#include "elements/ip/flow_map.h"

struct rewriter;

enum vary { VARY_NOTHING, VARY_ADDRESS, VARY_PORT };

struct pattern {
	struct flow_id fixed;  /* zero fields stay as they are */
	bool napt;             /* with ports */
	bool random;           /* do not try the flow's own port first */
	bool sequential;
	uint8_t vary;          /* enum vary: what the range is of */
	uint32_t base, top;    /* base .. base + top, host order */
	uint32_t last_port;    /* end of the port range, host order; for the text */
	uint32_t next;         /* sequential: the next offset */
	struct {               /* for whom the whole range was taken, when that was found */
		const struct flow_map *replies;
		struct flow_id id;
		uint32_t ended;
	} full;
};

/* Splits s at white space; the maximum is more than any specification has. */
#define PATTERN_WORDS_MAX 10
size_t pattern_words(struct str s, struct str word[PATTERN_WORDS_MAX]);

/* From 1 to 4 words; 1 is the name of a pattern of IPRewriterPatterns, which is copied when
 * shared is NULL and else returned there. */
bool pattern_parse(struct element *e, const struct str *word, size_t n, struct pattern *,
		   struct pattern **shared, struct error *err);
void pattern_text(const struct pattern *, struct text *);
bool pattern_same(const struct pattern *, const struct pattern *); /* but for the position */

/* What packets of a new flow become, in that map of rw, where replies are looked up. False: the
 * whole range is taken. */
bool pattern_allocate(struct pattern *, const struct rewriter *rw, unsigned map,
		      const struct flow_id *from, struct flow_id *to);

/* Named patterns: what IPRewriterPatterns casts to. */
#define REWRITER_PATTERNS "IPRewriterPatterns"
struct named_pattern {
	struct str name;
	struct pattern *pattern;
};
struct named_patterns {
	struct named_pattern *v;
	size_t n, cap;
};
struct pattern *pattern_named(struct element *e, struct str name); /* NULL: none */

#endif
