/* SPDX-License-Identifier: MIT */
#include "engine/control/log.h"

#include "tests/unit/test.h"

static void expect(const struct log *l, const char *want)
{
	struct text t = { 0 };

	log_print(l, &t);
	CHECK_STR(text_as_str(&t), want);
	text_fini(&t);
}

static void test_ring(void)
{
	struct log l;

	log_init(&l, 10);
	expect(&l, "");
	log_add(&l, str_of("abc"));
	log_add(&l, str_of("de"));
	expect(&l, "abc\nde\n");
	log_add(&l, str_of(""));
	log_add(&l, str_of("f"));
	expect(&l, "abc\nde\n\nf\n");
	log_add(&l, str_of("gh"));
	expect(&l, "de\n\nf\ngh\n");
	log_add(&l, str_of("0123456789abc"));
	expect(&l, "012345678\n");
	log_add(&l, str_of("x"));
	expect(&l, "x\n");
	for (int i = 0; i < 1000; i++)
		log_add(&l, str_of("1234"));
	expect(&l, "1234\n1234\n");
	log_fini(&l);
	log_add(&l, str_of("nobody keeps this"));
	expect(&l, "");
}

int main(void)
{
	test_ring();
	return test_end();
}
