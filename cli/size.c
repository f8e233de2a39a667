/* SPDX-License-Identifier: MIT */
/* size.c - sizes of memory. */
#include "cli/size.h"

#define KIB_MAX (1ULL << 30) /* 1 TiB */

/* Digits, and digits behind a dot, in units of unit KiB, rounded down. */
static bool amount(struct str *s, uint64_t unit, uint64_t *kib)
{
	uint64_t scale = 1, part = 0;
	uint32_t whole;

	if (!str_decimal(s, &whole))
		return false;
	if (str_char(s, '.')) {
		if (!s->n || s->p[0] < '0' || s->p[0] > '9')
			return false;
		while (s->n && s->p[0] >= '0' && s->p[0] <= '9' && scale < 1000000) {
			part = part * 10 + (uint64_t)(s->p[0] - '0');
			scale *= 10;
			*s = str_from(*s, 1);
		}
	}
	*kib = whole * unit + part * unit / scale;
	return true;
}

static uint64_t unit_of(struct str s)
{
	static const struct {
		const char *name;
		uint64_t kib;
	} units[] = {
		{ "", 1 << 10 },   { "k", 1 },         { "kb", 1 },        { "kib", 1 },
		{ "m", 1 << 10 },  { "mb", 1 << 10 },  { "mib", 1 << 10 }, { "g", 1 << 20 },
		{ "gb", 1 << 20 }, { "gib", 1 << 20 },
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (str_is_nocase(s, units[i].name))
			return units[i].kib;
	return 0;
}

bool size_parse(const char *word, uint64_t *kib)
{
	size_t digits = strspn(word, "0123456789.");
	struct str number = { word, digits };
	uint64_t unit = unit_of(str_trim(str_of(word + digits)));

	return unit && amount(&number, unit, kib) && number.n == 0 && *kib > 0 && *kib <= KIB_MAX;
}

void size_text(struct text *t, uint64_t kib)
{
	uint64_t tenths = kib * 10 / 1024;

	if (kib < 1024)
		text_add(t, "%llu KiB", (unsigned long long)kib);
	else if (kib % 1024 == 0 || tenths % 10 == 0)
		text_add(t, "%llu MiB", (unsigned long long)(kib / 1024));
	else
		text_add(t, "%llu.%llu MiB", (unsigned long long)(tenths / 10),
			 (unsigned long long)(tenths % 10));
}

void age_text(struct text *t, double seconds)
{
	static const struct {
		double seconds;
		const char *name;
	} units[] = { { 86400, "d" }, { 3600, "h" }, { 60, "min" } };

	for (size_t i = 0; i < 3; i++)
		if (seconds >= 2 * units[i].seconds) {
			text_add(t, "%lld %s", (long long)(seconds / units[i].seconds),
				 units[i].name);
			return;
		}
	text_add(t, "%.0f s", seconds);
}
