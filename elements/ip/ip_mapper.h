/* SPDX-License-Identifier: MIT */
/* ip_mapper.h - the list of patterns that mappers choose from. */
#ifndef ELEMENTS_IP_IP_MAPPER_H
#define ELEMENTS_IP_IP_MAPPER_H

#include "elements/ip/rewriter.h"

struct mapper_pattern {
	struct pattern *pattern;
	uint16_t out[2];
	int64_t id; /* SERVERID, where there is one */
	size_t number; /* in the configuration */
};

struct mapper_patterns { /* pooled */
	struct mapper_pattern *v;
	size_t n, cap;
};

/* Parses `PATTERN FOUTPUT ROUTPUT', and with_id `SERVERID', and adds it. */
bool mapper_add(struct element *, struct mapper_patterns *, struct str, bool with_id,
		struct error *);
/* After all were added: is there any? */
bool mapper_configured(const struct mapper_patterns *, struct error *);
bool mapper_allocate(const struct mapper_pattern *, const struct rewriter *, unsigned map,
		     const struct flow_id *from, struct flow_id *to, uint16_t out[2]);
bool mapper_check(struct element *, const struct mapper_patterns *, const struct rewriter *,
		  struct error *);

#endif
