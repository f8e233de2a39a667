/* SPDX-License-Identifier: MIT */
/* code.c - the three codes of a class: port counts, processing, flow. */
#include "engine/run/code.h"

#include <ctype.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* --- port counts --- */

/* n, n-m, n-, -m, - : at s, which moves behind it. */
static bool range_parse(const char **s, unsigned *min, unsigned *max)
{
	const char *start = *s;

	*min = 0;
	if (isdigit((unsigned char)**s))
		*min = (unsigned)strtoul(*s, (char **)(uintptr_t)s, 10);
	*max = *min;
	if (**s == '-') {
		++*s;
		*max = UINT_MAX;
		if (isdigit((unsigned char)**s))
			*max = (unsigned)strtoul(*s, (char **)(uintptr_t)s, 10);
	}
	return *s != start && *min <= *max;
}

bool port_counts_parse(const char *code, struct port_counts *c)
{
	const char *s = code;

	c->out_extra = -1;
	if (!range_parse(&s, &c->in_min, &c->in_max))
		return false;
	c->out_min = c->in_min;
	c->out_max = c->in_max;
	if (*s == '\0')
		return true;
	if (*s++ != '/')
		return false;
	if (*s == '=') {
		for (c->out_extra = 0, s++; *s == '+'; s++)
			c->out_extra++;
		return *s == '\0';
	}
	return range_parse(&s, &c->out_min, &c->out_max) && *s == '\0';
}

/* --- processing --- */

char processing_at(const char *code, bool output, unsigned port)
{
	const char *slash = strchr(code, '/');
	const char *s = output && slash ? slash + 1 : code;
	size_t n = !output && slash ? (size_t)(slash - code) : strlen(s);
	char c = n == 0 ? 'a' : s[port < n ? port : n - 1];

	return (char)tolower((unsigned char)c);
}

/* --- flow --- */

/* One port's code: a letter, `#', or a bracketed set of them. */
struct port_code {
	const char *p;
	size_t n;
	bool negated;
};

static const char *port_code_next(const char *s, const char *end, struct port_code *c)
{
	const char *close;

	*c = (struct port_code){ s, 1, false };
	if (*s != '[')
		return s + 1;
	close = memchr(s, ']', (size_t)(end - s));
	if (!close)
		return end;
	c->p = s + 1;
	if (*c->p == '^') {
		c->negated = true;
		c->p++;
	}
	c->n = (size_t)(close - c->p);
	return close + 1;
}

/* The code of a port: the last one of a side repeats. */
static struct port_code port_code_at(const char *s, const char *end, unsigned port)
{
	struct port_code c = { s, 0, false };

	for (unsigned i = 0; s < end && i <= port; i++)
		s = port_code_next(s, end, &c);
	return c;
}

/* Does c, the code of port, contain this letter of a port numbered other? */
static bool port_code_has(const struct port_code *c, char letter, unsigned port, unsigned other)
{
	bool found = false;

	for (size_t i = 0; i < c->n; i++)
		if (c->p[i] == '#' ? letter == '#' || port == other : c->p[i] == letter)
			found = found || c->p[i] != '#' || port == other;
	return found != c->negated;
}

bool flow_reaches(const char *code, unsigned in, unsigned out)
{
	const char *slash = strchr(code, '/'), *end = code + strlen(code);
	struct port_code a = port_code_at(code, slash ? slash : end, in);
	struct port_code b = port_code_at(slash ? slash + 1 : code, end, out);
	bool wild;

	/* Two negated sets, or a negated one against single letters: some letter fits both. */
	if (a.negated && b.negated)
		return true;
	if (a.negated || b.negated) {
		const struct port_code *set = a.negated ? &b : &a, *neg = a.negated ? &a : &b;
		unsigned setport = a.negated ? out : in, negport = a.negated ? in : out;

		for (size_t i = 0; i < set->n; i++) {
			wild = set->p[i] == '#';
			if (port_code_has(neg, wild ? '#' : set->p[i], negport, setport))
				return true;
		}
		return false;
	}
	for (size_t i = 0; i < a.n; i++)
		if (a.p[i] == '#' ? in == out : port_code_has(&b, a.p[i], out, in))
			return true;
	return memchr(b.p, '#', b.n) && in == out;
}
