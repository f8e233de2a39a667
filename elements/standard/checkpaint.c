/* SPDX-License-Identifier: MIT */
/*
 * CheckPaint - pass packets of one color
 *
 * Packets whose paint annotation byte, or byte ANNO, is COLOR pass; others go
 * to output 1, or are dropped when there is none.
 *
 * See also: Paint, PaintSwitch, PaintTee
 */
#include "engine/element.h"

struct checkpaint {
	struct element base;
	uint8_t color;
	struct anno1 anno;
};
ELEMENT_SELF(struct checkpaint)

static void classify(struct element *e, const struct batch *in, uint16_t port[])
{
	const struct checkpaint *c = self(e);

	for (unsigned i = 0; i < in->n; i++)
		port[i] = in->pkt[i]->anno[c->anno.offset] != c->color;
}

static const struct arg args[] = {
	ARG("COLOR", color, ARG_POSITIONAL | ARG_REQUIRED, "what passes, 0 to 255"),
	ARG_OR("ANNO", anno, ARG_POSITIONAL, "PAINT", "the annotation byte to look at"),
};

static const struct handler handlers[] = {
	RW_FIELD("color", color, "the COLOR argument"),
};

const struct element_class checkpaint_class = {
	.name = "CheckPaint",
	.ports = "1/1-2",
	.processing = "a/ah",
	.size = sizeof(self_t),
	.classify = classify,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
