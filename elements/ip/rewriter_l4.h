/* SPDX-License-Identifier: MIT */
/*
 * rewriter_l4.h - TCP and UDP packets of flows: ports, checksums, sequence numbers, and the state
 * that decides how long the flow lives.
 */
#ifndef ELEMENTS_IP_REWRITER_L4_H
#define ELEMENTS_IP_REWRITER_L4_H

#include "elements/ip/flow_seq.h"
#include "elements/ip/rewriter_push.h"

enum { FLOW_TCP_DONE = 1,  /* this, and shifted left by one for replies */
       FLOW_TCP_DATA = 4,
       FLOW_UDP_PACKETS = 3, /* how many there were, up to 3 */
       FLOW_UDP_REPLIED = 4 };

/* The key of a first fragment with at least 8 transport bytes. */
INLINE bool rewriter_l4_key(const struct packet *p, struct flow_id *key)
{
	const struct ip_header *ip = packet_ip(p);

	if (UNLIKELY(!rewriter_has(p, 8) || !ip_first_fragment(ip)))
		return false;
	memcpy(key, (const uint8_t *)ip + offsetof(struct ip_header, src), 8);
	memcpy(&key->sport, p->trans, 4);
	return true;
}

INLINE uint8_t udp_state(uint8_t state, unsigned dir)
{
	state = (uint8_t)(state + ((state & FLOW_UDP_PACKETS) != FLOW_UDP_PACKETS));
	return (uint8_t)(state | dir * FLOW_UDP_REPLIED);
}

INLINE uint8_t tcp_state(uint8_t state, unsigned dir, uint8_t flags, bool payload)
{
	uint8_t done = (uint8_t)(FLOW_TCP_DONE << dir);

	if (flags & TCP_RST)
		state |= FLOW_TCP_DONE | FLOW_TCP_DONE << 1;
	else if (flags & TCP_FIN)
		state |= done;
	else if (flags & TCP_SYN || payload)
		state &= (uint8_t)~done;
	if (payload)
		state |= (uint8_t)(FLOW_TCP_DATA << dir);
	return state;
}

INLINE void flow_set_state(struct flow_pool *fp, struct flow *f, uint8_t state)
{
	if (LIKELY(state == f->state))
		return;
	f->state = state;
	flow_aged_faster(fp, f);
}

INLINE void rewriter_apply_udp(struct flow_pool *fp, struct flow *f, unsigned dir,
			       struct packet *p, struct rewriter_marks marks)
{
	struct udp_header *udp = (struct udp_header *)p->trans;

	rewriter_apply_ip(f, dir, p, marks);
	rewriter_apply_ports(f, dir, p);
	udp->sum = delta_apply_udp(udp->sum, f->delta[dir].l4);
	flow_set_state(fp, f, udp_state(f->state, dir));
}

INLINE void rewriter_apply_tcp(struct flow_pool *fp, struct flow *f, unsigned dir,
			       struct packet *p, struct rewriter_marks marks)
{
	struct tcp_header *tcp = (struct tcp_header *)p->trans;
	const struct ip_header *ip = packet_ip(p);
	uint32_t headers;

	rewriter_apply_ip(f, dir, p, marks);
	rewriter_apply_ports(f, dir, p);
	if (!rewriter_has(p, 18))
		return;
	headers = ip_hlen(ip) + (tcp->off >> 4) * 4U;
	tcp->sum = delta_apply(tcp->sum, f->delta[dir].l4);
	flow_set_state(fp, f, tcp_state(f->state, dir, tcp->flags, be16(ip->len) > headers));
	if (UNLIKELY(f->shifted) && rewriter_has(p, sizeof(*tcp)))
		flow_seq_apply(fp, f, dir, p);
}

/* Timeouts of TCP and UDP flows. */
static inline uint32_t rewriter_tcp_timeout(const struct rewriter_times *t, uint8_t state)
{
	const uint8_t done = FLOW_TCP_DONE | FLOW_TCP_DONE << 1;
	const uint8_t data = FLOW_TCP_DATA | FLOW_TCP_DATA << 1;

	if ((state & done) == done)
		return t->done.v;
	return (state & data) == data ? t->timeout.v : t->nodata.v;
}

static inline uint32_t rewriter_udp_timeout(const struct rewriter_times *t, uint8_t state)
{
	const uint8_t streaming = FLOW_UDP_PACKETS | FLOW_UDP_REPLIED;

	return (state & streaming) == streaming ? t->streaming.v : t->timeout.v;
}

#define REWRITER_TCP_ARGS                                                                          \
	ARG_OR("TCP_TIMEOUT", rw.times[0].timeout, 0, "86400", "TCP flows without traffic"),       \
	ARG("TIMEOUT", rw.times[0].timeout, 0, "the same as TCP_TIMEOUT"),                         \
	ARG_OR("TCP_DONE_TIMEOUT", rw.times[0].done, 0, "240", "TCP flows that have finished"),    \
	ARG_OR("TCP_NODATA_TIMEOUT", rw.times[0].nodata, 0, "300",                                 \
	       "TCP flows without data in both directions"),                                       \
	ARG_OR("TCP_GUARANTEE", rw.times[0].guarantee, 0, "5",                                     \
	       "time for which TCP flows cannot be displaced"),                                    \
	ARG("GUARANTEE", rw.times[0].guarantee, 0, "the same as TCP_GUARANTEE")

/* "KEY => NEW", and for TCP the change of sequence numbers. */
void rewriter_l4_text(const struct rewriter *, const struct flow *, unsigned dir, struct text *);

#endif
