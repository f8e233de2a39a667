/* SPDX-License-Identifier: MIT */
/* choice.h - elements that use one of their ports, which their handler switch changes. */
#ifndef ELEMENTS_STANDARD_CHOICE_H
#define ELEMENTS_STANDARD_CHOICE_H

#include "engine/element.h"

struct choice_kind {
	const char *side;      /* "output", "input" */
	bool strict;           /* a port that there is not is an error in the configuration */
	const char *complaint; /* of what is written */
	void (*changed)(struct element *); /* called after each choice; may be NULL */
};

/* The state of such an element begins with it. */
struct choice {
	struct element base;
	const struct choice_kind *kind; /* set in init */
	int32_t port;                   /* -1: none */
};

static inline struct choice *choice_of(const struct element *e)
{
	return (struct choice *)(uintptr_t)e;
}

bool choice_configure(struct element *, struct error *);
bool choice_write(struct element *, struct str value, struct error *);
void choice_config(struct element *, struct text *out);

/* self_t has its struct choice as `choice'. */
#define CHOICE_CLASS                                                                               \
	.flags = CLASS_LIVE, .size = sizeof(self_t), .init = init, .configure = choice_configure,  \
	.config = choice_config, .args = TABLE(args), .handlers = TABLE(handlers)

#define CHOICE_HANDLERS(help) FIELD_WRITE("switch", choice.port, choice_write, 0, help)

#endif
