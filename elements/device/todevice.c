/* SPDX-License-Identifier: MIT */
/*
 * ToDevice - send frames to a network device
 *
 * Pulls packets, up to BURST at a time, and sends them as link-layer frames on
 * the device DEVNAME (where interfaces have numbers, its number is as good;
 * ToClickOS is the same). When the device takes no more for now they wait. Frames
 * that it refuses (too long, say) are reported and go to output 1, or are
 * dropped; those that were sent go to output 0 when it exists.
 *
 * METHOD is as for FromDevice; by default that of a FromDevice for the same
 * device, when they can share it.
 *
 * Example: ... -> Queue(1000) -> ToDevice(eth1)
 * See also: FromDevice, ToDump
 */
#include <errno.h>

#include "engine/element.h"
#include "engine/platform.h"

#define BACKOFF_MAX 256

struct todevice {
	struct element base;
	struct filename name;
	struct word method;
	bool debug;
	uint32_t burst;
	struct device *device;
	struct task task;
	struct timer timer;
	struct watch watch;
	struct signal signal;
	struct batch waiting; /* pulled and not yet sent */
	uint64_t pulls;
	unsigned backoff; /* us until the next try; 0: the last one went well */
	int last_error;   /* which was reported */
	bool pollable;
};
ELEMENT_SELF(struct todevice)

/* --- sending --- */

/* The device is full: it says when it is not (the first time), else we look again soon. */
static void wait_for_room(struct todevice *t)
{
	if (t->debug)
		chatter(&t->base, "ToDevice(%s): waits, %u packets", t->name.s.p, t->waiting.n);
	if (t->backoff == 0 && t->pollable) {
		t->backoff = 1;
		watch_set(&t->watch, t->watch.fd, WATCH_WRITE);
		return;
	}
	t->backoff = t->backoff == 0 ? 1 : t->backoff < BACKOFF_MAX ? 2 * t->backoff : BACKOFF_MAX;
	timer_after(&t->timer, t->backoff * NS_PER_USEC);
}

/* The first packet of those left is the one at fault. */
static void refuse(struct element *e, int error)
{
	struct todevice *t = self(e);
	struct batch bad;

	if (error != t->last_error)
		chatter(e, "ToDevice(%s): %s", t->name.s.p, strerror(-error));
	t->last_error = error;
	bad.n = 0;
	batch_move(&t->waiting, 1, &bad);
	output_push_or_drop(e, 1, &bad);
}

/* Copies of what is to be sent, for output 0: those that went come first. */
static void copy_for_output(struct element *e, struct batch *copy)
{
	copy->n = 0;
	if (e->nout > 0)
		batch_clone(&self(e)->waiting, copy);
}

static void emit_sent(struct element *e, struct batch *copy, unsigned sent)
{
	struct batch out;

	if (e->nout == 0 || copy->n == 0)
		return;
	out.n = 0;
	batch_move(copy, sent < copy->n ? sent : copy->n, &out);
	batch_drop(copy);
	output_push_or_drop(e, 0, &out);
}

/* False when the device is full. */
static bool send_waiting(struct element *e)
{
	struct todevice *t = self(e);

	while (t->waiting.n > 0) {
		unsigned before = t->waiting.n;
		struct batch copy;
		int r;

		copy_for_output(e, &copy);
		r = device_send(t->device, &t->waiting);
		emit_sent(e, &copy, before - t->waiting.n);
		if (t->waiting.n < before)
			t->backoff = 0;
		if (r == -EAGAIN) {
			wait_for_room(t);
			return false;
		}
		if (r < 0 && t->waiting.n > 0)
			refuse(e, r);
	}
	return true;
}

static bool run(struct element *e)
{
	struct todevice *t = self(e);
	bool worked = t->waiting.n > 0;

	if (t->waiting.n == 0) {
		t->pulls++;
		input_pull(e, 0, &t->waiting, t->burst);
		worked = t->waiting.n > 0;
	}
	if (!send_waiting(e))
		return worked;
	if (worked || signal_active(&t->signal))
		task_schedule(&t->task);
	return worked;
}

static void writable(struct element *e, struct watch *w, unsigned events)
{
	(void)events;
	watch_set(w, w->fd, 0);
	task_schedule(&self(e)->task);
}

static void try_again(struct element *e, struct timer *t)
{
	(void)t;
	task_schedule(&self(e)->task);
}

/* --- the element --- */

static bool configure(struct element *e, struct error *err)
{
	struct todevice *t = self(e);

	if (t->name.s.n == 0)
		return fail(err, "interface not set");
	if (t->burst < 1)
		return fail(err, "bad BURST");
	t->burst = t->burst < BATCH_MAX ? t->burst : BATCH_MAX;
	return true;
}

static bool is_duplicate(struct element *e)
{
	for (unsigned i = 0; i < e->index; i++) {
		const struct element *other = router_element(e->router, i);

		if (other->class == e->class && str_eq(self(other)->name.s, self(e)->name.s))
			return true;
	}
	return false;
}

static bool start(struct element *e, struct error *err)
{
	struct todevice *t = self(e);
	struct device_options o = {
		.name = t->name.s.p,
		.method = t->method.s.n ? pool_cstr(e->conf, t->method.s) : NULL,
		.snaplen = 65535,
		.sniffer = true,
		.send = true,
	};
	struct device_info info;
	int r;

	if (is_duplicate(e))
		return fail(err, "duplicate writer for device '%s'", t->name.s.p);
	r = device_open(&o, &t->device, err);
	if (r < 0)
		return err && err->errors ? false : fail(err, "%s: %s", t->name.s.p, strerror(-r));
	device_info(t->device, &info);
	task_init(&t->task, e, run);
	timer_init(&t->timer, e, try_again);
	watch_init(&t->watch, e, writable);
	watch_set(&t->watch, info.fd, 0);
	t->pollable = info.fd >= 0;
	signal_upstream(e, 0, &t->signal, &t->task);
	task_schedule(&t->task);
	return true;
}

static void stop(struct element *e)
{
	struct todevice *t = self(e);

	batch_drop(&t->waiting);
	if (!t->device)
		return;
	watch_set(&t->watch, t->watch.fd, 0);
	device_close(t->device);
	t->device = NULL;
}

/* What the device had no room for goes out first. */
static bool take_state(struct element *e, struct element *old, struct error *err)
{
	struct todevice *t = self(e), *from = self(old);

	(void)err;
	if (str_eq(t->name.s, from->name.s))
		batch_move(&from->waiting, from->waiting.n, &t->waiting);
	return true;
}

static void read_signal(struct element *e, struct text *out)
{
	text_add(out, "%s", signal_active(&self(e)->signal) ? "true" : "false");
}

static void read_q(struct element *e, struct text *out)
{
	text_add(out, "%s", self(e)->waiting.n > 0 ? "true" : "false");
}

static bool write_debug(struct element *e, struct str value, struct error *err)
{
	return parse_bool(value, &self(e)->debug) || fail(err, "type mismatch");
}

static const struct arg args[] = {
	ARG("DEVNAME", name, ARG_POSITIONAL | ARG_REQUIRED, "the interface"),
	ARG_OR("DEBUG", debug, 0, "false", "report each wait"),
	ARG("METHOD", method, 0, "LINUX, XDP or PCAP"),
	ARG_OR("BURST", burst, 0, "32", "packets pulled at a time, 32 at most"),
};

static const struct handler handlers[] = {
	FIELD_WRITE("debug", debug, write_debug, H_CHECKBOX, "the DEBUG argument"),
	READ_FIELD("pulls", pulls, "times that packets were asked for"),
	READ("signal", read_signal, "is there something to pull?"),
	READ("q", read_q, "do packets wait for the device?"),
	TASK_HANDLERS(task, 0),
};

const struct element_class todevice_class = {
	.name = "ToDevice",
	.aliases = "ToClickOS",
	.ports = "1/0-2",
	.processing = "l/h",
	.size = sizeof(self_t),
	.phase = PHASE_PRIVILEGED,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
	.configure = configure,
	.start = start,
	.stop = stop,
	.take_state = take_state,
};
