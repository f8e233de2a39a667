/* SPDX-License-Identifier: MIT */
/* replay.c - emitting the packets of a file. */
#include "elements/analysis/replay.h"

#define PROBABILITY_ONE (1U << 28)
#define READS_MAX 64U /* records without a packet to emit, before others have their turn */

struct packet *replay_take(struct replay *r)
{
	struct packet *p = r->pending;

	r->pending = NULL;
	r->chosen = false;
	return p;
}

static void drop_pending(struct replay *r)
{
	struct packet *p = replay_take(r);

	if (p)
		packet_drop(p);
}

static bool may_go_on(const struct replay *r)
{
	return r->active && !r->at_end && !timer_pending(&r->timer);
}

/* The notifier is awake while it may go on. */
void replay_set_active(struct replay *r, bool active)
{
	r->active = active;
	if (may_go_on(r)) {
		notifier_wake(&r->notifier);
		task_schedule(&r->task);
	} else {
		notifier_sleep(&r->notifier);
	}
}

void replay_end(struct replay *r)
{
	const char *failure = tracefile_failure(r->file);

	if (failure)
		chatter(&r->base, "%s: %s", r->file->name, failure);
	r->at_end = true;
	notifier_sleep(&r->notifier);
}

void replay_moved(struct replay *r)
{
	drop_pending(r);
	timer_cancel(&r->timer);
	r->at_end = false;
	replay_set_active(r, r->active);
}

/* --- one packet after the other --- */

bool replay_sampled(struct replay *r)
{
	return r->sample.v >= PROBABILITY_ONE || random_u32(&r->base) >> 4 < r->sample.v;
}

/* Is there a packet to emit? Reads one record at most, and asks of a packet once, however long its
 * time is to come. One that the end of the window has stopped at is left for when it goes on. */
static bool choose(struct replay *r)
{
	if (r->chosen)
		return true;
	if (!r->pending)
		r->pending = r->read(r);
	if (!r->pending)
		return false;
	r->chosen = r->wanted(r);
	if (!r->chosen && r->active)
		drop_pending(r);
	return r->chosen;
}

/* TIMING: true when the pending packet's time has come, else the timer is set. */
static bool is_due(struct replay *r)
{
	int64_t at = r->pending->timestamp, now;

	if (!r->timing)
		return true;
	now = time_steady(&r->base);
	if (!r->timed) {
		r->timed = true;
		r->shift = now - at;
	}
	at = time_add(at, r->shift);
	if (at <= now)
		return true;
	notifier_sleep(&r->notifier); /* before the timer may wake it */
	timer_at(&r->timer, at);
	return false;
}

/* NULL: not now, or never again, or none in that many records. */
static struct packet *next_packet(struct replay *r, uint32_t reads)
{
	while (reads-- > 0 && may_go_on(r)) {
		if (choose(r) && is_due(r)) {
			r->count++;
			return replay_take(r);
		}
	}
	return NULL;
}

static bool run(struct element *e)
{
	struct replay *r = replay(e);
	struct packet *p = next_packet(r, READS_MAX);

	if (p)
		output_push_packet(e, 0, p);
	if (may_go_on(r))
		task_schedule(&r->task);
	return p != NULL;
}

/* Whoever pulls may put packets of several sources in order: none means that there is none now, so
 * the first one is searched for as far as it takes. */
void replay_pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	struct replay *r = replay(e);
	uint32_t reads = UINT32_MAX;
	struct packet *p;

	(void)port;
	for (; max > 0 && (p = next_packet(r, reads)); max--) {
		batch_add(b, p);
		reads = READS_MAX;
	}
}

static void fire(struct element *e, struct timer *t)
{
	(void)t;
	replay_set_active(replay(e), replay(e)->active);
}

/* --- life --- */

void replay_init(struct replay *r, struct tracefile *file, struct packet *(*read)(struct replay *),
		 bool (*wanted)(struct replay *))
{
	r->file = file;
	r->read = read;
	r->wanted = wanted;
	r->sample.v = PROBABILITY_ONE;
	notifier_init(&r->notifier, true);
}

void replay_configure(struct replay *r, struct error *err)
{
	if (r->sample.v > PROBABILITY_ONE) {
		warn(err, "SAMPLE probability reduced to 1");
		r->sample.v = PROBABILITY_ONE;
	} else if (r->sample.v == 0) {
		warn(err, "SAMPLE probability is 0; emitting no packets");
	}
}

void replay_start(struct replay *r)
{
	timer_init(&r->timer, &r->base, fire);
	if (output_is_push(&r->base, 0))
		task_init(&r->task, &r->base, run);
	replay_set_active(r, r->active);
}

void replay_stop(struct element *e)
{
	drop_pending(replay(e));
	tracefile_close(replay(e)->file);
}

void replay_take_state(struct replay *r, struct replay *old)
{
	r->pending = replay_take(old);
	r->at_end = old->at_end;
	r->timed = old->timed;
	r->shift = old->shift;
	replay_set_active(r, r->active);
}

struct notifier *replay_notifier(struct element *e, enum notify which, unsigned port)
{
	return which == NOTIFY_EMPTY && port == 0 ? &replay(e)->notifier : NULL;
}

/* --- handlers --- */

void replay_read_filename(struct element *e, struct text *out)
{
	tracefile_print_name(replay(e)->file, out);
}

void replay_read_filesize(struct element *e, struct text *out)
{
	tracefile_print_size(replay(e)->file, out);
}

void replay_read_filepos(struct element *e, struct text *out)
{
	text_add(out, "%lld", (long long)replay(e)->file->offset);
}

bool replay_write_active(struct element *e, struct str value, struct error *err)
{
	bool active;

	if (!parse_bool(str_trim(value), &active))
		return fail(err, "type mismatch");
	replay_set_active(replay(e), active);
	return true;
}

bool replay_write_stop(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	replay_set_active(replay(e), false);
	router_stop(e->router, 1);
	return true;
}
