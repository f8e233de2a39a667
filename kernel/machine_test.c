/* SPDX-License-Identifier: MIT */
/* machine_test.c - the command line: words, quotes, keys. */
#include "kernel/machine.h"

#include "abi/pvh.h"
#include "tests/unit/test.h"

/* What has quotes is copied, for ever: that is no leak. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

static struct pvh_start_info start;

static void line(const char *s)
{
	start.cmdline = (uintptr_t)s;
}

static void test_options(void)
{
	line("name=fw run=a.click,b.click  net=eth0,eth1 packets=  flag name=second");
	CHECK_STR(machine_option("name"), "fw");
	CHECK_STR(machine_option("run"), "a.click,b.click");
	CHECK_STR(machine_option("net"), "eth0,eth1");
	CHECK(machine_option("packets").p && machine_option("packets").n == 0);
	CHECK(!machine_option("flag").p);
	CHECK(!machine_option("nam").p);
	CHECK(!machine_option("fw").p);
	line("  name=x ");
	CHECK_STR(machine_option("name"), "x");
	line("namely=1 name=2");
	CHECK_STR(machine_option("name"), "2");
	line("");
	CHECK(!machine_option("name").p);
	line(NULL);
	CHECK(!machine_option("name").p);
}

static void test_quotes(void)
{
	line("run=\"my file.click\" env.RULES=\"allow tcp, deny all\" net=a\" \"b end=1");
	CHECK_STR(machine_option("run"), "my file.click");
	CHECK_STR(machine_option("env.RULES"), "allow tcp, deny all");
	CHECK_STR(machine_option("net"), "a b");
	CHECK_STR(machine_option("end"), "1");
	line("\"a=b c\" \"\" d=\"\"e\"\" f=\"name=inside\"");
	CHECK(!machine_option("name").p);
	CHECK_STR(machine_option("a"), "b c");
	CHECK_STR(machine_option("d"), "e");
	CHECK_STR(machine_option("f"), "name=inside");
	line("a=1 b=\"open to the end");
	CHECK_STR(machine_option("b"), "open to the end");
	CHECK_STR(machine_option("a"), "1");
}

static struct text_list {
	char text[256];
	size_t n;
} seen;

static void note(void *arg, struct str rest)
{
	struct text_list *l = arg;

	l->n += (size_t)snprintf(l->text + l->n, sizeof(l->text) - l->n, "[%.*s]", STR(rest));
}

static void test_prefix(void)
{
	line("env.A=1 x env.B=\"2 3\" env. env.A=4 environment=5");
	machine_options("env.", note, &seen);
	CHECK_STR(seen.text, "[A=1][B=2 3][][A=4]");
	seen.n = 0;
	line("one  \"two words\" three");
	machine_options("", note, &seen);
	CHECK_STR(seen.text, "[one][two words][three]");
}

int main(void)
{
	machine.start = &start;
	test_options();
	test_quotes();
	test_prefix();
	return test_end();
}
