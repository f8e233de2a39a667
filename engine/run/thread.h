/* SPDX-License-Identifier: MIT */
/* thread.h - an execution context: its tasks, timers and free packets. */
#ifndef ENGINE_RUN_THREAD_H
#define ENGINE_RUN_THREAD_H

#include "engine/packet.h"
#include "engine/task.h"

struct engine;

#define CACHE_PACKETS 512U
#define CACHE_REFILL 128U

/* A lock held for a few instructions only. */
struct spinlock {
	int held;
};

static inline void spin_lock(struct spinlock *l)
{
	while (__atomic_exchange_n(&l->held, 1, __ATOMIC_ACQUIRE))
		while (__atomic_load_n(&l->held, __ATOMIC_RELAXED))
			__builtin_ia32_pause();
}

static inline void spin_unlock(struct spinlock *l)
{
	__atomic_store_n(&l->held, 0, __ATOMIC_RELEASE);
}

/* Packets not in use and not in any thread's cache, and how many there may be. */
struct depot {
	struct spinlock lock;
	struct packet *free; /* by next */
	uint32_t nfree, made, limit;
	struct chunk { struct chunk *next; size_t size; } *chunks;
	uint64_t failures; /* allocations refused */
	uint32_t big;      /* packets with a buffer of their own size, alive */
};

/* Parked: between two tasks, or asleep there. Stalled: inside an element, waiting for another thread.
 * Neither touches an element, but one that is stalled will go on where it is. */
enum thread_state { THREAD_PARKED, THREAD_BUSY, THREAD_STALLED };

struct thread {
	struct engine *engine;
	struct depot *depot;
	void *platform; /* the platform's own */
	int id;
	int state;      /* enum thread_state */

	unsigned ncached;
	struct packet *cached[CACHE_PACKETS];

	struct task **task; /* heap by pass */
	size_t ntasks, task_cap;
	struct task *running;
	uint32_t pass, sequence; /* sequence: of tasks put into the heap */
	uint32_t tick;
	bool tick_known; /* for this task run */
	unsigned parking; /* nested engine_park_others */

	struct spinlock lock; /* of pending and timers */
	struct list pending;  /* tasks that other threads scheduled */
	bool pended;          /* there may be some; read without the lock */
	struct timer **timer; /* heap by expiry */
	size_t ntimers, timer_cap;
	uint32_t timer_sequence;
	uint64_t random;
};

/* packet.c */
void depot_fini(struct depot *);
void thread_flush_packets(struct thread *);

/* sched.c */
void thread_init(struct thread *, struct engine *, int id);
void thread_fini(struct thread *);
bool thread_run_tasks(struct thread *, unsigned max); /* false: nothing was scheduled */
void thread_take_pending(struct thread *);
void task_dequeue(struct task *); /* out of heap and list; still wanted */

/* timer.c: hold keeps a timer out of the heap while its router is not live */
void timer_hold(struct timer *);
void timer_release(struct timer *);
void thread_run_timers(struct thread *);
int64_t thread_next_timer(struct thread *); /* steady ns; INT64_MAX: none */

#endif
