/* SPDX-License-Identifier: MIT */
/*
 * EveryNth - pass one packet of N
 *
 * Passes every Nth packet unchanged, and sends the others to output 1, or drops them when there is
 * no output 1. A complete element that lives outside of the tree:
 *
 *	gcc -std=gnu11 -O2 -fPIC -shared -I/usr/local/include/click -o everynth.so everynth.c
 *	click --load everynth.so --describe EveryNth
 *
 * Example: RatedSource -> EveryNth(10) -> Print(tenth) -> Discard
 * See also: RandomSample
 */
#include "engine/element.h"

struct everynth {
	struct element base;
	uint32_t n;
	uint32_t seen; /* since the last one that passed */
	uint64_t passed;
};
ELEMENT_SELF(struct everynth)

static void classify(struct element *e, const struct batch *b, uint16_t port[])
{
	struct everynth *s = self(e);

	for (unsigned i = 0; i < b->n; i++) {
		port[i] = 1;
		if (++s->seen >= s->n) {
			port[i] = 0;
			s->seen = 0;
			s->passed++;
		}
	}
}

static bool reset(struct element *e, struct str value, struct error *err)
{
	struct everynth *s = self(e);

	(void)value, (void)err;
	s->seen = 0;
	s->passed = 0;
	return true;
}

static const struct arg args[] = {
	ARG_RANGE("N", n, ARG_POSITIONAL | ARG_REQUIRED, NULL, 1, UINT32_MAX,
		  "one packet of so many passes"),
};

static const struct handler handlers[] = {
	READ_FIELD("passed", passed, "packets that have passed"),
	RW_FIELD("n", n, "the N argument"),
	BUTTON("reset", reset, "start counting anew"),
};

static const struct element_class everynth_class = {
	.name = "EveryNth",
	.ports = "1/1-2",
	.processing = "a/ah",
	.size = sizeof(self_t),
	.flags = CLASS_LIVE,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
	.classify = classify,
};

/* What `click --load' looks for. */
extern const struct element_class *const click_elements[];
const struct element_class *const click_elements[] = { &everynth_class, NULL };
