/* SPDX-License-Identifier: MIT */
/* describe.h - what `click' can tell of its element classes. */
#ifndef PLATFORM_LINUX_DESCRIBE_H
#define PLATFORM_LINUX_DESCRIBE_H

#include <stdbool.h>

struct element_class;
struct element_doc;
struct engine;
struct text;

/* The manual of one class; false, after a message, when there is none of that name. */
bool describe_class(const struct engine *, const char *name, struct text *out);
/* All classes by group, or those of one group, a line each. */
bool describe_list(const struct engine *, const char *group, struct text *out);
/* All that is known of all classes, in lines for programs (tables.c). */
void describe_tables(const struct engine *, struct text *out);

/* Parts of these. */
const struct element_doc *describe_doc(const char *class_name); /* NULL: there is none */
void describe_flags(struct text *out, unsigned flags); /* of a handler, as letters */

#endif
