/* SPDX-License-Identifier: MIT */
/* draw.h - a configuration as a graph, in the forms that drawing programs read. */
#ifndef PLATFORM_LINUX_TOOLS_DRAW_H
#define PLATFORM_LINUX_TOOLS_DRAW_H

#include "platform/linux/tools/tool.h"

void draw_dot(struct job *j, const struct graph *g, struct text *out);
void draw_gml(const struct graph *g, struct text *out);
void draw_graphml(const struct graph *g, struct text *out);
/* By Graphviz's `dot'; false when it is not there. */
bool draw_svg(struct job *j, const struct graph *g, struct text *out, struct error *err) MUST_CHECK;

void html_escape(struct text *out, struct str s);

#endif
