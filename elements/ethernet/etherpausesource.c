/* SPDX-License-Identifier: MIT */
/*
 * EtherPauseSource - emit 802.3x PAUSE frames
 *
 * Frames of 64 bytes ask the station DST, by default all that understand them, to be silent for
 * PAUSETIME units of 512 bit times. On a push output one leaves every INTERVAL until LIMIT have
 * left (negative: for ever), on a pull output whenever one is asked for.
 *
 * Example: EtherPauseSource(1:1:1:1:1:1, 65535) -> ToDevice(eth0)
 * See also: TimedSource
 */
#include "elements/ethernet/ether.h"

#define FRAME_LEN 64U
#define OPCODE_PAUSE 1

struct etherpausesource {
	struct element base;
	struct ether_addr src, dst;
	uint16_t pausetime;
	int32_t limit;
	bool active;
	struct msecs interval;
	uint32_t count;
	struct timer timer;
};
ELEMENT_SELF(struct etherpausesource)

static bool wants(const struct etherpausesource *s)
{
	return s->active && (s->limit < 0 || s->count < (uint32_t)s->limit);
}

static struct packet *make(struct element *e)
{
	struct etherpausesource *s = self(e);
	struct packet *p = packet_new(PACKET_HEADROOM, FRAME_LEN, 0);

	if (!p)
		return NULL;
	memset(p->data, 0, FRAME_LEN);
	ether_write(p->data, s->dst.b, s->src.b, ETHERTYPE_PAUSE);
	store_be16(p->data + ETHER_LEN, OPCODE_PAUSE);
	store_be16(p->data + ETHER_LEN + 2, s->pausetime);
	p->mac = p->data;
	s->count++;
	return p;
}

static void fire(struct element *e, struct timer *t)
{
	struct packet *p;

	if (!wants(self(e)))
		return;
	p = make(e);
	if (p)
		output_push_packet(e, 0, p);
	if (wants(self(e)))
		timer_again(t, self(e)->interval.v * NS_PER_MSEC);
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	struct packet *p;

	(void)port;
	while (max-- != 0 && wants(self(e)) && (p = make(e)))
		batch_add(b, p);
}

/* Starts again when something that had kept it from emitting has changed. */
static void restart(struct element *e)
{
	struct etherpausesource *s = self(e);

	if (output_is_push(e, 0) && wants(s) && !timer_pending(&s->timer))
		timer_after(&s->timer, 0);
}

static bool start(struct element *e, struct error *err)
{
	(void)err;
	timer_init(&self(e)->timer, e, fire);
	restart(e);
	return true;
}

static bool write_limit(struct element *e, struct str value, struct error *err)
{
	if (!parse_i32(value, &self(e)->limit, NULL))
		return fail(err, "type mismatch");
	restart(e);
	return true;
}

static bool write_active(struct element *e, struct str value, struct error *err)
{
	if (!parse_bool(value, &self(e)->active))
		return fail(err, "type mismatch");
	restart(e);
	return true;
}

static bool write_src(struct element *e, struct str value, struct error *err)
{
	return parse_ether(value, e, &self(e)->src) || fail(err, "type mismatch");
}

static bool write_dst(struct element *e, struct str value, struct error *err)
{
	return parse_ether(value, e, &self(e)->dst) || fail(err, "type mismatch");
}

static bool write_pausetime(struct element *e, struct str value, struct error *err)
{
	int64_t v;

	if (!parse_int(value, 0, 65535, &v, NULL))
		return fail(err, "type mismatch");
	self(e)->pausetime = (uint16_t)v;
	return true;
}

static bool reset_counts(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	self(e)->count = 0;
	restart(e);
	return true;
}

static const struct arg args[] = {
	ARG("SRC", src, ARG_POSITIONAL | ARG_REQUIRED, "source address"),
	ARG("PAUSETIME", pausetime, ARG_POSITIONAL | ARG_REQUIRED, "units of 512 bit times"),
	ARG_OR("DST", dst, ARG_POSITIONAL, "01:80:C2:00:00:01", "destination address"),
	ARG_OR("LIMIT", limit, ARG_POSITIONAL, "-1", "frames in all; negative: no limit"),
	ARG_OR("ACTIVE", active, ARG_POSITIONAL, "true", "emit frames?"),
	ARG_OR("INTERVAL", interval, ARG_POSITIONAL, "1", "time between pushed frames"),
};

static const struct handler handlers[] = {
	READ_FIELD("count", count, "frames emitted"),
	FIELD_WRITE("limit", limit, write_limit, 0, "the LIMIT argument"),
	FIELD_WRITE("active", active, write_active, H_CHECKBOX, "emit frames?"),
	FIELD_WRITE("src", src, write_src, 0, "source address"),
	FIELD_WRITE("dst", dst, write_dst, 0, "destination address"),
	FIELD_WRITE("pausetime", pausetime, write_pausetime, 0, "the PAUSETIME argument"),
	WRITE("reset_counts", reset_counts, "set the count to zero"),
};

const struct element_class etherpausesource_class = {
	.name = "EtherPauseSource",
	.ports = "0/1",
	.processing = "a",
	.size = sizeof(self_t),
	.flags = CLASS_SOURCE,
	.start = start,
	.pull = pull,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
