/* SPDX-License-Identifier: MIT */
/*
 * console_test.c - messages: what a console sees, when it comes late or changes, what is kept for whoever
 * asks later, and that long lines and hostile ones stay lines.
 */
#include "kernel/machine.h"

#include <setjmp.h>
#include <stdlib.h>

#include "base/text.h"
#include "tests/unit/test.h"

#include "kernel/console.c"

static struct text seen, other_seen;

static void see(const char *p, size_t n)
{
	text_bytes(&seen, p, n);
}

static void see_other(const char *p, size_t n)
{
	text_bytes(&other_seen, p, n);
}

static void power_on(void)
{
	memset(&kept, 0, sizeof(kept));
	memset(kept.ring, '?', sizeof(kept.ring));
	machine.console = NULL;
	text_clear(&seen);
	text_clear(&other_seen);
}

/* All that console_log gives, in one piece. */
static struct str log_of(struct text *t)
{
	struct str part[2];

	console_log(part);
	text_clear(t);
	text_bytes(t, part[0].p, part[0].n);
	text_bytes(t, part[1].p, part[1].n);
	return text_as_str(t);
}

/* n bytes, each of which says where it is; from `at' on. */
static char byte_at(size_t at)
{
	return (char)('a' + at % 23);
}

static void write_bytes(size_t at, size_t n)
{
	char *p = malloc(n);

	for (size_t i = 0; i < n; i++)
		p[i] = byte_at(at + i);
	console_write(p, n);
	free(p);
}

static bool are_bytes(struct str s, size_t at)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != byte_at(at + i))
			return false;
	return true;
}

/* --- lines --- */

static void test_lines(void)
{
	struct text t = { 0 };

	power_on();
	console_set(see);
	CHECK_INT(seen.n, 0);
	kprint("one");
	kprint("%s and %d", "two", 3);
	kprint("%s", "");
	CHECK_STR(text_as_str(&seen), "one\ntwo and 3\n\n");
	console_write("no line", 7);
	console_write("", 0);
	CHECK_STR(text_as_str(&seen), "one\ntwo and 3\n\nno line");
	CHECK_STR(log_of(&t), "one\ntwo and 3\n\nno line");
	text_fini(&t);
}

/* What does not fit is cut off; it is a line of its own all the same. */
static void test_long_lines(void)
{
	char line[2 * LINE_SIZE];
	struct str s;

	memset(line, 'x', sizeof(line));
	for (size_t n = LINE_SIZE - 4; n < LINE_SIZE + 4; n++) {
		power_on();
		console_set(see);
		kprint("%.*s", (int)n, line);
		kprint("next");
		s = text_as_str(&seen);
		CHECK_INT(str_find(s, '\n'), n < LINE_SIZE - 2 ? n : LINE_SIZE - 2);
		CHECK(str_ends(s, "x\nnext\n"));
	}
}

/* --- consoles --- */

/* What nobody could print goes to the console that comes, once. */
static void test_late_console(void)
{
	power_on();
	kprint("early");
	kprint("and more");
	console_set(see);
	CHECK_STR(text_as_str(&seen), "early\nand more\n");
	kprint("now");
	console_set(see_other);
	CHECK_STR(text_as_str(&other_seen), "");
	kprint("then");
	CHECK_STR(text_as_str(&seen), "early\nand more\nnow\n");
	CHECK_STR(text_as_str(&other_seen), "then\n");
}

/* More than is kept: the console that comes late sees the last of it, in order. */
static void test_late_console_of_much(void)
{
	const size_t sizes[] = { LOG_SIZE - 1, LOG_SIZE, LOG_SIZE + 1, 3 * LOG_SIZE,
				 5 * LOG_SIZE - 7 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		size_t n = sizes[i], kept_n = n < LOG_SIZE ? n : LOG_SIZE;

		power_on();
		write_bytes(0, n);
		console_set(see);
		CHECK_INT(seen.n, kept_n);
		CHECK(are_bytes(text_as_str(&seen), n - kept_n));
	}
}

/* With a console nothing is lost, however much comes at once. */
static void test_much(void)
{
	size_t at = 0;

	power_on();
	console_set(see);
	for (size_t n = 1; n < 4 * LOG_SIZE; n = n * 3 + 1) {
		write_bytes(at, n);
		at += n;
	}
	CHECK_INT(seen.n, at);
	CHECK(are_bytes(text_as_str(&seen), 0));
}

static unsigned depth;

/* A console that has to say something itself. */
static void complain(const char *p, size_t n)
{
	if (depth++ == 0)
		kprint("the console is slow");
	see(p, n);
	depth--;
}

static void test_console_that_prints(void)
{
	power_on();
	console_set(complain);
	kprint("one");
	kprint("two");
	CHECK_STR(text_as_str(&seen), "the console is slow\none\nthe console is slow\ntwo\n");
}

/* --- what is kept --- */

static void test_log(void)
{
	struct text t = { 0 };
	size_t at = 0;
	bool right = true;

	power_on();
	CHECK_STR(log_of(&t), "");
	console_set(see);
	for (unsigned i = 0; i < 300; i++) {
		size_t n = 1 + i * 37 % 997, kept_n;

		write_bytes(at, n);
		at += n;
		kept_n = at < LOG_SIZE ? at : LOG_SIZE;
		right &= log_of(&t).n == kept_n;
		right &= are_bytes(text_as_str(&t), at - kept_n);
	}
	CHECK(at > 3 * LOG_SIZE);
	CHECK(right);
	text_fini(&t);
}

static void test_log_exactly_full(void)
{
	struct text t = { 0 };

	power_on();
	write_bytes(0, LOG_SIZE);
	CHECK_INT(log_of(&t).n, LOG_SIZE);
	CHECK(are_bytes(text_as_str(&t), 0));
	text_fini(&t);
}

/* --- the end --- */

static jmp_buf ended;
static int off_code;

static void off(int code) __attribute__((noreturn));

static void off(int code)
{
	off_code = code;
	longjmp(ended, 1);
}

static void die(const char *what)
{
	if (setjmp(ended) == 0)
		panic("%s", what);
}

static void test_panic(void)
{
	char what[2 * LINE_SIZE];

	power_on();
	machine.off = off;
	console_set(see);
	die("grant 7 is in use");
	CHECK_STR(text_as_str(&seen), "panic: grant 7 is in use\n");
	CHECK_INT(off_code, MONITOR_PANIC);
	memset(what, 'x', sizeof(what));
	what[sizeof(what) - 1] = '\0';
	text_clear(&seen);
	die(what);
	CHECK_INT(seen.n, LINE_SIZE - 1);
	CHECK(str_ends(text_as_str(&seen), "x\n"));
}

int main(void)
{
	test_lines();
	test_long_lines();
	test_late_console();
	test_late_console_of_much();
	test_much();
	test_console_that_prints();
	test_log();
	test_log_exactly_full();
	test_panic();
	text_fini(&seen);
	text_fini(&other_seen);
	return test_end();
}
