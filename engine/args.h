/* SPDX-License-Identifier: MIT */
/*
 * args.h - from an element's configuration text to its state.
 */
#ifndef ENGINE_ARGS_H
#define ENGINE_ARGS_H

#include "base/error.h"
#include "base/text.h"

struct element;
struct handler;
struct trigger;

/* Parses the configuration text into e's state and calls the class's configure. On failure the
 * state and e->conf are what they were, to the byte; the failure has a message, except when a
 * parse or configure function gave none. config may lie in e->conf. */
bool args_configure(struct element *e, struct str config, struct error *err) MUST_CHECK;

/* An argument "KEYWORD VALUE": the keyword, empty when it is not one, and what follows. */
struct str args_keyword(struct str arg, struct str *value);

/* The argument that a keyword-reconfigure handler stands for: that of keyword key (NULL: none),
 * else positional argument pos (ARGS_NO_POSITION: none), as it is in the text of `config'. */
#define ARGS_NO_POSITION 1000U
void args_read_keyword(struct element *e, const char *key, unsigned pos, struct text *out);
/* Replaces it, or adds it, and configures the element with the whole. */
bool args_write_keyword(struct element *e, const char *key, unsigned pos, struct str value,
			struct error *err) MUST_CHECK;

/* Stores a written value into the field of handler h. */
bool args_write_field(struct element *e, const struct handler *h, struct str value,
		      struct error *err) MUST_CHECK;

/* "N HANDLER [VALUE]"; key is the argument's name for messages, or NULL for a handler's. */
bool trigger_parse(struct element *e, const char *key, struct str text, struct trigger *t,
		   struct error *err) MUST_CHECK;

#endif
