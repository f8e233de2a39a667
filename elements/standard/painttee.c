/* SPDX-License-Identifier: MIT */
/*
 * PaintTee - copy packets of one color
 *
 * All packets pass to output 0. Before that a copy of each whose paint
 * annotation byte, or byte ANNO, is COLOR goes to output 1.
 *
 * Example: PaintTee(1) => [0]out, [1]ICMPError(1.0.0.1, redirect, host)
 * See also: Paint, CheckPaint, Tee
 */
#include "engine/element.h"

struct painttee {
	struct element base;
	uint8_t color;
	struct anno1 anno;
};
ELEMENT_SELF(struct painttee)

static void tee(struct element *e, struct batch *b)
{
	const struct painttee *t = self(e);
	uint8_t color = t->color, at = t->anno.offset;
	struct packet *copy;
	struct batch copies;

	copies.n = 0;
	for (unsigned i = 0; i < b->n; i++)
		if (b->pkt[i]->anno[at] == color && (copy = packet_clone(b->pkt[i])))
			batch_add(&copies, copy);
	if (copies.n)
		output_push_or_drop(e, 1, &copies);
}

static const struct arg args[] = {
	ARG("COLOR", color, ARG_POSITIONAL | ARG_REQUIRED, "what to copy, 0 to 255"),
	ARG_OR("ANNO", anno, ARG_POSITIONAL, "PAINT", "the annotation byte to look at"),
};

static const struct handler handlers[] = {
	RW_FIELD("color", color, "the COLOR argument"),
};

const struct element_class painttee_class = {
	.name = "PaintTee",
	.ports = "1/2",
	.processing = "a/ah",
	.size = sizeof(self_t),
	.action = tee,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
