/* SPDX-License-Identifier: MIT */
/*
 * ast.h - what the parser makes of a text and the expander turns into a flat graph: classes, and
 * the bodies of compounds. Internal to engine/lang.
 */
#ifndef ENGINE_LANG_AST_H
#define ENGINE_LANG_AST_H

#include "engine/lang/lang.h"

enum {
	NESTING_MAX = 50,          /* braces and groups inside each other */
	INSTANCE_DEPTH_MAX = 1000, /* compounds made of compounds, however they were defined */
	PORT_MAX = 65535,
	ITEMS_MAX = 1 << 20, /* after expansion */
	CONNS_MAX = 1 << 20, /* before tunnels are joined, and after */
	WORK_MIN = 1 << 22,  /* bytes that variables and names may make of any text, roughly, */
	WORK_FACTOR = 64,    /* and this much more for each byte of it */
};

struct body;

/* A class: a primitive, or a compound with its alternatives. An alias is a copy of its class under
 * its own name. */
struct class {
	struct str name;
	struct str primitive;        /* the primitive's name, when first is NULL */
	struct body *first;          /* alternatives, in order */
	const struct class *extends; /* what `|| ...' stands for, or NULL */
	bool dummy;                  /* made so that an unknown name is reported once */
};

enum item_kind {
	ITEM_ELEMENT,
	ITEM_GROUP,  /* its ITEM_INPUT and ITEM_OUTPUT follow it */
	ITEM_INPUT,  /* of the body (item 0) or of the group before it */
	ITEM_OUTPUT, /* of the body (item 1) or of the group */
};

struct item {
	enum item_kind kind;
	struct str name; /* of an anonymous one: set when its scope ends */
	const struct class *class;
	struct str config; /* raw */
	struct landmark at;
	unsigned number;  /* of an anonymous one: N of CLASS@N, else 0 */
	unsigned group;   /* ITEM_INPUT, ITEM_OUTPUT of a group: the group's item; else 0 */
	unsigned nin, nout; /* ports used: highest connected + 1 */
};

struct item_end {
	unsigned item, port;
};

struct item_conn {
	struct item_end from, to;
	struct landmark at;
};

struct formal {
	struct str name;    /* without the `$' */
	struct str keyword; /* empty: positional; REST_KEYWORD: the rest */
};

#define REST_KEYWORD "__REST__"

/* The statements of a file, or of one alternative of a compound. */
struct body {
	struct body *next;  /* alternative */
	struct body *link;  /* in the parser's list of all bodies */
	const struct body *outer; /* the scope around the definition; NULL: file level */
	const struct class *class; /* that this is an alternative of; NULL: file level */
	unsigned id; /* counts from 0 in the order of the text */
	struct str name;    /* the class's, or "<anonymous>" */
	struct landmark at; /* its first token */
	struct formal *formal;
	size_t nformals, formal_cap, npositional;
	bool rest;
	struct lang_var *define;
	size_t ndefines, define_cap;
	struct map vars; /* name to index + 1: formals first, then defines */
	struct map keywords; /* to index + 1 in formal[] */
	struct item *item;
	size_t nitems, item_cap;
	struct item_conn *conn;
	size_t nconns, conn_cap;
	unsigned ninputs, noutputs;
	/* Of use while parsing only: */
	struct map names;   /* declared elements: index + 1 */
	struct map classes; /* defined here */
	unsigned made;      /* elements so far, as anonymous names count them */
};

/* A map's values are indices, and NULL is "absent": so they are kept one higher. */
static inline void *index_value(size_t i)
{
	return (void *)(uintptr_t)(i + 1);
}

static inline bool index_get(const struct map *m, struct str key, size_t *i)
{
	uintptr_t v = (uintptr_t)map_get(m, key);

	*i = v - 1;
	return v != 0;
}

#endif
