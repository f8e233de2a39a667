/* SPDX-License-Identifier: MIT */
/* value_decimal.c - fixed-point numbers, bandwidths and times, all from exact decimals. */
#include "engine/value_number.h"

#include "base/bits.h"

__extension__ typedef unsigned __int128 wide;

#define FRACTION_DIGITS 19 /* 10^19 < 2^64 */
#define FRACTION_ONE 10000000000000000000ULL

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* How long the run of digits at the front is, underscores included; *n digits are in it. */
static size_t digit_run(struct str s, int64_t *n)
{
	size_t i = 0;

	for (*n = 0; i < s.n; i++) {
		if (is_digit(s.p[i]))
			++*n;
		else if (s.p[i] != '_' || i == 0 || !is_digit(s.p[i - 1]) || i + 1 == s.n ||
			 !is_digit(s.p[i + 1]))
			break;
	}
	return i;
}

/* Takes "e12" off, if it is there, and adds it to the point. More than fits any type is as good
 * as the limit here. */
static void take_exponent(struct str *s, int64_t *point)
{
	struct str rest = *s;
	int64_t e = 0;
	bool negative;

	if (!str_char(&rest, 'e') && !str_char(&rest, 'E'))
		return;
	negative = str_char(&rest, '-');
	if (!negative)
		str_char(&rest, '+');
	if (!rest.n || !is_digit(rest.p[0]))
		return;
	for (; rest.n && is_digit(rest.p[0]); rest = str_from(rest, 1))
		if (e < INT64_MAX / 100)
			e = e * 10 + (rest.p[0] - '0');
	*point += negative ? -e : e;
	*s = rest;
}

bool decimal_take(struct str *s, bool may_be_negative, struct decimal *d)
{
	struct str rest = *s;
	int64_t before, after = 0;
	size_t len;

	d->negative = may_be_negative && str_char(&rest, '-');
	if (!d->negative)
		str_char(&rest, '+');
	len = digit_run(rest, &before);
	if (len < rest.n && rest.p[len] == '.')
		len += 1 + digit_run(str_from(rest, len + 1), &after);
	if (before + after == 0)
		return false;
	d->digits = str_first(rest, len);
	d->point = before;
	rest = str_from(rest, len);
	take_exponent(&rest, &d->point);
	*s = rest;
	return true;
}

static uint64_t power_of_10(int64_t n)
{
	uint64_t p = 1;

	while (n-- > 0)
		p *= 10;
	return p;
}

/* Whole part, and fraction in units of 10^-19 (what is finer is cut off: when the digits that
 * are left are a tie, rounding goes up anyway). False when the whole part does not fit. */
static bool split(const struct decimal *d, int exponent, uint64_t *whole, uint64_t *fraction)
{
	int64_t weight = d->point + exponent - 1;

	*whole = *fraction = 0;
	for (size_t i = 0; i < d->digits.n; i++) {
		unsigned digit = (unsigned)(d->digits.p[i] - '0');

		if (digit > 9)
			continue;
		if (weight >= 0) {
			if (__builtin_mul_overflow(*whole, 10, whole) ||
			    __builtin_add_overflow(*whole, digit, whole))
				return false;
		} else if (weight >= -FRACTION_DIGITS) {
			*fraction += digit * power_of_10(FRACTION_DIGITS + weight);
		}
		weight--;
	}
	for (; weight >= 0 && *whole; weight--)
		if (__builtin_mul_overflow(*whole, 10, whole))
			return false;
	return true;
}

bool decimal_scaled(const struct decimal *d, int exponent, uint32_t mult, uint32_t div,
		    uint64_t max, uint64_t *v)
{
	uint64_t whole, fraction;
	wide product, rest, unit = (wide)div * FRACTION_ONE;

	if (!split(d, exponent, &whole, &fraction))
		return false;
	product = (wide)whole * mult;
	rest = product % div * FRACTION_ONE + (wide)fraction * mult;
	product = product / div + (2 * rest + unit) / (2 * unit);
	if (product > max)
		return false;
	*v = (uint64_t)product;
	return true;
}

/* --- binary fixed point --- */

static bool out_of_fixed_range(int64_t bound, unsigned bits, struct error *err)
{
	struct text t = { NULL, 0, 0 };

	print_fixed(&t, bound, bits);
	fail(err, "out of range, bound %s", t.p);
	text_fini(&t);
	return false;
}

bool parse_fixed(struct str s, unsigned bits, uint32_t *v, struct error *err)
{
	struct decimal d;
	uint64_t value;

	if (!decimal_take(&s, false, &d) || s.n)
		return false;
	if (!decimal_scaled(&d, 0, 1U << bits, 1, UINT32_MAX, &value))
		return out_of_fixed_range(UINT32_MAX, bits, err);
	*v = (uint32_t)value;
	return true;
}

bool parse_fixed_signed(struct str s, unsigned bits, int32_t *v, struct error *err)
{
	struct decimal d;
	uint64_t value;

	if (!decimal_take(&s, true, &d) || s.n)
		return false;
	if (!decimal_scaled(&d, 0, 1U << bits, 1, (uint64_t)INT32_MAX + d.negative, &value))
		return out_of_fixed_range(d.negative ? INT32_MIN : INT32_MAX, bits, err);
	*v = (int32_t)(d.negative ? -(int64_t)value : (int64_t)value);
	return true;
}

/* --- bandwidth --- */

static int take_prefix(struct str *unit)
{
	if (str_char(unit, 'k') || str_char(unit, 'K'))
		return 3;
	if (str_char(unit, 'M'))
		return 6;
	return str_char(unit, 'G') ? 9 : 0;
}

/* Bits or bytes a second: how many of them are a byte; 0: neither. */
static uint32_t rate_unit(struct str unit)
{
	if (str_is(unit, "bps") || str_is(unit, "b/s") || str_is(unit, "baud"))
		return 8;
	return str_is(unit, "Bps") || str_is(unit, "B/s") ? 1 : 0;
}

bool parse_bandwidth(struct str s, uint32_t *v, bool *had_unit, struct error *err)
{
	struct decimal d;
	uint64_t value;
	uint32_t div = 1;
	int exponent = 0;

	if (!decimal_take(&s, false, &d))
		return false;
	if (had_unit)
		*had_unit = s.n != 0;
	if (s.n) {
		str_space(&s);
		exponent = take_prefix(&s);
		div = rate_unit(s);
	}
	if (!div)
		return false;
	if (!decimal_scaled(&d, exponent, 1, div, UINT32_MAX, &value))
		return fail(err, "out of range");
	*v = (uint32_t)value;
	return true;
}

/* --- times --- */

struct time_unit {
	const char *name;
	int exponent;
	uint32_t mult;
};

static bool take_time_unit(struct str s, struct time_unit *unit)
{
	static const struct time_unit units[] = {
		{ "", 0, 1 },      { "s", 0, 1 },     { "sec", 0, 1 },     { "ms", -3, 1 },
		{ "msec", -3, 1 }, { "us", -6, 1 },   { "usec", -6, 1 },   { "ns", -9, 1 },
		{ "nsec", -9, 1 }, { "m", 0, 60 },    { "min", 0, 60 },    { "h", 0, 3600 },
		{ "hr", 0, 3600 }, { "d", 0, 86400 }, { "day", 0, 86400 },
	};

	for (unsigned i = 0; i < ARRAY_LEN(units); i++)
		if (str_is(s, units[i].name)) {
			*unit = units[i];
			return true;
		}
	return false;
}

/* A time as a count of 10^-digits seconds, the sign apart. */
static bool parse_time(struct str s, bool may_be_negative, unsigned digits, uint64_t max,
		       uint64_t *v, bool *negative, struct error *err)
{
	struct time_unit unit;
	struct decimal d;
	bool spaces;

	if (!decimal_take(&s, may_be_negative, &d))
		return false;
	spaces = s.n != 0;
	str_space(&s);
	if ((spaces && !s.n) || !take_time_unit(s, &unit))
		return false;
	if (!decimal_scaled(&d, unit.exponent + (int)digits, unit.mult, 1, max, v))
		return fail(err, "out of range");
	*negative = d.negative;
	return true;
}

bool parse_seconds(struct str s, unsigned digits, uint32_t *v, struct error *err)
{
	uint64_t value;
	bool negative;

	if (!parse_time(s, false, digits, UINT32_MAX, &value, &negative, err))
		return false;
	*v = (uint32_t)value;
	return true;
}

bool parse_interval(struct str s, bool may_be_negative, int64_t *ns, struct error *err)
{
	uint64_t value;
	bool negative;

	if (!parse_time(s, may_be_negative, 9, INT64_MAX, &value, &negative, err))
		return false;
	*ns = negative ? -(int64_t)value : (int64_t)value;
	return true;
}
