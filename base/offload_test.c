/* SPDX-License-Identifier: MIT */
/* offload_test.c - checksums and segmentation in software. */
#include "base/offload.h"

#include "base/bits.h"
#include "base/checksum.h"
#include "base/net.h"
#include "tests/unit/test.h"

#define HEAD (14 + 20 + 20)

/* Ethernet, IPv4, TCP with n bytes behind them; checksums as offloading leaves them. */
static uint32_t make_tcp(uint8_t *f, uint32_t n, uint8_t flags)
{
	struct ip_header *ip = (void *)(f + 14);
	struct tcp_header *tcp = (void *)(f + 34);

	memset(f, 0, HEAD);
	store_be16(f + 12, ETHERTYPE_IP);
	*ip = (struct ip_header){ .vhl = 0x45,
				  .len = be16((uint16_t)(40 + n)),
				  .id = be16(65535),
				  .ttl = 9,
				  .proto = IP_PROTO_TCP,
				  .src = 0x0100000a,
				  .dst = 0x0200000a };
	ip->sum = checksum_ip(ip, 20);
	*tcp = (struct tcp_header){ .seq = be32(0xfffffff0), .off = 0x50, .flags = flags };
	for (uint32_t i = 0; i < n; i++)
		f[HEAD + i] = (uint8_t)i;
	tcp->sum =
		checksum_fold(checksum_pseudo(ip->src, ip->dst, IP_PROTO_TCP, (uint16_t)(20 + n)));
	return HEAD + n;
}

static bool tcp_sum_ok(const uint8_t *f, uint32_t len)
{
	const struct ip_header *ip = (const void *)(f + 14);
	uint32_t sum = checksum_pseudo(ip->src, ip->dst, IP_PROTO_TCP, (uint16_t)(len - 34));

	return checksum_fold(checksum_add(f + 34, len - 34, sum)) == 0xffff &&
	       checksum_ip(ip, 20) == 0 && be16(ip->len) == len - 14;
}

static void test_checksum(void)
{
	uint8_t f[256];
	uint32_t len = make_tcp(f, 33, TCP_ACK);

	CHECK(offload_checksum(f, len, 34, 16));
	CHECK(tcp_sum_ok(f, len));
	CHECK(!offload_checksum(f, len, 34, len - 35));
	CHECK(!offload_checksum(f, len, len + 1, 0));
	len = make_tcp(f, 7, TCP_ACK);
	offload_complete(f, len);
	CHECK(tcp_sum_ok(f, len));
	offload_complete(f, len);
	CHECK(tcp_sum_ok(f, len));
	for (uint32_t n = 0; n < len; n++)
		offload_complete(f, n);
}

static void test_segments(void)
{
	static uint8_t f[5000], out[2000];
	uint32_t len = make_tcp(f, 2501, TCP_ACK | TCP_CWR | TCP_FIN | TCP_PUSH);
	const struct tcp_header *tcp = (const void *)(out + 34);
	struct segments s;

	CHECK(segments_parse(&s, f, len, true, 1000));
	CHECK_INT(s.count, 3);
	for (uint32_t i = 0; i < s.count; i++) {
		CHECK_INT(segment_len(&s, i), HEAD + (i < 2 ? 1000 : 501));
		segment_write(&s, i, out);
		CHECK(tcp_sum_ok(out, segment_len(&s, i)));
		CHECK_INT(be32(tcp->seq), (uint32_t)(0xfffffff0 + 1000 * i));
		CHECK_INT(load_be16(out + 18), (uint16_t)(65535 + i));
		CHECK_INT(tcp->flags,
			  TCP_ACK | (i == 0 ? TCP_CWR : 0) | (i == 2 ? TCP_FIN | TCP_PUSH : 0));
		CHECK_INT(out[HEAD], (uint8_t)(1000 * i));
	}
}

/* A packet without an Ethernet header is cut like the frame that it would be with one. */
static void test_packet_segments(void)
{
	static uint8_t f[5000], frame[2000], packet[2000];
	uint32_t len = make_tcp(f, 2501, TCP_ACK);
	struct segments a, b;

	CHECK(segments_parse(&a, f, len, true, 1000));
	CHECK(segments_parse(&b, f + 14, len - 14, false, 1000));
	CHECK_INT(b.count, a.count);
	for (uint32_t i = 0; i < b.count; i++) {
		segment_write(&a, i, frame);
		segment_write(&b, i, packet);
		CHECK_INT(segment_len(&b, i), segment_len(&a, i) - 14);
		CHECK(memcmp(packet, frame + 14, segment_len(&b, i)) == 0);
	}
	for (uint32_t n = 0; n <= HEAD - 14; n++)
		CHECK(!segments_parse(&b, f + 14, n, false, 10));
	f[14] = 0x55;
	CHECK(!segments_parse(&b, f + 14, len - 14, false, 10));
}

static void test_not_segments(void)
{
	static uint8_t f[200];
	uint32_t len = make_tcp(f, 100, TCP_ACK);
	struct segments s;

	for (uint32_t n = 0; n <= HEAD; n++)
		CHECK(!segments_parse(&s, f, n, true, 10));
	CHECK(!segments_parse(&s, f, len, true, 0));
	f[46] = 0xf0;
	CHECK(!segments_parse(&s, f, 90, true, 10));
	f[46] = 0x10;
	CHECK(!segments_parse(&s, f, len, true, 10));
	f[46] = 0x50;
	f[23] = 1;
	CHECK(!segments_parse(&s, f, len, true, 10));
}

int main(void)
{
	test_checksum();
	test_segments();
	test_packet_segments();
	test_not_segments();
	return test_end();
}
