/* SPDX-License-Identifier: MIT */
/*
 * StaticThreadSched - say which thread runs what
 *
 * The tasks and timers of ELEMENT run on thread THREAD, on none when that is -1.
 * ELEMENT may be a compound element: all in it are meant. Of several that name
 * one element the last counts.
 *
 * Example: StaticThreadSched(src 0, sink 1)
 * See also: BalancedThreadSched, CPUSwitch, ThreadSafeQueue
 */
#include "engine/element.h"
#include "engine/lang/lang.h"

/* Sets the thread of all elements whose names begin with prefix. False: there are none. */
static bool set_inside(struct element *e, const char *prefix, int thread)
{
	bool any = false;

	for (unsigned i = 0; i < router_nelements(e->router); i++) {
		struct element *x = router_element(e->router, i);

		if (str_starts(str_of(x->name), prefix)) {
			x->home = thread;
			any = true;
		}
	}
	return any;
}

/* A compound of that name, as seen from e: in its own compound, then in those around it. */
static bool set_compound(struct element *e, struct str name, int thread)
{
	struct str scope = str_of(e->name);

	do {
		while (scope.n > 0 && scope.p[scope.n - 1] != '/')
			scope.n--;
		if (set_inside(e, pool_printf(e->conf, "%.*s%.*s/", STR(scope), STR(name)), thread))
			return true;
	} while (scope.n-- > 0);
	return false;
}

static bool parse_thread(struct element *e, struct str word, int32_t *thread, struct error *err)
{
	error_prefix(err, "THREAD: ");
	if (!parse_i32(word, thread, err)) {
		error_leave(err);
		return false;
	}
	error_leave(err);
	if (*thread >= -1 && *thread < (int64_t)thread_count(e))
		return true;
	warn(err, "thread preference %d out of range", *thread);
	*thread = *thread < 0 ? -1 : 0;
	return true;
}

static bool add(struct element *e, struct str text, struct error *err)
{
	struct str name = conf_word(&text), word = conf_word(&text);
	struct element *found;
	int32_t thread;

	if (word.n == 0)
		return fail(err, "THREAD: required argument missing");
	if (conf_word(&text).n)
		return fail(err, "too many arguments");
	if (!parse_thread(e, word, &thread, err))
		return false;
	found = element_find(e, name);
	if (found)
		found->home = thread;
	else if (!set_compound(e, name, thread))
		note(err, "'%.*s/' does not name an element", STR(name));
	return true;
}

static const struct arg args[] = {
	ARG_EACH("ELEMENT THREAD", add, "an element and its thread"),
};

const struct element_class staticthreadsched_class = {
	.name = "StaticThreadSched",
	.ports = "0/0",
	.size = sizeof(struct element),
	.args = TABLE(args),
};
