/* SPDX-License-Identifier: MIT */
/* value_net.c - addresses, prefixes, ports, protocols: literals first, then names. */
#include "base/bits.h"
#include "engine/lang/lang.h"
#include "engine/names.h"
#include "engine/platform.h"
#include "engine/value_number.h"

/* Takes up to max hexadecimal digits off; false when there is none. */
static bool take_hex(struct str *s, unsigned max, uint32_t *v)
{
	size_t i;

	*v = 0;
	for (i = 0; i < max && i < s->n; i++) {
		char c = s->p[i], low = (char)(c | 32);

		if (c >= '0' && c <= '9')
			*v = *v << 4 | (uint32_t)(c - '0');
		else if (low >= 'a' && low <= 'f')
			*v = *v << 4 | (uint32_t)(low - 'a' + 10);
		else
			break;
	}
	*s = str_from(*s, i);
	return i != 0;
}

/* NAME, or NAME:SUFFIX with one of these suffixes in any case. */
static bool name_base(struct str s, const char *const *suffixes, struct str *base)
{
	size_t colon = str_find(s, ':');

	*base = str_first(s, colon);
	if (!base->n || colon == s.n)
		return base->n != 0;
	for (; *suffixes; suffixes++)
		if (str_is_nocase(str_from(s, colon + 1), *suffixes))
			return true;
	return false;
}

/* --- IPv4 --- */

/* Takes up to four decimal parts off; parts that are missing are zero. */
static unsigned take_parts(struct str *s, uint8_t part[4])
{
	unsigned n = 0;
	uint32_t v;

	memset(part, 0, 4);
	do {
		if (!str_decimal(s, &v) || v > 255)
			return 0;
		part[n++] = (uint8_t)v;
	} while (n < 4 && s->n > 1 && str_char(s, '.'));
	return n;
}

static bool ip_literal(struct str s, uint32_t *addr)
{
	uint8_t part[4];

	if (take_parts(&s, part) != 4 || s.n)
		return false;
	*addr = load32(part);
	return true;
}

/* The lowest address of a network that is not the network's own: its gateway by custom. */
static uint32_t first_host(struct ip_prefix p)
{
	return (p.addr & p.mask) | be32(1);
}

static bool find_gateway(struct str name, struct str base, const struct element *e,
			 struct ip_addr *v)
{
	struct ip_prefix p;

	if (name_defined(e, NAME_IP, name, v, sizeof(*v)))
		return true;
	if (!name_defined(e, NAME_IP_PREFIX, base, &p, sizeof(p))) {
		if (platform_device_address(base, ADDRESS_GATEWAY, v))
			return true;
		if (!name_find(e, NAME_IP_PREFIX, base, &p, sizeof(p)))
			return false;
	}
	v->v = first_host(p);
	return true;
}

bool parse_ip(struct str s, const struct element *e, struct ip_addr *v)
{
	static const char *const plain[] = { "ip", "ip4", NULL };
	static const char *const broadcast[] = { "bcast", NULL }, *const gateway[] = { "gw", NULL };
	struct ip_prefix p;
	struct str base;

	if (ip_literal(s, &v->v))
		return true;
	if (name_base(s, plain, &base))
		return name_find(e, NAME_IP, base, v, sizeof(*v));
	if (name_base(s, gateway, &base))
		return find_gateway(s, base, e, v);
	if (!name_base(s, broadcast, &base) || !name_find(e, NAME_IP_PREFIX, base, &p, sizeof(p)))
		return false;
	v->v = p.addr | ~p.mask;
	return true;
}

/* A netmask of n leading ones, network order. */
static uint32_t mask_of(unsigned n)
{
	return n ? be32(UINT32_MAX << (32 - n)) : 0;
}

static bool parse_mask(struct str s, uint32_t *mask)
{
	uint64_t n;

	if (ip_literal(s, mask))
		return true;
	if (!parse_u64(s, 32, &n, NULL))
		return false;
	*mask = mask_of((unsigned)n);
	return true;
}

bool parse_prefix(struct str s, const struct element *e, bool bare, struct ip_prefix *v)
{
	static const char *const suffixes[] = { "net", "ipnet", "ip4net", NULL };
	size_t slash = str_find(s, '/');
	struct str addr = str_first(s, slash), base;
	struct ip_addr a;
	uint8_t part[4];
	unsigned n;

	if (slash == s.n) {
		if (bare && parse_ip(s, e, &a)) {
			*v = (struct ip_prefix){ a.v, UINT32_MAX };
			return true;
		}
		return name_base(s, suffixes, &base) &&
		       name_find(e, NAME_IP_PREFIX, base, v, sizeof(*v));
	}
	if (!parse_mask(str_from(s, slash + 1), &v->mask))
		return false;
	base = addr;
	n = take_parts(&base, part);
	if (n && !base.n) {
		v->addr = load32(part);
		return (v->mask & ~mask_of(n * 8)) == 0;
	}
	if (!parse_ip(addr, e, &a))
		return false;
	v->addr = a.v;
	return true;
}

/* --- IPv6 --- */

static bool ip6_literal(struct str s, uint8_t addr[16])
{
	enum { NO_GAP = 17 };
	unsigned n = 0, gap = NO_GAP;
	uint8_t b[16] = { 0 };
	uint32_t v;

	if (str_prefix(&s, "::"))
		gap = 0;
	while (s.n) {
		if (n <= 12 && ip_literal(s, &v)) {
			store32(b + n, v);
			n += 4;
			break;
		}
		if (n > 14 || !take_hex(&s, 4, &v))
			return false;
		store_be16(b + n, (uint16_t)v);
		n += 2;
		if (s.n && gap == NO_GAP && str_prefix(&s, "::"))
			gap = n;
		else if (s.n && (!str_char(&s, ':') || !s.n))
			return false;
	}
	if (gap == NO_GAP ? n != 16 : n > 14)
		return false;
	memset(addr, 0, 16);
	if (gap == NO_GAP)
		gap = n;
	memcpy(addr, b, gap);
	memcpy(addr + 16 - (n - gap), b + gap, n - gap);
	return true;
}

bool parse_ip6(struct str s, const struct element *e, struct ip6_addr *v)
{
	static const char *const suffixes[] = { "ip6", NULL };
	struct str base;

	if (ip6_literal(s, v->b))
		return true;
	return name_base(s, suffixes, &base) && name_find(e, NAME_IP6, base, v, sizeof(*v));
}

/* The number of leading ones of a mask that has no others. */
static bool ip6_mask_length(const uint8_t mask[16], uint32_t *len)
{
	uint32_t n = 0;

	while (n < 128 && (mask[n / 8] & (0x80 >> n % 8)))
		n++;
	*len = n;
	for (; n < 128; n++)
		if (mask[n / 8] & (0x80 >> n % 8))
			return false;
	return true;
}

bool parse_ip6_prefix(struct str s, const struct element *e, bool bare, struct ip6_prefix *v)
{
	static const char *const suffixes[] = { "ip6net", NULL };
	size_t slash = str_find(s, '/');
	struct str len = str_from(s, slash + 1), base;
	struct ip6_addr mask;
	uint64_t n;

	if (slash == s.n) {
		v->len = 128;
		if (bare && parse_ip6(s, e, &v->addr))
			return true;
		return name_base(s, suffixes, &base) &&
		       name_find(e, NAME_IP6_PREFIX, base, v, sizeof(*v));
	}
	if (!parse_ip6(str_first(s, slash), e, &v->addr))
		return false;
	if (ip6_literal(len, mask.b))
		return ip6_mask_length(mask.b, &v->len);
	if (!parse_u64(len, 128, &n, NULL))
		return false;
	v->len = (uint32_t)n;
	return true;
}

/* --- Ethernet --- */

static bool ether_literal(struct str s, uint8_t addr[6])
{
	char separator = '\0';
	uint8_t b[6];
	uint32_t v;

	for (unsigned i = 0; i < 6; i++) {
		if (i == 1 && s.n)
			separator = s.p[0];
		if (i && ((separator != ':' && separator != '-') || !str_char(&s, separator)))
			return false;
		if (!take_hex(&s, 2, &v))
			return false;
		b[i] = (uint8_t)v;
	}
	if (s.n)
		return false;
	memcpy(addr, b, 6);
	return true;
}

bool parse_ether(struct str s, const struct element *e, struct ether_addr *v)
{
	static const char *const suffixes[] = { "eth", "ether", "ethernet", NULL };
	struct str base;

	if (ether_literal(s, v->b))
		return true;
	return name_base(s, suffixes, &base) && name_find(e, NAME_ETHER, base, v, sizeof(*v));
}

/* --- ports, protocols, annotations --- */

bool parse_port(struct str s, int proto, const struct element *e, uint16_t *v, struct error *err)
{
	uint32_t named;
	uint64_t number;

	if (name_find(e, name_db_port(proto), s, &named, sizeof(named))) {
		*v = (uint16_t)named;
		return true;
	}
	if (parse_u64(s, UINT16_MAX, &number, NULL)) {
		*v = (uint16_t)number;
		return true;
	}
	if (integer_syntax(s))
		fail(err, "overflow, range 0-65535");
	return false;
}

bool parse_proto(struct str s, const struct element *e, int32_t *v)
{
	uint32_t named;

	if (!name_find(e, NAME_PROTO, s, &named, sizeof(named)))
		return parse_i32(s, v, NULL);
	*v = (int32_t)named;
	return true;
}

/* Names and numbers alike: the size in the upper half when it is known. */
bool parse_anno(struct str s, unsigned size, const struct element *e, struct anno *v)
{
	uint32_t code, known;

	if (!name_find(e, NAME_ANNO, s, &code, sizeof(code)) && !parse_u32(s, &code, NULL))
		return false;
	known = code >> 16;
	code &= UINT16_MAX;
	if (size && known && known != size)
		return false;
	if (size)
		known = size;
	if (code >= 48 || code + known > 48)
		return false;
	*v = (struct anno){ (uint8_t)code, (uint8_t)known };
	return true;
}
