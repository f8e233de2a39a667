/* SPDX-License-Identifier: MIT */
/* fast_source.c - rate, limit and handlers of the fast packet sources. */
#include "elements/tcpudp/fast_source.h"

#include "base/checksum.h"

#define ETHER_LEN 14U
#define IP_TTL 250
#define LOW_RATE 10000 /* packets a second */

void fast_source_init(struct element *e)
{
	notifier_init(&fast_source(e)->notifier, true);
}

struct notifier *fast_source_notifier(struct element *e, enum notify which, unsigned port)
{
	(void)port;
	return which == NOTIFY_EMPTY ? &fast_source(e)->notifier : NULL;
}

void fast_source_sleep(struct element *e)
{
	notifier_sleep(&fast_source(e)->notifier);
}

bool fast_source_check(struct element *e, struct error *err)
{
	struct fast_source *s = fast_source(e);

	if (s->rate > GAP_RATE_MAX)
		return fail(err, "rate too large; max is %u", GAP_RATE_MAX);
	if (s->length > FAST_LENGTH_MAX)
		return fail(err, "LENGTH: out of range, bound %u", FAST_LENGTH_MAX);
	if (s->length < FAST_LENGTH_MIN) {
		chatter(e, "warning: packet length < %u, defaulting to %u", FAST_LENGTH_MIN,
			FAST_LENGTH_MIN);
		s->length = FAST_LENGTH_MIN;
	}
	gap_set(&s->gap, s->rate);
	return true;
}

bool fast_source_frame(struct element *e, struct error *err)
{
	struct fast_source *s = fast_source(e);
	uint8_t *frame = pool_try(router_pool(e->router), s->length);

	if (!frame)
		return fail(err, "out of memory");
	pool_release(s->frame);
	s->frame = frame;
	return true;
}

void fast_source_stop(struct element *e)
{
	pool_release(fast_source(e)->frame);
	fast_source(e)->frame = NULL;
}

static void wake(struct element *e, struct timer *t)
{
	(void)t;
	notifier_wake(&fast_source(e)->notifier);
}

bool fast_source_start(struct element *e, struct error *err)
{
	timer_init(&fast_source(e)->timer, e, wake);
	return fast_source_frame(e, err);
}

static unsigned rate_quota(struct element *e, unsigned max)
{
	struct fast_source *s = fast_source(e);
	int64_t now = time_steady(e);
	unsigned n = 0;

	while (n < max && gap_behind(&s->gap, now)) {
		gap_add(&s->gap, 1);
		n++;
	}
	/* At low rates nobody needs to ask all the time. */
	if (n == 0 && s->rate <= LOW_RATE) {
		fast_source_sleep(e);
		timer_after(&s->timer, NS_PER_SEC / s->rate / 4);
	}
	return n;
}

bool fast_source_at_limit(struct element *e)
{
	const struct fast_source *s = fast_source(e);

	return s->limit >= 0 && s->count >= (uint32_t)s->limit;
}

unsigned fast_source_quota(struct element *e, unsigned max)
{
	struct fast_source *s = fast_source(e);

	if (!s->active) {
		fast_source_sleep(e);
		return 0;
	}
	if (fast_source_at_limit(e))
		return 0;
	if (s->limit >= 0 && max > (uint32_t)s->limit - s->count)
		max = (unsigned)((uint32_t)s->limit - s->count);
	return s->rate == 0 ? max : rate_quota(e, max);
}

void fast_source_sent(struct element *e, unsigned n)
{
	struct fast_source *s = fast_source(e);

	if (n != 0 && !s->started) {
		s->started = true;
		s->first = time_tick(e);
	}
	s->count += n;
	if (!s->done && fast_source_at_limit(e)) {
		s->done = true;
		s->last = time_tick(e);
	}
}

static void new_packets(struct batch *b, unsigned n, uint32_t len)
{
	struct packet *p;

	if (PACKET_HEADROOM + len <= PACKET_ROOM)
		batch_new(b, n, PACKET_HEADROOM, len);
	else
		while (n-- != 0 && (p = packet_new(PACKET_HEADROOM, len, 0)))
			batch_add(b, p);
}

void fast_source_packets(struct element *e, struct batch *b, unsigned n, uint32_t hlen)
{
	const struct fast_source *s = fast_source(e);
	const uint8_t *frame = s->frame;
	uint32_t len = s->length;
	unsigned i = b->n;

	new_packets(b, n, len);
	for (; i < b->n; i++) {
		struct packet *p = b->pkt[i];

		memcpy(p->data, frame, len);
		p->mac = p->data;
		packet_set_ip(p, p->data + ETHER_LEN, hlen);
	}
}

void fast_source_ip(struct element *e, const struct fast_address *src,
		    const struct fast_address *dst, uint8_t proto)
{
	struct fast_source *s = fast_source(e);
	struct ether_header *eh = (void *)s->frame;
	struct ip_header *ip = (void *)(s->frame + ETHER_LEN);

	memcpy(eh->dst, dst->eth.b, 6);
	memcpy(eh->src, src->eth.b, 6);
	eh->type = be16(ETHERTYPE_IP);
	*ip = (struct ip_header){
		.vhl = 0x45,
		.len = be16((uint16_t)(s->length - ETHER_LEN)),
		.ttl = IP_TTL,
		.proto = proto,
		.src = src->ip.v,
		.dst = dst->ip.v,
	};
	ip->sum = checksum_ip(ip, sizeof(*ip));
}

void fast_source_reset(struct element *e)
{
	struct fast_source *s = fast_source(e);

	s->count = 0;
	s->started = s->done = false;
	gap_reset(&s->gap);
	notifier_wake(&s->notifier);
}

void fast_source_read_rate(struct element *e, struct text *out)
{
	const struct fast_source *s = fast_source(e);
	uint32_t ms = s->last - s->first;

	if (!s->started || !s->done)
		text_add(out, "0");
	else
		text_add(out, "%llu", (unsigned long long)(s->count * 1000 / (ms ? ms : 1)));
}

bool fast_source_write_rate(struct element *e, struct str value, struct error *err)
{
	struct fast_source *s = fast_source(e);
	uint32_t rate;

	if (!parse_u32(value, &rate, NULL))
		return fail(err, "rate parameter must be integer >= 0");
	if (rate > GAP_RATE_MAX)
		return fail(err, "rate too large; max is %u", GAP_RATE_MAX);
	s->rate = rate;
	gap_set(&s->gap, rate);
	notifier_wake(&s->notifier);
	return true;
}

bool fast_source_write_reset(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	fast_source_reset(e);
	return true;
}

bool fast_source_write_active(struct element *e, struct str value, struct error *err)
{
	bool active;

	if (!parse_bool(value, &active))
		return fail(err, "active parameter must be boolean");
	fast_source(e)->active = active;
	if (active)
		fast_source_reset(e);
	else
		fast_source_sleep(e);
	return true;
}

bool fast_source_write_limit(struct element *e, struct str value, struct error *err)
{
	if (!parse_i32(value, &fast_source(e)->limit, NULL))
		return fail(err, "limit parameter must be integer >= 0");
	fast_source(e)->done = false;
	notifier_wake(&fast_source(e)->notifier);
	return true;
}
