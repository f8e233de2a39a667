/* SPDX-License-Identifier: MIT */
/* handlers.h - the handlers of every element, of every task, and of the router as a whole. */
#ifndef ENGINE_RUN_HANDLERS_H
#define ENGINE_RUN_HANDLERS_H

#include "engine/run/router.h"

/* name class config ports handlers, in the order of definition. */
const struct handler *element_handlers(size_t *n);
/* Called with an element that has nothing but its router. */
const struct handler *global_handlers(size_t *n);

void read_config(struct element *e, struct text *out);
void task_read(struct element *e, const struct handler *h, struct text *out);
bool task_write(struct element *e, const struct handler *h, struct str value, struct error *err);

/* Lines of NAME, tab, flag letters; private ones are left out. */
void handlers_print(const struct element *e, const struct bound_handler *v, size_t n, bool reverse,
		    struct text *out);

/* Calls h, which was found for e (NULL: global), without looking at its flags. */
bool handler_invoke(struct router *r, struct element *e, const struct handler *h, unsigned index,
		    struct handler_call *c);

#endif
