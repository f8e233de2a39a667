/* SPDX-License-Identifier: MIT */
/*
 * task.h - when elements run: tasks, timers, watched descriptors, notifiers, and the time.
 *
 * Each belongs to an element and runs on its home thread.
 */
#ifndef ENGINE_TASK_H
#define ENGINE_TASK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/list.h"
#include "base/str.h"

struct element;
struct pool;
struct router;
struct thread;

/* --- time: simulated when the driver says so --- */

int64_t time_now(const struct element *e);    /* wall, ns since 1970 */
int64_t time_steady(const struct element *e); /* monotonic ns, what timers use */
/* Milliseconds of the steady clock, wrapping; the same during one task run: for rates. */
uint32_t time_tick(const struct element *e);

#define NS_PER_SEC 1000000000LL
#define NS_PER_MSEC 1000000LL
#define NS_PER_USEC 1000LL

/* t + ns, or the first or last time that there is, when that is beyond. */
static inline int64_t time_add(int64_t t, int64_t ns)
{
	int64_t sum;

	return !__builtin_add_overflow(t, ns, &sum) ? sum : ns < 0 ? INT64_MIN : INT64_MAX;
}

/* --- tasks --- */

struct task {
	struct element *e;
	bool (*run)(struct element *); /* true: it did work. To run again it reschedules itself */
	struct thread *thread;
	uint32_t pass, stride;
	int32_t tickets;      /* 0: never started */
	int32_t heap;         /* place in the thread's heap; -1: not scheduled */
	uint32_t sequence;    /* who waited longer */
	uint64_t cycles;      /* average cost of a run; task_cost for other threads */
	struct list all, pending; /* of the router; wake-ups from other threads */
	bool wanted;          /* scheduled, also while its thread has not yet noticed */
};

/* In start. ScheduleInfo decides the tickets, StaticThreadSched the thread. */
void task_init(struct task *, struct element *, bool (*run)(struct element *));
void task_schedule(struct task *); /* from anywhere, as often as one likes; also in run */
void task_unschedule(struct task *);
bool task_scheduled(const struct task *);
void task_set_tickets(struct task *, int tickets);
void task_set_home(struct task *, int thread);
void task_fini(struct task *); /* the engine does it for tasks that stop leaves */

/* Threads are numbered from 0 up; which one runs this. */
unsigned thread_number(void);
unsigned thread_count(const struct element *e);
int task_home(const struct task *); /* -1: none */

static inline uint64_t task_cost(const struct task *t)
{
	return __atomic_load_n(&t->cycles, __ATOMIC_RELAXED);
}

/* The tasks of e's router, linked by `all'. */
struct list *router_tasks(const struct element *e);

/* --- timers, in steady time --- */

struct timer {
	struct element *e;
	void (*fire)(struct element *, struct timer *);
	struct thread *thread;
	int64_t expiry;
	int32_t heap; /* -1: not pending */
	uint32_t sequence;
	struct list all;
};

void timer_init(struct timer *, struct element *, void (*fire)(struct element *, struct timer *));
void timer_at(struct timer *, int64_t steady_ns);
void timer_after(struct timer *, int64_t ns); /* from now */
void timer_again(struct timer *, int64_t ns); /* from its last expiry: no drift */
void timer_cancel(struct timer *);
void timer_fini(struct timer *);

static inline bool timer_pending(const struct timer *t)
{
	return t->e && t->heap >= 0;
}

/* --- descriptors --- */

struct watch {
	int fd;
	unsigned events; /* WATCH_READ | WATCH_WRITE of platform.h, as set */
	struct element *e;
	void (*ready)(struct element *, struct watch *, unsigned events);
	struct thread *thread;
	struct list all;
};

void watch_init(struct watch *, struct element *,
		void (*ready)(struct element *, struct watch *, unsigned events));
/* Watches fd for these events; 0 ends it. Close fd only afterwards. */
void watch_set(struct watch *, int fd, unsigned events);

/* --- notifiers: is there something to pull (EMPTY), room to push (FULL)? --- */

enum notify { NOTIFY_EMPTY, NOTIFY_FULL };

struct notifier {
	uint32_t state; /* bit 0: active; above it changes each time it is put to sleep */
	bool passes; /* searches go on behind it: schedulers, shapers */
	struct list listeners;
};

void notifier_init(struct notifier *, bool active); /* in the element's init */
void notifier_wake_listeners(struct notifier *);

static inline uint32_t notifier_state(const struct notifier *n)
{
	return __atomic_load_n(&n->state, __ATOMIC_ACQUIRE);
}

static inline bool notifier_active(const struct notifier *n)
{
	return notifier_state(n) & 1;
}

/* Turns it active; the first time wakes who listens. */
static inline void notifier_wake(struct notifier *n)
{
	if (!notifier_active(n))
		notifier_wake_listeners(n);
}

/* The same, if its state is still this one. False: it has changed meanwhile. */
bool notifier_wake_from(struct notifier *n, uint32_t state) MUST_CHECK;

/* Sets it without waking. */
static inline void notifier_set(struct notifier *n, bool active)
{
	uint32_t state = __atomic_load_n(&n->state, __ATOMIC_RELAXED);

	__atomic_store_n(&n->state, ((state + 2) & ~1U) | active, __ATOMIC_RELEASE);
}

static inline void notifier_sleep(struct notifier *n)
{
	notifier_set(n, false);
}

/* Notifiers found from a port, combined. All zero is always active. */
struct signal {
	struct notifier **v;
	uint32_t n;
	bool known; /* every path ended at a notifier */
};

/* Is there, as far as can be told, something to pull (room to push)? */
static inline bool signal_active(const struct signal *s)
{
	if (!s->known)
		return true;
	for (uint32_t i = 0; i < s->n; i++)
		if (notifier_active(s->v[i]))
			return true;
	return false;
}

/* In start: finds the signals that tell of pull input (push output) i. When one turns active,
 * t is scheduled (may be NULL) or, with a function instead, that is called. */
void signal_upstream(struct element *e, unsigned i, struct signal *, struct task *t);
void signal_downstream(struct element *e, unsigned i, struct signal *, struct task *t);
void signal_upstream_call(struct element *e, unsigned i, struct signal *,
			  void (*wake)(struct element *, unsigned i));

#endif
