/* SPDX-License-Identifier: MIT */
/* clock_test.c - counts become times and times counts, whatever the machine says of its counter. */
#include "kernel/clock.h"

#include "tests/unit/test.h"

/* What the structure that hypervisors share means, in the widest numbers there are. */
static uint64_t model(uint64_t d, uint32_t mul, int shift)
{
	unsigned __int128 wide = d;

	wide = shift < 0 ? wide >> -shift : wide << shift;
	return (uint64_t)(wide * mul >> 32);
}

/* The time lies between those of a look at the counter before and one after. */
static void test_steady(uint64_t ago, uint64_t base_ns, uint32_t mul, int8_t shift)
{
	uint64_t base = clock_tsc() - ago, before, after;
	int64_t now;

	clock_set_scale(base, base_ns, mul, shift);
	before = clock_tsc();
	now = clock_steady();
	after = clock_tsc();
	CHECK((uint64_t)now >= base_ns + model(before - base, mul, shift));
	CHECK((uint64_t)now <= base_ns + model(after - base, mul, shift));
}

/* The first count at which the time has come, but for what one step of the scale is. */
static void test_back(uint64_t base_ns, uint32_t mul, int8_t shift, uint64_t ns)
{
	const uint64_t base = 1000000;
	uint64_t at, step = 1 + (shift < 0 ? 1U << -shift : 0);

	clock_set_scale(base, base_ns, mul, shift);
	at = clock_tsc_at((int64_t)(base_ns + ns)) - base;
	CHECK(model(at, mul, shift) >= ns);
	CHECK(at <= step || model(at - step, mul, shift) <= ns);
}

static void test_scales(void)
{
	static const struct {
		uint32_t mul;
		int8_t shift;
	} scales[] = {
		{ 0x80000000, 0 },  { 0x80000000, 1 }, { 0xffffffff, 0 },  { 0xaaaaaaab, -1 },
		{ 0xccccccdd, -2 }, { 0x9abcdef1, 3 }, { 0xfedcba98, -4 }, { 1, 0 },
	};
	static const uint64_t times[] = { 0,      1,          2,          999,
					  123456, 1000000007, 1ULL << 40, (1ULL << 50) + 12345 };

	for (size_t i = 0; i < sizeof(scales) / sizeof(scales[0]); i++) {
		test_steady(0, 0, scales[i].mul, scales[i].shift);
		test_steady(1ULL << 40, 7777777, scales[i].mul, scales[i].shift);
		for (size_t k = 0; k < sizeof(times) / sizeof(times[0]); k++)
			if (scales[i].mul > 1 || times[k] < 1 << 20)
				test_back(5000, scales[i].mul, scales[i].shift, times[k]);
	}
}

/* A frequency: a second of counts is a second, to 1 in 2^30. */
static void test_frequency(uint64_t khz)
{
	int64_t now;
	uint64_t second;

	clock_set(0, 0, khz);
	second = clock_tsc_at(1000000000);
	CHECK(second >= khz * 1000 - khz / 1000000 - 1);
	CHECK(second <= khz * 1000 + khz / 1000000 + 4);
	clock_set(clock_tsc() - khz * 3600 * 1000, 0, khz);
	now = clock_steady();
	CHECK(now >= 3600LL * 1000000000 - 4000);
}

static void test_ends(void)
{
	clock_set_scale(clock_tsc() + (1ULL << 60), 42, 0x80000000, 0);
	CHECK_INT(clock_steady(), 42); /* a counter behind its base does not go back */
	CHECK(clock_tsc_at(INT64_MAX) == UINT64_MAX);
	CHECK(clock_tsc_at(INT64_MAX - 1) == UINT64_MAX ||
	      clock_tsc_at(INT64_MAX - 1) > 1ULL << 60);
	clock_set_scale(9000, 1000, 0x80000000, 0);
	CHECK_INT(clock_tsc_at(999), 9000); /* long past */
	CHECK_INT(clock_tsc_at(INT64_MIN), 9000);
	clock_set_scale(0, 0, 0, 0); /* hostile: there is no such scale */
	CHECK(clock_steady() >= 0);
	clock_set(0, 0, 0);
	CHECK(clock_tsc_at(1000000) > 0);
}

static void test_wall(void)
{
	int64_t steady, wall;

	clock_set(clock_tsc(), 0, 2000000);
	clock_set_wall(1700000000000000000);
	steady = clock_steady();
	wall = clock_wall();
	CHECK(wall - 1700000000000000000 >= steady);
	CHECK(wall - 1700000000000000000 <= clock_steady());
}

int main(void)
{
	static const uint64_t khz[] = { 1000,    100000,  999999,  1000000,
					2095078, 2999999, 3000001, 5800000 };

	test_scales();
	for (size_t i = 0; i < sizeof(khz) / sizeof(khz[0]); i++)
		test_frequency(khz[i]);
	test_ends();
	test_wall();
	return test_end();
}
