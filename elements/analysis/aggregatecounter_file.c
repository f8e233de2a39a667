/* SPDX-License-Identifier: MIT */
/* aggregatecounter_file.c - files of counts by aggregate. */
#include <stdlib.h>

#include "elements/analysis/aggregatecounter.h"

static const char *const format_lines[] = { "", "!ip\n", "", "!packed_le\n" };

static size_t nonzero(const struct aggregate_map *m)
{
	size_t n = 0;

	for (size_t i = 0; m->slot && i <= m->mask; i++)
		n += m->slot[i].used && m->slot[i].value != 0;
	return n;
}

static void print_header(const struct aggregate_map *m, enum aggregate_format format,
			 struct str banner, struct text *out)
{
	text_add(out, "!IPAggregate 1.0\n");
	text_str(out, banner);
	if (banner.n && banner.p[banner.n - 1] != '\n')
		text_char(out, '\n');
	text_add(out, "!num_nonzero %zu\n%s", nonzero(m), format_lines[format]);
}

static void print_one(const struct aggregate_slot *s, enum aggregate_format format, uint64_t total,
		      struct text *out)
{
	uint32_t pair[2] = { s->aggregate,
			     s->value < UINT32_MAX ? (uint32_t)s->value : UINT32_MAX };

	switch (format) {
	case AGGREGATE_TEXT:
		text_add(out, "%u %llu\n", s->aggregate, (unsigned long long)s->value);
		break;
	case AGGREGATE_IP:
		print_ip(out, be32(s->aggregate));
		text_add(out, " %llu\n", (unsigned long long)s->value);
		break;
	case AGGREGATE_PDF:
		text_add(out, "%u ", s->aggregate);
		print_double(out, total ? (double)s->value / (double)total : 0);
		text_char(out, '\n');
		break;
	case AGGREGATE_BINARY:
		text_bytes(out, pair, sizeof(pair));
	}
}

void aggregate_print(const struct aggregate_map *m, enum aggregate_format format, uint64_t total,
		     struct str banner, struct text *out)
{
	struct aggregate_slot *v = aggregate_map_sorted(m);

	print_header(m, format, banner, out);
	for (size_t i = 0; v && i < m->n; i++)
		if (v[i].value != 0)
			print_one(&v[i], format, total, out);
	free(v);
}
