/* SPDX-License-Identifier: MIT */
/*
 * trap_test.c - faults: which thread ends, when the machine does, and what is said. Threads, messages
 * and the report are the real ones; a thread makes a fault by calling what the trap's stub would.
 */
#include "kernel/trap.h"

#include <setjmp.h>
#include <stdlib.h>

#include "abi/monitor.h"
#include "base/text.h"
#include "kernel/clock.h"
#include "kernel/console.c"
#include "kernel/kthread.c"
#include "kernel/trap.c"
#include "kernel/watchdog.c"
#include "tests/unit/test.h"

/* Code: what calls are encoded as, and what only looks like them. The labels are behind each. */
#define CODE(name, text) ".skip 8, 0x90\n" text "\n" name ":\n"
__asm__(".pushsection .data\n"
	".globl text_start, text_end\n"
	"text_start:\n"
	".skip 8, 0x90\n"
	/* clang-format off */
	CODE("call_near", "call text_start")
	CODE("call_register", "call *%rax")
	CODE("call_high_register", "call *%r11")
	CODE("call_table", "call *(%rax)")
	CODE("call_table_high", "call *(%r12)")
	CODE("call_table_8", "call *8(%rax)")
	CODE("call_table_sib", "call *8(%rsp)")
	CODE("call_table_32", "call *0x1000(%rax)")
	CODE("call_table_sib_32", "call *0x1000(%rsp)")
	CODE("call_array", "call *0x1000(,%rax,8)")
	CODE("no_call", "nop")
	CODE("no_call_jump", "jmp *%rax")
	CODE("no_call_jump_near", ".byte 0xe9, 0, 0, 0, 0")
	CODE("no_call_push", "push (%rax)")
	CODE("no_call_return", "ret")
	/* clang-format on */
	"text_end:\n"
	".popsection\n");

extern char call_near[], call_register[], call_high_register[], call_table[], call_table_high[],
	call_table_8[], call_table_sib[], call_table_32[], call_table_sib_32[], call_array[],
	no_call[], no_call_jump[], no_call_jump_near[], no_call_push[], no_call_return[];

/* --- the machine --- */

uint8_t tls_vars[TLS_SIZE];
static struct kthread boot;
static struct text seen, said; /* on the console, by threads */
static unsigned owner_now;
static jmp_buf ended;
static int off_code;

void *stack_alloc(size_t n)
{
	return (uint8_t *)aligned_alloc(PAGE_SIZE, n * PAGE_SIZE) + n * PAGE_SIZE;
}

void stack_free(void *top, size_t n)
{
	free((uint8_t *)top - n * PAGE_SIZE);
}

bool apic_init(void)
{
	return false;
}

uint32_t apic_timer_hz(void)
{
	return 0;
}

void apic_write(unsigned reg, uint32_t v)
{
	(void)reg, (void)v;
	CHECK(false); /* without a timer */
}

unsigned heap_owner_set(unsigned owner)
{
	unsigned before = owner_now;

	owner_now = owner;
	return before;
}

static void see(const char *p, size_t n)
{
	text_bytes(&seen, p, n);
}

static void off(int code) __attribute__((noreturn));

static void off(int code)
{
	off_code = code;
	longjmp(ended, 1);
}

static void power_on(void)
{
	memset(&kept, 0, sizeof(kept));
	text_clear(&seen);
	text_clear(&said);
	watchdog.critical = 0;
	ending = false;
	off_code = -1;
	machine.off = off;
	machine.console = see;
	kthread_init(&boot, "control", NULL);
}

static const struct trap_frame user_frame = { .vector = 14, .error = 6, .rip = 0x1234, .cs = 0x1b };

/* The thread that runs makes a fault which ends the machine. */
static void fault(const struct trap_frame *f, uint64_t address)
{
	if (setjmp(ended) == 0)
		trap_entry(f, address);
}

static bool was_seen(const char *what)
{
	struct str s = text_as_str(&seen);

	for (; s.n > 0; s = str_from(s, 1))
		if (str_starts(s, what))
			return true;
	return false;
}

/* --- names --- */

static void test_names(void)
{
	CHECK_STR(trap_name(0), "division by zero");
	CHECK_STR(trap_name(6), "invalid instruction");
	CHECK_STR(trap_name(13), "general protection fault");
	CHECK_STR(trap_name(14), "page fault");
	CHECK_STR(trap_name(19), "SIMD floating point error");
	CHECK_STR(trap_name(TRAP_HANGS), "an end to what did not yield");
	CHECK_STR(trap_name(20), "trap");
	CHECK_STR(trap_name(UINT64_MAX), "trap");
}

/* --- backtraces --- */

#define WORDS ((KTHREAD_STACK_PAGES - 1) * PAGE_SIZE / 8)

static uint64_t stack[WORDS + 8];

static void lay_stack(struct kthread *t)
{
	memset(stack, 0, sizeof(stack));
	*t = (struct kthread){ .stack = &stack[WORDS], .name = "worn" };
	kthread_current = t;
}

static unsigned trace(uint64_t rsp, uint64_t *v, unsigned n)
{
	struct trap_frame f = { .rsp = rsp };

	return trap_backtrace(&f, v, n);
}

static void test_return_addresses(void)
{
	static const char *const calls[] = { call_near,      call_register,   call_high_register,
					     call_table,     call_table_high, call_table_8,
					     call_table_sib, call_table_32,   call_table_sib_32,
					     call_array };
	static const char *const others[] = {
		no_call,    no_call_jump,   no_call_jump_near, no_call_push, no_call_return,
		text_start, text_start + 5, text_end,          text_end + 5, (const char *)8,
		NULL
	};

	for (size_t i = 0; i < ARRAY_LEN(calls); i++)
		CHECK(is_return_address((uintptr_t)calls[i]));
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		CHECK(!is_return_address((uintptr_t)others[i]));
	CHECK(!is_return_address(UINT64_MAX));
	CHECK(!is_return_address(0x7fffffffffffffff));
}

static void test_backtrace(void)
{
	uint64_t v[4] = { 0 };
	struct kthread t;

	power_on();
	lay_stack(&t);
	stack[10] = (uintptr_t)call_near;
	stack[11] = (uintptr_t)no_call;
	stack[20] = (uintptr_t)call_table;
	stack[WORDS - 1] = (uintptr_t)call_register;
	stack[WORDS] = (uintptr_t)call_near; /* somebody else's */
	CHECK_INT(trace((uintptr_t)&stack[10], v, 4), 3);
	CHECK(v[0] == (uintptr_t)call_near);
	CHECK(v[1] == (uintptr_t)call_table);
	CHECK(v[2] == (uintptr_t)call_register);
	CHECK_INT(trace((uintptr_t)&stack[11], v, 4), 2);
	CHECK_INT(trace((uintptr_t)&stack[10] + 3, v, 4), 3);
	CHECK_INT(trace((uintptr_t)&stack[0], v, 2), 2);
	CHECK_INT(trace((uintptr_t)&stack[0], v, 0), 0);
}

/* A stack pointer that is no stack's: what is read stays within the thread's own. */
static void test_wild_stack(void)
{
	uint64_t v[4];
	struct kthread t;

	power_on();
	lay_stack(&t);
	stack[0] = (uintptr_t)call_near;
	CHECK_INT(trace((uintptr_t)stack - 8 * PAGE_SIZE, v, 4), 1); /* it ran over */
	CHECK_INT(trace(0, v, 4), 1);
	CHECK_INT(trace((uintptr_t)&stack[WORDS], v, 4), 0);
	CHECK_INT(trace(UINT64_MAX, v, 4), 0);
	CHECK_INT(trace(0x8000000000000000, v, 4), 0);
	kthread_current = NULL; /* before there are threads */
	CHECK_INT(trace((uintptr_t)stack, v, 4), 0);
	CHECK_INT(trace(0, v, 4), 0);
}

/* --- a fault that a thread can be ended for --- */

static void say_failed(void *arg, const struct trap_frame *f)
{
	text_add(&said, "%s %s %#llx owner %u critical %u\n", (const char *)arg,
		 trap_name(f->vector), (unsigned long long)trap_address(), owner_now,
		 watchdog.critical);
}

static void page_fault(void *arg)
{
	(void)arg;
	trap_entry(&user_frame, 0xdead);
}

static void bad_instruction(void *arg)
{
	struct trap_frame f = user_frame;

	(void)arg;
	f.vector = 6;
	trap_entry(&f, 0xbeef); /* of an earlier page fault */
}

static void go_on(void *arg)
{
	for (int i = 0; i < 3; i++) {
		text_add(&said, "%s\n", (const char *)arg);
		kthread_yield();
	}
}

static struct kthread *new_thread(void (*run_it)(void *), const char *name)
{
	struct kthread *t = kthread_new(name, run_it, (void *)(uintptr_t)name);

	t->failed = say_failed;
	t->arg_failed = (void *)(uintptr_t)name;
	return t;
}

/* It ends, others do not notice. */
static void test_thread_ends(void)
{
	struct kthread *other;

	power_on();
	heap_owner_set(5);
	new_thread(page_fault, "a");
	other = new_thread(go_on, "b");
	new_thread(bad_instruction, "c");
	for (int i = 0; i < 10; i++)
		kthread_yield();
	CHECK_STR(text_as_str(&said), "a page fault 0xdead owner 0 critical 1\n"
				      "b\n"
				      "c invalid instruction 0 owner 0 critical 1\n"
				      "b\nb\n");
	CHECK_INT(owner_now, 5);
	CHECK_INT(watchdog.critical, 0);
	CHECK_INT(off_code, -1);
	CHECK_INT(seen.n, 0);
	CHECK_INT(other->state, KTHREAD_DEAD);
	kthread_free(other);
	heap_owner_set(0);
	free_abandoned();
}

/* --- faults that end the machine --- */

static void check_end(const char *first, const char *last)
{
	CHECK_INT(off_code, MONITOR_PANIC);
	CHECK(was_seen(first));
	CHECK(str_ends(text_as_str(&seen), last));
}

static void test_nobody_ends(void)
{
	struct kthread t;

	power_on();
	lay_stack(&t);
	stack[WORDS - 2] = (uintptr_t)call_near;
	fault(&user_frame, 0xdead);
	check_end("page fault at 0x1234, address 0xdead, error 0x6, in thread worn\n  from 0x",
		  "panic: page fault\n");
}

/* In shared tables, in ring 0, of a thread that has ended, before there are threads. */
static void test_cannot_end(void)
{
	struct trap_frame f = user_frame;
	struct kthread t;

	power_on();
	lay_stack(&t);
	t.failed = say_failed;
	trap_critical_enter();
	trap_critical_enter();
	trap_critical_leave();
	fault(&f, 1);
	check_end("page fault at", "panic: page fault\n");

	power_on();
	lay_stack(&t);
	t.failed = say_failed;
	f.cs = 8;
	f.vector = 13;
	fault(&f, 1);
	check_end("general protection fault at 0x1234, address 0, ",
		  "panic: general protection fault\n");

	power_on();
	lay_stack(&t);
	t.failed = say_failed;
	t.state = KTHREAD_DEAD;
	fault(&user_frame, 1);
	check_end("page fault at", "panic: page fault\n");

	power_on();
	kthread_current = NULL;
	fault(&user_frame, 1);
	check_end("in thread ?\n", "panic: page fault\n");
	CHECK_INT(said.n, 0);
}

static void fail_again(void *arg, const struct trap_frame *f)
{
	(void)arg;
	text_add(&said, "once\n");
	trap_entry(f, 0xbad);
}

/* What is to tell of a fault makes one. */
static void test_fault_in_failed(void)
{
	struct kthread t;

	power_on();
	lay_stack(&t);
	t.failed = fail_again;
	fault(&user_frame, 0xdead);
	check_end("address 0xbad,", "panic: page fault\n");
	CHECK_STR(text_as_str(&said), "once\n");
}

static void fault_in_console(const char *p, size_t n)
{
	see(p, n);
	trap_entry(&user_frame, 0xbad);
}

/* The report itself makes one: that is the end, not the next report. */
static void test_fault_in_report(void)
{
	struct kthread t;

	power_on();
	lay_stack(&t);
	machine.console = fault_in_console;
	fault(&user_frame, 0xdead);
	CHECK_INT(off_code, MONITOR_PANIC);
	CHECK_STR(text_as_str(&seen),
		  "page fault at 0x1234, address 0xdead, error 0x6, in thread worn\n");
}

/* --- what the monitor watches --- */

static void test_watch(void)
{
	static struct monitor_page page;
	const unsigned *seen_there;

	power_on();
	machine.page = NULL;
	watchdog_start(7); /* there is no timer */
	CHECK_INT(watchdog.tick, 0);
	machine.page = &page;
	watchdog_start(5);
	CHECK_INT(page.patience, 5);
	seen_there = (const unsigned *)(uintptr_t)page.critical;
	CHECK_INT(*seen_there, 0);
	trap_critical_enter();
	CHECK_INT(*seen_there, 1);
	trap_critical_leave();
	CHECK_INT(*seen_there, 0);
	machine.page = NULL;
}

int main(void)
{
	clock_set(clock_tsc(), 0, 1000000);
	test_names();
	test_return_addresses();
	test_backtrace();
	test_wild_stack();
	test_thread_ends();
	test_nobody_ends();
	test_cannot_end();
	test_fault_in_failed();
	test_fault_in_report();
	test_watch();
	text_fini(&seen);
	text_fini(&said);
	return test_end();
}
