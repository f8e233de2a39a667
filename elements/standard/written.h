/* SPDX-License-Identifier: MIT */
/*
 * written.h - values written to handlers whose messages are their own.
 *
 * Each stores the value, or fails with the message given and leaves *dst alone.
 */
#ifndef ELEMENTS_STANDARD_WRITTEN_H
#define ELEMENTS_STANDARD_WRITTEN_H

#include "engine/value.h"

static inline bool written_int(struct str value, int32_t *dst, struct error *err, const char *message)
{
	int32_t v;

	if (!parse_i32(str_trim(value), &v, NULL))
		return fail(err, "%s", message);
	*dst = v;
	return true;
}

static inline bool written_u32(struct str value, uint32_t *dst, struct error *err,
			       const char *message)
{
	uint32_t v;

	if (!parse_u32(str_trim(value), &v, NULL))
		return fail(err, "%s", message);
	*dst = v;
	return true;
}

static inline bool written_bool(struct str value, bool *dst, struct error *err,
				const char *message)
{
	bool v;

	if (!parse_bool(str_trim(value), &v))
		return fail(err, "%s", message);
	*dst = v;
	return true;
}

/* A time greater than zero, or any that is not negative. */
static inline bool written_interval(struct str value, struct interval *dst, bool positive,
				    struct error *err, const char *message)
{
	int64_t ns;

	if (!parse_interval(str_trim(value), false, &ns, NULL) || (positive && ns == 0))
		return fail(err, "%s", message);
	dst->ns = ns;
	return true;
}

#endif
