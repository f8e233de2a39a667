/* SPDX-License-Identifier: MIT */
/* value_print.c - values as handlers show them. */
#include "base/bits.h"
#include "engine/value.h"

__extension__ typedef unsigned __int128 wide;

/* --- addresses --- */

void print_ip(struct text *t, uint32_t addr)
{
	uint8_t b[4];

	store32(b, addr);
	text_add(t, "%u.%u.%u.%u", b[0], b[1], b[2], b[3]);
}

void print_prefix(struct text *t, struct ip_prefix p)
{
	uint32_t inverse = ~be32(p.mask);

	print_ip(t, p.addr);
	text_char(t, '/');
	if (inverse & (inverse + 1))
		print_ip(t, p.mask);
	else
		text_add(t, "%d", __builtin_popcount(p.mask));
}

/* The longest run of two or more zero groups, the first of its length; *n is 0 for none. */
static unsigned longest_zeros(const uint8_t addr[16], unsigned *n)
{
	unsigned best = 0, len = 0;

	*n = 0;
	for (unsigned i = 0; i < 8; i++) {
		len = load16(addr + 2 * i) ? 0 : len + 1;
		if (len >= 2 && len > *n) {
			*n = len;
			best = i + 1 - len;
		}
	}
	return best;
}

void print_ip6(struct text *t, const uint8_t addr[16])
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff }, zeros[12];
	unsigned n, gap = longest_zeros(addr, &n);
	bool is_mapped = memcmp(addr, mapped, 12) == 0;

	if (n == 8) {
		text_str(t, str_of("::"));
		return;
	}
	if (is_mapped || memcmp(addr, zeros, 12) == 0) {
		text_str(t, str_of(is_mapped ? "::ffff:" : "::"));
		print_ip(t, load32(addr + 12));
		return;
	}
	for (unsigned i = 0; i < 8; i++) {
		if (n && i == gap) {
			text_str(t, str_of("::"));
			i += n - 1;
			continue;
		}
		if (i && !(n && i == gap + n))
			text_char(t, ':');
		text_add(t, "%x", load_be16(addr + 2 * i));
	}
}

void print_ether(struct text *t, const uint8_t a[6])
{
	text_add(t, "%02X-%02X-%02X-%02X-%02X-%02X", a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* --- numbers --- */

void print_double(struct text *t, double d)
{
	text_add(t, "%.12g", d);
}

/* Takes the sign off and prints it. */
static uint64_t print_sign(struct text *t, int64_t v)
{
	if (v >= 0)
		return (uint64_t)v;
	text_char(t, '-');
	return 0 - (uint64_t)v;
}

/* v / scale, scale being 10^digits; zeros at the end stay. */
static void print_scaled(struct text *t, wide v, uint64_t scale, unsigned digits)
{
	text_add(t, "%llu", (unsigned long long)(v / scale));
	if (digits)
		text_add(t, ".%0*llu", (int)digits, (unsigned long long)(v % scale));
}

/* Each round tries one digit more: rounded to so many digits and read again, is it v? */
void print_fixed(struct text *t, int64_t v, unsigned bits)
{
	wide size = print_sign(t, v), rounded;
	uint64_t scale = 1;
	unsigned digits = 0;

	for (;; digits++, scale *= 10) {
		rounded = (2 * size * scale + ((wide)1 << bits)) >> (bits + 1);
		if (((rounded << (bits + 1)) + scale) / (2 * (wide)scale) == size)
			break;
	}
	print_scaled(t, rounded, scale, digits);
}

void print_decimal(struct text *t, int64_t v, unsigned digits)
{
	uint64_t size = print_sign(t, v), scale = 1;

	for (; digits && size % 10 == 0; digits--)
		size /= 10;
	for (unsigned i = 0; i < digits; i++)
		scale *= 10;
	print_scaled(t, size, scale, digits);
}

void print_bandwidth(struct text *t, uint32_t bytes)
{
	if (bytes >= 1U << 29) {
		print_decimal(t, bytes, 6);
		text_str(t, str_of("MBps"));
	} else if (bytes >= 125000000) {
		print_decimal(t, 8LL * bytes, 9);
		text_str(t, str_of("Gbps"));
	} else if (bytes >= 125000) {
		print_decimal(t, 8LL * bytes, 6);
		text_str(t, str_of("Mbps"));
	} else {
		print_decimal(t, 8LL * bytes, 3);
		text_str(t, str_of("kbps"));
	}
}

/* --- times --- */

void print_timestamp(struct text *t, int64_t ns)
{
	uint64_t size = print_sign(t, ns);

	if (size % 1000 == 0)
		print_scaled(t, size / 1000, 1000000, 6);
	else
		print_scaled(t, size, 1000000000, 9);
}

void print_interval(struct text *t, int64_t ns)
{
	if (ns < 0 || ns >= 1000000000) {
		print_timestamp(t, ns);
		text_char(t, 's');
	} else if (ns % 1000000 == 0) {
		text_add(t, "%lldms", (long long)ns / 1000000);
	} else if (ns % 1000 == 0) {
		text_add(t, "%lldus", (long long)ns / 1000);
	} else {
		text_add(t, "%lldns", (long long)ns);
	}
}

void print_msecs(struct text *t, uint32_t ms)
{
	if (ms > 0 && ms < 1000) {
		text_add(t, "%ums", ms);
		return;
	}
	print_decimal(t, ms, 3);
	text_char(t, 's');
}

void print_usecs(struct text *t, uint32_t us)
{
	if (us > 0 && us < 1000) {
		text_add(t, "%uus", us);
		return;
	}
	print_decimal(t, us, 6);
	text_char(t, 's');
}
