/* SPDX-License-Identifier: MIT */
/* flow_map_test.c - adding and removing keys at random, against a plain array. */
#include "elements/ip/flow_map.h"

#include <stdlib.h>

#include "engine/platform.h"
#include "engine/run/thread.h"
#include "tests/unit/test.h"

#define KEYS 3000U

static struct thread thread;
static uint32_t stored[KEYS]; /* reference of each key, 0: not there */

static struct flow_id key(uint32_t i)
{
	return (struct flow_id){ i * 7, i / 3, (uint16_t)i, (uint16_t)(i >> 4) };
}

static bool all_as_stored(const struct flow_map *m)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < KEYS; i++) {
		struct flow_id id = key(i);

		if (flow_map_get(m, &id) != stored[i])
			return false;
		n += stored[i] != 0;
	}
	return n == m->n;
}

static void toggle(struct flow_map *m, uint32_t i)
{
	struct flow_id id = key(i);

	if (stored[i] == 0) {
		CHECK(flow_map_reserve(m, 1));
		stored[i] = i + 1;
		flow_map_add(m, &id, stored[i]);
	} else {
		flow_map_remove(m, &id, stored[i]);
		stored[i] = 0;
	}
}

static void test_random(void)
{
	struct flow_map m = { 0 };
	bool right = true;

	CHECK(flow_map_init(&m, NULL));
	for (unsigned round = 0; round < 200; round++) {
		for (unsigned i = 0; i < 300; i++)
			toggle(&m, random_below(NULL, KEYS));
		right &= all_as_stored(&m);
	}
	for (uint32_t i = 0; i < KEYS; i++)
		if (stored[i] != 0)
			toggle(&m, i);
	CHECK(right && all_as_stored(&m));
	flow_map_fini(&m);
}

/* Nearly all slots taken, as when there is no memory to grow: long runs over many buckets. */
static void test_crowded(void)
{
	struct flow_map m = { 0 };
	bool right = true;

	CHECK(flow_map_init(&m, NULL));
	for (unsigned i = 0; i < 2000; i++) {
		uint32_t k = random_below(NULL, 100);

		if (stored[k] != 0 || m.n < 56) {
			struct flow_id id = key(k);

			if (stored[k] == 0)
				flow_map_add(&m, &id, stored[k] = k + 1);
			else
				toggle(&m, k);
		}
		right &= all_as_stored(&m);
	}
	CHECK(right);
	CHECK_INT(m.mask, 63);
	memset(stored, 0, sizeof(stored));
	flow_map_fini(&m);
}

static void test_other_ref(void)
{
	struct flow_map m = { 0 };
	struct flow_id id = key(1);

	CHECK(flow_map_init(&m, NULL));
	flow_map_add(&m, &id, 5);
	flow_map_remove(&m, &id, 6);
	CHECK_INT(flow_map_get(&m, &id), 5);
	flow_map_remove(&m, &id, 5);
	CHECK_INT(flow_map_get(&m, &id), 0);
	flow_map_fini(&m);
}

int main(void)
{
	thread_current = &thread;
	test_other_ref();
	test_crowded();
	test_random();
	return test_end();
}
