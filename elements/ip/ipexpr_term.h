/* SPDX-License-Identifier: MIT */
/* ipexpr_term.h - one test of an expression, `src tcp port 80', between its words and its
 * comparisons. */
#ifndef ELEMENTS_IP_IPEXPR_TERM_H
#define ELEMENTS_IP_IPEXPR_TERM_H

#include "elements/ip/ipexpr.h"
#include "engine/value.h"

enum term_type { TERM_NONE, TERM_HOST, TERM_NET, TERM_PROTO, TERM_PORT, TERM_OPT, TERM_FRAG,
		 TERM_UNFRAG, TERM_CE, TERM_ECT, TERM_TYPE, TERM_WIN, TERM_VERS, TERM_HL, TERM_TOS,
		 TERM_DSCP, TERM_LEN, TERM_ID, TERM_TTL, TERM_BYTES, TERM_TYPES };

enum direction { ANYWHERE, SRC, DST, SRC_OR_DST, SRC_AND_DST };
enum header { HEADER_ANY, HEADER_IP, HEADER_ETHER };
enum relation { NO_RELATION, EQUAL, NOT_EQUAL, LESS, GREATER, AT_MOST, AT_LEAST };

/* Pseudo protocols, beyond those of a byte. */
enum { PROTO_NONE = -1, PROTO_TCPUDP = 256, PROTO_TRANSP = 258 };

struct term { /* zero but proto, which is PROTO_NONE, is a test of nothing */
	enum term_type type;
	enum direction direction;
	enum header header;
	int32_t proto;
	bool negated;
	bool inherited;    /* it goes on with the test before it */
	uint32_t pos, len; /* of TERM_BYTES */
	struct str mask;   /* the word behind `&'; empty: none */
	enum relation relation;
};

enum value_kind { VALUE_NONE, VALUE_NUMBER, VALUE_IP, VALUE_PREFIX, VALUE_ETHER };

struct value {
	enum value_kind kind;
	struct str word;
	uint64_t number;
	struct ip_prefix ip; /* of VALUE_IP and VALUE_PREFIX, network order */
	struct ether_addr ether;
};

struct parser {
	const struct element *e;
	const struct str_list *words;
	size_t at;
	struct ipexpr *out;
	struct error *err;
	struct term last; /* the test before, which a bare value goes on with */
	bool failed;      /* an error was reported that does not end the parsing */
};

/* The word n after the next; empty when there is none. */
struct str parser_word(const struct parser *, size_t n);
bool parser_next_is(const struct parser *, const char *word);
/* Takes the next word if it is this. */
bool parser_take(struct parser *, const char *word);

/* Reads a test and adds its operations. False: the words make no sense, parsing ends here. */
bool term_parse(struct parser *) MUST_CHECK;

/* Can the word be a value, going by its looks? */
bool value_is(struct str word);
bool value_is_number(struct str word);
/* Takes the value of a test, if the next word is one; what it says of the test goes to the term.
 * False: an error ends the test. */
bool value_take(struct parser *, struct term *, struct value *) MUST_CHECK;

/* A type's keyword; TERM_NONE: it is not one. */
enum term_type term_type_of(struct str keyword);
/* "src or dst ip host": how messages call a test. In the expression's pool. */
const char *term_title(const struct parser *, const struct term *);
/* Is it a number field, whose value may be an ICMP type's name? */
bool term_is_icmp_type(const struct term *);
bool term_is_address(enum term_type);
/* Reports an error that does not end the parsing; returns false. */
bool term_fails(struct parser *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Checks a term with its value and adds the operations for it. */
void term_add(struct parser *, struct term *, const struct value *);

#endif
