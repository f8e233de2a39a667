/* SPDX-License-Identifier: MIT */
/* flow_seq.c - shifting the sequence numbers of TCP packets. */
#include "elements/ip/flow_seq.h"

#include <stdlib.h>

#include "base/checksum.h"
#include "base/net.h"

#define SHIFTS 16
#define RETIRE_AFTER (1 << 30)

enum { OPT_END = 0, OPT_NOP = 1, OPT_SACK = 5 };
#define TIMESTAMP_ONLY 0x0101080aU /* NOP, NOP, and the start of a timestamp option */

struct flow_seq {
	struct seq_side {
		uint32_t n;
		int32_t base; /* shift before the first trigger */
		struct {
			uint32_t trigger;
			int32_t delta; /* from there on, in all */
		} v[SHIFTS];
	} side[2];
};

static int32_t newest(const struct seq_side *s)
{
	return s->n ? s->v[s->n - 1].delta : s->base;
}

/* Its shift holds for all that may still come. */
static void retire_oldest(struct seq_side *s)
{
	s->base = s->v[0].delta;
	memmove(&s->v[0], &s->v[1], --s->n * sizeof(s->v[0]));
}

bool flow_seq_add(struct flow_pool *fp, struct flow *f, unsigned dir, uint32_t trigger,
		  int32_t delta)
{
	struct flow_seq **shift = flow_shift(fp, flow_index(fp, f));
	struct seq_side *s;

	if (!*shift && !(*shift = calloc(1, sizeof(**shift))))
		return false;
	f->shifted = true;
	s = &(*shift)->side[dir];
	/* A retransmission has the same trigger, and its shift already. */
	if (s->n != 0 && (int32_t)(trigger - s->v[s->n - 1].trigger) <= 0)
		return false;
	delta += newest(s);
	if (s->n == SHIFTS)
		retire_oldest(s);
	s->v[s->n].trigger = trigger;
	s->v[s->n++].delta = delta;
	return true;
}

int32_t flow_seq_delta(const struct flow_pool *fp, const struct flow *f, unsigned dir)
{
	return f->shifted ? newest(&(*flow_shift(fp, flow_index(fp, f)))->side[dir]) : 0;
}

static uint32_t shift_seq(struct seq_side *s, uint32_t seq)
{
	while (s->n != 0 && (int32_t)(seq - s->v[0].trigger) > RETIRE_AFTER)
		retire_oldest(s);
	for (uint32_t i = s->n; i-- > 0;)
		if ((int32_t)(seq - s->v[i].trigger) >= 0)
			return seq + (uint32_t)s->v[i].delta;
	return seq + (uint32_t)s->base;
}

static uint32_t shift_ack(const struct seq_side *s, uint32_t ack)
{
	for (uint32_t i = s->n; i-- > 0;) {
		uint32_t was = ack - (uint32_t)s->v[i].delta;

		if ((int32_t)(was - s->v[i].trigger) >= 0)
			return was;
	}
	return ack - (uint32_t)s->base;
}

/* Replaces the number at offset at of the TCP header. At odd offsets its bytes count in the other
 * halves of the checksum's words. */
static void replace(struct tcp_header *tcp, uint32_t at, uint32_t value)
{
	uint8_t *p = (uint8_t *)tcp + at;
	uint32_t old = load32(p);
	uint16_t from, to;

	value = be32(value);
	if (value == old)
		return;
	store32(p, value);
	from = checksum_fold((old & 0xffff) + (old >> 16));
	to = checksum_fold((value & 0xffff) + (value >> 16));
	if (at & 1) {
		from = bswap16(from);
		to = bswap16(to);
	}
	tcp->sum = checksum_update(tcp->sum, from, to);
}

static void shift_sacks(const struct seq_side *s, struct tcp_header *tcp, uint32_t at, uint32_t end)
{
	for (; at + 4 <= end; at += 4)
		replace(tcp, at, shift_ack(s, load_be32((uint8_t *)tcp + at)));
}

static void shift_options(const struct seq_side *s, struct tcp_header *tcp, uint32_t hlen)
{
	const uint8_t *b = (const uint8_t *)tcp;
	uint32_t at = sizeof(*tcp), len;

	if (hlen == 32 && load_be32(b + at) == TIMESTAMP_ONLY)
		return;
	while (at + 1 < hlen && b[at] != OPT_END) {
		if (b[at] == OPT_NOP) {
			at++;
			continue;
		}
		len = b[at + 1];
		if (len < 2 || len > hlen - at)
			return;
		if (b[at] == OPT_SACK) {
			if (len % 8 != 2)
				return;
			shift_sacks(s, tcp, at + 2, at + len);
		}
		at += len;
	}
}

void flow_seq_apply(const struct flow_pool *fp, const struct flow *f, unsigned dir,
		    struct packet *p)
{
	struct flow_seq *shift = *flow_shift(fp, flow_index(fp, f));
	const struct seq_side *back = &shift->side[!dir];
	struct tcp_header *tcp = (struct tcp_header *)p->trans;
	uint32_t hlen = (tcp->off >> 4) * 4U;

	replace(tcp, offsetof(struct tcp_header, seq),
		shift_seq(&shift->side[dir], be32(tcp->seq)));
	replace(tcp, offsetof(struct tcp_header, ack), shift_ack(back, be32(tcp->ack)));
	if (hlen > sizeof(*tcp) && hlen <= packet_trans_len(p))
		shift_options(back, tcp, hlen);
}
