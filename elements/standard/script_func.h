/* SPDX-License-Identifier: MIT */
/*
 * script_func.h - the handlers of a script that compute, each from the words it is given. Those
 * that are several handlers look at the name they are called by.
 */
#ifndef ELEMENTS_STANDARD_SCRIPT_FUNC_H
#define ELEMENTS_STANDARD_SCRIPT_FUNC_H

#include "elements/standard/script.h"

/* Takes the next word off the parameters, without its quotes, in the pool; false at the end. */
bool script_word(struct str *rest, struct pool *, struct str *word);

/* script_number.c */
bool script_fold(struct element *e, struct handler_call *c);    /* add sub min max mul div idiv */
bool script_modulo(struct element *e, struct handler_call *c);  /* mod rem */
bool script_sign(struct element *e, struct handler_call *c);    /* neg abs */
bool script_compare(struct element *e, struct handler_call *c); /* eq ne lt gt le ge */
bool script_byte_order(struct element *e, struct handler_call *c); /* htons htonl ntohs ntohl */
bool script_random(struct element *e, struct handler_call *c);
void script_now(struct element *e, struct text *out);

/* script_func.c */
bool script_not(struct element *e, struct handler_call *c);
bool script_logic(struct element *e, struct handler_call *c); /* and or nand nor */
bool script_if(struct element *e, struct handler_call *c);
bool script_in(struct element *e, struct handler_call *c);
bool script_first(struct element *e, struct handler_call *c);
bool script_length(struct element *e, struct handler_call *c);
bool script_unquote(struct element *e, struct handler_call *c);
bool script_access(struct element *e, struct handler_call *c); /* readable writable */
bool script_cat(struct element *e, struct handler_call *c);    /* cat catq */
bool script_kill(struct element *e, struct handler_call *c);

/* script_format.c */
bool script_sprintf(struct element *e, struct handler_call *c);

#endif
