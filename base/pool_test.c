/* SPDX-License-Identifier: MIT */
/* pool_test.c - tests of pool.c and hash.c. */
#include "base/hash.h"
#include "base/pool.h"
#include "tests/unit/test.h"

static void test_pool(void)
{
	struct pool *p = pool_new();
	size_t cap = 0;
	int *v = NULL;
	char *a, *b;

	a = pool_alloc(p, 100);
	CHECK(((uintptr_t)a & 15) == 0 && a[0] == 0 && a[99] == 0);
	b = pool_alloc(p, 0);
	memset(a, 1, 100);
	a = pool_resize(p, a, 2000);
	CHECK(a[99] == 1 && a[100] == 0 && a[1999] == 0);
	pool_release(a);
	pool_release(NULL);
	pool_release(b);
	CHECK(pool_try(p, SIZE_MAX) == NULL);
	for (int i = 0; i < 1000; i++) {
		v = pool_grow(p, v, (size_t)i, &cap, sizeof(*v));
		v[i] = i;
	}
	CHECK(v[0] == 0 && v[999] == 999 && cap >= 1000);
	CHECK_STR(pool_str(p, str_of("abc")), "abc");
	CHECK_STR(str_of(pool_printf(p, "%s-%d", "x", 5)), "x-5");
	pool_free(p);
	pool_free(NULL);
}

static void test_map(void)
{
	struct map m = { NULL, 0, 0 };
	struct pool *p = pool_new();
	struct str key[1000];
	unsigned wrong = 0;

	CHECK(map_get(&m, str_of("a")) == NULL && map_remove(&m, str_of("a")) == NULL);
	for (int i = 0; i < 1000; i++) {
		key[i] = str_of(pool_printf(p, "key%d", i));
		map_set(&m, key[i], &key[i]);
	}
	CHECK_INT(m.n, 1000);
	for (int i = 0; i < 1000; i += 2)
		wrong += map_remove(&m, key[i]) != &key[i];
	for (int i = 0; i < 1000; i++)
		wrong += map_get(&m, key[i]) != (i % 2 ? &key[i] : NULL);
	CHECK_INT(wrong, 0);
	CHECK_INT(m.n, 500);
	map_set(&m, key[1], &key[0]);
	CHECK(map_get(&m, str_of("key1")) == &key[0] && m.n == 500);
	map_fini(&m);
	pool_free(p);
}

int main(void)
{
	test_pool();
	test_map();
	return test_end();
}
