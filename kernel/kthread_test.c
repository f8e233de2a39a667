/* SPDX-License-Identifier: MIT */
/*
 * kthread_test.c - the scheduler, with real stacks and switches: who runs when, what ends a sleep, and
 * what is left of a thread. The test's main() is the boot thread, and the world outside of the machine
 * acts when the machine sleeps.
 */
#include "kernel/kthread.h"

#include "base/text.h"
#include "tests/unit/test.h"

#define clock_steady test_clock
#include "kernel/kthread.c"
#undef clock_steady

#define NEVER INT64_MAX

uint8_t tls_vars[TLS_SIZE];

static struct kthread boot;
static struct text said; /* by all threads, a letter each time they run */

/* --- the machine --- */

static int64_t now;
static int64_t slept_until; /* of the last sleep */
static unsigned sleeps, stacks, stacks_limit = 100, owner_now;
static void (*outside)(void); /* what happens while the machine sleeps; NULL: its time passes */

int64_t test_clock(void)
{
	return now += 100;
}

static void machine_sleep(int64_t deadline)
{
	sleeps++;
	slept_until = deadline;
	if (outside) {
		outside();
	} else if (deadline == NEVER) {
		printf("the machine sleeps for ever\n");
		exit(1);
	} else if (deadline > now) {
		now = deadline;
	}
}

void *stack_alloc(size_t n)
{
	uint8_t *p = stacks < stacks_limit ? aligned_alloc(PAGE_SIZE, n * PAGE_SIZE) : NULL;

	stacks += p != NULL;
	return p ? p + n * PAGE_SIZE : NULL;
}

void stack_free(void *top, size_t n)
{
	stacks--;
	free((uint8_t *)top - n * PAGE_SIZE);
}

unsigned heap_owner_set(unsigned owner)
{
	unsigned before = owner_now;

	owner_now = owner;
	return before;
}

static void power_on(void)
{
	text_clear(&said);
	outside = NULL;
	sleeps = 0;
	slept_until = 0;
	machine.wait = machine_sleep;
	kthread_init(&boot, "boot", NULL);
}

/* --- threads that say that they have run --- */

static struct kthread *new_thread(void (*run_it)(void *), const char *letter)
{
	struct kthread *t = kthread_new(letter, run_it, (void *)(uintptr_t)letter);

	CHECK(t != NULL);
	return t;
}

static void say(const void *letter)
{
	text_char(&said, *(const char *)letter);
}

/* The boot thread does nothing until all that can run have. */
static void let_run(void)
{
	for (int i = 0; i < 50; i++)
		kthread_yield();
}

static void end_of(struct kthread *t)
{
	CHECK_INT(t->state, KTHREAD_DEAD);
	kthread_free(t);
}

static void yield_thrice(void *letter)
{
	for (int i = 0; i < 3; i++) {
		say(letter);
		kthread_yield();
	}
}

static void block_thrice(void *letter)
{
	for (int i = 0; i < 3; i++) {
		kthread_block(NEVER);
		say(letter);
	}
}

/* --- order --- */

static void test_order(void)
{
	struct kthread *a, *b, *c;

	power_on();
	kthread_yield(); /* nobody else is there */
	a = new_thread(yield_thrice, "a");
	b = new_thread(yield_thrice, "b");
	c = new_thread(yield_thrice, "c");
	CHECK_STR(text_as_str(&said), "");
	kthread_yield();
	CHECK_STR(text_as_str(&said), "abc");
	let_run();
	CHECK_STR(text_as_str(&said), "abcabcabc");
	CHECK(kthread_current == &boot);
	CHECK_INT(sleeps, 0);
	end_of(a);
	end_of(b);
	end_of(c);
	CHECK_INT(stacks, 0);
}

static struct kthread *another;

static void make_another(void *letter)
{
	say(letter);
	another = new_thread(yield_thrice, "n");
	say(letter);
}

/* Whoever makes a thread goes on, and the new one comes last. */
static void test_new_is_last(void)
{
	struct kthread *a, *b;

	power_on();
	a = new_thread(make_another, "a");
	b = new_thread(yield_thrice, "b");
	kthread_yield();
	CHECK_STR(text_as_str(&said), "aab");
	kthread_yield();
	CHECK_STR(text_as_str(&said), "aabnb");
	let_run();
	end_of(a);
	end_of(b);
	end_of(another);
}

/* --- sleeping and waking --- */

static void test_wake(void)
{
	struct kthread *a, *b;

	power_on();
	a = new_thread(block_thrice, "a");
	b = new_thread(block_thrice, "b");
	let_run();
	CHECK_STR(text_as_str(&said), "");
	CHECK_INT(a->state, KTHREAD_BLOCKED);
	kthread_wake(b);
	kthread_wake(a);
	kthread_wake(b); /* is one wake-up still, and b keeps its place */
	CHECK_STR(text_as_str(&said), "");
	let_run();
	CHECK_STR(text_as_str(&said), "ba");
	kthread_wake(a);
	let_run();
	kthread_wake(a);
	let_run();
	CHECK_STR(text_as_str(&said), "baaa");
	CHECK_INT(a->state, KTHREAD_DEAD);
	kthread_wake(a); /* nobody is there to be woken */
	let_run();
	end_of(a);
	kthread_kill(b);
	end_of(b);
}

/* A wake-up that comes before the sleep ends the next one, and no more than that. */
static void test_wake_before_sleep(void)
{
	struct kthread *a;

	power_on();
	a = new_thread(block_thrice, "a");
	kthread_wake(a);
	kthread_wake(a);
	let_run();
	CHECK_STR(text_as_str(&said), "a");
	CHECK_INT(a->state, KTHREAD_BLOCKED);
	kthread_kill(a);
	end_of(a);

	kthread_wake(&boot);
	kthread_block(NEVER);
	CHECK_INT(sleeps, 0);
	kthread_block(now + 1000000);
	CHECK_INT(sleeps, 1);
}

static int64_t at[3];

static void block_until(void *letter)
{
	kthread_block(at[*(const char *)letter - 'a']);
	say(letter);
}

static void test_deadlines(void)
{
	struct kthread *a, *b, *c;

	power_on();
	at[0] = now + 30000000;
	at[1] = now + 10000000;
	at[2] = now + 20000000;
	a = new_thread(block_until, "a");
	b = new_thread(block_until, "b");
	c = new_thread(block_until, "c");
	let_run();
	CHECK_STR(text_as_str(&said), "");
	kthread_block(at[1] + 1000);
	CHECK_STR(text_as_str(&said), "b");
	kthread_wake(c);
	kthread_block(at[0] + 1000000);
	CHECK_STR(text_as_str(&said), "bca");
	CHECK_INT(slept_until, at[0] + 1000000);
	CHECK_INT(ndeadlines, 0);
	end_of(a);
	end_of(b);
	end_of(c);
}

/* The machine is told the first time at which there is something to do, of those that still sleep. */
static void test_sleeps_until_first(void)
{
	struct kthread *a, *b;

	power_on();
	at[0] = now + 50000000;
	at[1] = now + 20000000;
	a = new_thread(block_until, "a");
	b = new_thread(block_until, "b");
	let_run();
	kthread_kill(b);
	kthread_block(now + 30000000);
	CHECK(slept_until > at[1] && slept_until < at[0]);
	kthread_block(at[0] + 1000);
	CHECK_STR(text_as_str(&said), "a");
	CHECK_INT(ndeadlines, 0);
	end_of(a);
	end_of(b);
}

/* A time that is past ends the sleep, but others have their turn first. */
static void test_past_deadline(void)
{
	struct kthread *a;

	power_on();
	a = new_thread(yield_thrice, "a");
	kthread_block(0);
	CHECK_STR(text_as_str(&said), "a");
	kthread_block(now - 1);
	CHECK_STR(text_as_str(&said), "aa");
	kthread_block(INT64_MIN);
	CHECK_INT(sleeps, 0);
	let_run();
	end_of(a);
}

/* Those whose time has come at once run in the order in which they lay down. */
static void test_same_deadline(void)
{
	struct kthread *a, *b, *c;

	power_on();
	at[0] = at[1] = at[2] = now + 10000000;
	c = new_thread(block_until, "c");
	a = new_thread(block_until, "a");
	b = new_thread(block_until, "b");
	let_run();
	now += 20000000;
	let_run();
	CHECK_STR(text_as_str(&said), "cab");
	end_of(a);
	end_of(b);
	end_of(c);
}

/* --- the end --- */

static void leave_now(const char *letter)
{
	say(letter);
	kthread_exit();
}

static void exit_inside(void *letter)
{
	leave_now(letter);
	say("?");
}

static void kill_self(void *letter)
{
	say(letter);
	kthread_kill(kthread_current);
	say("?");
}

static void abandon_self(void *letter)
{
	say(letter);
	kthread_abandon();
}

static void test_ends(void)
{
	struct kthread *a, *b, *c, *never;

	power_on();
	a = new_thread(exit_inside, "a");
	b = new_thread(kill_self, "b");
	never = new_thread(yield_thrice, "n");
	c = new_thread(yield_thrice, "c");
	kthread_kill(never); /* before it ran at all */
	let_run();
	CHECK_STR(text_as_str(&said), "abccc");
	CHECK_INT(stacks, 4);
	end_of(a);
	end_of(b);
	end_of(c);
	end_of(never);
	CHECK_INT(stacks, 0);
}

/* One that nobody frees goes when the next thread is made: by then another stack is in use. */
static void test_abandoned(void)
{
	struct kthread *b;

	power_on();
	new_thread(abandon_self, "a");
	new_thread(abandon_self, "a");
	let_run();
	CHECK_STR(text_as_str(&said), "aa");
	CHECK_INT(stacks, 2);
	b = new_thread(yield_thrice, "b");
	CHECK_INT(stacks, 1);
	let_run();
	end_of(b);
	CHECK_INT(stacks, 0);
}

static void test_no_memory(void)
{
	power_on();
	stacks_limit = 0;
	CHECK(!kthread_new("a", yield_thrice, NULL));
	stacks_limit = 100;
	kthread_yield();
	CHECK_STR(text_as_str(&said), "");
}

/* --- what a thread has for itself --- */

static void keep_own(void *letter)
{
	const char c = *(const char *)letter;

	for (int i = 0; i < 3; i++) {
		tls_vars[0] = tls_vars[TLS_SIZE - 1] = (uint8_t)c;
		heap_owner_set((unsigned)c);
		kthread_yield();
		CHECK_INT(tls_vars[0], c);
		CHECK_INT(tls_vars[TLS_SIZE - 1], c);
		CHECK_INT(owner_now, c);
	}
}

/* Thread-local variables, who pays for memory; and it begins with its maker's owner and zeros. */
static void test_own(void)
{
	struct kthread *a, *b;

	power_on();
	memset(tls_vars, 7, TLS_SIZE);
	heap_owner_set(3);
	a = new_thread(keep_own, "a");
	b = new_thread(keep_own, "b");
	CHECK_INT(a->home, 3);
	CHECK_INT(a->owner, 3);
	CHECK_INT(a->tls[0], 0);
	let_run();
	CHECK_INT(tls_vars[0], 7);
	CHECK_INT(owner_now, 3);
	heap_owner_set(0);
	end_of(a);
	end_of(b);
}

static void test_names(void)
{
	char name[2 * KTHREAD_NAME];
	struct kthread *a;

	power_on();
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	a = kthread_new(name, yield_thrice, name);
	CHECK_INT(strlen(a->name), KTHREAD_NAME - 1);
	let_run();
	end_of(a);
}

/* --- sources --- */

static struct one {
	struct source source;
	struct kthread *cares;
	unsigned things; /* that the outside has put in */
	unsigned asked, armed;
	bool arm_finds; /* one comes between the last look and arming */
	char letter;
} ring, other;

static bool one_pending(struct source *s)
{
	struct one *o = container_of(s, struct one, source);

	o->asked++;
	return o->things > 0;
}

static bool one_arm(struct source *s)
{
	struct one *o = container_of(s, struct one, source);

	o->armed++;
	o->things += o->arm_finds;
	return o->things > 0;
}

static void one_ready(struct source *s)
{
	struct one *o = container_of(s, struct one, source);

	text_char(&said, o->letter);
	o->things--;
	if (o->cares)
		kthread_wake(o->cares);
}

static void one_add(struct one *o, char letter)
{
	*o = (struct one){ .letter = letter,
			   .source = {
				   .pending = one_pending, .arm = one_arm, .ready = one_ready } };
	source_add(&o->source);
}

static void put_into_ring(void)
{
	CHECK(ring.armed > 0); /* else nobody would hear of it */
	ring.things++;
	outside = NULL;
}

/* The outside puts something in while the machine sleeps: the thread that cares goes on. */
static void test_source(void)
{
	struct kthread *a;

	power_on();
	a = new_thread(block_thrice, "a");
	ring.cares = a;
	let_run();
	outside = put_into_ring;
	kthread_block(now + 10000000);
	CHECK_STR(text_as_str(&said), "1a");
	CHECK_INT(sleeps, 2);
	CHECK(ring.armed > 0 && ring.armed <= 2);
	CHECK(ring.asked > ring.armed);
	kthread_kill(a);
	end_of(a);
}

/* Something that came before it was armed is not slept over. */
static void test_source_arms(void)
{
	power_on();
	ring.cares = &boot;
	ring.arm_finds = true;
	kthread_block(NEVER);
	CHECK_STR(text_as_str(&said), "1");
	CHECK_INT(sleeps, 0);
	ring.arm_finds = false;
}

/* All that are ready are told in one look, in their order; who cares runs when it is his turn, and once
 * for all that has come until then. */
static void test_sources(void)
{
	struct kthread *a, *b;
	unsigned beats;

	power_on();
	a = new_thread(block_thrice, "a");
	b = new_thread(block_thrice, "b");
	ring.cares = b;
	other.cares = a;
	let_run();
	ring.things = 1;
	other.things = 2;
	beats = *machine.beats;
	kthread_yield();
	CHECK(*machine.beats != beats);
	CHECK_STR(text_as_str(&said), "12b2a");
	kthread_yield();
	CHECK_STR(text_as_str(&said), "12b2a");
	kthread_kill(a);
	kthread_kill(b);
	end_of(a);
	end_of(b);
}

/* One that nobody cares for is left alone; one that cannot be armed is looked at all the same. */
static void test_source_quiet(void)
{
	power_on();
	ring.cares = other.cares = NULL;
	ring.things = 1;
	ring.source.quiet = true;
	ring.asked = ring.armed = 0;
	other.source.arm = NULL;
	kthread_block(now + 10000000);
	CHECK_INT(ring.asked + ring.armed, 0);
	CHECK_INT(sleeps, 1);
	ring.source.quiet = false;
	other.things = 1;
	kthread_yield();
	CHECK_STR(text_as_str(&said), "12");
	other.source.arm = one_arm;
}

/* Before it sleeps the machine looks at the sources for a while, without asking for a wake-up. */
static void test_spins(void)
{
	int64_t begin;

	power_on();
	begin = now;
	ring.asked = ring.armed = 0;
	outside = put_into_ring;
	ring.cares = &boot;
	kthread_block(NEVER);
	CHECK_INT(ring.armed, 1);
	CHECK(ring.asked > 10);
	CHECK(now - begin >= SPIN_NS);
}

int main(void)
{
	test_order();
	test_new_is_last();
	test_wake();
	test_wake_before_sleep();
	test_deadlines();
	test_sleeps_until_first();
	test_past_deadline();
	test_same_deadline();
	test_ends();
	test_abandoned();
	test_no_memory();
	test_own();
	test_names();
	one_add(&ring, '1');
	one_add(&other, '2');
	test_source();
	test_source_arms();
	test_sources();
	test_source_quiet();
	test_spins();
	text_fini(&said);
	return test_end();
}
