/* SPDX-License-Identifier: MIT */
/* ipfield_test.c - header fields: what they read as, and how they print. */
#include "elements/ip/ipfield.h"

#include "tests/unit/test.h"

/* "PROTO OFFSET LENGTH TEXT REST", or the message. */
static void check(const char *spec, const char *want)
{
	struct error err = { .errors = 0 };
	struct text got = { NULL, 0, 0 };
	struct str rest = str_of(spec);
	struct ip_field f;

	if (ip_field_parse(&rest, NULL, &f, &err)) {
		text_add(&got, "%d %u %u ", f.proto, f.offset, f.length);
		ip_field_print(&f, &got);
		if (rest.n)
			text_add(&got, " ... %.*s", STR(rest));
	} else {
		text_str(&got, str_trim(text_as_str(&err.out)));
	}
	CHECK_STR(text_as_str(&got), want);
	text_fini(&got);
	error_fini(&err);
}

#define EXPECTED "expected 'HEADER [NAME] [{OFFSET:LENGTH}] [/PREFIX] [& MASK]'"
#define BAD_SLICE "bad offset or length in TCP/IP field"
#define BAD_MASK "bad prefix or mask in TCP/IP field"

static void test_names(void)
{
	check("ip vers", "-1 0 4 ip vers");
	check("ip src", "-1 96 32 ip src");
	check("ip src/24", "-1 96 24 ip src/24");
	check("ip dst / 8", "-1 128 8 ip dst/8");
	check("ip tos", "-1 8 8 ip tos");
	check("ip dscp", "-1 8 6 ip dscp");
	check("ip fragoff", "-1 51 13 ip fragoff");
	check("ip sport", "256 0 16 tcpudp sport");
	check("dport", "256 16 16 tcpudp dport");
	check("tcp seq", "6 32 32 tcp seq");
	check("tcp ackno", "6 64 32 tcp ack");
	check("tcp syn", "6 110 1 tcp syn");
	check("udp len", "17 32 16 udp len");
	check("icmp type", "1 0 8 icmp type");
	check("ip proto 99[0:2]", "99 0 16 ip proto 99[0:2]");
	check("ip proto", "-1 72 8 ip proto");
	check("transp[0]", "258 0 8 transp[0]");
	check("data{3}", "259 3 1 payload{3}");
}

static void test_slices(void)
{
	check("ip[2]", "-1 16 8 ip len/8");
	check("ip[2:2]", "-1 16 16 ip len");
	check("ip[12-15]", "-1 96 32 ip src");
	check("ip {4:4}", "-1 4 4 ip hl");
	check("ip{2,2}", "-1 2 2 ip{2:2}");
	check("ip{5}", "-1 5 1 ip{5}");
	check("ip{8-13}", "-1 8 6 ip dscp");
	check("ip[13:2]", "-1 104 16 ip[13:2]");
	check("ip src[1]", "-1 104 8 ip[13]");
	check("ip src{4:4}", "-1 100 4 ip{100:4}");
	check("ip src & 0xff00", "-1 112 8 ip[14]");
	check("ip src & 0xff000000", "-1 96 8 ip src/8");
	check("tcp flags & 2", "6 110 1 tcp syn");
	check("ip src rest", "-1 96 32 ip src ... rest");
}

static void test_errors(void)
{
	check("", EXPECTED);
	check("ip", EXPECTED);
	check("ip nosuch", EXPECTED);
	check("nosuch src", EXPECTED);
	check("ip src[4]", BAD_SLICE);
	check("ip src{30:4}", BAD_SLICE);
	check("ip[]", BAD_SLICE);
	check("ip[1:0]", BAD_SLICE);
	check("ip[3-2]", BAD_SLICE);
	check("ip[1", BAD_SLICE);
	check("ip[99999999]", BAD_SLICE);
	check("ip src/33", BAD_MASK);
	check("ip src/x", BAD_MASK);
	check("ip tos & 0x100", BAD_MASK);
	check("ip tos & 5", BAD_MASK);
	check("ip tos & 0", BAD_MASK);
}

int main(void)
{
	test_names();
	test_slices();
	test_errors();
	return test_end();
}
