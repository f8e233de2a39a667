/* SPDX-License-Identifier: MIT */
/* ignored.h - the argument table of elements that take anything and use none of it. */
#ifndef ELEMENTS_STANDARD_IGNORED_H
#define ELEMENTS_STANDARD_IGNORED_H

#include "engine/element.h"

static inline bool ignore(struct element *e, struct str text, struct error *err)
{
	(void)e, (void)text, (void)err;
	return true;
}

static const struct arg ignored_args[] = {
	ARG_EACH("ANYTHING", ignore, "ignored"),
};

#endif
