/* SPDX-License-Identifier: MIT */
/* str.c - comparing, searching and taking apart strings. */
#include "base/str.h"

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static unsigned lower(char c)
{
	unsigned u = (unsigned char)c;

	return u - 'A' < 26 ? u + 32 : u;
}

int str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n ? memcmp(a.p, b.p, n) : 0;

	if (order != 0)
		return order;
	return (a.n > b.n) - (a.n < b.n);
}

bool str_is_nocase(struct str a, const char *z)
{
	for (size_t i = 0; i < a.n; i++) {
		if (!z[i] || lower(a.p[i]) != lower(z[i]))
			return false;
	}
	return !z[a.n];
}

bool str_starts(struct str s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.n >= n && (n == 0 || memcmp(s.p, prefix, n) == 0);
}

bool str_ends(struct str s, const char *suffix)
{
	size_t n = strlen(suffix);

	return s.n >= n && (n == 0 || memcmp(s.p + s.n - n, suffix, n) == 0);
}

size_t str_find(struct str s, char c)
{
	const char *at = s.n ? memchr(s.p, c, s.n) : NULL;

	return at ? (size_t)(at - s.p) : s.n;
}

struct str str_trim(struct str s)
{
	str_space(&s);
	while (s.n && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool str_char(struct str *s, char c)
{
	if (!s->n || s->p[0] != c)
		return false;
	*s = str_from(*s, 1);
	return true;
}

bool str_prefix(struct str *s, const char *prefix)
{
	if (!str_starts(*s, prefix))
		return false;
	*s = str_from(*s, strlen(prefix));
	return true;
}

bool str_decimal(struct str *s, uint32_t *v)
{
	uint64_t sum = 0;
	size_t i = 0;

	for (; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++) {
		sum = sum * 10 + (uint64_t)(s->p[i] - '0');
		if (sum > UINT32_MAX)
			return false;
	}
	if (i == 0)
		return false;
	*v = (uint32_t)sum;
	*s = str_from(*s, i);
	return true;
}

/* The value of one hexadecimal digit, 16 for `?', 17 for anything else. */
static unsigned hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (lower(c) - 'a' < 6)
		return lower(c) - 'a' + 10;
	return c == '?' ? 16 : 17;
}

bool str_hex(struct str *s, uint8_t *val, uint8_t *mask)
{
	unsigned hi, lo;

	if (s->n < 2)
		return false;
	hi = hex_digit(s->p[0]);
	lo = hex_digit(s->p[1]);
	if (hi > 16 || lo > 16)
		return false;
	*val = (uint8_t)((hi & 15) << 4 | (lo & 15));
	*mask = (uint8_t)((hi < 16 ? 0xf0 : 0) | (lo < 16 ? 0x0f : 0));
	*s = str_from(*s, 2);
	return true;
}

void str_space(struct str *s)
{
	size_t i = 0;

	while (i < s->n && is_space(s->p[i]))
		i++;
	*s = str_from(*s, i);
}

struct str str_word(struct str *s)
{
	struct str word;
	size_t i = 0;

	str_space(s);
	while (i < s->n && !is_space(s->p[i]))
		i++;
	word = str_first(*s, i);
	*s = str_from(*s, i);
	str_space(s);
	return word;
}

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

/* Optimal string alignment: three rows of the usual table are enough. */
unsigned str_distance(struct str a, struct str b)
{
	enum { LONGEST = 64 };
	uint8_t row[3][LONGEST + 1];

	if (a.n > LONGEST || b.n > LONGEST)
		return str_eq(a, b) ? 0 : (unsigned)(a.n > b.n ? a.n : b.n);
	for (size_t j = 0; j <= b.n; j++)
		row[0][j] = (uint8_t)j;
	for (size_t i = 1; i <= a.n; i++) {
		uint8_t *now = row[i % 3], *up = row[(i + 2) % 3], *up2 = row[(i + 1) % 3];

		now[0] = (uint8_t)i;
		for (size_t j = 1; j <= b.n; j++) {
			bool same = a.p[i - 1] == b.p[j - 1];
			unsigned d = min3(up[j] + 1U, now[j - 1] + 1U, up[j - 1] + !same);

			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1])
				d = min3(d, up2[j - 2] + 1U, d);
			now[j] = (uint8_t)d;
		}
	}
	return row[a.n % 3][b.n];
}

/* Takes one pattern item, not `*', off the pattern; does it match c? */
static bool glob_one(struct str *pattern, char c)
{
	bool invert, found = false;
	struct str p = *pattern;

	if (str_char(&p, '?')) {
		*pattern = p;
		return true;
	}
	if (!str_char(&p, '[')) {
		if (p.n > 1)
			(void)str_char(&p, '\\');
		*pattern = str_from(p, 1);
		return p.p[0] == c;
	}
	invert = str_char(&p, '^') || str_char(&p, '!');
	for (bool first = true; p.n && (first || p.p[0] != ']'); first = false) {
		char lo = p.p[0], hi = lo;

		p = str_from(p, 1);
		if (p.n > 1 && p.p[0] == '-' && p.p[1] != ']') {
			hi = p.p[1];
			p = str_from(p, 2);
		}
		found = found || ((unsigned char)lo <= (unsigned char)c &&
				  (unsigned char)c <= (unsigned char)hi);
	}
	*pattern = str_from(p, 1);
	return found != invert;
}

/* Only the last star needs to be retried: what an earlier one could give up, the later one can
 * take. */
bool str_glob(struct str pattern, struct str s)
{
	struct str retry_pattern = { NULL, 0 }, retry = s;
	bool star = false;

	while (s.n || pattern.n) {
		if (str_char(&pattern, '*')) {
			star = true;
			retry_pattern = pattern;
			retry = s;
		} else if (s.n && pattern.n && glob_one(&pattern, s.p[0])) {
			s = str_from(s, 1);
		} else if (star && retry.n) {
			retry = str_from(retry, 1);
			s = retry;
			pattern = retry_pattern;
		} else {
			return false;
		}
	}
	return true;
}
