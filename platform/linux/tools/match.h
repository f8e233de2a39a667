/* SPDX-License-Identifier: MIT */
/* match.h - patterns, and where a configuration has them. For click-xform. */
#ifndef PLATFORM_LINUX_TOOLS_MATCH_H
#define PLATFORM_LINUX_TOOLS_MATCH_H

#include "platform/linux/tools/tool.h"

/* A compound class in a graph of open classes: element `input', then `output', then its own, up to
 * `end'. */
struct pattern {
	const struct graph *graph;
	struct str name;
	unsigned input, output, end;
};

#define NO_ELEMENT UINT32_MAX

/* What a pattern's variables stand for. */
struct binding {
	struct str name, value;
};

struct match {
	struct job *job;
	struct graph *g;
	const struct pattern *pattern;
	struct pool *pool;  /* what lives as long as the match */
	unsigned *element;  /* by number within the pattern: the element of g */
	unsigned *member;   /* by element of g: the element of pattern->graph, or NO_ELEMENT */
	const struct element_class **class; /* of each element of g; NULL: not known */
	size_t *out, *next;  /* connections of each element of g, chained: index + 1, 0 at the end */
	struct binding *var;
	size_t nvars, var_cap;
	size_t *vars_before; /* by number within the pattern: nvars without it */
	uint64_t work;       /* connections and elements looked at */
};

/* Looks for the pattern in g. 1: found; 0: it is not there; -1: gave up, after an error. In any
 * case match_fini follows. */
int match_find(struct match *, struct job *, struct graph *g, const struct pattern *);
void match_fini(struct match *);

/* Is connection c of g one of those inside the pattern? */
bool match_has(const struct match *, const struct graph_conn *c);

/* The own name of element e of the pattern: "a" of "P/a". */
struct str pattern_local(const struct pattern *, unsigned e);
/* The number of a port of `input' (output: of `output') that leads to that end of a connection, or
 * -1 when the pattern has none there. */
int pattern_port(const struct pattern *, struct graph_end inside, bool output);
/* text with the variables' values. */
struct str match_expand(const struct match *, struct pool *, struct str text);

#endif
