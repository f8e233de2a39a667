/* SPDX-License-Identifier: MIT */
/*
 * Unqueue2 - pull packets and push them while there is room
 *
 * Deprecated: Queue tells Unqueue when it is full. Pulls up to BURST packets (0:
 * any number) in one go, no more than the fullest of the storage elements
 * QUEUES can take; if not given, of those nearest downstream.
 *
 * See also: Unqueue
 */
#include "engine/element.h"
#include "engine/lang/lang.h"

struct room {
	struct element *e;
	const struct storage *storage;
};

struct unqueue2 {
	struct element base;
	int32_t burst;
	struct raw queues;
	bool quiet;
	struct room *room; /* what is looked at */
	unsigned nrooms;
	uint64_t packets;
	struct task task;
	struct signal signal;
};
ELEMENT_SELF(struct unqueue2)

static bool configure(struct element *e, struct error *err)
{
	if (self(e)->burst < 0)
		self(e)->burst = 0;
	if (!self(e)->quiet)
		note(err, "Unqueue2 is deprecated, you should probably use Unqueue");
	return true;
}

/* The least free space of what is looked at. */
static uint32_t free_space(const struct unqueue2 *u)
{
	uint32_t least = UINT32_MAX;

	for (unsigned i = 0; i < u->nrooms; i++) {
		const struct room *r = &u->room[i];
		uint32_t length = r->storage->length(r->e), capacity = r->storage->capacity(r->e);
		uint32_t room = length < capacity ? capacity - length : 0;

		if (room < least)
			least = room;
	}
	return least;
}

static bool run(struct element *e)
{
	struct unqueue2 *u = self(e);
	uint32_t left = u->burst ? (uint32_t)u->burst : UINT32_MAX, room = free_space(u);
	bool worked = false, more = true;
	struct batch b;

	if (room < left)
		left = room;
	while (left > 0 && more) {
		b.n = 0;
		input_pull(e, 0, &b, left < BATCH_MAX ? left : BATCH_MAX);
		more = b.n > 0;
		if (!more)
			break;
		worked = true;
		left -= b.n;
		u->packets += b.n;
		output_push(e, 0, &b);
	}
	if (more || signal_active(&u->signal))
		task_schedule(&u->task);
	return worked;
}

/* --- finding what is looked at --- */

static bool add_room(struct unqueue2 *u, struct element *e, struct error *err)
{
	const struct storage *storage = element_cast(e, "Storage");

	if (!storage)
		return fail(err, "bad QUEUES");
	u->room[u->nrooms++] = (struct room){ e, storage };
	return true;
}

static bool find_named(struct unqueue2 *u, struct error *err)
{
	struct str_list words = { 0 };
	bool ok = true;

	conf_words(u->base.conf, conf_unquote(u->base.conf, u->queues.s), &words);
	u->room = pool_alloc(u->base.conf, (words.n + 1) * sizeof(u->room[0]));
	for (size_t i = 0; i < words.n && ok; i++) {
		struct element *e = element_find(&u->base, words.v[i]);

		ok = e ? add_room(u, e, err) : fail(err, "bad QUEUES");
	}
	return ok;
}

static bool find_nearest(struct unqueue2 *u, struct error *err)
{
	struct element **found;
	unsigned n = elements_downstream(&u->base, 0, "Storage", &found);
	bool ok = true;

	u->room = pool_alloc(u->base.conf, (n + 1) * sizeof(u->room[0]));
	for (unsigned i = 0; i < n && ok; i++)
		ok = add_room(u, found[i], err);
	return ok;
}

static bool start(struct element *e, struct error *err)
{
	struct unqueue2 *u = self(e);

	if (!(arg_given(e, "QUEUES") ? find_named(u, err) : find_nearest(u, err)))
		return false;
	task_init(&u->task, e, run);
	signal_upstream(e, 0, &u->signal, &u->task);
	task_schedule(&u->task);
	return true;
}

static void read_packets(struct element *e, struct text *out)
{
	text_add(out, "%llu packets\n", (unsigned long long)self(e)->packets);
}

static const struct arg args[] = {
	ARG_OR("BURST", burst, ARG_POSITIONAL, "1", "most packets moved in one go"),
	ARG("QUEUES", queues, 0, "what must have room"),
	ARG_OR("QUIET", quiet, 0, "false", "do not say that it is deprecated"),
};

static const struct handler handlers[] = {
	READ("packets", read_packets, "packets moved"),
	TASK_HANDLERS(task, 0),
};

const struct element_class unqueue2_class = {
	.name = "Unqueue2",
	.ports = "1/1",
	.processing = "l/h",
	.size = sizeof(self_t),
	.configure = configure,
	.start = start,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
