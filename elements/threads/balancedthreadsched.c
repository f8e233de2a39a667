/* SPDX-License-Identifier: MIT */
/*
 * BalancedThreadSched - move tasks so that all threads have as much to do
 *
 * Every INTERVAL milliseconds it compares what the tasks of each thread cost,
 * and moves tasks from the thread with the most to the one with the least, the
 * cheapest first if INCREASING, else the dearest.
 *
 * See also: StaticThreadSched
 */
#include <stdlib.h>

#include "engine/element.h"
#include "engine/manage.h"

#define FIRST (10 * NS_PER_MSEC)

struct balancedthreadsched {
	struct element base;
	int32_t interval;
	bool increasing;
	struct timer timer;
	uint64_t *load; /* of each thread, in cycles */
};
ELEMENT_SELF(struct balancedthreadsched)

static bool configure(struct element *e, struct error *err)
{
	(void)err;
	router_set_moving(e);
	self(e)->load = pool_alloc(e->conf, thread_count(e) * sizeof(self(e)->load[0]));
	return true;
}

/* The tasks that have something to do, of one thread or (-1) of all; pooled, n of them. */
static struct task **busy_tasks(struct element *e, struct pool *pool, int thread, size_t *n)
{
	struct task **v = NULL;
	size_t cap = 0;

	*n = 0;
	list_each(i, router_tasks(e))
	{
		struct task *t = container_of(i, struct task, all);

		if (!task_scheduled(t) || task_home(t) < 0 ||
		    (thread >= 0 && task_home(t) != thread))
			continue;
		v = pool_grow(pool, v, *n, &cap, sizeof(struct task *));
		v[(*n)++] = t;
	}
	return v;
}

static void measure(struct element *e, struct pool *pool)
{
	uint64_t *load = self(e)->load;
	struct task **v;
	size_t n;

	memset(load, 0, thread_count(e) * sizeof(load[0]));
	v = busy_tasks(e, pool, -1, &n);
	for (size_t i = 0; i < n; i++)
		load[task_home(v[i])] += task_cost(v[i]);
}

/* Threads of the least and of the greatest load; the average. */
static uint64_t extremes(struct element *e, int *least, int *most)
{
	const uint64_t *load = self(e)->load;
	uint64_t sum = 0;

	*least = *most = 0;
	for (unsigned i = 0; i < thread_count(e); i++) {
		sum += load[i];
		if (load[i] < load[*least])
			*least = (int)i;
		if (load[i] > load[*most])
			*most = (int)i;
	}
	return sum / thread_count(e);
}

static int cheapest_first(const void *a, const void *b)
{
	const struct task *const *x = a, *const *y = b;

	return (task_cost(*x) > task_cost(*y)) - (task_cost(*x) < task_cost(*y));
}

static int dearest_first(const void *a, const void *b)
{
	return cheapest_first(b, a);
}

/* Moves what brings the two nearer to each other and keeps the target near the average. */
static void move_tasks(struct element *e, struct pool *pool, int from, int to, uint64_t average)
{
	uint64_t *load = self(e)->load;
	struct task **v;
	size_t n;

	v = busy_tasks(e, pool, from, &n);
	if (n > 1)
		qsort(v, n, sizeof(struct task *),
		      self(e)->increasing ? cheapest_first : dearest_first);
	for (size_t i = 0; i < n; i++) {
		uint64_t cost = task_cost(v[i]);

		if (load[to] + cost >= average + average / 4 || load[to] + 2 * cost > load[from] ||
		    task_home(v[i]) != from)
			continue;
		task_set_home(v[i], to);
		load[from] -= cost;
		load[to] += cost;
	}
}

static void balance(struct element *e, struct pool *pool)
{
	const uint64_t *load = self(e)->load;
	uint64_t average;
	int least, most;

	measure(e, pool);
	for (unsigned round = 0; round < thread_count(e); round++) {
		average = extremes(e, &least, &most);
		if (average - load[least] <= average / 8 && load[most] - average <= average / 8)
			break;
		move_tasks(e, pool, most, least, average);
	}
}

static void fire(struct element *e, struct timer *t)
{
	struct pool *pool = pool_new();

	balance(e, pool);
	pool_free(pool);
	timer_after(t, self(e)->interval * NS_PER_MSEC);
}

static bool start(struct element *e, struct error *err)
{
	(void)err;
	timer_init(&self(e)->timer, e, fire);
	timer_after(&self(e)->timer, FIRST);
	return true;
}

static const struct arg args[] = {
	ARG_OR("INTERVAL", interval, ARG_POSITIONAL, "1000", "milliseconds between looks"),
	ARG_OR("INCREASING", increasing, ARG_POSITIONAL, "true", "move the cheapest tasks first"),
};

const struct element_class balancedthreadsched_class = {
	.name = "BalancedThreadSched",
	.aliases = "SortedTaskSched",
	.ports = "0/0",
	.size = sizeof(self_t),
	.configure = configure,
	.start = start,
	.args = TABLE(args),
};
