/* SPDX-License-Identifier: MIT */
/* ipsummary_opt.c - what the texts of IP and of TCP options have in common. */
#include "elements/analysis/ipsummary_opt.h"

void opt_put(struct opt_buffer *b, uint32_t v, unsigned bytes)
{
	if (bytes > OPT_ROOM - b->n) {
		b->full = true;
		return;
	}
	while (bytes-- > 0)
		b->p[b->n++] = (uint8_t)(v >> (8 * bytes));
}

bool opt_parse_plain(struct str *s, struct opt_buffer *b)
{
	uint32_t number, at;

	if (!str_decimal(s, &number) || number > UINT8_MAX)
		return false;
	opt_put(b, number, 1);
	if (number < 2) /* EOL and NOP are one byte */
		return true;
	at = b->n;
	opt_put(b, 0, 1);
	if (str_char(s, '=')) {
		do {
			if (!str_decimal(s, &number) || number > UINT8_MAX)
				return false;
			opt_put(b, number, 1);
		} while (str_char(s, ':'));
	}
	if (b->full)
		return false;
	b->p[at] = (uint8_t)(b->n - at + 1);
	return true;
}

void opt_print_plain(const uint8_t *o, uint32_t len, struct text *out)
{
	text_add(out, "%u", o[0]);
	for (uint32_t i = 2; i < len; i++)
		text_add(out, "%c%u", i == 2 ? '=' : ':', o[i]);
}

uint32_t opt_length(const uint8_t *o, uint32_t n)
{
	if (n == 0)
		return 0;
	if (o[0] < 2)
		return 1;
	return n >= 2 && o[1] >= 2 && o[1] <= n ? o[1] : 0;
}

void opt_separate(struct text *out, size_t start)
{
	if (out->n != start)
		text_char(out, ';');
}

void opt_printed(struct text *out, size_t start, bool good)
{
	if (!good)
		out->n = start;
	if (out->n == start)
		text_char(out, good ? '.' : '?');
}
