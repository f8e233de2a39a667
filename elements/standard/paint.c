/* SPDX-License-Identifier: MIT */
/*
 * Paint - set a color annotation
 *
 * Sets the paint annotation byte, or the byte ANNO, of each packet to COLOR.
 *
 * Example: Paint(1) -> ... -> CheckPaint(1)
 * See also: PaintTee, PaintSwitch, CheckPaint
 */
#include "engine/element.h"

struct paint {
	struct element base;
	uint8_t color;
	struct anno1 anno;
};
ELEMENT_SELF(struct paint)

static void paint(struct element *e, struct batch *b)
{
	const struct paint *p = self(e);
	unsigned n = b->n, at = p->anno.offset;
	uint8_t color = p->color;

	for (unsigned i = 0; i < n; i++)
		b->pkt[i]->anno[at] = color;
}

static const struct arg args[] = {
	ARG("COLOR", color, ARG_POSITIONAL | ARG_REQUIRED, "what to set, 0 to 255"),
	ARG_OR("ANNO", anno, ARG_POSITIONAL, "PAINT", "the annotation byte to set"),
};

static const struct handler handlers[] = {
	RW_FIELD("color", color, "the COLOR argument"),
};

const struct element_class paint_class = {
	.name = "Paint",
	.ports = "1/1",
	.flags = CLASS_LIVE,
	.size = sizeof(self_t),
	.action = paint,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
