/* SPDX-License-Identifier: MIT */
/* args_test.c - matching arguments, reconfiguring, arguments and fields as handlers. */
#include "engine/args.h"

#include "engine/names.h"
#include "engine/run/router.h"
#include "tests/unit/test.h"

struct sample {
	struct element base;
	int32_t a, b, c;
	struct str s;
	struct text seen; /* by the parse functions */
	bool refuse;
	uint8_t byte;
	struct interval interval;
	struct ip_addr ip;
	struct ether_addr ether;
	struct timestamp stamp;
	double real;
	uint16_t half;
	bool flag;
	struct bandwidth rate;
};
ELEMENT_SELF(struct sample)

static bool see(struct element *e, struct str text, struct error *err)
{
	if (str_is(text, "silent"))
		return false;
	if (str_is(text, "bad"))
		return fail(err, "bad thing");
	text_add(&self(e)->seen, "[%.*s]", STR(text));
	return true;
}

static bool configure(struct element *e, struct error *err)
{
	(void)err;
	return !self(e)->refuse;
}

static const struct arg abc[] = {
	ARG_OR("A", a, ARG_POSITIONAL | ARG_REQUIRED, "-1", "first"),
	ARG_OR("B", b, ARG_POSITIONAL, "-2", "second"),
	ARG_OR("C", c, 0, "-3", "third"),
};

static const struct arg texts[] = {
	ARG("A", s, ARG_POSITIONAL | ARG_REQUIRED, "text"),
	ARG_OR("B", b, ARG_POSITIONAL, "-2", "second"),
	ARG("OLD", c, ARG_DEPRECATED, "third"),
	ARG_RANGE("R", byte, 0, "7", 5, 10, "bounded"),
};

static const struct arg lists[] = {
	ARG_OR("C", c, 0, "-3", "number"),
	ARG_FN("FN", see, 0, "own"),
	ARG_FN("ALL", see, ARG_EVERY, "each"),
	ARG_EACH("ITEM", see, "the rest"),
};

static const struct arg every[] = {
	ARG_FN("ALL", see, ARG_EVERY | ARG_POSITIONAL | ARG_REQUIRED, "each"),
};

static const struct element_class classes[] = {
	{ .name = "ABC", .size = sizeof(self_t), .args = TABLE(abc), .configure = configure },
	{ .name = "Texts", .size = sizeof(self_t), .args = TABLE(texts) },
	{ .name = "Lists", .size = sizeof(self_t), .args = TABLE(lists) },
	{ .name = "Every", .size = sizeof(self_t), .args = TABLE(every) },
	{ .name = "None", .size = sizeof(self_t) },
};
enum { ABC, TEXTS, LISTS, EVERY, NONE };

static struct router router;

static void sample_init(struct sample *s, int class)
{
	memset(s, 0, sizeof(*s));
	s->base.class = &classes[class];
	s->base.name = "x";
	s->base.router = &router;
}

static void sample_fini(struct sample *s)
{
	pool_free(s->base.conf);
	text_fini(&s->seen);
}

/* "a b c", or the messages in one line. */
static void check_abc(const char *config, const char *want)
{
	struct error err = { .errors = 0 };
	struct text got = { NULL, 0, 0 };
	struct sample s;

	sample_init(&s, ABC);
	if (args_configure(&s.base, str_of(config), &err))
		text_add(&got, "%d %d %d", s.a, s.b, s.c);
	else
		text_str(&got, str_trim(text_as_str(&err.out)));
	CHECK_STR(text_as_str(&got), want);
	text_fini(&got);
	error_fini(&err);
	sample_fini(&s);
}

static void check_messages(int class, const char *config, bool want, const char *messages)
{
	struct error err = { .errors = 0 };
	struct sample s;

	sample_init(&s, class);
	CHECK(args_configure(&s.base, str_of(config), &err) == want);
	CHECK_STR(str_trim(text_as_str(&err.out)), messages);
	error_fini(&err);
	sample_fini(&s);
}

static void check_seen(int class, const char *config, const char *want)
{
	struct error err = { .errors = 0 };
	struct sample s;

	sample_init(&s, class);
	CHECK(args_configure(&s.base, str_of(config), &err));
	CHECK_STR(text_as_str(&s.seen), want);
	error_fini(&err);
	sample_fini(&s);
}

static void test_matching(void)
{
	check_abc("1, 2, C 3", "1 2 3");
	check_abc("A 1, B 2", "1 2 -3");
	check_abc("1, B 2", "1 2 -3");
	check_abc("1, A 2", "2 -2 -3");
	check_abc("2, A 1", "1 -2 -3");
	check_abc("C 3, 1, 2", "A: invalid number\ntoo many arguments");
	check_abc("B 2, 1", "A: invalid number");
	check_abc("A 1, 2", "too many arguments");
	check_abc("1, 2, C 3, C 4", "1 2 4");
	check_abc("", "A: required argument missing");
	check_abc("1, 2, 3", "too many arguments");
	check_abc("1, 2, D 5", "D: unknown argument");
	check_abc("1, 2, E 1, 3, D 5, 4",
		  "E: unknown argument\nD: unknown argument\ntoo many arguments");
	check_abc("1, CAPACITY", "B: invalid number");
	check_abc(",2", "-1 2 -3");
	check_abc("1,,C 3", "1 -2 3");
	check_abc("1,", "1 -2 -3");
	check_abc("x, y, C z", "A: invalid number\nB: invalid number\nC: invalid number");
	check_abc("1, 4294967296", "B: out of range, bound 2147483647");
	check_abc("1 /* one */, C /* three */ 3", "1 -2 3");
}

static void test_texts(void)
{
	struct error err = { .errors = 0 };
	struct sample s;

	sample_init(&s, TEXTS);
	CHECK(args_configure(&s.base, str_of("B 2, 1"), &err) == false);
	CHECK_STR(str_trim(text_as_str(&err.out)), "A: parse error");
	error_fini(&err);
	CHECK(args_configure(&s.base, str_of("\"x y\", OLD 3"), &err));
	CHECK_STR(s.s, "x y");
	CHECK_INT(s.c, 3);
	CHECK_INT(s.byte, 7);
	CHECK_STR(text_as_str(&err.out), "OLD: warning: argument deprecated\n");
	CHECK(arg_given(&s.base, "A") && arg_given(&s.base, "OLD") && !arg_given(&s.base, "B"));
	error_fini(&err);
	check_messages(TEXTS, "a, R 4", false, "R: out of range, bound 5");
	check_messages(TEXTS, "a, R 11", false, "R: out of range, bound 10");
	check_messages(TEXTS, "a, R 300", false, "R: out of range, bound 255");
	sample_fini(&s);
}

static void test_lists(void)
{
	check_seen(LISTS, "x, C 3, y z, D 5,, w", "[x][y z][D 5][][w]");
	check_seen(LISTS, "x, ALL 1, y, ALL 2, FN 3", "[3][1][2][x][y]");
	check_seen(LISTS, "FN 3, FN 4", "[4]");
	check_seen(EVERY, "1, 2, ALL 3", "[3][1][2]");
	check_messages(EVERY, "", false, "ALL: required argument missing");
	check_messages(LISTS, "FN silent", false, "FN: parse error");
	check_messages(LISTS, "FN bad", false, "FN: bad thing");
	check_messages(LISTS, "bad, silent", false, "bad thing");
	check_messages(NONE, "", true, "");
	check_messages(NONE, "1", false, "too many arguments");
	check_messages(NONE, "K 1", false, "K: unknown argument");
}

/* A failure changes nothing, to the byte; success replaces the pool. */
static void test_reconfigure(void)
{
	struct error err = { .errors = 0 };
	struct sample s, before;

	sample_init(&s, ABC);
	CHECK(args_configure(&s.base, str_of("1, 2, C 3"), &err));
	before = s;
	CHECK(!element_reconfigure(&s.base, str_of("9, C x"), &err));
	CHECK(memcmp(&s, &before, sizeof(s)) == 0);
	s.refuse = true;
	CHECK(!element_reconfigure(&s.base, str_of("9"), &err));
	CHECK_INT(s.a, 1);
	s.refuse = false;
	CHECK(element_reconfigure(&s.base, s.base.config, &err));
	CHECK_STR(s.base.config, "1, 2, C 3");
	CHECK(element_reconfigure(&s.base, str_of("5"), &err));
	CHECK_INT(s.a, 5);
	CHECK_INT(s.b, -2);
	CHECK_STR(s.base.config, "5");
	error_fini(&err);
	sample_fini(&s);
}

static void check_read(struct sample *s, const char *key, unsigned pos, const char *want)
{
	struct text t = { NULL, 0, 0 };

	args_read_keyword(&s->base, key, pos, &t);
	CHECK_STR(text_as_str(&t), want);
	text_fini(&t);
}

static void test_keyword_handlers(void)
{
	struct error err = { .errors = 0 };
	struct sample s;

	sample_init(&s, ABC);
	CHECK(args_configure(&s.base, str_of("1, 2, C 3"), &err));
	check_read(&s, "A", 0, "1");
	check_read(&s, "B", 1, "2");
	check_read(&s, "C", ARGS_NO_POSITION, "3");
	check_read(&s, "C", 2, "3");
	check_read(&s, "D", 2, "");
	check_read(&s, "D", 7, "");
	CHECK(args_write_keyword(&s.base, "A", 0, str_of("7"), &err));
	CHECK_STR(s.base.config, "7, 2, C 3");
	CHECK(args_write_keyword(&s.base, "C", ARGS_NO_POSITION, str_of("8"), &err));
	CHECK_STR(s.base.config, "7, 2, C 8");
	CHECK(!args_write_keyword(&s.base, "C", ARGS_NO_POSITION, str_of("x"), &err));
	CHECK_STR(text_as_str(&err.out), "C: invalid number\n");
	CHECK_STR(s.base.config, "7, 2, C 8");
	CHECK(args_configure(&s.base, str_of("1"), NULL));
	CHECK(args_write_keyword(&s.base, "B", 1, str_of("4"), NULL));
	CHECK_STR(s.base.config, "1, B 4");
	CHECK(args_write_keyword(&s.base, "B", 1, str_of("5"), NULL));
	CHECK_STR(s.base.config, "1, B 5");
	CHECK_INT(s.b, 5);
	CHECK(!args_write_keyword(&s.base, "D", ARGS_NO_POSITION, str_of("5"), NULL));
	error_fini(&err);
	sample_fini(&s);
}

static void check_field(struct sample *s, const struct handler *h, const char *value,
			const char *want)
{
	struct error err = { .errors = 0 };
	struct text got = { NULL, 0, 0 };

	if (args_write_field(&s->base, h, str_of(value), &err))
		value_print(h->kind, (char *)s + h->offset, &got);
	else
		text_str(&got, str_trim(text_as_str(&err.out)));
	CHECK_STR(text_as_str(&got), want);
	text_fini(&got);
	error_fini(&err);
}

static void test_fields(void)
{
	static const struct handler h[] = {
		WRITE_FIELD("flag", flag, ""),    WRITE_FIELD("byte", byte, ""),
		WRITE_FIELD("half", half, ""),    WRITE_FIELD("a", a, ""),
		WRITE_FIELD("real", real, ""),    WRITE_FIELD("ip", ip, ""),
		WRITE_FIELD("ether", ether, ""),  WRITE_FIELD("stamp", stamp, ""),
		WRITE_FIELD("int", interval, ""), WRITE_FIELD("s", s, ""),
		WRITE_FIELD("rate", rate, ""),
	};
	struct sample s;

	sample_init(&s, ABC);
	CHECK(args_configure(&s.base, str_of("1"), NULL));
	check_field(&s, &h[0], "true", "true");
	check_field(&s, &h[0], "true ", "expected boolean");
	check_field(&s, &h[1], "256", "expected uint8_t");
	check_field(&s, &h[2], "65536", "expected uint16_t");
	check_field(&s, &h[3], " 5", "expected integer");
	check_field(&s, &h[3], "-5", "-5");
	check_field(&s, &h[4], "x", "expected real number");
	check_field(&s, &h[5], "1.2.3", "expected IP address");
	check_field(&s, &h[6], "1:2", "expected Ethernet address");
	check_field(&s, &h[7], "x", "expected timestamp");
	check_field(&s, &h[8], "x", "expected time in seconds");
	check_field(&s, &h[8], "-1.5", "-1.500000s");
	check_field(&s, &h[9], "\"a b\" c ", "\"a b\" c ");
	check_field(&s, &h[9], "", "");
	check_field(&s, &h[10], "1x", "expected bandwidth");
	s.s = str_of("a constant");
	check_field(&s, &h[9], "text", "text");
	sample_fini(&s);
}

static void test_trigger_texts(void)
{
	struct error err = { .errors = 0 };
	struct trigger t;

	CHECK(!trigger_parse(NULL, "COUNT_CALL", str_of("x stop"), &t, &err));
	CHECK(!trigger_parse(NULL, "COUNT_CALL", str_of("5"), &t, &err));
	CHECK(!trigger_parse(NULL, "COUNT_CALL", str_of("18446744073709551616"), &t, &err));
	CHECK(!trigger_parse(NULL, NULL, str_of("x stop"), &t, &err));
	CHECK_STR(text_as_str(&err.out),
		  "COUNT_CALL type mismatch\nCOUNT_CALL: syntax error\n"
		  "COUNT_CALL overflow, max 18446744073709551615\nCOUNT_CALL: syntax error\n"
		  "first word should be unsigned (count)\n");
	error_fini(&err);
}

int main(void)
{
	struct pool *pool = pool_new();

	router.names = names_new(pool);
	test_matching();
	test_texts();
	test_lists();
	test_reconfigure();
	test_keyword_handlers();
	test_fields();
	test_trigger_texts();
	pool_free(pool);
	return test_end();
}
