/* SPDX-License-Identifier: MIT */
/*
 * graph.h - a flat configuration: elements and connections, compounds expanded.
 *
 * What the language makes of a text, what the router is built from, and what the tools rewrite.
 * Everything lives in the graph's pool.
 */
#ifndef ENGINE_GRAPH_GRAPH_H
#define ENGINE_GRAPH_GRAPH_H

#include "base/error.h"
#include "base/hash.h"
#include "base/pool.h"

struct graph_element {
	struct str name;   /* full name: a/b/c */
	struct str class;  /* the primitive's name as written in the text, aliases resolved */
	struct str config; /* raw, variables expanded; empty when there is none */
	struct landmark at;
};

struct graph_end {
	unsigned e, port; /* index into element[], port number */
};

struct graph_conn {
	struct graph_end from, to;
	struct landmark at;
};

struct graph_requirement {
	struct str type, value; /* "package" "foo"; "compact_config" "" */
};

struct graph_member { /* of the archive that the configuration came in */
	struct str name, data;
};

struct graph {
	struct pool *pool;
	struct str text; /* the configuration as given (the `config' member of an archive) */
	struct str file; /* landmark name */
	bool compact;    /* compact_config was required */
	struct graph_element *element; /* in element order */
	size_t nelements, element_cap;
	struct graph_conn *conn; /* in any order before graph_sort, no two the same */
	size_t nconns, conn_cap;
	struct graph_requirement *requirement;
	size_t nrequirements, requirement_cap;
	struct graph_member *member;
	size_t nmembers, member_cap;
	struct str *define; /* "$NAME value" of each file-level define, for the tools */
	size_t ndefines, define_cap;
	uint32_t *seen; /* graph_connect's hash table of conn[]: index + 1; 0: free */
	size_t seen_cap, nseen;
};

struct graph *graph_new(void);
void graph_free(struct graph *); /* NULL is fine */

unsigned graph_add(struct graph *, struct graph_element e); /* its index */
void graph_connect(struct graph *, struct graph_conn c);    /* a second one alike is ignored */
void graph_sort(struct graph *); /* by destination, destination port, source, source port */

/* The element of that name; graph->nelements when there is none. Linear. */
unsigned graph_find(const struct graph *, struct str name);

/* Drops element i and its connections; later elements move down by one. */
void graph_remove(struct graph *, unsigned i);

struct graph_text_options {
	bool landmarks; /* `# LINE "FILE"' before each declaration, as the tools write it */
	bool defines;   /* file-level define(...) on top */
	/* The configuration to print for element i; NULL: its config. */
	struct str (*config)(void *arg, unsigned i);
	void *arg;
};

/* The flat text. Sorts the connections. */
void graph_unparse(struct graph *, struct text *out, const struct graph_text_options *);

#endif
