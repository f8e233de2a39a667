/* SPDX-License-Identifier: MIT */
/* ipoptions.c - record route and timestamp options. */
#include "elements/ip/ipoptions.h"

#include "elements/ip/checkip.h"
#include "elements/ip/ipheader.h"

#define MSECS_PER_DAY 86400000
#define GOOD 0 /* no byte of a header's options is its first */

enum { TS_ONLY = 0, TS_ADDRESS = 1, TS_PRESPECIFIED = 3 };

/* Milliseconds since midnight UTC, as in the option. */
static uint32_t ip_time(const struct element *e)
{
	return be32((uint32_t)(time_now(e) / NS_PER_MSEC % MSECS_PER_DAY));
}

/* Each of these gets an option, len bytes long, and returns the index in it of what is wrong. */
static unsigned record_route(const struct ip_gateway *g, uint8_t *o, unsigned len)
{
	unsigned ptr;

	if (len < 3)
		return 1;
	ptr = o[2];
	if (ptr >= 4 && ptr + 3 <= len) {
		store32(o + ptr - 1, g->addr);
		o[2] = (uint8_t)(ptr + 4);
		return GOOD;
	}
	return ptr == len + 1 ? GOOD : 2;
}

static unsigned count_overflow(uint8_t *o)
{
	if (o[3] >> 4 == 15)
		return 3;
	o[3] = (uint8_t)(o[3] + 0x10);
	return GOOD;
}

static unsigned record_time(const struct element *e, const struct ip_gateway *g, uint8_t *o,
			    unsigned len)
{
	unsigned ptr, flag, size;
	uint8_t *at;

	if (len < 4)
		return 1;
	ptr = o[2];
	flag = o[3] & 15;
	if (ptr < 5)
		return 2;
	if (flag != TS_ONLY && flag != TS_ADDRESS && flag != TS_PRESPECIFIED)
		return 3;
	size = flag == TS_ONLY ? 4 : 8;
	if (ptr - 1 + size > len)
		return flag == TS_PRESPECIFIED ? 3 : count_overflow(o);
	at = o + ptr - 1;
	if (flag == TS_PRESPECIFIED && load32(at) != g->addr &&
	    !ip_list_has(&g->others, load32(at)))
		return GOOD;
	if (flag == TS_ADDRESS)
		store32(at, g->addr);
	store32(at + size - 4, ip_time(e));
	o[2] = (uint8_t)(ptr + size);
	return GOOD;
}

static unsigned write_option(const struct element *e, const struct ip_gateway *g, uint8_t *o,
			     unsigned len)
{
	return o[0] == IP_OPT_RR ? record_route(g, o, len) : record_time(e, g, o, len);
}

enum ip_options_result ip_options_write(const struct element *e, const struct ip_gateway *g,
					struct packet *p, uint8_t *problem)
{
	unsigned hlen = ip_hlen(packet_ip(p)), len, wrong = GOOD, i;
	enum ip_options_result result = IP_OPTIONS_NONE;

	for (i = IP_MIN_LEN; i < hlen && p->net[i] != IP_OPT_EOL; i += len) {
		len = 1;
		if (p->net[i] == IP_OPT_NOP)
			continue;
		len = i + 1 < hlen ? p->net[i + 1] : 0;
		wrong = len < 2 || i + len > hlen;
		if (!wrong && (p->net[i] == IP_OPT_RR || p->net[i] == IP_OPT_TS)) {
			if (!packet_writable(p))
				return IP_OPTIONS_NO_MEMORY;
			wrong = write_option(e, g, p->net + i, len);
			result = IP_OPTIONS_WRITTEN;
		}
		if (wrong)
			break;
	}
	if (wrong == GOOD)
		return result;
	*problem = (uint8_t)(i + wrong);
	return IP_OPTIONS_BAD;
}
