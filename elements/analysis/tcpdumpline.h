/* SPDX-License-Identifier: MIT */
/* tcpdumpline.h - the lines that tcpdump prints, up to version 3: what they say of a packet. */
#ifndef ELEMENTS_ANALYSIS_TCPDUMPLINE_H
#define ELEMENTS_ANALYSIS_TCPDUMPLINE_H

#include "elements/analysis/ipsummary_opt.h"
#include "engine/value.h"

struct tcpdump_line { /* zero is what it does not say */
	int64_t timestamp;
	uint32_t saddr, daddr; /* network order */
	uint16_t sport, dport; /* host order, as all below */
	uint8_t proto;         /* 0: another */
	uint8_t tos, ttl;
	uint16_t id, off; /* off with its flags, as in the header */
	bool has_ttl, has_len, has_frag, has_seq, has_ack;
	uint32_t len;      /* of the IP packet */
	uint32_t payload;  /* behind the transport header */
	uint32_t fragment; /* behind the IP header of a fragment */
	uint8_t flags;
	uint32_t seq, ack; /* as printed: relative, mostly */
	uint16_t win, urp;
	uint8_t opt[OPT_ROOM];
	uint32_t nopt;
};

/* TIME SRC.PORT > DST.PORT: ...; e gives the scope of names. */
bool tcpdump_line_parse(const struct element *e, struct str line,
			struct tcpdump_line *) MUST_CHECK;

#endif
