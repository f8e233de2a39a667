/* SPDX-License-Identifier: MIT */
/*
 * ipsummary_opt.h - IP and TCP options as text, as summary dumps have them:
 * rr{1.2.3.4}+3;ts.ip{1.2.3.4=500}+1++2, mss1460;wscale7;sackok;sack1-5;ts10:20, 9=1:2. Without
 * any it is `.', when they are malformed `?'.
 */
#ifndef ELEMENTS_ANALYSIS_IPSUMMARY_OPT_H
#define ELEMENTS_ANALYSIS_IPSUMMARY_OPT_H

#include "base/text.h"

#define OPT_MAX 40U  /* bytes of options in a header */
#define OPT_ROOM 64U /* bytes that parsers may write */

void ip_opt_print(const uint8_t *o, uint32_t n, struct text *out);
void tcp_opt_print(const uint8_t *o, uint32_t n, struct text *out);

/* To o[OPT_ROOM], at most OPT_MAX bytes of it. */
bool ip_opt_parse(struct str s, uint8_t *o, uint32_t *n) MUST_CHECK;
bool tcp_opt_parse(struct str s, uint8_t *o, uint32_t *n) MUST_CHECK;

/* Takes the other TCP options out; how many bytes are left. Malformed ones stay. */
enum tcp_opt_keep { TCP_OPT_NO_TIMESTAMP, TCP_OPT_SACK_ONLY };
uint32_t tcp_opt_keep(uint8_t *o, uint32_t n, enum tcp_opt_keep keep);

/* --- what both have --- */

struct opt_buffer {
	uint8_t *p; /* [OPT_ROOM] */
	uint32_t n;
	bool full;  /* something had no room */
};

void opt_put(struct opt_buffer *b, uint32_t v, unsigned bytes); /* big-endian */
/* Behind an option's number: =b:b:b, or nothing. */
bool opt_parse_plain(struct str *s, struct opt_buffer *b) MUST_CHECK;
void opt_print_plain(const uint8_t *o, uint32_t len, struct text *out);
/* The length of option o, of which there are n bytes; 0: malformed. */
uint32_t opt_length(const uint8_t *o, uint32_t n);
/* A separator before any option but the first of those printed from `start' on. */
void opt_separate(struct text *out, size_t start);
/* Replaces what was printed from `start' on by `?', or an empty list by `.'. */
void opt_printed(struct text *out, size_t start, bool good);

#endif
