/* SPDX-License-Identifier: MIT */
/*
 * LinkUnqueue - pull packets and push them as a serial link would
 *
 * A packet takes as long as BANDWIDTH (bytes a second, at least 100) needs for
 * its bytes and those of its extra length annotation, and arrives LATENCY
 * later. Its timestamp is then the time at which it was due.
 *
 * Example: Queue -> LinkUnqueue(10ms, 1MBps)
 * See also: DelayUnqueue, BandwidthRatedUnqueue
 */
#include "engine/element.h"
#include "elements/standard/written.h"

#define TIMER_LEAD (500 * NS_PER_USEC) /* timers fire so much early */

enum { RUN_MAX = 128 }; /* packets pulled in a run; others want to run too */

struct linkunqueue {
	struct element base;
	struct interval latency;
	struct bandwidth bandwidth;
	uint32_t hundreds;          /* of bytes a second */
	struct packet *head, *tail; /* in flight, by next; timestamps are when they are due */
	uint32_t size;
	bool back_to_back; /* there was a packet to follow the tail */
	struct task task;
	struct timer timer;
	struct signal signal;
};
ELEMENT_SELF(struct linkunqueue)

static const char too_small[] = "bandwidth too small, minimum 100Bps";

static bool configure(struct element *e, struct error *err)
{
	struct linkunqueue *u = self(e);

	if (u->bandwidth.v < 100)
		return fail(err, "%s", too_small);
	u->hundreds = u->bandwidth.v / 100;
	return true;
}

/* --- the packets in flight --- */

static void append(struct linkunqueue *u, struct packet *p, int64_t now)
{
	uint64_t bytes = (uint64_t)p->len + anno_u32(p, ANNO_EXTRA_LENGTH);
	int64_t time = (int64_t)(bytes * 10000 / u->hundreds) * NS_PER_USEC;

	if (u->head && u->back_to_back)
		p->timestamp = u->tail->timestamp + time;
	else
		p->timestamp = now + u->latency.ns + time;
	p->next = NULL;
	if (u->head)
		u->tail->next = p;
	else
		u->head = p;
	u->tail = p;
	u->size++;
	u->back_to_back = true;
}

static struct packet *take(struct linkunqueue *u)
{
	struct packet *p = u->head;

	u->head = p->next;
	u->size--;
	return p;
}

static bool drop_all(struct linkunqueue *u)
{
	while (u->head)
		packet_drop(take(u));
	u->back_to_back = false;
	task_schedule(&u->task);
	return true;
}

/* --- running --- */

/* Pulls what the link can take up by now. How many. */
static unsigned fill(struct linkunqueue *u, int64_t now)
{
	unsigned n = 0;

	for (; n < RUN_MAX && (!u->head || u->tail->timestamp <= now + u->latency.ns); n++) {
		struct packet *p = input_pull_packet(&u->base, 0);

		if (!p) {
			u->back_to_back = false;
			break;
		}
		append(u, p, now);
	}
	return n;
}

/* When it is to run next; INT64_MAX: when there is something upstream. */
static int64_t next_run(const struct linkunqueue *u)
{
	bool more = signal_active(&u->signal);
	int64_t at, room;

	if (!u->head)
		return more ? 0 : INT64_MAX;
	at = u->head->timestamp;
	room = u->tail->timestamp - u->latency.ns;
	return more && room < at ? room : at;
}

static bool run(struct element *e)
{
	struct linkunqueue *u = self(e);
	int64_t now = time_now(e), at;
	bool worked = fill(u, now) > 0;

	while (u->head && u->head->timestamp <= now) {
		output_push_packet(e, 0, take(u));
		worked = true;
	}
	at = next_run(u);
	if (at <= now + TIMER_LEAD)
		task_schedule(&u->task);
	else if (at < INT64_MAX)
		timer_after(&u->timer, at - now - TIMER_LEAD);
	return worked;
}

static void fire(struct element *e, struct timer *t)
{
	(void)t;
	task_schedule(&self(e)->task);
}

static bool start(struct element *e, struct error *err)
{
	struct linkunqueue *u = self(e);

	(void)err;
	task_init(&u->task, e, run);
	timer_init(&u->timer, e, fire);
	signal_upstream(e, 0, &u->signal, &u->task);
	task_schedule(&u->task);
	return true;
}

static void stop(struct element *e)
{
	while (self(e)->head)
		packet_drop(take(self(e)));
}

static uint32_t storage_length(const struct element *e)
{
	return self(e)->size;
}

static uint32_t storage_capacity(const struct element *e)
{
	(void)e;
	return UINT32_MAX;
}

static const void *cast(struct element *e, const char *interface)
{
	static const struct storage storage = { storage_length, storage_capacity };

	(void)e;
	return strcmp(interface, "Storage") == 0 ? &storage : NULL;
}

/* --- handlers --- */

static bool write_latency(struct element *e, struct str value, struct error *err)
{
	return written_interval(value, &self(e)->latency, false, err,
				"latency must be a timestamp") &&
	       drop_all(self(e));
}

static void read_bandwidth(struct element *e, struct text *out)
{
	text_add(out, "%llu", self(e)->hundreds * 100ULL);
}

static bool write_bandwidth(struct element *e, struct str value, struct error *err)
{
	uint32_t bandwidth;
	bool had_unit;

	if (!parse_bandwidth(str_trim(value), &bandwidth, &had_unit, NULL))
		return fail(err, "invalid bandwidth");
	if (bandwidth < 100)
		return fail(err, "%s", too_small);
	self(e)->hundreds = bandwidth / 100;
	return drop_all(self(e));
}

static bool reset(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	return drop_all(self(e));
}

static const struct arg args[] = {
	ARG("LATENCY", latency, ARG_POSITIONAL | ARG_REQUIRED, "time of flight"),
	ARG("BANDWIDTH", bandwidth, ARG_POSITIONAL | ARG_REQUIRED, "bytes a second"),
};

static const struct handler handlers[] = {
	FIELD_WRITE("latency", latency, write_latency, H_CALM, "the LATENCY argument"),
	RW("bandwidth", read_bandwidth, write_bandwidth, H_CALM, "the BANDWIDTH argument"),
	READ_FIELD("size", size, "packets in flight"),
	BUTTON("reset", reset, "drop the packets in flight"),
	TASK_HANDLERS(task, 0),
};

const struct element_class linkunqueue_class = {
	.name = "LinkUnqueue",
	.ports = "1/1",
	.processing = "l/h",
	.size = sizeof(self_t),
	.configure = configure,
	.start = start,
	.stop = stop,
	.cast = cast,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
