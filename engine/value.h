/* SPDX-License-Identifier: MIT */
/*
 * value.h - the types that configuration arguments and handlers can have.
 *
 * A field's C type picks its grammar: KIND_OF(field). Each function that parses takes the whole
 * text; on failure it reports the reason without the parameter's name, or nothing for a plain
 * "parse error", which the caller then adds.
 */
#ifndef ENGINE_VALUE_H
#define ENGINE_VALUE_H

#include "base/error.h"
#include "base/pool.h"
#include "base/rate.h"

struct element;
struct handler;

/* Addresses are in network order. */
struct ip_addr { uint32_t v; };
struct ip_prefix { uint32_t addr, mask; };       /* addr with its host bits as written */
struct ip_list { struct ip_addr *v; uint32_t n; }; /* pooled */
struct ip6_addr { uint8_t b[16]; };
struct ip6_prefix { struct ip6_addr addr; uint32_t len; };
struct ether_addr { uint8_t b[6]; };

struct timestamp { int64_t ns; }; /* since 1970 */
struct interval { int64_t ns; };
struct seconds { uint32_t v; };
struct msecs { uint32_t v; };
struct usecs { uint32_t v; };
struct bandwidth { uint32_t v; };    /* bytes a second */
struct fixed10 { uint32_t v; };      /* unsigned, 10 fraction bits */
struct fixed16 { uint32_t v; };
struct fixed28 { uint32_t v; };
struct anno { uint8_t offset, size; };  /* any; size 0: not known */
struct anno1 { uint8_t offset; };
struct anno2 { uint8_t offset; };
struct anno4 { uint8_t offset; };
struct word { struct str s; };       /* printable, without quotes, backslashes, commas */
struct raw { struct str s; };        /* the argument's text as it is */
struct filename { struct str s; };   /* NUL-terminated */
struct tcp_port { uint16_t v; };     /* host order */
struct udp_port { uint16_t v; };
struct ip_proto { int32_t v; };      /* named integer: the pseudo protocols too */

/* A handler to call: "[ELEMENT.]HANDLER [VALUE]". Empty text: none. */
struct hcall {
	struct str text, value;
	struct element *e;       /* NULL: a global handler */
	const struct handler *h; /* resolved before the element starts */
	unsigned index;
};

struct trigger { /* "N HANDLER [VALUE]" */
	uint64_t at; /* UINT64_MAX: never */
	bool armed;
	struct hcall call;
};

enum kind {
	KIND_NONE, KIND_BOOL, KIND_U8, KIND_U16, KIND_U32, KIND_U64, KIND_I32, KIND_I64,
	KIND_DOUBLE, KIND_STR, KIND_WORD, KIND_RAW, KIND_FILENAME, KIND_IP, KIND_IP_PREFIX,
	KIND_IP_LIST, KIND_IP6, KIND_IP6_PREFIX, KIND_ETHER, KIND_TIMESTAMP, KIND_INTERVAL,
	KIND_SECONDS, KIND_MSECS, KIND_USECS, KIND_BANDWIDTH, KIND_FIXED10, KIND_FIXED16,
	KIND_FIXED28, KIND_ANNO, KIND_ANNO1, KIND_ANNO2, KIND_ANNO4, KIND_TCP_PORT,
	KIND_UDP_PORT, KIND_PROTO, KIND_ELEMENT, KIND_READ_CALL, KIND_WRITE_CALL, KIND_TRIGGER,
	KIND_EWMA, KIND_MAX
};

/* struct hcall is a write call; a read call has `struct read_call'. */
struct read_call { struct hcall c; };

#define KIND_OF(x) _Generic((x),                                                           \
	bool: KIND_BOOL, uint8_t: KIND_U8, uint16_t: KIND_U16, uint32_t: KIND_U32,         \
	uint64_t: KIND_U64, int32_t: KIND_I32, int64_t: KIND_I64, double: KIND_DOUBLE,     \
	struct str: KIND_STR, struct word: KIND_WORD, struct raw: KIND_RAW,                \
	struct filename: KIND_FILENAME, struct ip_addr: KIND_IP,                           \
	struct ip_prefix: KIND_IP_PREFIX, struct ip_list: KIND_IP_LIST,                    \
	struct ip6_addr: KIND_IP6, struct ip6_prefix: KIND_IP6_PREFIX,                     \
	struct ether_addr: KIND_ETHER, struct timestamp: KIND_TIMESTAMP,                   \
	struct interval: KIND_INTERVAL, struct seconds: KIND_SECONDS,                      \
	struct msecs: KIND_MSECS, struct usecs: KIND_USECS,                                \
	struct bandwidth: KIND_BANDWIDTH, struct fixed10: KIND_FIXED10,                    \
	struct fixed16: KIND_FIXED16, struct fixed28: KIND_FIXED28, struct anno: KIND_ANNO, \
	struct anno1: KIND_ANNO1, struct anno2: KIND_ANNO2, struct anno4: KIND_ANNO4,      \
	struct tcp_port: KIND_TCP_PORT, struct udp_port: KIND_UDP_PORT,                    \
	struct ip_proto: KIND_PROTO, struct element *: KIND_ELEMENT,                       \
	struct read_call: KIND_READ_CALL, struct hcall: KIND_WRITE_CALL,                   \
	struct trigger: KIND_TRIGGER, struct ewma: KIND_EWMA)

size_t kind_size(enum kind);
const char *kind_name(enum kind); /* for help: "bool", "IP address" */

struct value_range {
	int64_t min, max; /* integers; min > max: the type's own limits */
	bool negative;    /* times and fixed points: a sign is allowed */
};

/* Any kind; e (may be NULL) gives the scope for names, pool where strings go. */
bool value_parse(enum kind, struct str text, void *dst, const struct value_range *,
		 const struct element *e, struct pool *, struct error *) MUST_CHECK;
/* As handlers show it, without newline. */
void value_print(enum kind, const void *src, struct text *out);

/* One by one, for elements with a grammar of their own. NULL error: say nothing. */
bool parse_bool(struct str, bool *) MUST_CHECK;
bool parse_int(struct str, int64_t min, int64_t max, int64_t *, struct error *) MUST_CHECK;
bool parse_u64(struct str, uint64_t max, uint64_t *, struct error *) MUST_CHECK;
bool parse_base(struct str, unsigned base, uint64_t max, uint64_t *, struct error *) MUST_CHECK;
bool parse_u32(struct str, uint32_t *, struct error *) MUST_CHECK;
bool parse_i32(struct str, int32_t *, struct error *) MUST_CHECK;
bool parse_double(struct str, double *, struct error *) MUST_CHECK;
bool parse_fixed(struct str, unsigned bits, uint32_t *, struct error *) MUST_CHECK;
bool parse_bandwidth(struct str, uint32_t *, bool *had_unit, struct error *) MUST_CHECK;
/* A time as a count of 10^-digits seconds. */
bool parse_seconds(struct str, unsigned digits, uint32_t *, struct error *) MUST_CHECK;
bool parse_interval(struct str, bool negative, int64_t *ns, struct error *) MUST_CHECK;
bool parse_string(struct str, struct pool *, struct str *) MUST_CHECK;
bool parse_keyword(struct str) MUST_CHECK; /* letters, digits and _ . : ? ! */
bool parse_ip(struct str, const struct element *, struct ip_addr *) MUST_CHECK;
/* bare: a plain address is a /32. */
bool parse_prefix(struct str, const struct element *, bool bare, struct ip_prefix *) MUST_CHECK;
bool parse_ip6(struct str, const struct element *, struct ip6_addr *) MUST_CHECK;
bool parse_ip6_prefix(struct str, const struct element *, bool bare,
		      struct ip6_prefix *) MUST_CHECK;
bool parse_ether(struct str, const struct element *, struct ether_addr *) MUST_CHECK;
bool parse_port(struct str, int proto, const struct element *, uint16_t *,
		struct error *) MUST_CHECK;
bool parse_proto(struct str, const struct element *, int32_t *) MUST_CHECK;
bool parse_anno(struct str, unsigned size, const struct element *, struct anno *) MUST_CHECK;

void print_ip(struct text *, uint32_t addr);
void print_prefix(struct text *, struct ip_prefix);
void print_ip6(struct text *, const uint8_t addr[16]);
void print_ether(struct text *, const uint8_t addr[6]); /* 00-1A-2B-3C-4D-5E */
void print_timestamp(struct text *, int64_t ns);
void print_interval(struct text *, int64_t ns);
void print_msecs(struct text *, uint32_t ms);
void print_usecs(struct text *, uint32_t us);
void print_double(struct text *, double);                       /* %.12g */
void print_fixed(struct text *, int64_t v, unsigned bits);      /* shortest that re-reads */
void print_decimal(struct text *, int64_t v, unsigned digits);  /* v / 10^digits */
void print_bandwidth(struct text *, uint32_t bytes);

/* --- name databases --- */

enum name_db { NAME_IP, NAME_IP_PREFIX, NAME_IP6, NAME_IP6_PREFIX, NAME_ETHER, NAME_PORT_TCP,
	       NAME_PORT_UDP, NAME_ANNO, NAME_PROTO, NAME_ICMP_TYPE, NAME_ICMP_CODE_UNREACHABLE,
	       NAME_ICMP_CODE_REDIRECT, NAME_ICMP_CODE_TIMEEXCEEDED, NAME_ICMP_CODE_PARAMPROB,
	       NAME_IP_FIELD, NAME_HOST, NAME_LOCK, NAME_DBS };

/* Defines name in the compound that e is in; replaces. size is at most 32 bytes. */
void name_define(struct element *e, enum name_db, struct str name, const void *v, size_t size);
/* From the most local scope outward, then the built-in tables, then the platform's. The value
 * is as defined: ip_addr, ip_prefix, ip6_addr, ip6_prefix, ether_addr; uint32_t for the rest. */
bool name_find(const struct element *e, enum name_db, struct str name, void *v,
	       size_t size) MUST_CHECK;
/* Defined by an element's name_define only. */
bool name_defined(const struct element *e, enum name_db, struct str name, void *v,
		  size_t size) MUST_CHECK;
/* A built-in annotation name? */
bool anno_builtin(struct str name, struct anno *) MUST_CHECK;

#endif
