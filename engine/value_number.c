/* SPDX-License-Identifier: MIT */
/* value_number.c - booleans, integers, floating point. */
#include "engine/value_number.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/text.h"

/* What the text of an integer says. */
struct integer {
	uint64_t size;
	bool negative, overflow; /* overflow: size is not all of it */
};

static unsigned digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'z')
		return (unsigned)(c - 'a') + 10;
	if (c >= 'A' && c <= 'Z')
		return (unsigned)(c - 'A') + 10;
	return 99;
}

/* All of s is digits, with single underscores between them. */
static bool scan_digits(struct str s, unsigned base, struct integer *v)
{
	bool digit = false;

	for (size_t i = 0; i < s.n; i++) {
		unsigned d = digit_value(s.p[i]);

		if (s.p[i] == '_' && digit) {
			digit = false;
			continue;
		}
		if (d >= base)
			return false;
		digit = true;
		if (__builtin_mul_overflow(v->size, base, &v->size) ||
		    __builtin_add_overflow(v->size, d, &v->size))
			v->overflow = true;
	}
	return digit;
}

/* Base 0: the prefix tells. */
static unsigned take_base(struct str *s, unsigned base)
{
	if ((base == 0 || base == 16) && (str_prefix(s, "0x") || str_prefix(s, "0X")))
		return 16;
	if (base != 0)
		return base;
	if (str_prefix(s, "0b") || str_prefix(s, "0B"))
		return 2;
	return s->n > 1 && s->p[0] == '0' ? 8 : 10;
}

static bool scan_integer(struct str s, unsigned base, bool may_be_negative, struct integer *v)
{
	*v = (struct integer){ .negative = may_be_negative && str_char(&s, '-') };
	if (!v->negative)
		str_char(&s, '+');
	base = take_base(&s, base);
	return scan_digits(s, base, v);
}

bool integer_syntax(struct str s)
{
	struct integer i;

	return scan_integer(s, 0, false, &i);
}

bool parse_base(struct str s, unsigned base, uint64_t max, uint64_t *v, struct error *err)
{
	struct integer i;

	if (!scan_integer(s, base, false, &i))
		return fail(err, "invalid number");
	if (i.overflow || i.size > max)
		return fail(err, "out of range, bound %llu", (unsigned long long)max);
	*v = i.size;
	return true;
}

bool parse_u64(struct str s, uint64_t max, uint64_t *v, struct error *err)
{
	return parse_base(s, 0, max, v, err);
}

/* A minus sign is grammar only where there are negative numbers. */
bool parse_int(struct str s, int64_t min, int64_t max, int64_t *v, struct error *err)
{
	struct integer i;
	int64_t value;

	if (!scan_integer(s, 0, min < 0, &i))
		return fail(err, "invalid number");
	if (i.overflow || i.size > (uint64_t)INT64_MAX + i.negative)
		return fail(err, "out of range, bound %lld", (long long)(i.negative ? min : max));
	value = i.negative ? (int64_t)(0 - i.size) : (int64_t)i.size;
	if (value < min || value > max)
		return fail(err, "out of range, bound %lld", (long long)(value < min ? min : max));
	*v = value;
	return true;
}

bool parse_u32(struct str s, uint32_t *v, struct error *err)
{
	uint64_t wide;

	if (!parse_u64(s, UINT32_MAX, &wide, err))
		return false;
	*v = (uint32_t)wide;
	return true;
}

bool parse_i32(struct str s, int32_t *v, struct error *err)
{
	int64_t wide;

	if (!parse_int(s, INT32_MIN, INT32_MAX, &wide, err))
		return false;
	*v = (int32_t)wide;
	return true;
}

bool parse_bool(struct str s, bool *v)
{
	static const char *const yes[] = { "1", "y", "t", "yes", "true" };
	static const char *const no[] = { "0", "n", "f", "no", "false" };

	for (unsigned i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		if (str_is(s, yes[i]) || str_is(s, no[i])) {
			*v = str_is(s, yes[i]);
			return true;
		}
	return false;
}

/* strtod skips space in front, and wants a terminated string. */
static bool scan_double(struct str s, double *v)
{
	struct text copy = { NULL, 0, 0 };
	char *end;
	bool whole;

	if (!s.n || s.p[0] == ' ' || (s.p[0] >= '\t' && s.p[0] <= '\r'))
		return false;
	text_str(&copy, s);
	errno = 0;
	*v = strtod(copy.p, &end);
	whole = end == copy.p + copy.n;
	text_fini(&copy);
	return whole;
}

bool parse_double(struct str s, double *v, struct error *err)
{
	double d;

	if (!scan_double(s, &d))
		return false;
	if (errno == ERANGE && isinf(d))
		return fail(err, "out of range, bound %s", d < 0 ? "-inf" : "inf");
	if (errno == ERANGE && fpclassify(d) == FP_ZERO)
		return fail(err, "underflow, rounded to 0");
	*v = d;
	return true;
}
