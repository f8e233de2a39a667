/* SPDX-License-Identifier: MIT */
/* thread.c - what elements may know of threads. */
#include "engine/platform.h"
#include "engine/run/router.h"

unsigned thread_number(void)
{
	return (unsigned)thread_current->id;
}

unsigned thread_count(const struct element *e)
{
	return e->router->engine->nthreads;
}

int task_home(const struct task *t)
{
	return t->thread ? t->thread->id : -1;
}

struct list *router_tasks(const struct element *e)
{
	return &e->router->tasks;
}
