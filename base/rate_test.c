/* SPDX-License-Identifier: MIT */
/* rate_test.c - tests of rate.c and checksum.c. */
#include "base/checksum.h"
#include "base/rate.h"
#include "tests/unit/test.h"

static void test_ewma(void)
{
	struct ewma r = EWMA(10, 4);

	ewma_add(&r, 0, 5);
	ewma_add(&r, 0, 11);
	CHECK_INT(r.avg, 0);
	ewma_roll(&r, 1); /* (16 << 10) + 8 >> 4 */
	CHECK_INT(r.avg, 1024);
	ewma_roll(&r, 2); /* 1024 + ((8 - 1024) >> 4), shifted arithmetically */
	CHECK_INT(r.avg, 960);
	ewma_roll(&r, 102);
	CHECK(r.avg != 0);
	ewma_roll(&r, 202 + 1);
	CHECK_INT(r.avg, 0);
}

static void test_bucket(void)
{
	struct bucket b = { .level = 0 };

	bucket_set(&b, 37500, 750 + 131072);
	CHECK_INT(bucket_rate(&b), 37518); /* 300kbps reads as 300.144kbps */
	bucket_set(&b, 300000, 6000 + 131072);
	CHECK_INT(bucket_rate(&b), 300150); /* 2.4Mbps as 2.4012Mbps */

	b = (struct bucket){ .level = 0 };
	bucket_set(&b, 1000, 10);
	CHECK(!bucket_has(&b, 1));
	bucket_refill(&b, 12345);
	CHECK(bucket_has(&b, 10) && !bucket_has(&b, 11));
	bucket_take(&b, 7);
	CHECK(bucket_has(&b, 3) && !bucket_has(&b, 4));
	CHECK_INT(bucket_wait(&b, 5), 2);
	CHECK_INT(bucket_wait(&b, 11), UINT32_MAX);
	bucket_refill(&b, 12347);
	CHECK(bucket_has(&b, 5) && !bucket_has(&b, 6));
	bucket_set(&b, 1000, 20);
	CHECK(bucket_has(&b, 9) && !bucket_has(&b, 11));
	bucket_take(&b, 100);
	CHECK(!bucket_has(&b, 1));
	bucket_put(&b, 100);
	CHECK(bucket_has(&b, 20));
	bucket_set(&b, 5000000, 1);
	CHECK_INT(b.capacity, 5000);
}

static void test_idle_bucket(void)
{
	struct bucket b = { .level = 0 };

	bucket_set(&b, 0, 10);
	bucket_refill(&b, 5);
	CHECK(!bucket_has(&b, 1) && bucket_has(&b, 0));
	CHECK_INT(bucket_wait(&b, 1), UINT32_MAX);
	bucket_set(&b, 10, 0);
	bucket_refill(&b, 5);
	CHECK(!bucket_has(&b, 1));
	CHECK_INT(bucket_rate(&b), 0);
	bucket_set(&b, UINT32_MAX, UINT32_MAX);
	bucket_refill(&b, UINT32_MAX);
	CHECK(bucket_has(&b, UINT32_MAX));
}

static void test_gap(void)
{
	const int64_t second = 1000000000;
	unsigned sent = 0;
	struct gap g;

	gap_set(&g, 1000);
	CHECK_INT(g.ugap, 4096000);
	for (int64_t now = second; now < 3 * second; now += 100000) {
		if (gap_behind(&g, now)) {
			gap_add(&g, 1);
			sent++;
		}
	}
	CHECK_INT(sent, 2000);
	gap_set(&g, 0);
	CHECK_INT(g.ugap, 4096000001);
	gap_set(&g, UINT32_MAX);
	CHECK_INT(g.ugap, 1);
}

static uint16_t plain_sum(const uint8_t *p, size_t n)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += i & 1 ? (uint32_t)p[i] << 8 : p[i];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

static void test_checksum(void)
{
	uint8_t data[200];
	unsigned wrong = 0;

	for (unsigned i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 151 + 77);
	for (size_t n = 0; n < sizeof(data) - 8; n++)
		for (size_t from = 0; from < 8; from++)
			wrong += checksum_fold(checksum_add(data + from, n, 0)) !=
				 plain_sum(data + from, n);
	CHECK_INT(wrong, 0);
	CHECK_INT(checksum_fold(checksum_add(data + 40, 50, checksum_add(data, 40, 0))),
		  plain_sum(data, 90));
	memset(data, 0xff, sizeof(data));
	CHECK_INT(checksum(data, sizeof(data)), 0);
	CHECK_INT(checksum_fold(checksum_add(data, 200, 0xffffffff)), 0xffff);
	CHECK_INT(checksum_fold(checksum_pseudo(0xffffffff, 0xffffffff, 255, 65535)),
		  checksum_fold(0xff00));
	CHECK_INT(crc32_msb(~0U, "123456789", 9), 0x0376e6e7); /* CRC-32/MPEG-2 */
}

int main(void)
{
	test_ewma();
	test_bucket();
	test_idle_bucket();
	test_gap();
	test_checksum();
	return test_end();
}
