/* SPDX-License-Identifier: MIT */
/* parse.h - the parser's state and its parts. Internal to engine/lang. */
#ifndef ENGINE_LANG_PARSE_H
#define ENGINE_LANG_PARSE_H

#include "engine/lang/ast.h"
#include "engine/lang/lex.h"

/* What `input' and `output' mean at this point: those of the innermost braces or group. */
struct ends {
	bool open; /* false at file level */
	unsigned in, out;
	bool led_out; /* the last connection ended in output, or there was none */
};

struct parser {
	const struct lang_source *source;
	const struct lang_host *host;
	struct error *err;
	unsigned errors;     /* that there were before */
	struct graph *graph; /* what outlives the parser is in its pool */
	struct pool *pool;   /* everything else */
	struct lexer *lex;
	struct body *file, *scope; /* outermost and innermost body */
	struct body *bodies; /* the last one first */
	unsigned nbodies;
	struct ends ends;
	struct map primitives; /* classes that are no compounds, and dummies */
	struct map libraries;  /* read already */
	struct landmark end;   /* of the main text */
	unsigned braces, groups; /* that are open here */
	unsigned helped; /* messages that got a hint */
	size_t nconns;   /* in all bodies */
	size_t size;     /* of all files */
};

/* --- lang.c --- */

/* Parses, then calls `then', which may make what it wants of it. The graph that p has; NULL after
 * errors. */
struct graph *parse_text(const struct lang_source *source, const struct lang_host *host,
			 struct error *err, void (*then)(struct parser *, void *arg), void *arg);

/* --- scope.c: names of classes and elements --- */

struct body *scope_new(struct parser *p, struct landmark at, struct str name);
/* Gives anonymous elements their names; they are visible to nobody. */
void scope_close(struct parser *p);

/* Reports an unknown class, and knows it from then on. */
const struct class *scope_class(struct parser *p, struct token name);
/* The class of that name or NULL; dummies only when asked for. */
const struct class *scope_find_class(struct parser *p, struct str name, bool dummies);
void scope_define_class(struct parser *p, struct class *class);

/* `NAME :: class(config)'; the element's item. */
unsigned scope_declare(struct parser *p, struct token name, const struct class *class,
		       struct str config);
/* A lone NAME or NAME(config): a new anonymous element if that is a class, else a known one. */
unsigned scope_refer(struct parser *p, struct token name, bool has_config, struct str config);
unsigned scope_anonymous(struct parser *p, struct landmark at, const struct class *class,
			 struct str config);
/* A group: its item; those of its input and output follow. */
unsigned scope_group(struct parser *p, struct landmark at);

/* --- connect.c: one arrow --- */

struct ports {
	unsigned *v;
	size_t n, cap;
	size_t grows; /* index + 1 of a number with an open end, else 0 */
	bool two_grow;
	bool given;   /* n > 0, and not just the default */
	bool written; /* in the text: not those that a group implies */
};

enum ref_kind {
	REF_NONE,    /* after a syntax error */
	REF_NAME,    /* NAME; this and the next three are settled when the list is complete */
	REF_CONFIG,  /* NAME(config) */
	REF_DECLARE, /* NAME :: class(config) */
	REF_MAKE,    /* {...}(config) */
	REF_ITEM,
	REF_END, /* an implied input or output */
};

struct ref {
	enum ref_kind kind;
	struct token name; /* its first token in any case */
	const struct class *class;
	struct str config;
	unsigned item;
	struct ports in, out;
};

struct side {
	struct ref *v;
	size_t n, cap;
};

/* `[...]' if there is one. */
void ports_parse(struct parser *p, struct ports *ports);
/* The ports 0 to n - 1. */
void ports_imply(struct parser *p, struct ports *ports, unsigned n);
void connect_sides(struct parser *p, const struct side *left, const struct side *right,
		   struct token arrow);

/* --- parse.c, compound.c, directive.c: statements --- */

void parse_error_near(struct parser *p, struct token t);
/* Up to a token that ends an enclosing construct, which is left. */
void parse_statements(struct parser *p);

/* Behind `{': the alternatives up to the `}'. name is empty for an anonymous class. */
struct class *parse_compound(struct parser *p, struct str name);
/* After the statements: reports wrong uses of the pseudoelements, and gaps in their ports.
 * Looks at the scope's connections from first_conn on. */
void parse_check_ends(struct parser *p, struct str name, struct landmark at, unsigned in,
		      size_t first_conn);
void parse_elementclass(struct parser *p);
void parse_require(struct parser *p);
void parse_define(struct parser *p);
/* The command line's NAME=VALUE, or NULL. */
const struct lang_var *parse_setting(const struct parser *p, struct str name);

/* --- expand.c: the graph --- */

void expand_file(struct parser *p);
/* The elements and connections of one body with its groups resolved, as lang_outline has them. */
struct graph *expand_written(struct parser *p, const struct body *b);
/* What it calls a class. */
struct str expand_written_class(struct pool *pool, const struct class *class);

#endif
