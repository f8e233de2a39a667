/* SPDX-License-Identifier: MIT */
/* handlers.h - which elements and handlers an instance has: for lists, and for who mistypes one. */
#ifndef CLI_HANDLERS_H
#define CLI_HANDLERS_H

#include "cli/client.h"
#include "engine/lang/lang.h"

/* The names of all elements, pooled. False after a complaint. */
bool handlers_elements(struct client *, const char *instance, struct str_list *names);

/* Asks for the handlers of an element (an empty name: of the instance itself); the answer's data are
 * a line for each. False after a complaint. */
bool handlers_ask(struct client *, const char *instance, struct str element);
/* Takes the next of those lines off: a handler's name, and letters of which r says that it can be
 * read, w written. */
struct str handlers_next(struct str *rest, struct str *how);

/* After the complaint of a call of [ELEMENT.]HANDLER that failed: when there is no such thing, says
 * which there are, or which was meant. how: the letter of what was to be done. */
void handlers_advise(struct client *, const char *instance, const char *handler, char how);
/* The same of an element of that name. */
void handlers_advise_element(struct client *, const char *instance, const char *element);

#endif
