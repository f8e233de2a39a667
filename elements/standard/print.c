/* SPDX-License-Identifier: MIT */
/*
 * Print - print packets
 *
 * Prints a line for each packet and passes it on: LABEL, the timestamp, the
 * length, and up to MAXLENGTH bytes (negative: all) as CONTENTS says: HEX,
 * ASCII or NONE.
 *
 * Example: Print(ok, 8) prints `ok:   64 | 00000000 00000000'
 * See also: IPPrint
 */
#include "engine/element.h"

enum contents { CONTENTS_NONE, CONTENTS_HEX, CONTENTS_ASCII };

struct print {
	struct element base;
	struct str label;
	int32_t maxlength;
	struct word contents_word;
	enum contents contents;
	bool timestamp, annotations, active, headroom;
};
ELEMENT_SELF(struct print)

static bool parse_contents(struct str word, enum contents *contents, struct error *err)
{
	bool on;

	if (parse_bool(word, &on))
		*contents = on ? CONTENTS_HEX : CONTENTS_NONE;
	else if (str_is_nocase(word, "none"))
		*contents = CONTENTS_NONE;
	else if (str_is_nocase(word, "hex"))
		*contents = CONTENTS_HEX;
	else if (str_is_nocase(word, "ascii"))
		*contents = CONTENTS_ASCII;
	else
		return fail(err, "bad contents value '%.*s'; should be 'NONE', 'HEX', or 'ASCII'",
			    STR(word));
	return true;
}

static bool configure(struct element *e, struct error *err)
{
	struct print *p = self(e);

	return parse_contents(p->contents_word.s, &p->contents, err);
}

static void add_hex(struct text *t, const uint8_t *p, uint32_t n)
{
	static const char digits[] = "0123456789abcdef";
	char *out = text_room(t, (size_t)n * 2 + n / 4 + 1), *start = out;

	for (uint32_t i = 0; i < n; i++) {
		if (i != 0 && i % 4 == 0)
			*out++ = ' ';
		*out++ = digits[p[i] >> 4];
		*out++ = digits[p[i] & 15];
	}
	t->n += (size_t)(out - start);
}

static void add_ascii(struct text *t, const uint8_t *p, uint32_t n)
{
	char *out = text_room(t, (size_t)n + n / 8 + 1), *start = out;

	for (uint32_t i = 0; i < n; i++) {
		if (i % 8 == 0)
			*out++ = ' ';
		*out++ = p[i] < 32 || p[i] > 126 ? '.' : (char)p[i];
	}
	t->n += (size_t)(out - start);
}

static void add_annotations(struct text *t, const struct packet *p)
{
	text_add(t, " | ");
	for (unsigned i = 0; i < ANNO_SIZE; i++)
		text_add(t, "%02x", p->anno[i]);
}

static void add_head(const struct print *self, struct text *t, const struct packet *p)
{
	text_str(t, self->label);
	if (self->timestamp) {
		text_add(t, t->n ? ": " : "");
		print_timestamp(t, p->timestamp);
	}
	text_add(t, "%s%4u", t->n ? ": " : "", p->len);
	if (self->headroom)
		text_add(t, " (h%u t%u)", packet_headroom(p), packet_tailroom(p));
	if (self->annotations)
		add_annotations(t, p);
}

static void add_contents(const struct print *self, struct text *t, const struct packet *p)
{
	uint32_t n = self->maxlength < 0 || (uint32_t)self->maxlength > p->len
			     ? p->len
			     : (uint32_t)self->maxlength;

	if (self->contents == CONTENTS_NONE || n == 0)
		return;
	text_add(t, " | ");
	if (self->contents == CONTENTS_HEX)
		add_hex(t, p->data, n);
	else
		add_ascii(t, p->data, n);
}

static void print(struct element *e, struct batch *b)
{
	struct text line = { 0 };

	if (!self(e)->active)
		return;
	for (unsigned i = 0; i < b->n; i++) {
		text_clear(&line);
		add_head(self(e), &line, b->pkt[i]);
		add_contents(self(e), &line, b->pkt[i]);
		chatter_str(e, text_as_str(&line));
	}
	text_fini(&line);
}

static const struct arg args[] = {
	ARG_OR("LABEL", label, ARG_POSITIONAL, "\"\"", "what lines start with"),
	ARG_OR("MAXLENGTH", maxlength, ARG_POSITIONAL, "24", "most bytes shown, -1 for all"),
	ARG("LENGTH", maxlength, ARG_DEPRECATED, "the same as MAXLENGTH"),
	ARG("NBYTES", maxlength, ARG_DEPRECATED, "the same as MAXLENGTH"),
	ARG_OR("CONTENTS", contents_word, 0, "HEX", "how bytes are shown: HEX, ASCII or NONE"),
	ARG_OR("TIMESTAMP", timestamp, 0, "false", "show the timestamp"),
	ARG_OR("PRINTANNO", annotations, 0, "false", "show the annotations"),
	ARG_OR("ACTIVE", active, 0, "true", "print"),
	ARG_OR("HEADROOM", headroom, 0, "false", "show the bytes of room at both ends"),
};

static const struct handler handlers[] = {
	FIELD_FLAGS("active", active, H_READ | H_WRITE | H_CALM | H_CHECKBOX,
		    "the ACTIVE argument"),
};

const struct element_class print_class = {
	.name = "Print",
	.ports = "1/1",
	.flags = CLASS_LIVE,
	.size = sizeof(self_t),
	.configure = configure,
	.action = print,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
