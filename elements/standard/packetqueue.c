/* SPDX-License-Identifier: MIT */
/*
 * packetqueue.c - what the elements that store packets in a ring share.
 *
 * Who announces a change to the other side first changes the ring, then looks at the notifier;
 * who puts a notifier to sleep first does that, then looks at the ring once more. With a full
 * fence between the two steps on both sides, one of them sees the other's first step, so no
 * wake-up is lost. The fence can go where both sides are the same thread: a thread that begins
 * to push or pull notes itself, fences once, and handlers that move it stop all threads.
 * A queue that takes its lock around both sides' steps needs no fence either.
 */
#include "elements/standard/packetqueue.h"
#include "engine/platform.h"

enum { SLEEPY = 9 };

typedef struct packet_queue self_t;

static void note_thread(const struct thread **who)
{
	if (__atomic_load_n(who, __ATOMIC_RELAXED) == thread_current)
		return;
	__atomic_store_n(who, thread_current, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static void fence_against(const struct thread *const *other)
{
	if (__atomic_load_n(other, __ATOMIC_RELAXED) != thread_current)
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* --- steps --- */

unsigned queue_put(struct packet_queue *q, struct batch *b)
{
	unsigned n = ring_put(&q->ring, b);
	uint32_t length = ring_length(&q->ring);

	note_thread(&q->pusher);
	if (length > q->highwater)
		q->highwater = length;
	return n;
}

void queue_announce(struct packet_queue *q)
{
	fence_against(&q->puller);
	notifier_wake(&q->empty);
}

void queue_check_full(struct packet_queue *q)
{
	if (ring_length(&q->ring) < q->ring.capacity)
		return;
	notifier_sleep(&q->full);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (ring_length(&q->ring) < q->ring.capacity)
		notifier_wake(&q->full);
}

static void report_overflow(const struct packet_queue *q)
{
	struct text text = { 0 };

	element_declaration(&q->base, &text);
	text_add(&text, ": overflow");
	chatter_str(&q->base, text_as_str(&text));
	text_fini(&text);
}

void queue_reject(struct packet_queue *q, struct batch *b)
{
	if (b->n == 0)
		return;
	if (__atomic_fetch_add(&q->drops, b->n, __ATOMIC_RELAXED) == 0 && q->ring.capacity > 0)
		report_overflow(q);
	output_push_or_drop(&q->base, 1, b);
}

unsigned queue_get(struct packet_queue *q, struct batch *b, unsigned max)
{
	note_thread(&q->puller);
	return ring_get(&q->ring, b, max);
}

void queue_announce_empty(struct packet_queue *q)
{
	notifier_sleep(&q->empty);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (ring_length(&q->ring) > 0)
		notifier_wake(&q->empty);
}

void queue_note_pull(struct packet_queue *q, unsigned n)
{
	if (n > 0)
		q->sleepiness = 0;
	else if (q->sleepiness >= SLEEPY)
		queue_announce_empty(q);
	else
		q->sleepiness++;
}

void queue_settle(struct packet_queue *q, struct batch *gone, struct batch *b)
{
	notifier_wake(&q->empty);
	queue_reject(q, gone);
	queue_reject(q, b);
}

void queue_pull_locked(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	struct packet_queue *q = packet_queue(e);

	(void)port;
	spin_take(&q->lock);
	queue_note_pull(q, queue_get(q, b, max));
	spin_free(&q->lock);
}

void queue_announce_room(struct packet_queue *q)
{
	uint32_t state;

	fence_against(&q->pusher);
	/* The other side may have pushed on since the packets went, and gone to sleep again for want
	 * of room: woken now, what it pushes would be dropped. */
	do {
		state = notifier_state(&q->full);
		if (state & 1 || ring_length(&q->ring) >= q->ring.capacity)
			return;
	} while (!notifier_wake_from(&q->full, state));
}

/* --- hooks --- */

void queue_init(struct element *e)
{
	struct packet_queue *q = packet_queue(e);

	notifier_init(&q->empty, true);
	notifier_init(&q->full, true);
}

/* The ring's packets go over into a ring of the new capacity. */
static void replace_ring(struct packet_queue *q, struct ring *new)
{
	if (q->ring.slot) {
		ring_cut(&q->ring, new->capacity, q->keep_newest);
		ring_move(&q->ring, new);
		ring_fini(&q->ring);
	}
	q->ring = *new;
}

bool queue_configure(struct element *e, struct error *err)
{
	struct packet_queue *q = packet_queue(e);
	bool running = q->ring.slot != NULL;
	struct ring new;

	if (running && q->ring.capacity == q->capacity)
		return true;
	if (!ring_init(&new, router_pool(e->router), q->capacity))
		return fail(err, "out of memory");
	replace_ring(q, &new);
	if (running && ring_length(&q->ring) < q->capacity)
		notifier_wake(&q->full);
	else if (running && q->capacity > 0)
		notifier_sleep(&q->full);
	return true;
}

void queue_stop(struct element *e)
{
	ring_fini(&packet_queue(e)->ring);
}

bool queue_can_take(const struct element *e, const struct element *old)
{
	(void)e;
	return old->class->take_state == queue_take_state;
}

bool queue_take_state(struct element *e, struct element *old, struct error *err)
{
	struct packet_queue *q = packet_queue(e);
	struct ring *from = &packet_queue(old)->ring;
	uint32_t length = ring_length(from);

	if (ring_length(&q->ring) > 0 || q->drops > 0)
		return fail(err, "already have packets enqueued, can't take state");
	if (length > q->capacity)
		warn(err, "some packets lost (old length %u, new capacity %u)", length,
		     q->capacity);
	ring_cut(from, q->capacity, q->keep_newest);
	ring_move(from, &q->ring);
	q->highwater = ring_length(&q->ring);
	if (q->highwater > 0)
		notifier_wake(&q->empty);
	if (q->highwater == q->capacity)
		notifier_sleep(&q->full);
	return true;
}

void queue_push(struct element *e, unsigned port, struct batch *b)
{
	struct packet_queue *q = packet_queue(e);

	(void)port;
	if (queue_put(q, b)) {
		queue_check_full(q);
		queue_announce(q);
	}
	queue_reject(q, b);
}

static uint32_t storage_length(const struct element *e)
{
	return ring_length(&packet_queue(e)->ring);
}

static uint32_t storage_capacity(const struct element *e)
{
	return packet_queue(e)->ring.capacity;
}

const void *queue_cast(struct element *e, const char *interface)
{
	static const struct storage storage = { storage_length, storage_capacity };

	if (strcmp(interface, "Storage") == 0)
		return &storage;
	return strcmp(interface, "SimpleQueue") == 0 ? e : NULL;
}

const void *queue_cast_notifier(struct element *e, const char *interface)
{
	return strcmp(interface, "NotifierQueue") == 0 ? e : queue_cast(e, interface);
}

struct notifier *queue_notify_empty(struct element *e, enum notify what, unsigned port)
{
	return what == NOTIFY_EMPTY && port == 0 ? &packet_queue(e)->empty : NULL;
}

struct notifier *queue_notify_both(struct element *e, enum notify what, unsigned port)
{
	return what == NOTIFY_FULL ? &packet_queue(e)->full : queue_notify_empty(e, what, port);
}

/* --- tables --- */

static void read_length(struct element *e, struct text *out)
{
	text_add(out, "%u", storage_length(e));
}

static void read_capacity(struct element *e, struct text *out)
{
	text_add(out, "%u", storage_capacity(e));
}

static bool reset_counts(struct element *e, struct str value, struct error *err)
{
	struct packet_queue *q = packet_queue(e);

	(void)value, (void)err;
	q->drops = 0;
	q->highwater = ring_length(&q->ring);
	return true;
}

/* No more than are there now: output 1 may lead back to the input. */
static bool reset(struct element *e, struct str value, struct error *err)
{
	uint32_t left = storage_length(e);
	struct batch b;

	(void)value, (void)err;
	while (left > 0) {
		b.n = 0;
		e->class->pull(e, 0, &b, left < BATCH_MAX ? left : BATCH_MAX);
		if (b.n == 0)
			break;
		left -= b.n;
		output_push_or_drop(e, 1, &b);
	}
	return true;
}

const struct arg queue_args[1] = {
	ARG_OR("CAPACITY", capacity, ARG_POSITIONAL, "1000", "most packets held"),
};

const struct handler queue_handlers[6] = {
	READ("length", read_length, "packets held now"),
	READ_FIELD("highwater_length", highwater, "most packets held since the last reset"),
	{ .name = "capacity",
	  .help = HELP("the CAPACITY argument"),
	  .flags = H_READ | H_WRITE | H_CALM | H_RECONF,
	  .read = read_capacity,
	  .keyword = "CAPACITY" },
	READ_FIELD("drops", drops, "packets dropped"),
	BUTTON("reset_counts", reset_counts, "set drops to 0, highwater_length to length"),
	BUTTON("reset", reset, "drop all packets held"),
};
