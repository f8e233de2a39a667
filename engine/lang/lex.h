/* SPDX-License-Identifier: MIT */
/* lex.h - tokens of the configuration language. Internal to engine/lang. */
#ifndef ENGINE_LANG_LEX_H
#define ENGINE_LANG_LEX_H

#include "engine/lang/lang.h"

/* A kind below 256 is that character. */
enum token_kind {
	T_END = 0,
	T_NAME = 256,
	T_VAR,    /* $name; the text is without the `$' */
	T_ARROW,  /* -> */
	T_DARROW, /* => */
	T_COLONS, /* :: */
	T_BARS,   /* || */
	T_DOTS,   /* ... */
	T_ELEMENTCLASS,
	T_REQUIRE,
	T_PROVIDE,
	T_DEFINE,
};

struct token {
	int kind;
	struct str text;
	struct landmark at;
};

struct lexer {
	struct lexer *outer; /* the file that includes this one */
	struct pool *pool;   /* for file names and cut configuration strings */
	struct error *err;
	struct str text;
	struct str original; /* landmark name, when no line directive says otherwise */
	struct str file;
	size_t pos;
	unsigned line;
	struct token ahead[2]; /* given back, last first */
	unsigned nahead;
};

struct token lex_next(struct lexer *l);
void lex_back(struct lexer *l, struct token t); /* up to two */
int lex_peek(struct lexer *l);                  /* the next token's kind */
bool lex_accept(struct lexer *l, int kind);     /* takes the next token if it is that */

/* After `(', with no token given back: the text up to the matching `)', which is taken too. */
struct str lex_config(struct lexer *l);

#endif
