/* SPDX-License-Identifier: MIT */
/* xml.h - reading XML: tags and their attributes, one after the other. */
#ifndef PLATFORM_LINUX_TOOLS_XML_H
#define PLATFORM_LINUX_TOOLS_XML_H

#include "base/error.h"
#include "base/pool.h"

#define XML_ATTRIBUTES 24
#define XML_DEPTH 256

struct xml_attribute {
	struct str name, value; /* entities resolved */
};

struct xml_tag {
	struct str name; /* without a prefix */
	bool end;        /* an end tag; of <x/> one follows */
	struct xml_attribute attribute[XML_ATTRIBUTES];
	unsigned n;
	struct landmark at;
};

struct xml {
	struct pool *pool; /* strings are in it, or in the text */
	struct error *err;
	struct str rest; /* to be read */
	struct landmark at;
	struct str open[XML_DEPTH]; /* names of the tags around */
	unsigned depth;
	bool empty; /* the last tag was <x/>, and its end is to come */
};

void xml_init(struct xml *, struct pool *, struct str text, struct str file, struct error *);
/* The next tag; false at the end, and after an error. Text between tags is skipped. */
bool xml_next(struct xml *, struct xml_tag *) MUST_CHECK;
/* The value of an attribute, empty when there is none. */
struct str xml_get(const struct xml_tag *, const char *name);

#endif
