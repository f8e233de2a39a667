/* SPDX-License-Identifier: MIT */
/*
 * lang.h - the Click language: from text to a flat graph, and the rules by which configuration
 * strings are split, quoted and expanded.
 */
#ifndef ENGINE_LANG_LANG_H
#define ENGINE_LANG_LANG_H

#include "engine/graph/graph.h"

struct lang_var {
	struct str name, value;
};

/* What the language asks of its surroundings. */
struct lang_host {
	/* Is this a primitive class? */
	bool (*is_class)(void *arg, struct str name);
	/* A known class near this one for "did you mean"; empty when none is. May be NULL. */
	struct str (*suggest)(void *arg, struct str name);
	/* Makes a package available (`require'); false after an error was reported. May be NULL. */
	bool (*require)(void *arg, struct str package, struct error *);
	/* Reads a file whole into the pool; false: there is none. For `require(library ...)'. */
	bool (*read_file)(void *arg, struct pool *, const char *path, struct str *data);
	const char *clickpath; /* CLICKPATH, or NULL */
	void *arg;
};

struct lang_source {
	struct str text;
	struct str file;             /* landmark name: "fw.click", "<stdin>", "config" */
	const struct lang_var *vars; /* NAME=VALUE from the command line */
	size_t nvars;
	bool any_class;    /* tools: every class name is known unless it is a compound */
	bool keep_globals; /* tools: leave file-level variables unexpanded, keep their defines */
	/* Tools: after the elements come the compound classes of the file level, each once, in
	 * order, as they are written: their ends, elements C/input and C/output of the classes
	 * below, then what is inside; parameters stay variables. */
	bool open_classes;
};

#define LANG_INPUT "<input>"
#define LANG_OUTPUT "<output>"

/* Parses and flattens. NULL after errors, which are all reported, else a graph to be freed. */
struct graph *lang_parse(const struct lang_source *, const struct lang_host *, struct error *);

/* --- a configuration as it is written: compounds not expanded --- */

struct lang_formal {
	struct str name, keyword; /* without the `$'; keyword empty: positional */
};

/* The file level, or one alternative of a compound class. */
struct lang_scope {
	unsigned id, outer; /* place in lang_outline.scope; of the scope around this one */
	unsigned class;     /* the id of the first alternative of its class */
	struct str name;    /* of the class; empty: anonymous */
	/* On the last alternative: the class that `...' stands for, as elements have it. */
	struct str extends;
	struct lang_formal *formal;
	struct lang_var *define;
	size_t nformals, ndefines;
	unsigned ninputs, noutputs;
	/* Elements and connections; configurations as in the text. The class of an instance of a
	 * compound is "{ID}". Those of an alternative begin with its input and output. */
	struct graph *graph;
};

struct lang_outline {
	struct pool *pool;
	struct graph *file; /* requirements and archive members, no elements */
	/* scope[0] is the file. Each scope comes before those inside of it, and these before
	 * everything else, so that alternatives of a class come one after the other. */
	struct lang_scope *scope;
	size_t n;
};

/* NULL after errors, else to be freed. */
struct lang_outline *lang_outline(const struct lang_source *, const struct lang_host *,
				  struct error *);
void lang_outline_free(struct lang_outline *);

/* Archives. */
bool archive_is(struct str data);
bool archive_read(struct graph *into, struct str data, struct error *); /* adds members */
void archive_write(struct text *out, const struct graph_member *, size_t n);

/* --- configuration strings --- */

struct str_list { /* pooled */
	struct str *v;
	size_t n, cap;
};

/* Arguments at top-level commas; comments stripped; a last empty one is dropped. */
void conf_args(struct pool *, struct str conf, struct str_list *out);
/* Words at unquoted white space. */
void conf_words(struct pool *, struct str s, struct str_list *out);
/* Takes the first word off s (quotes kept in it); empty at the end. */
struct str conf_word(struct str *s);
/* Arguments joined with ", ". */
struct str conf_join(struct pool *, const struct str *v, size_t n);
/* Leading and trailing space and comments removed, inner comments a space. */
struct str conf_strip(struct pool *, struct str s);
/* One level of quotes removed, escapes and \<hex> done. */
struct str conf_unquote(struct pool *, struct str s);
/* Quoted for output: "..." with escapes; always adds the quotes. */
struct str conf_quote(struct pool *, struct str s);
/* Between parentheses, s reads back as it is: its own parentheses, quotes and comments close. */
bool conf_is_whole(struct str s);

/* Looks a variable up. name is what stands between `$' and its end: "x", "?", "#", "$", "0" or,
 * for $(...), the text in the parentheses with its nested references expanded and call set.
 * False: unknown, the text stays as it is. */
struct conf_scope {
	bool (*get)(void *arg, struct str name, bool call, struct text *value);
	void *arg;
	bool script; /* $? $# $$ $(...) $1 too, as Script has them */
};

/* Expands $name ${name} ${name-default} ${name[K]}. With quote, values are
 * put in as quoted strings also outside quotes. Nesting: values are used as they are; the scope
 * expands them itself where it wants that. */
struct str conf_expand(struct pool *, struct str s, const struct conf_scope *, bool quote);

#endif
