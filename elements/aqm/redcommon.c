/* SPDX-License-Identifier: MIT */
/* redcommon.c - random early detection: RED and AdaptiveRED. */
#include "elements/aqm/redcommon.h"

enum { AVERAGE_BITS = 10, ONE = 65536, IDLE_MS = 20, STEPS_MAX = 100 };

/* --- configuration --- */

void red_set_lines(struct red *r)
{
	int64_t min = r->min, max = r->max, p = r->max_p.v;

	r->c1 = min >= max ? 0 : p / (max - min);
	r->c2 = min >= max ? 1 : p * min / (max - min);
	r->g1 = max ? (ONE - p) / max : 0;
	r->g2 = ONE - 2 * p;
	r->kill = r->gentle && p != ONE ? 2 * max : max;
}

bool red_configure(struct element *e, struct error *err)
{
	struct red *r = red(e);

	if (r->max > UINT16_MAX)
		return fail(err, "MAX_THRESH must be <= 65535");
	if (r->min > r->max)
		return fail(err, "MIN_THRESH must be <= MAX_THRESH");
	if (r->max_p.v > ONE)
		return fail(err, "MAX_P must be between 0 and 1");
	if (r->stability > 16)
		return fail(err, "STABILITY must be between 0 and 16");
	if (!r->running && !queues_parse(&r->queues, e, r->queue_names.s, err))
		return false;
	red_set_lines(r);
	return true;
}

bool red_start(struct element *e, struct error *err)
{
	struct red *r = red(e);

	r->running = true;
	r->count = -1;
	return queues_start(&r->queues, e, output_is_push(e, 0), err);
}

bool red_can_take(const struct element *e, const struct element *old)
{
	(void)e;
	return old->class->take_state == red_take_state;
}

bool red_take_state(struct element *e, struct element *old, struct error *err)
{
	(void)err;
	red(e)->average = red(old)->average;
	return true;
}

void red_config(struct element *e, struct text *out)
{
	const struct red *r = red(e);

	text_add(out, "%u, %u, ", r->min, r->max);
	print_fixed(out, r->max_p.v, 16);
	text_add(out, ", QUEUES ");
	queues_print(&r->queues, " ", out);
	text_add(out, ", STABILITY %u%s", r->stability, r->gentle ? "" : ", GENTLE false");
}

/* --- the decision --- */

static void average_step(struct red *r, uint32_t length)
{
	int64_t half = (int64_t)1 << (r->stability - 1);

	r->average += (((int64_t)length << AVERAGE_BITS) + half - r->average) >> r->stability;
}

/* While the queues are empty the average falls by the time that passes. */
static void average_idle(struct red *r)
{
	uint32_t now = time_tick(&r->base) / IDLE_MS;
	uint32_t steps = r->idle_mark ? now - r->idle_mark : 1;

	if (steps >= STEPS_MAX)
		r->average = 0;
	else
		while (steps-- > 0)
			average_step(r, 0);
	r->idle_mark = now;
}

int64_t red_average(const struct red *r)
{
	return (r->average + (1 << (AVERAGE_BITS - 1))) >> AVERAGE_BITS;
}

static int64_t average_length(struct red *r, uint32_t length)
{
	if (r->stability == 0) {
		r->average = (int64_t)length << AVERAGE_BITS;
	} else if (length > 0) {
		average_step(r, length);
		r->idle_mark = 0;
	} else {
		average_idle(r);
	}
	return red_average(r);
}

static bool must_drop(struct red *r, uint32_t length)
{
	int64_t average = average_length(r, length), p;

	if (average <= r->min || average > r->kill) {
		r->count = -1;
		return average > r->min;
	}
	if (average <= r->max)
		p = ((r->c1 * r->average) >> AVERAGE_BITS) - r->c2;
	else
		p = ((r->g1 * r->average) >> AVERAGE_BITS) - r->g2;
	r->count++;
	if (r->count > 0 && p > 0 && r->count > r->random / p) {
		r->count = 0;
		r->random = (uint16_t)random_u32(&r->base);
		return true;
	}
	if (r->count == 0)
		r->random = (uint16_t)random_u32(&r->base);
	return false;
}

static void reject(struct red *r, struct batch *b)
{
	r->drops += b->n;
	if (b->n)
		output_push_or_drop(&r->base, 1, b);
}

/* Those that pass are in the queue when the next one is looked at. */
void red_push(struct element *e, unsigned port, struct batch *b)
{
	struct red *r = red(e);
	uint32_t length = queues_length(&r->queues);
	struct batch rejected;
	unsigned kept = 0;

	(void)port;
	rejected.n = 0;
	for (unsigned i = 0; i < b->n; i++)
		if (must_drop(r, length + kept))
			batch_add(&rejected, b->pkt[i]);
		else
			b->pkt[kept++] = b->pkt[i];
	b->n = kept;
	if (kept)
		output_push(e, 0, b);
	reject(r, &rejected);
}

/* Filters the packets of b from the given one on; those behind were still in the queue. */
static void filter_pulled(struct red *r, struct batch *b, unsigned from)
{
	uint32_t length = queues_length(&r->queues);
	unsigned n = b->n, kept = from;
	struct batch rejected;

	rejected.n = 0;
	for (unsigned i = from; i < n; i++)
		if (must_drop(r, length + (n - 1 - i)))
			batch_add(&rejected, b->pkt[i]);
		else
			b->pkt[kept++] = b->pkt[i];
	b->n = kept;
	reject(r, &rejected);
}

/* Until one passes or there are none. */
void red_pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	unsigned before = b->n;
	bool more;

	(void)port;
	do {
		input_pull(e, 0, b, max);
		more = b->n > before;
		filter_pulled(red(e), b, before);
	} while (more && b->n == before);
}

/* --- handlers --- */

typedef struct red self_t;

static void read_average(struct element *e, struct text *out)
{
	print_fixed(out, red(e)->average, AVERAGE_BITS);
}

static void read_stats(struct element *e, struct text *out)
{
	text_add(out, "%u current queue\n", queues_length(&red(e)->queues));
	read_average(e, out);
	text_add(out, " avg queue\n%llu drops\n", (unsigned long long)red(e)->drops);
}

static void read_queues(struct element *e, struct text *out)
{
	queues_print(&red(e)->queues, "\n", out);
}

const struct handler red_handlers[7] = {
	READ_FIELD("drops", drops, "packets dropped or sent to output 1"),
	READ("stats", read_stats, "queue lengths and drops"),
	READ("queues", read_queues, "the queues watched"),
	RECONF("min_thresh", "MIN_THRESH", 0, NULL, "the MIN_THRESH argument"),
	RECONF("max_thresh", "MAX_THRESH", 1, NULL, "the MAX_THRESH argument"),
	RECONF("max_p", "MAX_P", 2, NULL, "the MAX_P argument"),
	READ("avg_queue_size", read_average, "average queue length"),
};
