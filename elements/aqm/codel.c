/* SPDX-License-Identifier: MIT */
/*
 * CoDel - drop packets that have waited too long
 *
 * Controlled delay (RFC 8289). Looks at how long pulled packets were in the
 * queue, by their first-timestamp annotation, which SetTimestamp(FIRST true)
 * must have set in front of it. When that stays above TARGET for an INTERVAL
 * packets are dropped, ever faster, until it is below. The queues QUEUES, or the
 * nearest ones upstream, are only shown.
 *
 * Example: SetTimestamp(FIRST true) -> Queue -> CoDel -> ...
 * See also: RED, SetTimestamp
 */
#include "elements/aqm/queues.h"

struct codel {
	struct element base;
	struct interval target, interval;
	struct raw queue_names;
	struct queues queues;
	uint64_t drops;
	int64_t first_above; /* when the delay will have been too long for an interval; 0: it is not */
	int64_t drop_next;
	bool dropping, ok, running;
	uint32_t n; /* drops of this dropping phase */
};
ELEMENT_SELF(struct codel)

static bool configure(struct element *e, struct error *err)
{
	return self(e)->running || queues_parse(&self(e)->queues, e, self(e)->queue_names.s, err);
}

static bool start(struct element *e, struct error *err)
{
	self(e)->running = true;
	return queues_start(&self(e)->queues, e, false, err);
}

static uint64_t square_root(uint64_t v)
{
	uint64_t root = 0, bit = 1ULL << 62;

	while (bit > v)
		bit >>= 2;
	for (; bit; bit >>= 2)
		if (v >= root + bit) {
			v -= root + bit;
			root = (root >> 1) + bit;
		} else {
			root >>= 1;
		}
	return root;
}

/* The control law: drops follow each other at interval / sqrt(n). */
static int64_t control_law(const struct codel *c, int64_t t)
{
	return t + (int64_t)((uint64_t)c->interval.ns * 16 / square_root(256ULL * c->n));
}

/* Takes a packet and notes in ok whether it may be dropped. False: it ends the phase, because
 * there is none or nobody knows how long it waited. */
static bool fetch(struct codel *c, int64_t now, struct packet **p)
{
	int64_t since;

	c->ok = false;
	*p = input_pull_packet(&c->base, 0);
	if (!*p) {
		c->first_above = 0;
		return false;
	}
	since = (int64_t)anno_u64(*p, ANNO_FIRST_TIMESTAMP);
	if (since < NS_PER_SEC)
		return false;
	if (now - since < c->target.ns)
		c->first_above = 0;
	else if (c->first_above == 0)
		c->first_above = now + c->interval.ns;
	else
		c->ok = now >= c->first_above;
	return true;
}

static void drop_and_fetch(struct codel *c, int64_t now, struct packet **p)
{
	packet_drop(*p);
	c->drops++;
	(void)fetch(c, now, p);
}

static void drop_more(struct codel *c, int64_t now, struct packet **p)
{
	while (c->dropping && now >= c->drop_next) {
		c->n++;
		drop_and_fetch(c, now, p);
		if (c->ok)
			c->drop_next = control_law(c, c->drop_next);
		else
			c->dropping = false;
	}
}

static void begin_dropping(struct codel *c, int64_t now, struct packet **p)
{
	bool recent = now - c->drop_next < c->interval.ns;

	if (!recent && now - c->first_above < c->interval.ns)
		return;
	drop_and_fetch(c, now, p);
	c->dropping = true;
	c->n = recent && c->n > 2 ? c->n - 2 : 1;
	c->drop_next = control_law(c, now);
}

static struct packet *pull_one(struct codel *c, int64_t now)
{
	struct packet *p;

	if (!fetch(c, now, &p)) {
		c->dropping = false;
		return p;
	}
	if (c->dropping && c->ok)
		drop_more(c, now, &p);
	else if (c->dropping)
		c->dropping = false;
	else if (c->ok)
		begin_dropping(c, now, &p);
	return p;
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	int64_t now = time_now(e);
	struct packet *p;

	(void)port;
	while (max-- > 0 && (p = pull_one(self(e), now)))
		batch_add(b, p);
}

/* Seconds, always as a timestamp. */
static void print_seconds(struct text *out, struct interval t, const char *unit)
{
	print_timestamp(out, t.ns);
	text_add(out, "%s", unit);
}

static void config(struct element *e, struct text *out)
{
	print_seconds(out, self(e)->target, "s, ");
	print_seconds(out, self(e)->interval, " s, ");
}

static void read_target(struct element *e, struct text *out)
{
	print_seconds(out, self(e)->target, "s");
}

static void read_interval(struct element *e, struct text *out)
{
	print_seconds(out, self(e)->interval, " s");
}

static void read_stats(struct element *e, struct text *out)
{
	text_add(out, "%u current queue\n%llu drops\n", queues_length(&self(e)->queues),
		 (unsigned long long)self(e)->drops);
}

static void read_queues(struct element *e, struct text *out)
{
	queues_print(&self(e)->queues, "\n", out);
}

static const struct arg args[] = {
	ARG_OR("TARGET", target, ARG_POSITIONAL, "5ms", "how long packets may wait"),
	ARG_OR("INTERVAL", interval, ARG_POSITIONAL, "100ms", "for how long that may be exceeded"),
	ARG("QUEUES", queue_names, 0, "the queues to show"),
};

static const struct handler handlers[] = {
	READ_FIELD("drops", drops, "packets dropped"),
	READ("stats", read_stats, "queue length and drops"),
	READ("queues", read_queues, "the queues shown"),
	RECONF("codel_target", "TARGET", 0, read_target, "the TARGET argument"),
	RECONF("codel_interval", "INTERVAL", 1, read_interval, "the INTERVAL argument"),
};

const struct element_class codel_class = {
	.name = "CoDel",
	.ports = "1/1",
	.flags = CLASS_LIVE | CLASS_ONE_THREAD,
	.size = sizeof(self_t),
	.configure = configure,
	.start = start,
	.pull = pull,
	.config = config,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
