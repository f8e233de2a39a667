/* SPDX-License-Identifier: MIT */
/*
 * docs.h - what elements say of themselves in the leading comments of their files, as
 * tools/mkdocs.pl collects it when the program is built.
 */
#ifndef PLATFORM_LINUX_DOCS_H
#define PLATFORM_LINUX_DOCS_H

struct element_doc {
	const char *name;    /* the class's */
	const char *title;   /* one line, what it does */
	const char *group;   /* directory below elements/ */
	const char *prose;   /* paragraphs, separated by empty lines */
	const char *example; /* lines; "" when there is none */
	const char *see;     /* "A, B"; "" when there is none */
};

/* By name; the end is a NULL name. */
extern const struct element_doc element_docs[];

#endif
