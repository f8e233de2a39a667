/* SPDX-License-Identifier: MIT */
/* flowname.c - names of files, a file a flow. */
#include "elements/analysis/flowname.h"

#define WHOLE 6U /* no precision */
#define WIDTH_MAX 64

struct escape {
	char fill;
	uint32_t width;
	uint32_t part; /* 0 to 3: a byte, 4 and 5: a half; WHOLE */
	char letter;
};

/* Behind the %. */
static bool take_escape(struct str *s, struct escape *x)
{
	uint32_t part = WHOLE;

	*x = (struct escape){ .fill = str_char(s, '0') ? '0' : '_', .letter = '%' };
	if (s->n != 0 && s->p[0] >= '0' && s->p[0] <= '9' && !str_decimal(s, &x->width))
		return false;
	if (str_char(s, '.') && (!str_decimal(s, &part) || part >= WHOLE))
		part = WHOLE + 1;
	if (s->n == 0)
		return false;
	x->part = part;
	x->letter = s->p[0];
	*s = str_from(*s, 1);
	if (memchr("sd", x->letter, 2) && part > 3 && part != WHOLE)
		return false;
	return memchr("nxXsdSDp%", x->letter, 9) && x->width <= WIDTH_MAX && part <= WHOLE;
}

bool flow_name_check(struct str s, struct error *err)
{
	struct escape x;

	for (size_t n; (n = str_find(s, '%')) < s.n;) {
		s = str_from(s, n + 1);
		if (!take_escape(&s, &x))
			return fail(err, "bad filename pattern `%%%c'", x.letter);
	}
	return true;
}

static uint32_t part_of(uint32_t v, uint32_t part)
{
	if (part == WHOLE)
		return v;
	return part < 4 ? v >> (24 - 8 * part) & 0xff : v >> (part == 4 ? 16 : 0) & 0xffff;
}

static void print_address(uint32_t addr, uint32_t part, struct text *out)
{
	if (part != WHOLE)
		text_add(out, "%u", part_of(addr, part));
	else
		text_add(out, "%u.%u.%u.%u", addr >> 24, addr >> 16 & 0xff, addr >> 8 & 0xff,
			 addr & 0xff);
}

static void print_value(const struct escape *x, const struct flow_name *f, struct text *out)
{
	switch (x->letter) {
	case 'n':
		text_add(out, "%u", part_of(f->aggregate, x->part));
		break;
	case 'x':
		text_add(out, "%x", part_of(f->aggregate, x->part));
		break;
	case 'X':
		text_add(out, "%X", part_of(f->aggregate, x->part));
		break;
	case 's':
	case 'd':
		print_address(x->letter == 's' ? f->saddr : f->daddr, x->part, out);
		break;
	case 'S':
	case 'D':
		text_add(out, "%u", x->letter == 'S' ? f->sport : f->dport);
		break;
	case 'p':
		text_char(out, f->udp ? 'U' : 'T');
		break;
	default:
		text_char(out, '%');
	}
}

void flow_name_print(struct str s, const struct flow_name *f, struct text *out)
{
	struct text value = { 0 };
	struct escape x;

	while (s.n != 0) {
		size_t n = str_find(s, '%');

		text_str(out, str_first(s, n));
		s = str_from(s, n + 1);
		if (s.n == 0 || !take_escape(&s, &x))
			break;
		text_clear(&value);
		print_value(&x, f, &value);
		for (size_t i = value.n; i < x.width; i++)
			text_char(out, x.fill);
		text_str(out, text_as_str(&value));
	}
	text_fini(&value);
}
