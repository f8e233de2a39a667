/* SPDX-License-Identifier: MIT */
/*
 * AlignmentInfo - say how packets are aligned where they enter elements
 *
 * Each argument names an element, and for each of its inputs a modulus and an offset. Tools write
 * it; this machine reads any alignment, so the information is only checked: the same element may
 * not be described twice in different ways. Elements that do not exist are ignored.
 *
 * Example: AlignmentInfo(check 4 2, c 4 0 4 2)
 * See also: Align
 */
#include "elements/standard/alignmentinfo.h"

#include "engine/lang/lang.h"

struct claim {
	struct element *about;
	unsigned n;
	uint32_t *number; /* modulus and offset of each input: 2 * n */
};

struct alignmentinfo {
	struct element base;
	struct claim *claim;
	size_t n, cap;
	unsigned argument;
};
ELEMENT_SELF(struct alignmentinfo)

extern const struct element_class alignmentinfo_class;

static const struct claim *find_claim(struct element *e, const struct element *about)
{
	for (unsigned i = 0; i < router_nelements(e->router); i++) {
		const struct element *other = router_element(e->router, i);

		if (other->class != &alignmentinfo_class)
			continue;
		for (size_t k = 0; k < self(other)->n; k++)
			if (self(other)->claim[k].about == about)
				return &self(other)->claim[k];
	}
	return NULL;
}

bool alignment_find(struct element *e, unsigned input, uint32_t *modulus, uint32_t *offset)
{
	const struct claim *c = find_claim(e, e);

	if (!c || input >= c->n)
		return false;
	*modulus = c->number[2 * input];
	*offset = c->number[2 * input + 1];
	return true;
}

static bool same(const struct claim *a, const struct claim *b)
{
	return a->n == b->n && memcmp(a->number, b->number, 2 * a->n * sizeof(*a->number)) == 0;
}

static void add_claim(struct element *e, const struct claim *c, struct str name, struct error *err)
{
	struct alignmentinfo *a = self(e);
	const struct claim *old = find_claim(e, c->about);

	if (old && !same(old, c)) {
		note(err, "conflicting AlignmentInfo for '%.*s'", STR(name));
	} else if (!old) {
		a->claim = pool_grow(e->conf, a->claim, a->n, &a->cap, sizeof(*a->claim));
		a->claim[a->n++] = *c;
	}
}

static bool add(struct element *e, struct str text, struct error *err)
{
	struct str_list words = { NULL, 0, 0 };
	struct claim c = { .about = NULL };
	unsigned argument = self(e)->argument++;

	conf_words(e->conf, text, &words);
	if (!words.n) {
		warn(err, "empty configuration argument %u", argument);
		return true;
	}
	if (words.n % 2 == 0) {
		note(err, "expected 'ELEMENTNAME CHUNK OFFSET [CHUNK OFFSET...]'");
		return true;
	}
	c.about = element_find(e, words.v[0]);
	c.n = (unsigned)(words.n / 2);
	c.number = pool_alloc(e->conf, words.n * sizeof(*c.number));
	for (size_t i = 1; i < words.n; i++)
		if (!parse_u32(words.v[i], &c.number[i - 1], NULL)) {
			note(err, i % 2 ? "expected CHUNK" : "expected OFFSET");
			return true;
		}
	if (c.about)
		add_claim(e, &c, words.v[0], err);
	return true;
}

static const struct arg args[] = {
	ARG_EACH("ELEMENT [MODULUS OFFSET...]", add, "an element and its inputs' alignments"),
};

const struct element_class alignmentinfo_class = {
	.name = "AlignmentInfo",
	.ports = "0/0",
	.size = sizeof(self_t),
	.phase = PHASE_INFO,
	.args = TABLE(args),
};
