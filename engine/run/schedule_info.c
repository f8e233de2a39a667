/* SPDX-License-Identifier: MIT */
/* schedule_info.c - task tickets that ScheduleInfo elements ask for. */
#include "engine/run/schedule_info.h"

#include "engine/run/router.h"

#define ONE 1024U /* 1.0 with 10 fraction bits; as many tickets */
#define MAX_WEIGHT (32 * ONE)

struct entry {
	struct entry *next;
	struct str scope, name; /* scope: "a/b/", or empty */
	uint32_t weight;
};

struct schedule_info {
	struct entry *first;
};

static struct entry *find(const struct schedule_info *s, struct str scope, struct str name)
{
	struct entry *i = s->first;

	while (i && !(str_eq(i->scope, scope) && str_eq(i->name, name)))
		i = i->next;
	return i;
}

void schedule_define(struct element *e, struct str name, uint32_t fixed10)
{
	struct router *r = e->router;
	struct str scope = str_of(e->name);
	struct entry *i;

	while (scope.n && scope.p[scope.n - 1] != '/')
		scope.n--;
	if (!r->schedule)
		r->schedule = pool_alloc(r->pool, sizeof(*r->schedule));
	i = find(r->schedule, scope, name);
	if (!i) {
		i = pool_alloc(r->pool, sizeof(*i));
		i->scope = pool_str(r->pool, scope);
		i->name = pool_str(r->pool, name);
		i->next = r->schedule->first;
		r->schedule->first = i;
	}
	i->weight = fixed10;
}

/* Of the keys of a/b/c - "a/", "a/b/", "a/b/c" - the length of the one after the first n bytes. */
static size_t next_key(struct str name, size_t n)
{
	do
		n++;
	while (n < name.n && name.p[n - 1] != '/');
	return n;
}

/* The product of the weights of all keys. Outer scopes go first: each decides all keys up to the
 * longest one that it defines, and what it does not define of them counts as 1. */
static uint64_t weight_of(const struct schedule_info *s, struct str name)
{
	uint64_t weight = ONE;
	size_t decided = 0, longest = 0;

	for (size_t scope = 0; scope < name.n && decided < name.n; scope = next_key(name, scope)) {
		for (size_t k = scope > decided ? scope : decided; k < name.n;) {
			const struct entry *i;

			k = next_key(name, k);
			i = find(s, str_first(name, scope), str_range(name.p + scope, name.p + k));
			if (!i)
				continue;
			longest = k;
			weight = weight * i->weight / ONE;
			if (weight > UINT32_MAX)
				weight = UINT32_MAX;
		}
		decided = longest;
	}
	return weight;
}

int schedule_tickets(const struct element *e)
{
	struct error err = { .errors = 0 };
	uint64_t weight;

	if (!e->router->schedule)
		return ONE;
	weight = weight_of(e->router->schedule, str_of(e->name));
	if (weight <= MAX_WEIGHT)
		return (int)weight;
	error_enter(&err, e->at, "While initializing '%s :: %s':", e->name, e->class->name);
	warn(&err, "ScheduleInfo too high; reduced to 32");
	error_leave(&err);
	chatter_error(e, &err);
	error_fini(&err);
	return MAX_WEIGHT;
}
