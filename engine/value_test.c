/* SPDX-License-Identifier: MIT */
/* value_test.c - every kind of value: what it accepts, what it says, how it prints. */
#include "engine/value.h"

#include "base/bits.h"
#include "engine/names.h"
#include "engine/run/router.h"
#include "tests/unit/test.h"

union any {
	uint64_t u64;
	struct ip_list list;
	struct str str;
	uint8_t bytes[64];
};

/* What a text of that kind reads and prints as, or "! MESSAGE". */
static struct str shown(struct pool *pool, enum kind kind, const char *text,
			const struct value_range *range, const struct element *e)
{
	struct error err = { .errors = 0 };
	struct text out = { NULL, 0, 0 };
	struct str result;
	union any v;

	memset(&v, 0x5a, sizeof(v));
	if (value_parse(kind, str_of(text), &v, range, e, pool, &err))
		value_print(kind, &v, &out);
	else
		text_add(&out, "! %.*s", STR(str_trim(text_as_str(&err.out))));
	result = pool_str(pool, text_as_str(&out));
	text_fini(&out);
	error_fini(&err);
	return result;
}

struct row {
	enum kind kind;
	const char *text, *want;
};

static void check_rows(const struct row *v, size_t n, const struct value_range *range,
		       const struct element *e)
{
	struct pool *pool = pool_new();

	for (size_t i = 0; i < n; i++) {
		struct str got = shown(pool, v[i].kind, v[i].text, range, e);

		if (!str_is(got, v[i].want))
			printf("row %zu, %s `%s':\n", i, kind_name(v[i].kind), v[i].text);
		CHECK_STR(got, v[i].want);
	}
	pool_free(pool);
}

#define ROWS(...)                                                 \
	do {                                                      \
		static const struct row rows[] = { __VA_ARGS__ }; \
		check_rows(rows, ARRAY_LEN(rows), NULL, NULL);    \
	} while (0)

/* clang-format off */

static void test_bool(void)
{
	ROWS({ KIND_BOOL, "1", "true" }, { KIND_BOOL, "y", "true" }, { KIND_BOOL, "t", "true" },
	     { KIND_BOOL, "yes", "true" }, { KIND_BOOL, "true", "true" },
	     { KIND_BOOL, "0", "false" }, { KIND_BOOL, "n", "false" }, { KIND_BOOL, "f", "false" },
	     { KIND_BOOL, "no", "false" }, { KIND_BOOL, "false", "false" },
	     { KIND_BOOL, "on", "! " }, { KIND_BOOL, "TRUE", "! " }, { KIND_BOOL, "00", "! " },
	     { KIND_BOOL, "", "! " }, { KIND_BOOL, "tr", "! " });
}

static void test_integers(void)
{
	ROWS({ KIND_I32, "0", "0" }, { KIND_I32, "-1", "-1" }, { KIND_I32, "+7", "7" },
	     { KIND_I32, "0x1F", "31" }, { KIND_I32, "0XfF", "255" }, { KIND_I32, "0b101", "5" },
	     { KIND_I32, "0B11", "3" }, { KIND_I32, "017", "15" }, { KIND_I32, "1_000", "1000" },
	     { KIND_I32, "-0x10", "-16" }, { KIND_I32, "0_7", "7" },
	     { KIND_I32, "2147483647", "2147483647" },
	     { KIND_I32, "-2147483648", "-2147483648" },
	     { KIND_I32, "2147483648", "! out of range, bound 2147483647" },
	     { KIND_I32, "-2147483649", "! out of range, bound -2147483648" },
	     { KIND_I32, "99999999999999999999999", "! out of range, bound 2147483647" },
	     { KIND_I32, "-99999999999999999999999", "! out of range, bound -2147483648" },
	     { KIND_I32, "", "! invalid number" }, { KIND_I32, "-", "! invalid number" },
	     { KIND_I32, "08", "! invalid number" }, { KIND_I32, "0x", "! invalid number" },
	     { KIND_I32, "0b2", "! invalid number" }, { KIND_I32, "1__0", "! invalid number" },
	     { KIND_I32, "1_", "! invalid number" }, { KIND_I32, "_1", "! invalid number" },
	     { KIND_I32, "0x_1", "! invalid number" }, { KIND_I32, "1.5", "! invalid number" },
	     { KIND_I32, "5 ", "! invalid number" }, { KIND_I32, " 5", "! invalid number" },
	     { KIND_I32, "--5", "! invalid number" }, { KIND_I32, "+-5", "! invalid number" });
	ROWS({ KIND_U8, "255", "255" }, { KIND_U8, "256", "! out of range, bound 255" },
	     { KIND_U8, "-1", "! invalid number" }, { KIND_U16, "65535", "65535" },
	     { KIND_U16, "65536", "! out of range, bound 65535" },
	     { KIND_U32, "4294967295", "4294967295" },
	     { KIND_U32, "4294967296", "! out of range, bound 4294967295" },
	     { KIND_U32, "-1", "! invalid number" }, { KIND_U32, "+1", "1" },
	     { KIND_U64, "18446744073709551615", "18446744073709551615" },
	     { KIND_U64, "18446744073709551616", "! out of range, bound 18446744073709551615" },
	     { KIND_I64, "9223372036854775807", "9223372036854775807" },
	     { KIND_I64, "9223372036854775808", "! out of range, bound 9223372036854775807" },
	     { KIND_I64, "-9223372036854775808", "-9223372036854775808" },
	     { KIND_I64, "-9223372036854775809", "! out of range, bound -9223372036854775808" });
}

static void test_bounds(void)
{
	static const struct value_range range = { -2, 10, false };
	static const struct row rows[] = {
		{ KIND_I32, "10", "10" }, { KIND_I32, "-2", "-2" },
		{ KIND_I32, "11", "! out of range, bound 10" },
		{ KIND_I32, "-3", "! out of range, bound -2" },
		{ KIND_I32, "3000000000", "! out of range, bound 2147483647" },
		{ KIND_U8, "11", "! out of range, bound 10" },
		{ KIND_U8, "300", "! out of range, bound 255" },
		{ KIND_U64, "18446744073709551615", "! out of range, bound 10" },
	};

	check_rows(rows, ARRAY_LEN(rows), &range, NULL);
}

static void test_base(void)
{
	uint64_t v;

	CHECK(parse_base(str_of("0x1f"), 16, 255, &v, NULL) && v == 31);
	CHECK(parse_base(str_of("1f"), 16, 255, &v, NULL) && v == 31);
	CHECK(!parse_base(str_of("1ff"), 16, 255, &v, NULL));
	CHECK(parse_base(str_of("010"), 10, 255, &v, NULL) && v == 10);
	CHECK(parse_base(str_of("101"), 2, 255, &v, NULL) && v == 5);
	CHECK(!parse_base(str_of("102"), 2, 255, &v, NULL));
}

static void test_reals(void)
{
	ROWS({ KIND_DOUBLE, "1.5", "1.5" }, { KIND_DOUBLE, "-1e3", "-1000" },
	     { KIND_DOUBLE, "0x10", "16" }, { KIND_DOUBLE, "inf", "inf" },
	     { KIND_DOUBLE, " 1", "! " }, { KIND_DOUBLE, "1 ", "! " }, { KIND_DOUBLE, "", "! " },
	     { KIND_DOUBLE, "1e999", "! out of range, bound inf" },
	     { KIND_DOUBLE, "1e-999", "! underflow, rounded to 0" },
	     { KIND_DOUBLE, "0.1", "0.1" }, { KIND_DOUBLE, "1234567890123", "1.23456789012e+12" });
	ROWS({ KIND_FIXED16, "1.", "1" }, { KIND_FIXED16, ".5", "0.5" },
	     { KIND_FIXED16, "1e3", "1000" }, { KIND_FIXED16, "1E+3", "1000" },
	     { KIND_FIXED16, "25e-1", "2.5" }, { KIND_FIXED16, "1_0.5", "10.5" },
	     { KIND_FIXED16, "+2", "2" }, { KIND_FIXED16, "0.1", "0.1" },
	     { KIND_FIXED16, "0.3", "0.3" }, { KIND_FIXED16, ".", "! " },
	     { KIND_FIXED16, "1e", "! " }, { KIND_FIXED16, "1.2.3", "! " },
	     { KIND_FIXED16, "-1", "! " }, { KIND_FIXED16, "0x1", "! " },
	     { KIND_FIXED16, "1 ", "! " }, { KIND_FIXED16, "1_.5", "! " },
	     { KIND_FIXED16, "1._5", "! " }, { KIND_FIXED16, "_1", "! " },
	     { KIND_FIXED16, "65535.99998", "65535.99998" },
	     { KIND_FIXED16, "65536", "! out of range, bound 65535.99998" },
	     { KIND_FIXED16, "1e99999999999999999999", "! out of range, bound 65535.99998" },
	     { KIND_FIXED16, "1e-99999999999999999999", "0" },
	     { KIND_FIXED16, "0e99999999999999999999", "0" },
	     { KIND_FIXED10, "0.02", "0.02" }, { KIND_FIXED10, "75.195", "75.195" },
	     { KIND_FIXED10, "10.5", "10.5" }, { KIND_FIXED28, "0.123456789", "0.123456787" },
	     { KIND_FIXED28, "15.999999999", "! out of range, bound 15.999999996" },
	     { KIND_FIXED28, "16", "! out of range, bound 15.999999996" });
}

static void test_signed_fixed(void)
{
	static const struct value_range sign = { 1, 0, true };
	static const struct row rows[] = {
		{ KIND_FIXED16, "32768", "! out of range, bound 32767.99998" },
		{ KIND_FIXED16, "-32769", "! out of range, bound -32768" },
		{ KIND_FIXED16, "1.25", "1.25" },
		{ KIND_INTERVAL, "-1.5", "-1.500000s" },
		{ KIND_TIMESTAMP, "-0.25", "-0.250000" },
	};
	struct fixed16 v;

	check_rows(rows, ARRAY_LEN(rows), &sign, NULL);
	CHECK(value_parse(KIND_FIXED16, str_of("-32768"), &v, &sign, NULL, NULL, NULL));
	CHECK_INT((int32_t)v.v, INT32_MIN);
	CHECK(value_parse(KIND_FIXED16, str_of("-0.5"), &v, &sign, NULL, NULL, NULL));
	CHECK_INT((int32_t)v.v, -32768);
}

static void test_bandwidth(void)
{
	bool had_unit;
	uint32_t v;

	ROWS({ KIND_BANDWIDTH, "1kbps", "1kbps" }, { KIND_BANDWIDTH, "1.5MBps", "12Mbps" },
	     { KIND_BANDWIDTH, "1Gbps", "1Gbps" }, { KIND_BANDWIDTH, "1KBps", "8kbps" },
	     { KIND_BANDWIDTH, "1", "0.008kbps" }, { KIND_BANDWIDTH, "0", "0kbps" },
	     { KIND_BANDWIDTH, "8 baud", "0.008kbps" }, { KIND_BANDWIDTH, "16 b/s", "0.016kbps" },
	     { KIND_BANDWIDTH, "3B/s", "0.024kbps" }, { KIND_BANDWIDTH, "600MBps", "600MBps" },
	     { KIND_BANDWIDTH, "1MB", "! " }, { KIND_BANDWIDTH, "1k", "! " },
	     { KIND_BANDWIDTH, "-1", "! " }, { KIND_BANDWIDTH, "1 ", "! " },
	     { KIND_BANDWIDTH, "1GGbps", "! " }, { KIND_BANDWIDTH, "bps", "! " },
	     { KIND_BANDWIDTH, "4294967295", "4294.967295MBps" },
	     { KIND_BANDWIDTH, "4294967296", "! out of range" },
	     { KIND_BANDWIDTH, "35Gbps", "! out of range" },
	     { KIND_BANDWIDTH, "1e30GBps", "! out of range" });
	CHECK(parse_bandwidth(str_of("1kbps"), &v, &had_unit, NULL) && v == 125 && had_unit);
	CHECK(parse_bandwidth(str_of("1.5MBps"), &v, &had_unit, NULL) && v == 1500000);
	CHECK(parse_bandwidth(str_of("1Gbps"), &v, &had_unit, NULL) && v == 125000000);
	CHECK(parse_bandwidth(str_of("7"), &v, &had_unit, NULL) && v == 7 && !had_unit);
	CHECK(parse_bandwidth(str_of("4bps"), &v, NULL, NULL) && v == 1);
	CHECK(parse_bandwidth(str_of("3bps"), &v, NULL, NULL) && v == 0);
}

static void test_times(void)
{
	ROWS({ KIND_MSECS, "1.5h", "5400s" }, { KIND_MSECS, "1ms", "1ms" },
	     { KIND_MSECS, "1.001", "1.001s" }, { KIND_MSECS, "0", "0s" },
	     { KIND_MSECS, "1 sec", "1s" }, { KIND_MSECS, "999", "999s" },
	     { KIND_MSECS, "999ms", "999ms" }, { KIND_MSECS, "1 msec", "1ms" },
	     { KIND_MSECS, "2m", "120s" }, { KIND_MSECS, "2 min", "120s" },
	     { KIND_MSECS, "1 hr", "3600s" }, { KIND_MSECS, "1d", "86400s" },
	     { KIND_MSECS, "1 day", "86400s" }, { KIND_MSECS, "1500us", "2ms" },
	     { KIND_MSECS, "1400 usec", "1ms" }, { KIND_MSECS, "-1", "! " },
	     { KIND_MSECS, "1 x", "! " }, { KIND_MSECS, "1 ", "! " }, { KIND_MSECS, "s", "! " },
	     { KIND_MSECS, "1e3ms", "1s" }, { KIND_MSECS, "4294967.295", "4294967.295s" },
	     { KIND_MSECS, "4294967.296", "! out of range" }, { KIND_MSECS, "50d", "! out of range" },
	     { KIND_SECONDS, "0.5", "1" }, { KIND_SECONDS, "1ms", "0" },
	     { KIND_SECONDS, "4294967295", "4294967295" },
	     { KIND_SECONDS, "4294967296", "! out of range" },
	     { KIND_USECS, "1ms", "0.001s" }, { KIND_USECS, "500us", "500us" },
	     { KIND_USECS, "1.5", "1.5s" }, { KIND_USECS, "2500ns", "3us" });
	ROWS({ KIND_INTERVAL, "0", "0ms" }, { KIND_INTERVAL, "1ms", "1ms" },
	     { KIND_INTERVAL, "1.5ms", "1500us" }, { KIND_INTERVAL, "15 ns", "15ns" },
	     { KIND_INTERVAL, "1.5", "1.500000s" }, { KIND_INTERVAL, "2.25", "2.250000s" },
	     { KIND_INTERVAL, "1.000000001", "1.000000001s" }, { KIND_INTERVAL, "-1", "! " },
	     { KIND_INTERVAL, "1e30", "! out of range" },
	     { KIND_TIMESTAMP, "1.5", "1.500000" }, { KIND_TIMESTAMP, "0", "0.000000" },
	     { KIND_TIMESTAMP, "1000000000.000000007", "1000000000.000000007" },
	     { KIND_TIMESTAMP, "x", "! " });
}

static void test_texts(void)
{
	ROWS({ KIND_STR, "abc", "abc" }, { KIND_STR, "\"a b\"", "a b" }, { KIND_STR, "\"\"", "" },
	     { KIND_STR, "a\"b c\"d", "ab cd" }, { KIND_STR, "a b", "! " }, { KIND_STR, "", "! " },
	     { KIND_STR, "'a b'", "a b" }, { KIND_STR, "\\<41 42>", "AB" },
	     { KIND_WORD, "abc", "abc" }, { KIND_WORD, "\"a\"", "a" }, { KIND_WORD, "\"a b\"", "! " },
	     { KIND_WORD, "\"\"", "! " }, { KIND_WORD, "'a,b'", "! " }, { KIND_WORD, "a\\b", "! " },
	     { KIND_RAW, "\"a b\"", "\"a b\"" }, { KIND_RAW, "a b", "a b" },
	     { KIND_FILENAME, "\"/tmp//x///y\"", "/tmp/x/y" }, { KIND_FILENAME, "\"a b\"", "a b" },
	     { KIND_FILENAME, "~nosuchuser/x", "~nosuchuser/x" }, { KIND_FILENAME, "\"\"", "! " });
	CHECK(parse_keyword(str_of("a_B.9:?!")));
	CHECK(!parse_keyword(str_of("a-b")));
	CHECK(!parse_keyword(str_of("")));
	CHECK(!parse_keyword(str_of("\"a\"")));
}

static void test_ip(void)
{
	ROWS({ KIND_IP, "1.2.3.4", "1.2.3.4" }, { KIND_IP, "255.255.255.255", "255.255.255.255" },
	     { KIND_IP, "010.001.0.09", "10.1.0.9" }, { KIND_IP, "1.2.3", "! " },
	     { KIND_IP, "1.2.3.256", "! " }, { KIND_IP, "1.2.3.4.5", "! " },
	     { KIND_IP, "1.2.3.", "! " }, { KIND_IP, "1.2.3.4 ", "! " }, { KIND_IP, "", "! " },
	     { KIND_IP, "nosuchname", "! " }, { KIND_IP, ":ip", "! " },
	     { KIND_IP_LIST, "1.2.3.4  5.6.7.8", "1.2.3.4 5.6.7.8" },
	     { KIND_IP_LIST, "1.2.3.4 x", "! " });
	ROWS({ KIND_IP_PREFIX, "10/8", "10.0.0.0/8" }, { KIND_IP_PREFIX, "10.1.2/24", "10.1.2.0/24" },
	     { KIND_IP_PREFIX, "10.1/24", "! " }, { KIND_IP_PREFIX, "10.0.0.1/24", "10.0.0.1/24" },
	     { KIND_IP_PREFIX, "1.2.3.4", "1.2.3.4/32" }, { KIND_IP_PREFIX, "0/0", "0.0.0.0/0" },
	     { KIND_IP_PREFIX, "1.2.3.4/255.255.255.0", "1.2.3.4/24" },
	     { KIND_IP_PREFIX, "1.2.3.4/255.0.255.0", "1.2.3.4/255.0.255.0" },
	     { KIND_IP_PREFIX, "1.2.3.4/33", "! " }, { KIND_IP_PREFIX, "1.2.3.4/-1", "! " },
	     { KIND_IP_PREFIX, "1.2.3.4/", "! " }, { KIND_IP_PREFIX, "/8", "! " },
	     { KIND_IP_PREFIX, "10", "! " }, { KIND_IP_PREFIX, "1.2.3.4.5/8", "! " });
}

static void test_ip6(void)
{
	ROWS({ KIND_IP6, "::", "::" }, { KIND_IP6, "::1", "::0.0.0.1" },
	     { KIND_IP6, "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8" },
	     { KIND_IP6, "FE80::1:0:0:2", "fe80::1:0:0:2" }, { KIND_IP6, "1::", "1::" },
	     { KIND_IP6, "1:0:0:2::", "1:0:0:2::" }, { KIND_IP6, "1:0:0:2:3:0:0:4", "1::2:3:0:0:4" },
	     { KIND_IP6, "::ffff:1.2.3.4", "::ffff:1.2.3.4" }, { KIND_IP6, "::1.2.3.4", "::1.2.3.4" },
	     { KIND_IP6, "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304" },
	     { KIND_IP6, "1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7" },
	     { KIND_IP6, "1:2:3:4:5:6:7", "! " }, { KIND_IP6, "1:2:3:4:5:6:7:8:9", "! " },
	     { KIND_IP6, "1::2::3", "! " }, { KIND_IP6, "12345::", "! " }, { KIND_IP6, ":1", "! " },
	     { KIND_IP6, "1:", "! " }, { KIND_IP6, "::1:", "! " }, { KIND_IP6, ":::", "! " },
	     { KIND_IP6, "1:2:3:4:5:6:7:1.2.3.4", "! " }, { KIND_IP6, "1.2.3.4", "! " },
	     { KIND_IP6, "::1%eth0", "! " }, { KIND_IP6, "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0" },
	     { KIND_IP6, "1:2:3:4:5:6:7:8::", "! " });
	ROWS({ KIND_IP6_PREFIX, "fe80::/10", "fe80::/10" }, { KIND_IP6_PREFIX, "::/0", "::/0" },
	     { KIND_IP6_PREFIX, "1::/128", "1::/128" }, { KIND_IP6_PREFIX, "1::/129", "! " },
	     { KIND_IP6_PREFIX, "1::2/ffff:ff00::", "1::2/24" },
	     { KIND_IP6_PREFIX, "1::/ffff::1", "! " }, { KIND_IP6_PREFIX, "1::5", "1::5/128" });
}

static void test_link(void)
{
	ROWS({ KIND_ETHER, "0:1a:2B:3c:4D:5e", "00-1A-2B-3C-4D-5E" },
	     { KIND_ETHER, "00-1a-2b-3c-4d-5e", "00-1A-2B-3C-4D-5E" },
	     { KIND_ETHER, "00-1a:2b:3c:4d:5e", "! " }, { KIND_ETHER, "00:1a:2b:3c:4d", "! " },
	     { KIND_ETHER, "00:1a:2b:3c:4d:5e:6f", "! " }, { KIND_ETHER, "001a2b3c4d5e", "! " },
	     { KIND_ETHER, "00:1a:2b:3c:4d:5e0", "! " }, { KIND_ETHER, "0", "! " });
}

static void test_names(void)
{
	ROWS({ KIND_TCP_PORT, "www", "80" }, { KIND_TCP_PORT, "ftp-data", "20" },
	     { KIND_UDP_PORT, "domain", "53" }, { KIND_UDP_PORT, "0x50", "80" },
	     { KIND_TCP_PORT, "65535", "65535" },
	     { KIND_TCP_PORT, "65536", "! overflow, range 0-65535" },
	     { KIND_TCP_PORT, "WWW", "! " }, { KIND_TCP_PORT, "-1", "! " },
	     { KIND_PROTO, "tcp", "6" }, { KIND_PROTO, "payload", "259" }, { KIND_PROTO, "-1", "-1" },
	     { KIND_PROTO, "300", "300" }, { KIND_PROTO, "nosuch", "! invalid number" });
	ROWS({ KIND_ANNO1, "PAINT", "16" }, { KIND_ANNO1, "47", "47" }, { KIND_ANNO1, "48", "! " },
	     { KIND_ANNO1, "AGGREGATE", "! " }, { KIND_ANNO1, "paint", "! " },
	     { KIND_ANNO4, "AGGREGATE", "20" }, { KIND_ANNO4, "44", "44" }, { KIND_ANNO4, "45", "! " },
	     { KIND_ANNO2, "VLAN", "20" }, { KIND_ANNO2, "VLAN_TCI", "20" },
	     { KIND_ANNO2, "3", "3" }, { KIND_ANNO, "65552", "65552" }, { KIND_ANNO, "PAINT", "65552" },
	     { KIND_ANNO1, "65552", "16" }, { KIND_ANNO2, "65552", "! " }, { KIND_ANNO, "7", "7" },
	     { KIND_ANNO, "WIFI_EXTRA", "1572880" }, { KIND_ANNO, "48", "! " },
	     { KIND_ANNO, "-1", "! " });
}

/* clang-format on */

static void define_ip(struct element *e, const char *name, const char *addr)
{
	struct ip_addr v;

	CHECK(parse_ip(str_of(addr), NULL, &v));
	name_define(e, NAME_IP, str_of(name), &v, sizeof(v));
}

static void define_prefix(struct element *e, const char *name, const char *prefix)
{
	struct ip_prefix v;

	CHECK(parse_prefix(str_of(prefix), NULL, false, &v));
	name_define(e, NAME_IP_PREFIX, str_of(name), &v, sizeof(v));
}

static void test_scopes(void)
{
	struct pool *pool = pool_new();
	struct router r = { .names = names_new(pool) };
	struct element top = { .name = "info", .router = &r };
	struct element inner = { .name = "x/y/info", .router = &r };
	static const struct row outside[] = {
		{ KIND_IP, "a", "1.1.1.1" },
		{ KIND_IP, "a:ip", "1.1.1.1" },
		{ KIND_IP, "a:IP4", "1.1.1.1" },
		{ KIND_IP, "b", "! " },
		{ KIND_IP, "n:bcast", "10.0.0.255" },
		{ KIND_IP, "n:gw", "10.0.0.1" },
		{ KIND_IP, "g:gw", "9.9.9.9" },
		{ KIND_IP, "a:eth", "! " },
		{ KIND_IP, "n", "! " },
		{ KIND_IP_PREFIX, "n", "10.0.0.7/24" },
		{ KIND_IP_PREFIX, "n:net", "10.0.0.7/24" },
		{ KIND_IP_PREFIX, "n:IPNET", "10.0.0.7/24" },
		{ KIND_IP_PREFIX, "n:ip4net", "10.0.0.7/24" },
		{ KIND_IP_PREFIX, "a", "1.1.1.1/32" },
		{ KIND_IP_PREFIX, "a/16", "1.1.1.1/16" },
	};
	static const struct row inside[] = {
		{ KIND_IP, "a", "2.2.2.2" },
		{ KIND_IP, "b", "3.3.3.3" },
		{ KIND_IP_PREFIX, "n", "10.0.0.7/24" },
	};
	struct anno anno;

	define_ip(&top, "a", "4.4.4.4");
	define_ip(&top, "a", "1.1.1.1");
	define_prefix(&top, "n", "10.0.0.7/24");
	define_ip(&top, "g:gw", "9.9.9.9");
	define_ip(&inner, "a", "2.2.2.2");
	define_ip(&inner, "b", "3.3.3.3");
	check_rows(outside, ARRAY_LEN(outside), NULL, &top);
	check_rows(inside, ARRAY_LEN(inside), NULL, &inner);
	inner.name = "x/user";
	check_rows(outside, ARRAY_LEN(outside), NULL, &inner);
	inner.name = "x/y/z/user";
	check_rows(inside, ARRAY_LEN(inside), NULL, &inner);
	name_define(&top, NAME_ANNO, str_of("MINE"), &(uint32_t){ 2U << 16 | 30 }, 4);
	CHECK(parse_anno(str_of("MINE"), 2, &top, &anno) && anno.offset == 30 && anno.size == 2);
	CHECK(!parse_anno(str_of("MINE"), 4, &top, &anno));
	pool_free(pool);
}

static void test_builtin(void)
{
	uint32_t v;

	CHECK(name_find(NULL, NAME_ICMP_TYPE, str_of("echo"), &v, sizeof(v)) && v == 8);
	CHECK(name_find(NULL, NAME_ICMP_TYPE, str_of("maskreq-reply"), &v, 4) && v == 18);
	CHECK(name_find(NULL, NAME_ICMP_CODE_UNREACHABLE, str_of("needfrag"), &v, 4) && v == 4);
	CHECK(name_find(NULL, NAME_ICMP_CODE_REDIRECT, str_of("toshost"), &v, 4) && v == 3);
	CHECK(name_find(NULL, NAME_ICMP_CODE_TIMEEXCEEDED, str_of("reassembly"), &v, 4) && v == 1);
	CHECK(name_find(NULL, NAME_ICMP_CODE_PARAMPROB, str_of("length"), &v, 4) && v == 2);
	CHECK(!name_find(NULL, NAME_ICMP_TYPE, str_of("8"), &v, 4));
	CHECK_STR(str_of(name_reverse(NAME_PROTO, 17)), "udp");
	CHECK(!name_reverse(NAME_PROTO, 99));
}

static void test_prints(void)
{
	struct text t = { NULL, 0, 0 };

	print_decimal(&t, 1500, 3);
	text_char(&t, ' ');
	print_decimal(&t, -3000, 3);
	text_char(&t, ' ');
	print_decimal(&t, 5, 3);
	text_char(&t, ' ');
	print_fixed(&t, -1536, 10);
	text_char(&t, ' ');
	print_fixed(&t, INT64_MIN, 10);
	text_char(&t, ' ');
	print_timestamp(&t, -1500000000);
	text_char(&t, ' ');
	print_interval(&t, -1);
	CHECK_STR(text_as_str(&t), "1.5 -3 0.005 -1.5 -9007199254740992 -1.500000 -0.000000001s");
	text_fini(&t);
}

/* Every fixed-point number prints so that it reads back. */
static void test_fixed_round_trip(void)
{
	struct text t = { NULL, 0, 0 };
	uint32_t back, x = 1;

	for (unsigned i = 0; i < 20000; i++) {
		unsigned bits = i % 3 == 0 ? 10 : i % 3 == 1 ? 16 : 28;

		x = x * 1664525 + 1013904223;
		text_clear(&t);
		print_fixed(&t, x, bits);
		if (!parse_fixed(text_as_str(&t), bits, &back, NULL) || back != x)
			CHECK_INT(back, x);
	}
	text_fini(&t);
}

static void test_kinds(void)
{
	for (int k = KIND_BOOL; k < KIND_MAX; k++) {
		CHECK(kind_size((enum kind)k) != 0);
		CHECK(kind_name((enum kind)k) != NULL);
	}
}

int main(void)
{
	test_bool();
	test_integers();
	test_bounds();
	test_base();
	test_reals();
	test_signed_fixed();
	test_bandwidth();
	test_times();
	test_texts();
	test_ip();
	test_ip6();
	test_link();
	test_names();
	test_scopes();
	test_builtin();
	test_prints();
	test_fixed_round_trip();
	test_kinds();
	return test_end();
}
