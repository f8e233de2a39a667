/* SPDX-License-Identifier: MIT */
/*
 * FromDevice - read frames from a network device
 *
 * Emits the frames that come in on the device DEVNAME (where interfaces have
 * numbers, its number is as good; FromClickOS is the same), with their timestamp and
 * packet type, and the MAC header at the start of the data. The device's own
 * system gets them too, unless SNIFFER is false (then its IP input is blocked by
 * a firewall rule while the router runs) or METHOD is XDP.
 *
 * METHOD is LINUX (packet sockets, the default), XDP or PCAP; CAPTURE is its old
 * name. BPF_FILTER is an expression as tcpdump has it. PROMISC takes frames for
 * other stations too. Only SNAPLEN bytes of each frame are kept. OUTBOUND also
 * emits what others on this machine send there. Up to BURST frames are read
 * before other tasks run.
 *
 * With FORCE_IP only IP packets are emitted, with their header positions and
 * destination annotation set; others go to output 1, or are dropped.
 *
 * Frames that the system has put together (GRO) or not yet taken apart (TSO) are
 * emitted as they would be on the wire, with their checksums.
 *
 * Example: FromDevice(eth0) -> Classifier(12/0800) -> CheckIPHeader(14) -> ...
 * See also: ToDevice, FromDump, KernelFilter
 */
#include <errno.h>

#include "elements/analysis/linktype.h"
#include "engine/element.h"
#include "engine/platform.h"

#define HEADROOM_MAX 8190
#define BUSY_LOOKS 4 /* in a row that found frames */
#define PAUSE (100 * NS_PER_USEC)
#define PAUSE_FRAMES 8 /* fewer in a pause: it is busy no more */

struct fromdevice {
	struct element base;
	struct filename name;
	bool promisc, sniffer, force_ip, outbound, timestamp;
	uint32_t snaplen, headroom, burst;
	uint16_t protocol;
	struct word method, capture;
	struct str filter, encap_name;
	int encap;
	struct device *device;
	struct watch watch;
	struct task task;
	struct timer pause;
	unsigned looks; /* in a row that found frames */
	unsigned got;   /* frames since the last pause */
	bool busy;      /* not watched, but looked at */
	uint64_t count;
	bool complained; /* of the device being down */
};
ELEMENT_SELF(struct fromdevice)

/* --- frames --- */

/* Moves those that are not IP out of b. */
static void take_others(struct fromdevice *f, struct batch *b, struct batch *others)
{
	unsigned kept = 0;

	others->n = 0;
	for (unsigned i = 0; i < b->n; i++)
		if (linktype_force_ip(b->pkt[i], f->encap))
			b->pkt[kept++] = b->pkt[i];
		else
			batch_add(others, b->pkt[i]);
	b->n = kept;
}

static void emit(struct element *e, struct batch *b)
{
	struct batch others;

	if (self(e)->force_ip) {
		take_others(self(e), b, &others);
		if (others.n)
			output_push_or_drop(e, 1, &others);
	}
	if (b->n)
		output_push(e, 0, b);
}

/* The device stays: it may come up again. */
static void complain(struct element *e, int error)
{
	struct fromdevice *f = self(e);

	if (!f->complained)
		chatter(e, "FromDevice(%s): recvfrom: %s", f->name.s.p, strerror(-error));
	f->complained = true;
	if (error != -ENETDOWN)
		watch_set(&f->watch, f->watch.fd, 0);
}

/*
 * A device that is watched makes its kernel side wake us for each single frame, and one that is
 * looked at while it receives has both sides wait for the same memory. So one that is busy is not
 * watched; when it is empty it is left alone for a while, until few frames come in that time.
 */
static void set_pause(struct fromdevice *f, unsigned n)
{
	__atomic_store_n(&f->got, f->got + n, __ATOMIC_RELAXED);
	f->looks = n > 0 ? f->looks + 1 : 0;
	if (__atomic_load_n(&f->busy, __ATOMIC_RELAXED) && n < f->burst)
		timer_after(&f->pause, PAUSE);
}

/* A task that was moved to another thread than the watch and the timer leaves that to them. */
static bool was_moved(const struct fromdevice *f)
{
	return f->task.thread != f->watch.thread;
}

static void end_pause(struct element *e, struct timer *t)
{
	struct fromdevice *f = self(e);

	(void)t;
	if (was_moved(f) || __atomic_load_n(&f->got, __ATOMIC_RELAXED) < PAUSE_FRAMES) {
		__atomic_store_n(&f->busy, false, __ATOMIC_RELAXED);
		watch_set(&f->watch, f->watch.fd, WATCH_READ);
	}
	__atomic_store_n(&f->got, 0, __ATOMIC_RELAXED);
	task_schedule(&f->task);
}

static void ready(struct element *e, struct watch *w, unsigned events)
{
	struct fromdevice *f = self(e);

	(void)events;
	if (!was_moved(f) && f->looks >= BUSY_LOOKS) {
		__atomic_store_n(&f->busy, true, __ATOMIC_RELAXED);
		watch_set(w, w->fd, 0);
	}
	task_schedule(&f->task);
}

/* Reads what has come, at least one batch; the rest in another turn, after the other tasks. */
static bool receive(struct element *e)
{
	struct fromdevice *f = self(e);
	struct batch b;
	int n;

	b.n = 0;
	n = device_receive(f->device, &b, f->burst);
	set_pause(f, n > 0 ? (unsigned)n : 0);
	if (n < 0) {
		complain(e, n);
		return false;
	}
	if (n == 0)
		return false;
	f->count += (unsigned)n;
	f->complained = false;
	emit(e, &b);
	if (was_moved(f) || !timer_pending(&f->pause))
		task_schedule(&f->task);
	return true;
}

/* --- the element --- */

static bool configure(struct element *e, struct error *err)
{
	struct fromdevice *f = self(e);

	if (f->name.s.n == 0)
		return fail(err, "interface not set");
	if (f->snaplen < 14 || f->snaplen > 65535)
		return fail(err, "SNAPLEN out of range");
	if (f->headroom > HEADROOM_MAX)
		return fail(err, "HEADROOM out of range");
	if (f->burst < 1)
		return fail(err, "BURST out of range");
	f->burst = f->burst < BATCH_MAX ? f->burst : BATCH_MAX;
	f->encap = LINK_NONE;
	if (f->encap_name.n && !linktype_parse(f->encap_name, &f->encap))
		return fail(err, "bad encapsulation type");
	return true;
}

static int open_device(struct element *e, struct error *err)
{
	struct fromdevice *f = self(e);
	struct str method = f->method.s.n ? f->method.s : f->capture.s;
	struct device_options o = {
		.name = f->name.s.p,
		.method = method.n ? pool_cstr(e->conf, method) : NULL,
		.filter = f->filter.n ? pool_cstr(e->conf, f->filter) : NULL,
		.promisc = f->promisc,
		.outbound = f->outbound,
		.timestamp = f->timestamp,
		.sniffer = f->sniffer,
		.snaplen = f->snaplen,
		.headroom = f->headroom,
		.burst = f->burst,
		.protocol = f->protocol,
		.receive = true,
	};

	return device_open(&o, &f->device, err);
}

static void watch_device(struct element *e, int fd)
{
	if (fd >= 0)
		watch_set(&self(e)->watch, fd, WATCH_READ);
	else
		task_schedule(&self(e)->task);
}

static bool start(struct element *e, struct error *err)
{
	struct fromdevice *f = self(e);
	struct device_info info;
	int r = open_device(e, err);

	if (r < 0)
		return err && err->errors ? false : fail(err, "%s: %s", f->name.s.p, strerror(-r));
	device_info(f->device, &info);
	if (f->encap == LINK_NONE)
		f->encap = info.encap;
	if (f->force_ip && !linktype_forcible(f->encap))
		return fail(err, "%s: unknown encapsulation type %d", f->name.s.p, f->encap);
	task_init(&f->task, e, receive);
	timer_init(&f->pause, e, end_pause);
	watch_init(&f->watch, e, ready);
	watch_device(e, info.fd);
	return true;
}

static void stop(struct element *e)
{
	struct fromdevice *f = self(e);

	if (!f->device)
		return;
	watch_set(&f->watch, f->watch.fd, 0);
	device_close(f->device);
	f->device = NULL;
}

static bool same_device(const struct fromdevice *a, const struct fromdevice *b)
{
	return str_eq(a->name.s, b->name.s) && str_eq(a->filter, b->filter) &&
	       str_eq(a->method.s, b->method.s) && str_eq(a->capture.s, b->capture.s) &&
	       a->promisc == b->promisc && a->sniffer == b->sniffer && a->snaplen == b->snaplen &&
	       a->headroom == b->headroom && a->outbound == b->outbound &&
	       a->protocol == b->protocol;
}

/* What waits in the old one's queue is not lost, and what came to both is emitted once. */
static bool take_state(struct element *e, struct element *old, struct error *err)
{
	struct fromdevice *f = self(e), *from = self(old);
	struct device *mine = f->device;
	struct device_info info;

	(void)err;
	f->count = from->count;
	if (!from->device || !same_device(f, from))
		return true;
	watch_set(&from->watch, from->watch.fd, 0);
	watch_set(&f->watch, f->watch.fd, 0);
	f->device = from->device;
	from->device = NULL;
	device_close(mine);
	device_info(f->device, &info);
	watch_device(e, info.fd);
	task_schedule(&f->task);
	return true;
}

static void read_kernel_drops(struct element *e, struct text *out)
{
	struct device_info info = { 0 };

	if (self(e)->device)
		device_info(self(e)->device, &info);
	if (info.drops_known)
		text_add(out, "%llu", (unsigned long long)info.kernel_drops);
	else
		text_add(out, "??");
}

static void read_encap(struct element *e, struct text *out)
{
	linktype_print(self(e)->encap, out);
}

static bool reset_counts(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	self(e)->count = 0;
	return true;
}

static const struct arg args[] = {
	ARG("DEVNAME", name, ARG_POSITIONAL | ARG_REQUIRED, "the interface"),
	ARG_OR("PROMISC", promisc, ARG_POSITIONAL, "false", "frames for other stations too"),
	ARG_OR("SNAPLEN", snaplen, ARG_POSITIONAL, "2046", "bytes kept of a frame"),
	ARG_OR("SNIFFER", sniffer, 0, "true", "the system gets the frames too"),
	ARG_OR("FORCE_IP", force_ip, 0, "false", "only IP packets, their headers found"),
	ARG("METHOD", method, 0, "LINUX, XDP or PCAP"),
	ARG("CAPTURE", capture, 0, "old name of METHOD"),
	ARG("BPF_FILTER", filter, 0, "which frames, as for tcpdump"),
	ARG_OR("PROTOCOL", protocol, 0, "0", "only this Ethernet type"),
	ARG_OR("OUTBOUND", outbound, 0, "false", "also what others send to the device"),
	ARG_OR("HEADROOM", headroom, 0, "130", "bytes in front of the data"),
	ARG("ENCAP", encap_name, 0, "link type"),
	ARG_OR("BURST", burst, 0, "32", "frames read at a time, 32 at most"),
	ARG_OR("TIMESTAMP", timestamp, 0, "true", "set the timestamp annotation"),
};

static const struct handler handlers[] = {
	READ("kernel_drops", read_kernel_drops, "frames lost before they could be read"),
	READ("encap", read_encap, "link type"),
	READ_FIELD("count", count, "frames read"),
	BUTTON("reset_counts", reset_counts, "set the count to zero"),
};

const struct element_class fromdevice_class = {
	.name = "FromDevice",
	.aliases = "FromClickOS",
	.ports = "0/1-2",
	.processing = "h",
	.size = sizeof(self_t),
	.flags = CLASS_SOURCE,
	.phase = PHASE_BEFORE_PRIVILEGED,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
	.configure = configure,
	.start = start,
	.stop = stop,
	.take_state = take_state,
};
