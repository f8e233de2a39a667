/* SPDX-License-Identifier: MIT */
/*
 * ipsummary.h - the fields of summary dumps: what a packet says of each, and making packets that
 * say it.
 *
 * A field gets its value from a packet's view and sets it in a draft; its type prints and parses
 * the value, and packs it into binary records. Files by layer: ipsummary_anno.c, _ip.c, ...
 */
#ifndef ELEMENTS_ANALYSIS_IPSUMMARY_H
#define ELEMENTS_ANALYSIS_IPSUMMARY_H

#include "base/net.h"
#include "engine/element.h"

/* --- values --- */

#define SUMMARY_BYTES 64U

struct summary_value {
	uint64_t v;    /* a number; a timestamp in ns; an IP address in network order */
	struct str s;  /* payload; may point into the packet or the line */
	uint8_t bytes[SUMMARY_BYTES]; /* addresses, digests, options */
	uint32_t n;                   /* of bytes */
};

struct summary_draft;

enum summary_packing { PACK_NONE, PACK_NUMBER, PACK_USEC, PACK_NSEC, PACK_ADDRESS, PACK_BYTES,
		       PACK_OPTIONS };

struct summary_type {
	enum summary_packing packing;
	uint8_t size; /* in a binary record; of options without their length byte: 0 */
	void (*print)(const struct summary_value *, struct text *);
	/* NULL: the field is ignored on input. */
	bool (*parse)(const struct summary_draft *, struct str, struct summary_value *);
};

extern const struct summary_type summary_u8, summary_u16, summary_u32, summary_usec, summary_nsec;

/* --- a packet to be described --- */

struct summary_view {
	struct packet *p;
	const struct ip_header *ip; /* NULL: none, or not whole */
	uint32_t captured; /* bytes from the IP header on, as far as the IP length goes; without a
			      header: of the packet */
	uint32_t len;      /* the IP length with extra length; without a header: of the packet */
	uint32_t extra;    /* the extra length, if it counts */
	struct text *bad;  /* the first problem; NULL: not wanted */
};

/* careful: bytes that are in the IP length only are a problem, too. */
void summary_view_init(struct summary_view *v, struct packet *p, bool extra, bool careful,
		       struct text *bad);
/* Notes a problem, if it is the first; false. */
bool summary_bad(const struct summary_view *v, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* The transport header, of which at least need bytes were captured; NULL when not. proto names it
 * in problems. */
const uint8_t *summary_transport(const struct summary_view *v, const char *proto, uint32_t need);
/* Length of IP and transport header. */
uint32_t summary_headers(const struct summary_view *v);

/* --- a packet in the making --- */

#define SUMMARY_UNKNOWN UINT32_MAX

struct summary_flow { /* defaults of the file */
	uint32_t saddr, daddr; /* network order */
	uint16_t sport, dport;
	int proto;             /* < 0: not given */
	bool given;
};

struct summary_source { /* what holds for all packets of a file */
	const struct element *e;
	struct summary_flow flow;
	uint8_t proto;       /* of packets that do not say */
	uint32_t aggregate;
	unsigned minor;      /* version 1.minor */
	bool checksum;
	bool as_it_is;       /* no transport header and no payload that nobody asked for */
	struct text *scratch; /* where a payload goes while its packet is made */
};

struct summary_draft {
	const struct summary_source *source;
	int64_t timestamp, first_timestamp;
	uint32_t extra_packets, aggregate;
	uint8_t paint;
	bool not_ip, has_ether;
	struct ether_header ether;
	uint32_t ip_n, trans_n; /* bytes of the headers; 0: none yet */
	uint32_t wire_len, ip_len, payload_len; /* wanted; SUMMARY_UNKNOWN */
	bool ip_fixed, trans_fixed; /* the headers' lengths were given */
	bool has_payload;
	struct str payload;
	union {
		struct ip_header ip;
		uint8_t ip_bytes[60];
	};
	union {
		uint8_t trans[60];
		struct tcp_header tcp;
		struct udp_header udp;
		struct icmp_header icmp;
	};
};

void summary_draft_init(struct summary_draft *d, const struct summary_source *s);
/* The IP header, made when there is none; NULL when the packet is not IP. */
struct ip_header *summary_draft_ip(struct summary_draft *d);
/* The transport header, made when there is none. NULL when the packet is not a first fragment, or
 * not of that protocol (0: any that has ports). */
uint8_t *summary_draft_transport(struct summary_draft *d, uint8_t proto);
/* Puts options behind the header of `size' bytes, with EOL up to a multiple of 4; the new length. */
uint32_t summary_draft_options(uint8_t *header, uint32_t size, const uint8_t *options, uint32_t n);
/* NULL when packet memory is used up. */
struct packet *summary_draft_finish(struct summary_draft *d);

/* --- fields --- */

struct summary_field {
	const char *name;
	const struct summary_type *type;
	/* False: it has none. */
	bool (*get)(const struct summary_view *, struct summary_value *);
	void (*set)(struct summary_draft *, const struct summary_value *); /* NULL: ignored */
	const char *synonyms; /* space-separated; NULL: none */
};

struct summary_table {
	const struct summary_field *v;
	size_t n;
};

extern const struct summary_table summary_anno, summary_link, summary_ip, summary_ports, summary_tcp,
	summary_udp, summary_icmp, summary_payload;

/* By any of its names; NULL: none has it. */
const struct summary_field *summary_find(struct str name);
/* Their order: a packet is made layer by layer. */
unsigned summary_rank(const struct summary_field *);
/* As `!data' lines show it. */
const char *summary_name(const struct summary_field *, bool binary);

/* Binary records; v NULL packs a missing value. */
void summary_pack(const struct summary_field *, const struct summary_value *v, struct text *out);
bool summary_unpack(const struct summary_field *, struct str *in, struct summary_value *) MUST_CHECK;

/* Takes a word or a quoted string off the front of a line, without its space. */
bool summary_word(struct str *line, struct str *word) MUST_CHECK;
struct str summary_unquoted(struct str word); /* without the quotes around it */

/* Parsers and printers that types share. */
bool summary_parse_number(struct str s, uint64_t max, struct summary_value *v) MUST_CHECK;
void summary_print_number(const struct summary_value *v, struct text *out);
bool summary_parse_proto(struct str s, uint8_t *proto) MUST_CHECK;

#endif
