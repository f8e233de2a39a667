/* SPDX-License-Identifier: MIT */
/*
 * SetAnnoByte - set an annotation byte
 *
 * Obsolete: Paint with its arguments the other way round.
 *
 * See also: Paint
 */
#include "engine/element.h"

struct setannobyte {
	struct element base;
	struct anno1 anno;
	uint8_t value;
};
ELEMENT_SELF(struct setannobyte)

static bool configure(struct element *e, struct error *err)
{
	(void)e;
	warn(err, "SetAnnoByte(ANNO, VALUE) is obsolete, use Paint(VALUE, ANNO) instead");
	return true;
}

static void set(struct element *e, struct batch *b)
{
	const struct setannobyte *s = self(e);

	for (unsigned i = 0; i < b->n; i++)
		b->pkt[i]->anno[s->anno.offset] = s->value;
}

static void read_anno(struct element *e, struct text *out)
{
	text_add(out, "%u", self(e)->anno.offset);
}

static const struct arg args[] = {
	ARG("ANNO", anno, ARG_POSITIONAL | ARG_REQUIRED, "the annotation byte to set"),
	ARG("VALUE", value, ARG_POSITIONAL | ARG_REQUIRED, "what to set, 0 to 255"),
};

static const struct handler handlers[] = {
	READ("anno", read_anno, "offset of the annotation"),
	RW_FIELD("value", value, "the VALUE argument"),
};

const struct element_class setannobyte_class = {
	.name = "SetAnnoByte",
	.ports = "1/1",
	.flags = CLASS_LIVE,
	.size = sizeof(self_t),
	.configure = configure,
	.action = set,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
