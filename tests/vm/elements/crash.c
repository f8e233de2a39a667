/* SPDX-License-Identifier: MIT */
/*
 * TestCrash - does damage on request
 *
 * Passes packets on unchanged, until it is told how to end: by the handler `now' at once, by
 * `packet' with the next packet, by the arguments CONFIGURE, START and STOP in that hook. For tests
 * alone: it is in no image but theirs.
 *
 * Example: FromDevice(eth0) -> crash :: TestCrash -> Discard
 */
#include <stdlib.h>
#include <string.h>

#include "base/bits.h"
#include "engine/element.h"

struct crash {
	struct element base;
	struct word configure, start, stop; /* how it ends in that hook */
	void (*pending)(void);              /* with the next packet */
	uint64_t passed;
};
ELEMENT_SELF(struct crash)

/* What the compiler is not to see through. */
static volatile uintptr_t zero;
static volatile uintptr_t supervisor = 0x101000; /* the tables of ring 0: abi/image.h */
static volatile uintptr_t far_away = 0x7fff12345678;

static void write_to(uintptr_t at)
{
	*(volatile uint32_t *)at = 0x6b636152;
}

static void crash_null(void)
{
	write_to(zero);
}

static void crash_wild(void)
{
	write_to(far_away);
}

static void crash_noncanonical(void)
{
	write_to(far_away << 20);
}

static void crash_supervisor(void)
{
	write_to(supervisor);
}

static void crash_text(void)
{
	write_to((uintptr_t)crash_text);
}

static void crash_const(void)
{
	write_to((uintptr_t) "this is not to be changed");
}

static void crash_call(void)
{
	((void (*)(void))zero)();
	zero = 0; /* the call is not to become a jump */
}

/* A page that can be written is not code, whatever is in it. */
static void crash_data(void)
{
	static volatile uint8_t code[] = { 0xc3 };

	((void (*)(void))(uintptr_t)code)();
	zero = 0;
}

static void crash_divide(void)
{
	zero = 1000 / zero;
}

static void crash_abort(void)
{
	__builtin_trap();
}

/* What is no privileged instruction for ring 0 alone is one for all of the image. */
static void crash_privileged(void)
{
	__asm__ volatile("mov %%cr3, %%rax" : : : "rax");
}

static __attribute__((noinline)) unsigned deeper(volatile char *above)
{
	volatile char here[512];

	here[0] = above[0];
	return here[0] ? 0 : deeper(here) + 1;
}

static void crash_stack(void)
{
	volatile char here[1] = { 0 };

	zero = deeper(here);
}

static void crash_loop(void)
{
	while (!zero)
		;
}

/* An endless loop most of which is the allocator's. */
static void crash_allocate(void)
{
	while (!zero)
		free(malloc(100 + (zero & 1)));
}

static const struct {
	const char *name;
	void (*run)(void);
} kinds[] = {
	{ "null", crash_null },
	{ "wild", crash_wild },
	{ "noncanonical", crash_noncanonical },
	{ "supervisor", crash_supervisor },
	{ "text", crash_text },
	{ "const", crash_const },
	{ "call", crash_call },
	{ "data", crash_data },
	{ "divide", crash_divide },
	{ "abort", crash_abort },
	{ "privileged", crash_privileged },
	{ "stack", crash_stack },
	{ "loop", crash_loop },
	{ "allocate", crash_allocate },
};

static void action(struct element *e, struct batch *b)
{
	struct crash *s = self(e);

	s->passed += b->n;
	if (b->n && s->pending)
		s->pending();
}

static void (*kind_of(struct str name, struct error *err))(void)
{
	for (unsigned i = 0; i < ARRAY_LEN(kinds); i++)
		if (str_is(name, kinds[i].name))
			return kinds[i].run;
	fail(err, "unknown kind of crash");
	return NULL;
}

/* Not at all when the kind is empty. */
static bool end_by(struct word kind, struct error *err)
{
	void (*run)(void) = kind.s.n ? kind_of(kind.s, err) : NULL;

	if (run)
		run();
	return run || kind.s.n == 0;
}

static bool configure(struct element *e, struct error *err)
{
	return end_by(self(e)->configure, err);
}

static bool start(struct element *e, struct error *err)
{
	return end_by(self(e)->start, err);
}

static void stop(struct element *e)
{
	struct error err = { 0 };

	(void)end_by(self(e)->stop, &err);
	self(e)->passed = 0; /* so that the element is still in a register above */
	error_fini(&err);
}

static bool now(struct element *e, struct str value, struct error *err)
{
	void (*run)(void) = kind_of(value, err);

	(void)e;
	if (run)
		run();
	return run != NULL;
}

static bool packet(struct element *e, struct str value, struct error *err)
{
	self(e)->pending = kind_of(value, err);
	return self(e)->pending != NULL;
}

static const struct arg args[] = {
	ARG_OR("CONFIGURE", configure, 0, "", "kind of crash"),
	ARG_OR("START", start, 0, "", "kind of crash"),
	ARG_OR("STOP", stop, 0, "", "kind of crash"),
};

static const struct handler handlers[] = {
	READ_FIELD("passed", passed, "packets that have passed"),
	WRITE("now", now, "ends in that way"),
	WRITE("packet", packet, "ends in that way with the next packet"),
};

const struct element_class crash_class = {
	.name = "TestCrash",
	.ports = "1/1",
	.processing = "a/a",
	.size = sizeof(self_t),
	.args = TABLE(args),
	.handlers = TABLE(handlers),
	.configure = configure,
	.start = start,
	.stop = stop,
	.action = action,
};
