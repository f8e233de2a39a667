/* SPDX-License-Identifier: MIT */
/* checksum.h - the Internet checksum (RFC 1071), its incremental update (RFC 1624), CRC-32. */
#ifndef BASE_CHECKSUM_H
#define BASE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* One's-complement sum of n bytes taken as 16-bit words in memory order, added to sum (which
 * may be the result of an earlier call over an even number of bytes). */
uint32_t checksum_add(const void *p, size_t n, uint32_t sum);

static inline uint16_t checksum_fold(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* The checksum of n bytes, ready to be stored; 0 when they contain a right one. */
static inline uint16_t checksum(const void *p, size_t n)
{
	return (uint16_t)~checksum_fold(checksum_add(p, n, 0));
}

/* Of an IPv4 header: n is a multiple of 4, 20 to 60. */
static inline uint16_t checksum_ip(const void *p, size_t n)
{
	const uint8_t *b = (const uint8_t *)p;
	uint64_t sum = 0;
	uint32_t w;

	for (size_t i = 0; i < n; i += 4) {
		__builtin_memcpy(&w, b + i, 4);
		sum += w;
	}
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + ((sum >> 16) & 0xffff) + (sum >> 32);
	return (uint16_t)~checksum_fold((uint32_t)sum);
}

/* The checksum after a 16-bit word changed, RFC 1624 equation 3. Words as they are in memory. */
static inline uint16_t checksum_update(uint16_t sum, uint16_t from, uint16_t to)
{
	uint32_t s = (uint32_t)(uint16_t)~sum + (uint16_t)~from + to;

	return (uint16_t)~checksum_fold(s);
}

/* The sum of the TCP/UDP pseudo-header: addresses and length in network order. */
uint32_t checksum_pseudo(uint32_t src, uint32_t dst, uint8_t proto, uint16_t len_host);

/* MSB first, polynomial 0x04C11DB7, initial ~0, no reflection, no final xor. */
uint32_t crc32_msb(uint32_t crc, const void *p, size_t n);

#endif
