/* SPDX-License-Identifier: MIT */
/* value.c - every kind of value: its size, its name, how it is read and printed. */
#include "engine/value.h"

#include "engine/args.h"
#include "engine/element.h"
#include "engine/lang/lang.h"
#include "engine/value_number.h"
#include "engine/value_text.h"

/* What a parser may need besides the text and where the value goes. */
struct context {
	const struct value_range *range; /* NULL: none */
	const struct element *e;
	struct pool *pool;
	struct error *err;
};

/* Elements are const where they only are a scope; those who parse calls and element names own
 * theirs. */
static struct element *element_of(const struct context *c)
{
	return (struct element *)(uintptr_t)c->e;
}

static bool is_negative_allowed(const struct context *c)
{
	return c->range && c->range->negative;
}

/* --- integers --- */

static bool check_range(const struct context *c, int64_t v)
{
	const struct value_range *r = c->range;

	if (!r || r->min > r->max || (v >= r->min && v <= r->max))
		return true;
	return fail(c->err, "out of range, bound %lld", (long long)(v < r->min ? r->min : r->max));
}

static bool parse_ranged(struct str s, int64_t min, int64_t max, const struct context *c,
			 int64_t *v)
{
	return parse_int(s, min, max, v, c->err) && check_range(c, *v);
}

static bool read_bool(struct str s, void *dst, const struct context *c)
{
	(void)c;
	return parse_bool(s, dst);
}

static bool read_u8(struct str s, void *dst, const struct context *c)
{
	int64_t v;

	if (!parse_ranged(s, 0, UINT8_MAX, c, &v))
		return false;
	*(uint8_t *)dst = (uint8_t)v;
	return true;
}

static bool read_u16(struct str s, void *dst, const struct context *c)
{
	int64_t v;

	if (!parse_ranged(s, 0, UINT16_MAX, c, &v))
		return false;
	*(uint16_t *)dst = (uint16_t)v;
	return true;
}

static bool read_u32(struct str s, void *dst, const struct context *c)
{
	int64_t v;

	if (!parse_ranged(s, 0, UINT32_MAX, c, &v))
		return false;
	*(uint32_t *)dst = (uint32_t)v;
	return true;
}

static bool read_u64(struct str s, void *dst, const struct context *c)
{
	uint64_t v;

	if (!parse_u64(s, UINT64_MAX, &v, c->err) ||
	    !check_range(c, v > INT64_MAX ? INT64_MAX : (int64_t)v))
		return false;
	*(uint64_t *)dst = v;
	return true;
}

static bool read_i32(struct str s, void *dst, const struct context *c)
{
	int64_t v;

	if (!parse_ranged(s, INT32_MIN, INT32_MAX, c, &v))
		return false;
	*(int32_t *)dst = (int32_t)v;
	return true;
}

static bool read_i64(struct str s, void *dst, const struct context *c)
{
	return parse_ranged(s, INT64_MIN, INT64_MAX, c, dst);
}

/* --- other numbers, times --- */

static bool read_double(struct str s, void *dst, const struct context *c)
{
	return parse_double(s, dst, c->err);
}

static bool read_fixed(struct str s, void *dst, const struct context *c, unsigned bits)
{
	if (is_negative_allowed(c))
		return parse_fixed_signed(s, bits, dst, c->err);
	return parse_fixed(s, bits, dst, c->err);
}

static bool read_fixed10(struct str s, void *dst, const struct context *c)
{
	return read_fixed(s, dst, c, 10);
}

static bool read_fixed16(struct str s, void *dst, const struct context *c)
{
	return read_fixed(s, dst, c, 16);
}

static bool read_fixed28(struct str s, void *dst, const struct context *c)
{
	return read_fixed(s, dst, c, 28);
}

static bool read_bandwidth(struct str s, void *dst, const struct context *c)
{
	return parse_bandwidth(s, dst, NULL, c->err);
}

static bool read_interval(struct str s, void *dst, const struct context *c)
{
	return parse_interval(s, is_negative_allowed(c), dst, c->err);
}

static bool read_seconds(struct str s, void *dst, const struct context *c)
{
	return parse_seconds(s, 0, dst, c->err);
}

static bool read_msecs(struct str s, void *dst, const struct context *c)
{
	return parse_seconds(s, 3, dst, c->err);
}

static bool read_usecs(struct str s, void *dst, const struct context *c)
{
	return parse_seconds(s, 6, dst, c->err);
}

/* --- texts --- */

static bool read_str(struct str s, void *dst, const struct context *c)
{
	return parse_string(s, c->pool, dst);
}

static bool read_word(struct str s, void *dst, const struct context *c)
{
	return parse_word(s, c->pool, dst);
}

static bool read_raw(struct str s, void *dst, const struct context *c)
{
	*(struct str *)dst = pool_str(c->pool, s);
	return true;
}

static bool read_filename(struct str s, void *dst, const struct context *c)
{
	return parse_filename(s, c->pool, dst);
}

/* --- network --- */

static bool read_ip(struct str s, void *dst, const struct context *c)
{
	return parse_ip(s, c->e, dst);
}

static bool read_ip_prefix(struct str s, void *dst, const struct context *c)
{
	return parse_prefix(s, c->e, true, dst);
}

static bool read_ip_list(struct str s, void *dst, const struct context *c)
{
	struct str_list words = { NULL, 0, 0 };
	struct ip_list list;

	conf_words(c->pool, s, &words);
	list.n = (uint32_t)words.n;
	list.v = pool_alloc(c->pool, words.n * sizeof(*list.v));
	for (size_t i = 0; i < words.n; i++)
		if (!parse_ip(words.v[i], c->e, &list.v[i]))
			return false;
	*(struct ip_list *)dst = list;
	return true;
}

static bool read_ip6(struct str s, void *dst, const struct context *c)
{
	return parse_ip6(s, c->e, dst);
}

static bool read_ip6_prefix(struct str s, void *dst, const struct context *c)
{
	return parse_ip6_prefix(s, c->e, true, dst);
}

static bool read_ether(struct str s, void *dst, const struct context *c)
{
	return parse_ether(s, c->e, dst);
}

static bool read_tcp_port(struct str s, void *dst, const struct context *c)
{
	return parse_port(s, 6, c->e, dst, c->err);
}

static bool read_udp_port(struct str s, void *dst, const struct context *c)
{
	return parse_port(s, 17, c->e, dst, c->err);
}

static bool read_proto(struct str s, void *dst, const struct context *c)
{
	return parse_proto(s, c->e, dst) || fail(c->err, "invalid number");
}

static bool read_anno(struct str s, void *dst, const struct context *c)
{
	return parse_anno(s, 0, c->e, dst);
}

static bool read_sized_anno(struct str s, void *dst, const struct context *c, unsigned size)
{
	struct anno v;

	if (!parse_anno(s, size, c->e, &v))
		return false;
	*(uint8_t *)dst = v.offset;
	return true;
}

static bool read_anno1(struct str s, void *dst, const struct context *c)
{
	return read_sized_anno(s, dst, c, 1);
}

static bool read_anno2(struct str s, void *dst, const struct context *c)
{
	return read_sized_anno(s, dst, c, 2);
}

static bool read_anno4(struct str s, void *dst, const struct context *c)
{
	return read_sized_anno(s, dst, c, 4);
}

/* --- elements and handlers --- */

static bool read_element(struct str s, void *dst, const struct context *c)
{
	struct element *e = element_find(c->e, s);

	if (!e)
		return fail(c->err, "does not name an element");
	*(struct element **)dst = e;
	return true;
}

static bool read_call(struct str s, void *dst, const struct context *c)
{
	return hcall_parse(element_of(c), s, dst, c->err);
}

static bool read_trigger(struct str s, void *dst, const struct context *c)
{
	return trigger_parse(element_of(c), NULL, s, dst, c->err);
}

/* --- printing --- */

static void show_bool(const void *v, struct text *out)
{
	text_str(out, str_of(*(const bool *)v ? "true" : "false"));
}

static void show_u8(const void *v, struct text *out)
{
	text_add(out, "%u", *(const uint8_t *)v);
}

static void show_u16(const void *v, struct text *out)
{
	text_add(out, "%u", *(const uint16_t *)v);
}

static void show_u32(const void *v, struct text *out)
{
	text_add(out, "%u", *(const uint32_t *)v);
}

static void show_u64(const void *v, struct text *out)
{
	text_add(out, "%llu", (unsigned long long)*(const uint64_t *)v);
}

static void show_i32(const void *v, struct text *out)
{
	text_add(out, "%d", *(const int32_t *)v);
}

static void show_i64(const void *v, struct text *out)
{
	text_add(out, "%lld", (long long)*(const int64_t *)v);
}

static void show_double(const void *v, struct text *out)
{
	print_double(out, *(const double *)v);
}

static void show_str(const void *v, struct text *out)
{
	text_str(out, *(const struct str *)v);
}

static void show_ip(const void *v, struct text *out)
{
	print_ip(out, *(const uint32_t *)v);
}

static void show_ip_prefix(const void *v, struct text *out)
{
	print_prefix(out, *(const struct ip_prefix *)v);
}

static void show_ip_list(const void *v, struct text *out)
{
	const struct ip_list *list = v;

	for (uint32_t i = 0; i < list->n; i++) {
		if (i)
			text_char(out, ' ');
		print_ip(out, list->v[i].v);
	}
}

static void show_ip6(const void *v, struct text *out)
{
	print_ip6(out, v);
}

static void show_ip6_prefix(const void *v, struct text *out)
{
	const struct ip6_prefix *p = v;

	print_ip6(out, p->addr.b);
	text_add(out, "/%u", p->len);
}

static void show_ether(const void *v, struct text *out)
{
	print_ether(out, v);
}

static void show_timestamp(const void *v, struct text *out)
{
	print_timestamp(out, *(const int64_t *)v);
}

static void show_interval(const void *v, struct text *out)
{
	print_interval(out, *(const int64_t *)v);
}

static void show_msecs(const void *v, struct text *out)
{
	print_msecs(out, *(const uint32_t *)v);
}

static void show_usecs(const void *v, struct text *out)
{
	print_usecs(out, *(const uint32_t *)v);
}

static void show_bandwidth(const void *v, struct text *out)
{
	print_bandwidth(out, *(const uint32_t *)v);
}

static void show_fixed10(const void *v, struct text *out)
{
	print_fixed(out, *(const uint32_t *)v, 10);
}

static void show_fixed16(const void *v, struct text *out)
{
	print_fixed(out, *(const uint32_t *)v, 16);
}

static void show_fixed28(const void *v, struct text *out)
{
	print_fixed(out, *(const uint32_t *)v, 28);
}

/* The form that keeps the size is a number too. */
static void show_anno(const void *v, struct text *out)
{
	const struct anno *a = v;

	text_add(out, "%u", (unsigned)a->size << 16 | a->offset);
}

static void show_element(const void *v, struct text *out)
{
	const struct element *e = *(struct element *const *)v;

	text_str(out, str_of(e ? e->name : ""));
}

static void show_call(const void *v, struct text *out)
{
	const struct hcall *c = v;

	text_str(out, c->text);
	if (c->value.n)
		text_char(out, ' ');
	text_str(out, c->value);
}

static void show_trigger(const void *v, struct text *out)
{
	const struct trigger *t = v;

	if (t->call.text.n)
		show_u64(&t->at, out);
}

/* As of the last update: who shows a rate rolls it first. */
static void show_ewma(const void *v, struct text *out)
{
	const struct ewma *r = v;

	print_fixed(out, r->avg * 1000, r->scale);
}

/* --- the table --- */

struct kind_info {
	const char *name;
	size_t size;
	bool (*read)(struct str, void *dst, const struct context *);
	void (*show)(const void *, struct text *);
};

#define K(type, name, r, s)              \
	{                                \
		name, sizeof(type), r, s \
	}

/* clang-format off */
static const struct kind_info kinds[KIND_MAX] = {
	[KIND_NONE] = { "", 0, NULL, NULL },
	[KIND_BOOL] = K(bool, "bool", read_bool, show_bool),
	[KIND_U8] = K(uint8_t, "unsigned 8-bit integer", read_u8, show_u8),
	[KIND_U16] = K(uint16_t, "unsigned 16-bit integer", read_u16, show_u16),
	[KIND_U32] = K(uint32_t, "unsigned integer", read_u32, show_u32),
	[KIND_U64] = K(uint64_t, "unsigned 64-bit integer", read_u64, show_u64),
	[KIND_I32] = K(int32_t, "integer", read_i32, show_i32),
	[KIND_I64] = K(int64_t, "64-bit integer", read_i64, show_i64),
	[KIND_DOUBLE] = K(double, "real number", read_double, show_double),
	[KIND_STR] = K(struct str, "string", read_str, show_str),
	[KIND_WORD] = K(struct word, "word", read_word, show_str),
	[KIND_RAW] = K(struct raw, "text", read_raw, show_str),
	[KIND_FILENAME] = K(struct filename, "file name", read_filename, show_str),
	[KIND_IP] = K(struct ip_addr, "IP address", read_ip, show_ip),
	[KIND_IP_PREFIX] = K(struct ip_prefix, "IP prefix", read_ip_prefix, show_ip_prefix),
	[KIND_IP_LIST] = K(struct ip_list, "list of IP addresses", read_ip_list, show_ip_list),
	[KIND_IP6] = K(struct ip6_addr, "IPv6 address", read_ip6, show_ip6),
	[KIND_IP6_PREFIX] = K(struct ip6_prefix, "IPv6 prefix", read_ip6_prefix, show_ip6_prefix),
	[KIND_ETHER] = K(struct ether_addr, "Ethernet address", read_ether, show_ether),
	[KIND_TIMESTAMP] = K(struct timestamp, "timestamp", read_interval, show_timestamp),
	[KIND_INTERVAL] = K(struct interval, "time", read_interval, show_interval),
	[KIND_SECONDS] = K(struct seconds, "time in seconds", read_seconds, show_u32),
	[KIND_MSECS] = K(struct msecs, "time to milliseconds", read_msecs, show_msecs),
	[KIND_USECS] = K(struct usecs, "time to microseconds", read_usecs, show_usecs),
	[KIND_BANDWIDTH] = K(struct bandwidth, "bandwidth", read_bandwidth, show_bandwidth),
	[KIND_FIXED10] = K(struct fixed10, "real number", read_fixed10, show_fixed10),
	[KIND_FIXED16] = K(struct fixed16, "real number", read_fixed16, show_fixed16),
	[KIND_FIXED28] = K(struct fixed28, "real number", read_fixed28, show_fixed28),
	[KIND_ANNO] = K(struct anno, "annotation", read_anno, show_anno),
	[KIND_ANNO1] = K(struct anno1, "1-byte annotation", read_anno1, show_u8),
	[KIND_ANNO2] = K(struct anno2, "2-byte annotation", read_anno2, show_u8),
	[KIND_ANNO4] = K(struct anno4, "4-byte annotation", read_anno4, show_u8),
	[KIND_TCP_PORT] = K(struct tcp_port, "TCP port", read_tcp_port, show_u16),
	[KIND_UDP_PORT] = K(struct udp_port, "UDP port", read_udp_port, show_u16),
	[KIND_PROTO] = K(struct ip_proto, "IP protocol", read_proto, show_i32),
	[KIND_ELEMENT] = K(struct element *, "element", read_element, show_element),
	[KIND_READ_CALL] = K(struct read_call, "read handler", read_call, show_call),
	[KIND_WRITE_CALL] = K(struct hcall, "write handler", read_call, show_call),
	[KIND_TRIGGER] = K(struct trigger, "count and write handler", read_trigger, show_trigger),
	[KIND_EWMA] = K(struct ewma, "rate", NULL, show_ewma),
};
/* clang-format on */

size_t kind_size(enum kind k)
{
	return kinds[k].size;
}

const char *kind_name(enum kind k)
{
	return kinds[k].name;
}

bool value_parse(enum kind k, struct str text, void *dst, const struct value_range *range,
		 const struct element *e, struct pool *pool, struct error *err)
{
	const struct context c = { range, e, pool, err };

	return kinds[k].read && kinds[k].read(text, dst, &c);
}

void value_print(enum kind k, const void *src, struct text *out)
{
	if (kinds[k].show)
		kinds[k].show(src, out);
}
