/* SPDX-License-Identifier: MIT */
/* value_number.h - what the parsers of numbers share: exact decimals, integer syntax. */
#ifndef ENGINE_VALUE_NUMBER_H
#define ENGINE_VALUE_NUMBER_H

#include "engine/value.h"

/* An unsigned integer of whatever size? */
bool integer_syntax(struct str) MUST_CHECK;

/* A number as written: [+-] digits [. digits] [e [+-] digits], underscores between digits. */
struct decimal {
	struct str digits; /* with the point and underscores in it */
	int64_t point;     /* how many of them stand before the point, the exponent added */
	bool negative;
};

/* Takes a number off the front of s. */
bool decimal_take(struct str *s, bool may_be_negative, struct decimal *d) MUST_CHECK;

/* Its size times 10^exponent * mult / div, rounded to nearest; mult < 2^32, div > 0. False when
 * that is more than max. */
bool decimal_scaled(const struct decimal *d, int exponent, uint32_t mult, uint32_t div,
		    uint64_t max, uint64_t *v) MUST_CHECK;

/* parse_fixed for numbers that may be negative. */
bool parse_fixed_signed(struct str, unsigned bits, int32_t *, struct error *) MUST_CHECK;

#endif
