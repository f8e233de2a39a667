/* SPDX-License-Identifier: MIT */
/* ipsummary_anno.c - fields of summary dumps: timestamps and other annotations. */
#include "elements/analysis/ipsummary.h"

/* --- timestamps --- */

static bool get_timestamp(const struct summary_view *v, struct summary_value *x)
{
	x->v = (uint64_t)v->p->timestamp;
	return true;
}

static void set_timestamp(struct summary_draft *d, const struct summary_value *x)
{
	d->timestamp = (int64_t)x->v;
}

static bool get_first(const struct summary_view *v, struct summary_value *x)
{
	x->v = anno_u64(v->p, ANNO_FIRST_TIMESTAMP);
	return true;
}

static void set_first(struct summary_draft *d, const struct summary_value *x)
{
	d->first_timestamp = (int64_t)x->v;
}

static bool get_sec(const struct summary_view *v, struct summary_value *x)
{
	x->v = (uint64_t)(v->p->timestamp / NS_PER_SEC);
	return true;
}

static void set_sec(struct summary_draft *d, const struct summary_value *x)
{
	d->timestamp = (int64_t)x->v * NS_PER_SEC + d->timestamp % NS_PER_SEC;
}

static bool get_usec(const struct summary_view *v, struct summary_value *x)
{
	x->v = (uint64_t)(v->p->timestamp % NS_PER_SEC / NS_PER_USEC);
	return true;
}

static void set_usec(struct summary_draft *d, const struct summary_value *x)
{
	int64_t usec = x->v < 1000000 ? (int64_t)x->v : 0;

	d->timestamp += usec * NS_PER_USEC - d->timestamp % NS_PER_SEC;
}

static bool get_usec1(const struct summary_view *v, struct summary_value *x)
{
	x->v = (uint64_t)(v->p->timestamp / NS_PER_USEC);
	return true;
}

static void set_usec1(struct summary_draft *d, const struct summary_value *x)
{
	if (x->v <= INT64_MAX / NS_PER_USEC)
		d->timestamp = (int64_t)x->v * NS_PER_USEC;
}

static bool parse_u64_value(const struct summary_draft *d, struct str s, struct summary_value *v)
{
	(void)d;
	return summary_parse_number(s, UINT64_MAX, v);
}

static const struct summary_type u64 = { PACK_NUMBER, 8, summary_print_number, parse_u64_value };

/* --- what packets were, and who they are of --- */

static bool get_count(const struct summary_view *v, struct summary_value *x)
{
	x->v = 1 + (uint64_t)anno_u32(v->p, ANNO_EXTRA_PACKETS);
	return true;
}

static void set_count(struct summary_draft *d, const struct summary_value *x)
{
	d->extra_packets = x->v != 0 ? (uint32_t)(x->v - 1) : 0;
}

static bool get_paint(const struct summary_view *v, struct summary_value *x)
{
	x->v = v->p->anno[ANNO_PAINT];
	return true;
}

static void set_paint(struct summary_draft *d, const struct summary_value *x)
{
	d->paint = (uint8_t)x->v;
}

static void print_direction(const struct summary_value *v, struct text *out)
{
	if (v->v < 2)
		text_char(out, "><"[v->v]);
	else
		summary_print_number(v, out);
}

static bool parse_direction(const struct summary_draft *d, struct str s, struct summary_value *v)
{
	(void)d;
	if (!str_is(s, ">") && !str_is(s, "<"))
		return summary_parse_number(s, UINT8_MAX, v);
	v->v = s.p[0] == '<';
	return true;
}

static const struct summary_type paint = { PACK_NUMBER, 1, summary_print_number, parse_direction };
static const struct summary_type direction = { PACK_NUMBER, 1, print_direction, parse_direction };

static bool get_aggregate(const struct summary_view *v, struct summary_value *x)
{
	x->v = anno_u32(v->p, ANNO_AGGREGATE);
	return true;
}

static void set_aggregate(struct summary_draft *d, const struct summary_value *x)
{
	d->aggregate = (uint32_t)x->v;
}

static const struct summary_field fields[] = {
	{ "timestamp", &summary_usec, get_timestamp, set_timestamp, "ts utimestamp" },
	{ "ntimestamp", &summary_nsec, get_timestamp, set_timestamp, NULL },
	{ "ts_sec", &summary_u32, get_sec, set_sec, "sec" },
	{ "ts_usec", &summary_u32, get_usec, set_usec, "usec" },
	{ "ts_usec1", &u64, get_usec1, set_usec1, "usec1" },
	{ "first_timestamp", &summary_usec, get_first, set_first, "first_ts first_utimestamp" },
	{ "first_ntimestamp", &summary_nsec, get_first, set_first, NULL },
	{ "count", &summary_u32, get_count, set_count, "pkt_count packet_count" },
	{ "link", &paint, get_paint, set_paint, NULL },
	{ "paint", &paint, get_paint, set_paint, NULL },
	{ "direction", &direction, get_paint, set_paint, NULL },
	{ "aggregate", &summary_u32, get_aggregate, set_aggregate, "agg" },
};

const struct summary_table summary_anno = TABLE(fields);
