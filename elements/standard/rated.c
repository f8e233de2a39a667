/* SPDX-License-Identifier: MIT */
/* rated.c - what the elements with a token bucket share. */
#include "elements/standard/rated.h"

enum { ANY_PACKET = 131072 }; /* bytes: a packet may go when there are so many */

typedef struct rated self_t;

/* --- configuration --- */

static bool configure(struct rated *r, uint32_t rate, const char *size, struct error *err)
{
	uint64_t capacity = (uint64_t)rate * r->duration.v / 1000;

	if (arg_given(&r->base, size)) {
		if (arg_given(&r->base, "BURST_DURATION"))
			return fail(err, "cannot specify both BURST_DURATION and BURST_SIZE");
		capacity = r->size;
	}
	if (r->bytes)
		capacity += ANY_PACKET;
	else if (capacity == 0)
		capacity = 1;
	bucket_set(&r->bucket, rate, capacity > UINT32_MAX ? UINT32_MAX : (uint32_t)capacity);
	return true;
}

bool rated_configure_packets(struct element *e, struct error *err)
{
	return configure(rated(e), rated(e)->rate, "BURST_SIZE", err);
}

bool rated_configure_bytes(struct element *e, struct error *err)
{
	rated(e)->bytes = true;
	return configure(rated(e), rated(e)->bandwidth.v, "BURST_BYTES", err);
}

void rated_config(struct element *e, struct text *out)
{
	uint32_t rate = bucket_rate(&rated(e)->bucket);

	if (rated(e)->bytes)
		print_bandwidth(out, rate);
	else
		text_add(out, "%u", rate);
}

/* --- tokens --- */

bool rated_ready(struct rated *r)
{
	return bucket_has(&r->bucket, r->bytes ? ANY_PACKET : 1);
}

void rated_take(struct rated *r, const struct packet *p)
{
	bucket_take(&r->bucket, r->bytes ? p->len : 1);
}

/* --- splitters --- */

/* Tokens come by the millisecond, so those that get one are the first of the batch. */
void rated_split(struct element *e, unsigned port, struct batch *b)
{
	struct rated *r = rated(e);
	struct batch good;
	unsigned n = 0;

	(void)port;
	bucket_refill(&r->bucket, time_tick(e));
	for (; n < b->n && rated_ready(r); n++)
		rated_take(r, b->pkt[n]);
	if (n > 0) {
		good.n = 0;
		batch_move(b, n, &good);
		output_push(e, 0, &good);
	}
	if (b->n)
		output_push_or_drop(e, 1, b);
}

/* --- unqueues --- */

static bool wait_for_tokens(struct rated *r)
{
	uint32_t ms = bucket_wait(&r->bucket, r->bytes ? ANY_PACKET : 1);

	if (ms < UINT32_MAX)
		timer_after(&r->timer, ms * NS_PER_MSEC);
	r->empty_runs++;
	return false;
}

static bool run(struct element *e)
{
	struct rated *r = rated(e);
	struct batch b;
	bool worked;

	r->runs++;
	if (!r->active)
		return false;
	bucket_refill(&r->bucket, time_tick(e));
	if (!rated_ready(r))
		return wait_for_tokens(r);
	b.n = 0;
	input_pull(e, 0, &b, 1);
	worked = b.n != 0;
	if (worked) {
		rated_take(r, b.pkt[0]);
		r->pushes++;
		output_push(e, 0, &b);
	} else {
		r->failed_pulls++;
		if (!signal_active(&r->signal))
			return false;
		r->empty_runs++;
	}
	task_schedule(&r->task);
	return worked;
}

static void fire(struct element *e, struct timer *t)
{
	(void)t;
	task_schedule(&rated(e)->task);
}

void rated_init_unqueue(struct element *e)
{
	rated(e)->active = true;
}

bool rated_start_unqueue(struct element *e, struct error *err)
{
	struct rated *r = rated(e);

	(void)err;
	task_init(&r->task, e, run);
	timer_init(&r->timer, e, fire);
	signal_upstream(e, 0, &r->signal, &r->task);
	task_schedule(&r->task);
	return true;
}

static void read_calls(struct element *e, struct text *out)
{
	const struct rated *r = rated(e);

	text_add(out, "%llu calls to run_task()\n%llu empty runs\n%llu pushes\n%llu failed pulls\n",
		 (unsigned long long)r->runs, (unsigned long long)r->empty_runs,
		 (unsigned long long)r->pushes, (unsigned long long)r->failed_pulls);
}

/* --- tables --- */

#define DURATION_HELP "how long a burst at RATE may be saved up"

const struct arg rated_packet_args[3] = {
	ARG("RATE", rate, ARG_POSITIONAL | ARG_REQUIRED, "packets a second"),
	ARG_OR("BURST_DURATION", duration, 0, "20ms", DURATION_HELP),
	ARG("BURST_SIZE", size, 0, "or how many packets"),
};

const struct arg rated_byte_args[3] = {
	ARG("RATE", bandwidth, ARG_POSITIONAL | ARG_REQUIRED, "bytes a second"),
	ARG_OR("BURST_DURATION", duration, 0, "20ms", DURATION_HELP),
	ARG("BURST_BYTES", size, 0, "or how many bytes"),
};

const struct handler rated_handlers[1] = {
	RECONF("rate", "RATE", 0, rated_config, "the RATE argument"),
};

const struct handler rated_unqueue_handlers[6] = {
	READ("calls", read_calls, "how often the task ran, and what it did"),
	RECONF("rate", "RATE", 0, rated_config, "the RATE argument"),
	FIELD_FLAGS("active", active, H_READ | H_WRITE | H_CHECKBOX, "move packets"),
	TASK_HANDLERS(task, 0),
};
