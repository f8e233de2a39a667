/* SPDX-License-Identifier: MIT */
/*
 * TimeSortedSched - merge packets from several inputs by timestamp
 *
 * Holds up to BUFFER packets of each input and gives the earliest. With STOP,
 * stops the driver when it holds none and no input has any.
 *
 * Example: FromDump(a) -> [0] s :: TimeSortedSched(STOP true) -> Unqueue -> ToDump(c);
 *   FromDump(b) -> [1] s
 * See also: RoundRobinSched
 */
#include "elements/standard/inputs.h"

struct timesortedsched {
	struct element base;
	bool stop, stopped;
	bool disordered; /* a packet went out behind a later one */
	int32_t buffer;
	struct signal *signal; /* of each input */
	struct packet **heap;  /* by timestamp, then arrival */
	uint64_t *arrival;     /* of heap[i] */
	uint32_t *from;        /* its input */
	uint32_t *held;        /* packets of each input */
	uint64_t arrivals;
	uint32_t n;
	int64_t last;
	struct notifier notifier;
};
ELEMENT_SELF(struct timesortedsched)

/* --- the heap --- */

static bool is_before(const struct timesortedsched *s, uint32_t a, uint32_t b)
{
	int64_t x = s->heap[a]->timestamp, y = s->heap[b]->timestamp;

	return x < y || (x == y && s->arrival[a] < s->arrival[b]);
}

static void swap(struct timesortedsched *s, uint32_t a, uint32_t b)
{
	struct packet *p = s->heap[a];
	uint64_t arrival = s->arrival[a];
	uint32_t from = s->from[a];

	s->heap[a] = s->heap[b];
	s->arrival[a] = s->arrival[b];
	s->from[a] = s->from[b];
	s->heap[b] = p;
	s->arrival[b] = arrival;
	s->from[b] = from;
}

static void insert(struct timesortedsched *s, struct packet *p, uint32_t input)
{
	uint32_t i = s->n++;

	s->heap[i] = p;
	s->arrival[i] = s->arrivals++;
	s->from[i] = input;
	s->held[input]++;
	for (; i > 0 && is_before(s, i, (i - 1) / 2); i = (i - 1) / 2)
		swap(s, i, (i - 1) / 2);
}

static struct packet *take_first(struct timesortedsched *s)
{
	struct packet *p = s->heap[0];
	uint32_t i = 0, child;

	s->held[s->from[0]]--;
	swap(s, 0, --s->n);
	while ((child = 2 * i + 1) < s->n) {
		if (child + 1 < s->n && is_before(s, child + 1, child))
			child++;
		if (!is_before(s, child, i))
			break;
		swap(s, i, child);
		i = child;
	}
	return p;
}

/* --- packets --- */

/* True: some input may still have packets. */
static bool refill(struct timesortedsched *s)
{
	struct element *e = &s->base;
	bool active = false;

	for (uint32_t i = 0; i < e->nin; i++) {
		bool input_active = signal_active(&s->signal[i]);

		while (input_active && s->held[i] < (uint32_t)s->buffer) {
			struct packet *p = input_pull_packet(e, i);

			if (!p)
				break;
			insert(s, p, i);
		}
		active = active || input_active;
	}
	return active;
}

static void pull_one(struct timesortedsched *s, struct batch *b)
{
	bool active = refill(s);
	struct packet *p;

	if (s->n != 0) {
		p = take_first(s);
		s->disordered = s->disordered || p->timestamp < s->last;
		s->last = p->timestamp;
		batch_add(b, p);
		return;
	}
	if (active)
		return;
	notifier_sleep(&s->notifier);
	if (s->stop && !s->stopped) {
		s->stopped = true;
		router_stop(s->base.router, 1);
	}
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	unsigned end = b->n + max;

	(void)port;
	for (unsigned n = b->n; n < end; n = b->n) {
		pull_one(self(e), b);
		if (b->n == n)
			return;
	}
}

static void wake(struct element *e, unsigned input)
{
	(void)input;
	notifier_wake(&self(e)->notifier);
}

/* --- life --- */

static void init(struct element *e)
{
	notifier_init(&self(e)->notifier, true);
}

static bool configure(struct element *e, struct error *err)
{
	return self(e)->buffer >= 1 || fail(err, "BUFFER must be at least 1");
}

static bool start(struct element *e, struct error *err)
{
	struct timesortedsched *s = self(e);
	struct pool *pool = router_pool(e->router);
	size_t n = (size_t)e->nin * (size_t)s->buffer + 1;

	s->signal = pool_try(pool, (e->nin + 1) * sizeof(*s->signal));
	s->heap = pool_try(pool, n * sizeof(struct packet *));
	s->arrival = pool_try(pool, n * sizeof(*s->arrival));
	s->from = pool_try(pool, n * sizeof(*s->from));
	s->held = pool_try(pool, (e->nin + 1) * sizeof(*s->held));
	if (!s->signal || !s->heap || !s->arrival || !s->from || !s->held)
		return fail(err, "out of memory!");
	for (uint32_t i = 0; i < e->nin; i++)
		signal_upstream_call(e, i, &s->signal[i], wake);
	return true;
}

static void stop(struct element *e)
{
	struct timesortedsched *s = self(e);

	while (s->n > 0)
		packet_drop(s->heap[--s->n]);
}

static struct notifier *notifier(struct element *e, enum notify which, unsigned port)
{
	return which == NOTIFY_EMPTY && port == 0 ? &self(e)->notifier : NULL;
}

static void read_well_ordered(struct element *e, struct text *out)
{
	text_add(out, "%s", self(e)->disordered ? "false" : "true");
}

static const struct arg args[] = {
	ARG_OR("STOP", stop, 0, "false", "stop the driver when there are no more packets"),
	ARG_OR("BUFFER", buffer, 0, "1", "packets of each input to hold"),
};

static const struct handler handlers[] = {
	{ .name = "well_ordered",
	  .help = HELP("has every packet gone out behind earlier ones?"),
	  .flags = H_READ | H_CHECKBOX,
	  .read = read_well_ordered },
};

const struct element_class timesortedsched_class = {
	.name = "TimeSortedSched",
	.ports = "-/1",
	.size = sizeof(self_t),
	.init = init,
	.configure = configure,
	.start = start,
	.stop = stop,
	.pull = pull,
	.notifier = notifier,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
