/* SPDX-License-Identifier: MIT */
/*
 * sched.c - tasks by stride scheduling: the task of the smallest pass runs, and its pass grows
 * by its stride, 65536 / tickets (Waldspurger and Weihl, 1995).
 *
 * A thread's heap is touched by that thread only. Others put a task on its pending list.
 */
#include <stdlib.h>

#include "engine/platform.h"
#include "engine/run/router.h"
#include "engine/run/schedule_info.h"

#define STRIDE1 65536U
#define MAX_TICKETS 32768
#define POLL_STEP NS_PER_USEC

/* --- the heap --- */

static bool before(const struct task *a, const struct task *b)
{
	int32_t d = (int32_t)(a->pass - b->pass);

	return d < 0 || (d == 0 && (int32_t)(a->sequence - b->sequence) < 0);
}

static void heap_put(struct thread *t, size_t i, struct task *task)
{
	t->task[i] = task;
	task->heap = (int32_t)i;
}

static void heap_up(struct thread *t, size_t i, struct task *task)
{
	for (; i > 0 && before(task, t->task[(i - 1) / 2]); i = (i - 1) / 2)
		heap_put(t, i, t->task[(i - 1) / 2]);
	heap_put(t, i, task);
}

static void heap_down(struct thread *t, size_t i, struct task *task)
{
	for (size_t child; (child = 2 * i + 1) < t->ntasks; i = child) {
		if (child + 1 < t->ntasks && before(t->task[child + 1], t->task[child]))
			child++;
		if (!before(t->task[child], task))
			break;
		heap_put(t, i, t->task[child]);
	}
	heap_put(t, i, task);
}

static void heap_insert(struct thread *t, struct task *task)
{
	if (t->ntasks == t->task_cap) {
		size_t cap = t->task_cap ? 2 * t->task_cap : 64;
		struct task **v = realloc(t->task, cap * sizeof(*v));

		if (!v)
			platform_panic("out of memory for the task list");
		t->task = v;
		t->task_cap = cap;
	}
	task->sequence = t->sequence++;
	heap_up(t, t->ntasks++, task);
}

static void heap_remove(struct thread *t, struct task *task)
{
	size_t i = (size_t)task->heap;
	struct task *last = t->task[--t->ntasks];

	task->heap = -1;
	if (last == task)
		return;
	if (i > 0 && before(last, t->task[(i - 1) / 2]))
		heap_up(t, i, last);
	else
		heap_down(t, i, last);
}

/* --- tasks --- */

static struct thread *home_of(const struct element *e, int home)
{
	const struct engine *g = e->router->engine;

	return home < 0 ? NULL : g->thread[(unsigned)home < g->nthreads ? home : 0];
}

void task_init(struct task *t, struct element *e, bool (*run)(struct element *))
{
	t->e = e;
	t->run = run;
	t->thread = home_of(e, e->home);
	t->heap = -1;
	t->wanted = false;
	t->pass = 0;
	t->cycles = 0;
	list_init(&t->pending);
	list_add_tail(&e->router->tasks, &t->all);
	task_set_tickets(t, schedule_tickets(e));
}

void task_set_tickets(struct task *t, int tickets)
{
	t->tickets = tickets > MAX_TICKETS ? MAX_TICKETS : tickets;
	t->stride = t->tickets > 0 ? STRIDE1 / (uint32_t)t->tickets : STRIDE1;
}

static void pend(struct task *task)
{
	struct thread *t = task->thread;

	spin_lock(&t->lock);
	if (list_empty(&task->pending))
		list_add_tail(&t->pending, &task->pending);
	__atomic_store_n(&t->pended, true, __ATOMIC_RELAXED);
	spin_unlock(&t->lock);
	platform_wake(t);
}

/* Wanted and of a live router: gets it into its thread's heap. */
static void enqueue(struct task *task)
{
	struct thread *t = task->thread;

	if (!t || task->tickets <= 0 || !task->e->router->live)
		return;
	if (t != thread_current) {
		pend(task);
	} else if (task->heap < 0 && t->running != task) {
		task->pass = t->pass + task->stride;
		heap_insert(t, task);
	}
}

void task_schedule(struct task *t)
{
	if (!t->run || __atomic_exchange_n(&t->wanted, true, __ATOMIC_ACQ_REL))
		return;
	enqueue(t);
}

void task_unschedule(struct task *t)
{
	if (!t->run)
		return;
	__atomic_store_n(&t->wanted, false, __ATOMIC_RELEASE);
	/* On another thread's heap it is found unwanted when its turn comes. */
	if (t->thread == thread_current && t->heap >= 0)
		heap_remove(t->thread, t);
}

bool task_scheduled(const struct task *t)
{
	return __atomic_load_n(&t->wanted, __ATOMIC_ACQUIRE);
}

/* Called with other threads parked, or on the task's own thread. */
void task_dequeue(struct task *t)
{
	if (t->heap >= 0)
		heap_remove(t->thread, t);
	if (t->thread) {
		spin_lock(&t->thread->lock);
		list_remove(&t->pending);
		spin_unlock(&t->thread->lock);
	}
}

void task_set_home(struct task *t, int home)
{
	struct thread *to = home_of(t->e, home);

	if (to == t->thread)
		return;
	engine_park_others(t->e->router->engine);
	task_dequeue(t);
	t->thread = to;
	if (t->wanted)
		enqueue(t);
	engine_unpark_others(t->e->router->engine);
}

void task_fini(struct task *t)
{
	if (!t->run)
		return;
	t->wanted = false;
	task_dequeue(t);
	list_remove(&t->all);
	t->run = NULL;
}

/* --- running --- */

void thread_init(struct thread *t, struct engine *g, int id)
{
	t->engine = g;
	t->depot = &g->depot;
	t->id = id;
	list_init(&t->pending);
	platform_random(&t->random, sizeof(t->random));
}

void thread_fini(struct thread *t)
{
	free(t->task);
	free(t->timer);
	t->task = NULL;
	t->timer = NULL;
}

void thread_take_pending(struct thread *t)
{
	struct list taken;

	if (!__atomic_load_n(&t->pended, __ATOMIC_RELAXED))
		return;
	list_init(&taken);
	spin_lock(&t->lock);
	__atomic_store_n(&t->pended, false, __ATOMIC_RELAXED);
	while (!list_empty(&t->pending)) {
		struct list *l = t->pending.next;

		list_remove(l);
		list_add_tail(&taken, l);
	}
	while (!list_empty(&taken)) {
		struct task *task = container_of(taken.next, struct task, pending);

		list_remove(&task->pending);
		if (task_scheduled(task) && task->heap < 0 && task->e->router->live) {
			task->pass = t->pass + task->stride;
			heap_insert(t, task);
		}
	}
	spin_unlock(&t->lock);
}

/* Its cost is averaged over 2^6 of the runs looked at, one in 32. */
static bool run_measured(struct task *task)
{
	uint64_t start = platform_cycles(), cost = task->cycles;
	bool worked = task->run(task->e);

	cost += ((platform_cycles() - start) >> 6) - (cost >> 6);
	__atomic_store_n(&task->cycles, cost, __ATOMIC_RELAXED);
	return worked;
}

static bool run_one(struct thread *t, struct task *task, bool measure)
{
	bool worked;

	heap_remove(t, task);
	/* Whoever finds it wanted after this does not schedule it again: so what they did before has
	 * to be seen by the run. */
	if (!__atomic_exchange_n(&task->wanted, false, __ATOMIC_SEQ_CST))
		return true;
	t->running = task;
	t->pass = task->pass;
	t->tick_known = false;
	worked = measure ? run_measured(task) : task->run(task->e);
	/* It may be gone: a task ends with its router, which never goes during a run. */
	t->running = NULL;
	if (task_scheduled(task) && task->heap < 0 && task->thread == t && task->e->router->live) {
		task->pass += task->stride;
		heap_insert(t, task);
	}
	return worked;
}

/* Simulated time only passes where the driver would sleep. Tasks that poll keep it awake, so when
 * all of them have found nothing to do, time goes on by a little. */
static void polled_in_vain(struct thread *t)
{
	int64_t next = thread_next_timer(t), now = t->engine->now + POLL_STEP;

	__atomic_store_n(&t->engine->now, now < next ? now : next, __ATOMIC_RELAXED);
}

bool thread_run_tasks(struct thread *t, unsigned max)
{
	const struct router *r;
	size_t idle = 0; /* runs in a row that found nothing to do */

	thread_take_pending(t);
	if (t->ntasks == 0)
		return false;
	for (unsigned i = 0; i < max && t->ntasks != 0; i++) {
		r = t->task[0]->e->router;
		idle = run_one(t, t->task[0], i % 32 == 0) ? 0 : idle + 1;
		if (router_runcount(r) <= 0 || engine_interrupts(t->engine))
			break;
		if (t->engine->options.simulated && idle > t->ntasks) {
			polled_in_vain(t);
			break;
		}
	}
	t->tick_known = false;
	return true;
}
