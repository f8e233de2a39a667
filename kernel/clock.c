/* SPDX-License-Identifier: MIT */
/* clock.c - the CPU's counter, scaled: steady = base_ns + ((tsc - base_tsc) << shift) * mul / 2^32. */
#include "kernel/clock.h"

static struct {
	uint64_t base_tsc, base_ns;
	uint32_t mul;
	int8_t shift;
	int64_t wall; /* at steady 0 */
} scale = { .mul = UINT32_MAX };

void clock_set_scale(uint64_t base_tsc, uint64_t base_ns, uint32_t mul, int8_t shift)
{
	scale.base_tsc = base_tsc;
	scale.base_ns = base_ns;
	scale.mul = mul ? mul : 1;
	scale.shift = shift;
}

void clock_set(uint64_t base_tsc, uint64_t base_ns, uint64_t tsc_khz)
{
	uint64_t ns_q32 = (1000000ULL << 32) / (tsc_khz ? tsc_khz : 1); /* of one count */
	int8_t shift = 0;

	for (; ns_q32 > UINT32_MAX; shift++)
		ns_q32 >>= 1;
	for (; ns_q32 < 1U << 31 && shift > -31; shift--)
		ns_q32 <<= 1;
	clock_set_scale(base_tsc, base_ns, (uint32_t)ns_q32, shift);
}

void clock_set_wall(int64_t at_steady_zero)
{
	scale.wall = at_steady_zero;
}

int64_t clock_steady(void)
{
	uint64_t d = clock_tsc() - scale.base_tsc;

	d = (int64_t)d < 0 ? 0 : scale.shift < 0 ? d >> -scale.shift : d << scale.shift;
	return (int64_t)(scale.base_ns + (uint64_t)(((unsigned __int128)d * scale.mul) >> 32));
}

int64_t clock_wall(void)
{
	return scale.wall + clock_steady();
}

uint64_t clock_tsc_at(int64_t steady)
{
	uint64_t ns = (uint64_t)steady - scale.base_ns;
	unsigned __int128 d;

	if (steady == INT64_MAX)
		return UINT64_MAX;
	if (steady < (int64_t)scale.base_ns)
		return scale.base_tsc;
	/* One more before what the scale cuts off: the time has come then, not a step before. */
	d = ((unsigned __int128)ns << 32) / scale.mul + 1;
	d = scale.shift < 0 ? d << -scale.shift : (d >> scale.shift) + 1;
	return d >> 63 ? UINT64_MAX : scale.base_tsc + (uint64_t)d;
}
