/* SPDX-License-Identifier: MIT */
/*
 * packetqueue.h - what the elements that store packets in a ring share: SimpleQueue,
 * NotifierQueue, Queue, QuickNoteQueue, ThreadSafeQueue, MSQueue, FrontDropQueue, MixedQueue.
 *
 * Each is a push and a pull made of the steps below.
 */
#ifndef ELEMENTS_STANDARD_PACKETQUEUE_H
#define ELEMENTS_STANDARD_PACKETQUEUE_H

#include "elements/standard/ring.h"
#include "elements/standard/spin.h"
#include "engine/element.h"

struct thread;

struct packet_queue {
	struct element base;
	uint32_t capacity; /* the argument; the one in force is the ring's */
	uint32_t highwater;
	uint64_t drops;
	uint32_t sleepiness; /* pulls in a row that found nothing */
	bool keep_newest;    /* when packets must go, the oldest do */
	struct spin lock;    /* around all uses of the ring, where one thread a side is not all */
	const struct thread *pusher, *puller; /* who did it last */
	struct notifier empty, full;
	struct ring ring;
};

static inline struct packet_queue *packet_queue(const struct element *e)
{
	return (struct packet_queue *)(uintptr_t)e;
}

/* --- hooks, complete --- */

void queue_init(struct element *);
bool queue_configure(struct element *, struct error *);
void queue_stop(struct element *);
bool queue_take_state(struct element *, struct element *old, struct error *);
bool queue_can_take(const struct element *, const struct element *old);
const void *queue_cast(struct element *, const char *interface); /* Storage SimpleQueue */
const void *queue_cast_notifier(struct element *, const char *interface); /* + NotifierQueue */
struct notifier *queue_notify_empty(struct element *, enum notify, unsigned port);
struct notifier *queue_notify_both(struct element *, enum notify, unsigned port);

void queue_push(struct element *, unsigned port, struct batch *); /* tells both sides */

extern const struct arg queue_args[1];
extern const struct handler queue_handlers[6];

/* --- steps of a push: queue_put, then these --- */

/* Stores what fits of the front of b, which keeps the rest. How many. */
unsigned queue_put(struct packet_queue *, struct batch *b);
/* When packets were stored: is there no room left? Tells those that push. */
void queue_check_full(struct packet_queue *);
/* When packets were stored: tells those that wait for them. */
void queue_announce(struct packet_queue *);
/* Counts b as dropped and sends it to output 1, if there is one. An empty b is fine. */
void queue_reject(struct packet_queue *, struct batch *b);

/* --- steps of a pull: queue_get, then these --- */

/* Appends up to max packets to b, which has the room. How many. */
unsigned queue_get(struct packet_queue *, struct batch *b, unsigned max);
/* Got n: the tenth pull in a row that finds nothing announces that the queue is empty. */
void queue_note_pull(struct packet_queue *, unsigned n);
/* Announces it at once. */
void queue_announce_empty(struct packet_queue *);
/* When packets were taken: there is room. */
void queue_announce_room(struct packet_queue *);

/* For queues whose both ends move: the last steps of a push, without the lock, and the pull. */
void queue_settle(struct packet_queue *, struct batch *gone, struct batch *b);
void queue_pull_locked(struct element *, unsigned port, struct batch *b, unsigned max);

/* What they all have in their descriptors. */
#define QUEUE_COMMON                                                                               \
	.processing = "h/lh", .size = sizeof(struct packet_queue),            \
	.stop = queue_stop, .take_state = queue_take_state, .can_take = queue_can_take,            \
	.args = TABLE(queue_args), .handlers = TABLE(queue_handlers)

#endif
