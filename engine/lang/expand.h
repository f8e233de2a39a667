/* SPDX-License-Identifier: MIT */
/*
 * expand.h - instances of classes. Internal to engine/lang.
 *
 * Every item of every instance becomes a node. A compound, or a group, is one node to those
 * around it and two more, its input and output, to those inside: a tunnel.
 */
#ifndef ENGINE_LANG_EXPAND_H
#define ENGINE_LANG_EXPAND_H

#include "engine/lang/parse.h"

#define NO_NODE UINT32_MAX

/* The variables of an instance. */
struct env {
	const struct env *outer; /* of the scope around the definition */
	const struct body *body;
	const struct str *value; /* of each formal */
};

struct instance {
	const struct body *body;
	const struct env *env;
	struct str name; /* empty for the file */
	struct landmark at;
	unsigned node; /* in the instance around it */
	unsigned depth;
};

struct node {
	unsigned element; /* in the graph, or NO_NODE */
	unsigned next;    /* what arrives here goes on from there, same port; or NO_NODE */
};

struct tunnel {
	struct str name;
	struct landmark at;
	unsigned outside, in, out; /* nodes */
};

struct expander {
	struct parser *p;
	struct graph *g;
	struct pool *pool;
	struct node *node;
	size_t nnodes, node_cap;
	struct tunnel *tunnel;
	size_t ntunnels, tunnel_cap;
	struct graph_conn *link; /* between nodes */
	size_t nlinks, link_cap;
	struct instance *stack; /* waiting to be expanded */
	size_t nstack, stack_cap;
	struct map names; /* full names, to their items */
	size_t work; /* that may still be done */
	bool too_large;
	bool written; /* compounds stay elements */
};

/* Counts memory or time that a small text could make large; false, and an error the first time,
 * when it is too much. */
bool expand_charge(struct expander *x, size_t work);

/* The configuration string with its variables replaced, as the scope of env sees them. */
struct str expand_config(struct expander *x, const struct env *env, struct str config);

/* What the item is an instance of. */
struct choice {
	const struct body *body; /* an alternative; else NULL */
	const struct str *value; /* of its formals */
	struct str primitive;    /* when body is NULL; empty after an error */
};

struct choice expand_choose(struct expander *x, const struct item *item, struct str config);

/* Reports ports that are used on one side of a tunnel only. */
void tunnel_check(struct expander *x);
/* Makes the connections between elements. */
void tunnel_join(struct expander *x);

#endif
