/* SPDX-License-Identifier: MIT */
/*
 * QuitWatcher - stop the driver when a task has ended
 *
 * Looks at the scheduled handler of each ELEMENT every 10 ms, and stops the
 * driver when one says that its task is not scheduled.
 *
 * Example: QuitWatcher(src)
 * See also: Script, DriverManager
 */
#include "engine/element.h"

#define INTERVAL (10 * NS_PER_MSEC)

struct watched {
	struct str name;
	struct element *e;
};

struct quitwatcher {
	struct element base;
	struct watched *v;
	size_t n, cap;
	struct timer timer;
};
ELEMENT_SELF(struct quitwatcher)

static const struct str scheduled = STR_LIT("scheduled");

static bool add_name(struct element *e, struct str name, struct error *err)
{
	struct quitwatcher *w = self(e);

	(void)err;
	w->v = pool_grow(e->conf, w->v, w->n, &w->cap, sizeof(w->v[0]));
	w->v[w->n++] = (struct watched){ .name = name };
	return true;
}

static bool idle(struct element *e)
{
	struct text answer = { 0 };
	struct error err = { 0 };
	bool stopped = !handler_read(e->router, e, scheduled, (struct str){ "", 0 }, &answer, &err,
				     NULL) ||
		       answer.n == 0 || answer.p[0] == 'f';

	text_fini(&answer);
	error_fini(&err);
	return stopped;
}

static void fire(struct element *e, struct timer *t)
{
	const struct quitwatcher *w = self(e);

	for (size_t i = 0; i < w->n; i++)
		if (idle(w->v[i].e)) {
			router_stop(e->router, 1);
			return;
		}
	timer_again(t, INTERVAL);
}

static bool resolve(struct element *e, struct watched *w, struct error *err)
{
	const struct handler *h;
	unsigned index;

	w->e = element_find(e, w->name);
	if (!w->e)
		return fail(err, "no element named '%.*s'", STR(w->name));
	h = handler_find(w->e, scheduled, &index);
	if (!h || !(h->flags & H_READ))
		return fail(err, "no '%.*s.scheduled' read handler", STR(w->name));
	return true;
}

static bool start(struct element *e, struct error *err)
{
	struct quitwatcher *w = self(e);
	bool ok = true;

	for (size_t i = 0; i < w->n; i++)
		ok &= resolve(e, &w->v[i], err);
	timer_init(&w->timer, e, fire);
	timer_after(&w->timer, INTERVAL);
	return ok;
}

static const struct arg args[] = {
	ARG_EACH("ELEMENT", add_name, "whose task to watch"),
};

const struct element_class quitwatcher_class = {
	.name = "QuitWatcher",
	.ports = "0/0",
	.size = sizeof(self_t),
	.start = start,
	.args = TABLE(args),
};
