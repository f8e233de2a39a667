/* SPDX-License-Identifier: MIT */
/*
 * netfront.c - network interfaces: finding them in the store, and connecting each to its back end.
 *
 * Both ends of a device publish their state in the store and watch the other's. All that happens here
 * happens on the store's thread, when one of these watches is called; no interface waits for another.
 *
 *	ours           the back end's          what is done
 *	Initialising   InitWait                rings, ports and features are published: Connected
 *	Connected      Connected               frames move
 *	any            Closing, Closed         all is taken back: Closed
 *	Closed         Closed, and `online'    Initialising: it may come back
 *	any            none                    the host has removed the interface
 */
#include "drivers/xen/netfront.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "drivers/xen/event.h"
#include "drivers/xen/grant.h"
#include "drivers/xen/xen.h"
#include "kernel/machine.h"

#define TRIES 10 /* of a transaction */

/* --- what drivers/net.h asks for --- */

void front_notify(struct netfront *f, uint32_t port)
{
	f->net.kicks++;
	event_notify(port);
}

static void flush(struct net *n)
{
	struct netfront *f = front_of(n);

	front_tx_flush(f);
	front_rx_flush(f);
}

static bool moves(const struct netfront *f)
{
	return f->phase == PHASE_UP && !f->net.broken;
}

static bool pending(struct source *s)
{
	struct netfront *f = container_of(s, struct netfront, net.source);

	return moves(f) && ((f->net.receiving && front_rx_pending(f)) ||
			    (f->net.want_room && front_tx_pending(f)));
}

static bool arm(struct source *s)
{
	struct netfront *f = container_of(s, struct netfront, net.source);
	bool any = false;

	if (!moves(f))
		return false;
	if (f->net.receiving)
		any |= front_rx_arm(f);
	if (f->net.want_room)
		any |= front_tx_arm(f);
	return any;
}

static unsigned withdraw(struct net *n, void **token, unsigned max)
{
	/* Receive buffers are the driver's own. */
	(void)n;
	(void)token;
	(void)max;
	return 0;
}

static const struct net_ops ops = {
	.release = front_release,
	.receive = front_receive,
	.send = front_send,
	.flush = flush,
	.reclaim = front_reclaim,
	.withdraw = withdraw,
};

/* --- nodes --- */

static int front_number(const struct netfront *f, const char *key)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/%s", f->path, key);
	return store_number(0, path);
}

static int back_number(const struct netfront *f, const char *key)
{
	char path[192];

	snprintf(path, sizeof(path), "%s/%s", f->backend, key);
	return store_number(0, path);
}

static int put(const struct netfront *f, uint32_t tx, const char *key, uint32_t value)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/%s", f->path, key);
	return store_printf(tx, path, "%u", (unsigned)value);
}

static void set_state(struct netfront *f, enum xen_state state)
{
	put(f, 0, "state", state);
}

/* --- connecting --- */

static void close_ports(struct netfront *f)
{
	if (f->tx.port)
		event_close(f->tx.port);
	if (f->rx.port && f->rx.port != f->tx.port)
		event_close(f->rx.port);
	f->tx.port = f->rx.port = 0;
}

static bool open_ports(struct netfront *f)
{
	int port = event_alloc(f->dom);

	if (port <= 0)
		return false;
	f->tx.port = f->rx.port = (uint32_t)port;
	if (!f->split)
		return true;
	port = event_alloc(f->dom);
	if (port <= 0)
		return false;
	f->rx.port = (uint32_t)port;
	return true;
}

static void disconnect(struct netfront *f)
{
	if (f->phase < PHASE_LINKED)
		return;
	f->phase = PHASE_CLOSED;
	close_ports(f);
	front_tx_disconnect(f);
	front_rx_disconnect(f);
}

static int put_all(const struct netfront *f, uint32_t tx)
{
	static const char *const one[] = { "request-rx-copy", "feature-rx-notify", "feature-sg",
					   "feature-ipv6-csum-offload" };
	int r = put(f, tx, "tx-ring-ref", f->tx.ring_gref);

	if (r == 0)
		r = put(f, tx, "rx-ring-ref", f->rx.ring_gref);
	if (r == 0)
		r = put(f, tx, f->split ? "event-channel-tx" : "event-channel", f->tx.port);
	if (r == 0 && f->split)
		r = put(f, tx, "event-channel-rx", f->rx.port);
	for (unsigned i = 0; r == 0 && i < sizeof(one) / sizeof(one[0]); i++)
		r = put(f, tx, one[i], 1);
	return r;
}

static int publish(const struct netfront *f)
{
	int r = -EAGAIN;

	for (unsigned i = 0; i < TRIES && r == -EAGAIN; i++) {
		uint32_t tx;

		r = store_begin(&tx);
		if (r < 0)
			break;
		r = put_all(f, tx);
		if (r < 0)
			store_end(tx, false);
		else
			r = store_end(tx, true);
	}
	return r;
}

static const char *connect(struct netfront *f)
{
	if (back_number(f, "feature-rx-copy") <= 0)
		return "the back end does not copy received frames";
	f->sg = back_number(f, "feature-sg") > 0;
	f->split = back_number(f, "feature-split-event-channels") > 0;
	f->phase = PHASE_LINKED;
	if (!front_tx_connect(f) || !front_rx_connect(f))
		return "no memory or grants left";
	if (!open_ports(f))
		return "no event channel left";
	front_rx_flush(f);
	if (publish(f) < 0)
		return "the store does not take its connection";
	set_state(f, XEN_STATE_CONNECTED);
	return NULL;
}

static void try_connect(struct netfront *f)
{
	const char *what;

	if (f->net.broken)
		return;
	what = connect(f);
	if (!what)
		return;
	kprint("%s (%s): not connected: %s", f->net.name, f->path, what);
	disconnect(f);
	f->phase = PHASE_CLOSED;
	set_state(f, XEN_STATE_CLOSED);
}

static void start(struct netfront *f)
{
	f->phase = PHASE_INIT;
	set_state(f, XEN_STATE_INITIALISING);
}

static void go_up(struct netfront *f)
{
	f->phase = PHASE_UP;
	/* What was posted while nobody was there to be told. */
	front_notify(f, f->rx.port);
}

/* --- the other side's state --- */

static void closed(struct netfront *f)
{
	if (f->phase >= PHASE_LINKED) {
		disconnect(f);
		set_state(f, XEN_STATE_CLOSED);
	}
}

static void gone(struct netfront *f)
{
	disconnect(f);
	f->phase = PHASE_GONE;
}

static void backend_changed(struct store_watch *w, const char *path)
{
	struct netfront *f = w->arg;
	int state = store_number(0, f->state_path);

	(void)path;
	switch (state) {
	case XEN_STATE_INIT_WAIT:
		/* A new back end in the place of one that did not say good-bye. */
		if (f->phase == PHASE_UP) {
			disconnect(f);
			start(f);
		}
		if (f->phase == PHASE_INIT)
			try_connect(f);
		break;
	case XEN_STATE_CONNECTED:
		if (f->phase == PHASE_LINKED)
			go_up(f);
		break;
	case XEN_STATE_CLOSING:
		closed(f);
		break;
	case XEN_STATE_CLOSED:
		closed(f);
		if (f->phase == PHASE_CLOSED && !f->net.broken && back_number(f, "online") > 0)
			start(f);
		break;
	case -ENOENT:
	case -EACCES: /* of what is not there, when what it was in is gone, too */
		gone(f);
		break;
	default:
		break;
	}
}

/* --- interfaces --- */

/* "00:16:3e:01:02:03" */
static bool parse_mac(struct str s, uint8_t mac[6])
{
	for (unsigned i = 0; i < 6; i++) {
		uint8_t mask;

		if ((i > 0 && !str_char(&s, ':')) || !str_hex(&s, &mac[i], &mask) || mask != 0xff)
			return false;
	}
	return s.n == 0;
}

static int read_mac(struct netfront *f)
{
	struct text t = { 0 };
	char path[64];
	int r;

	snprintf(path, sizeof(path), "%s/mac", f->path);
	r = store_read(0, path, &t);
	if (r == 0 && !parse_mac(text_as_str(&t), f->net.mac))
		r = -EINVAL;
	text_fini(&t);
	return r;
}

static int read_backend(struct netfront *f)
{
	struct text t = { 0 };
	char path[64];
	int r;

	snprintf(path, sizeof(path), "%s/backend", f->path);
	r = store_read(0, path, &t);
	if (r == 0 && (t.n == 0 || t.n >= sizeof(f->backend) || memchr(t.p, '\0', t.n)))
		r = -EINVAL;
	if (r == 0) {
		snprintf(f->backend, sizeof(f->backend), "%.*s", (int)t.n, t.p);
		snprintf(f->state_path, sizeof(f->state_path), "%s/state", f->backend);
	}
	text_fini(&t);
	return r;
}

/* What the host says of it. */
static int describe(struct netfront *f)
{
	int dom = front_number(f, "backend-id"), mtu = front_number(f, "mtu");
	int r = read_backend(f);

	if (r == 0)
		r = read_mac(f);
	if (r == 0 && (dom < 0 || dom >= (int)XEN_DOMID_SELF))
		r = dom < 0 ? dom : -EINVAL;
	f->dom = (unsigned)dom;
	f->net.mtu = mtu >= 68 && mtu <= UINT16_MAX ? (uint16_t)mtu : 1500;
	return r;
}

/* From here on the rest happens when the back end says something. */
static void begin(struct netfront *f)
{
	int r = describe(f);

	if (f->watching)
		store_unwatch(&f->watch);
	f->watching = false;
	if (r < 0) {
		kprint("%s: the store does not describe it: error %d", f->path, -r);
		return;
	}
	start(f);
	f->watch =
		(struct store_watch){ .path = f->state_path, .changed = backend_changed, .arg = f };
	f->watching = store_watch(&f->watch) == 0;
}

static bool option(const struct netfront *f, const char *name)
{
	char key[40];
	struct str all, one;

	snprintf(key, sizeof(key), "xen.%s", name);
	all = machine_option(key);
	snprintf(key, sizeof(key), "xen.%s.%s", name, f->net.name);
	one = machine_option(key);
	return !str_is(one.p ? one : all, "0");
}

static struct netfront *find(uint32_t number)
{
	for (struct net *n = net_first; n; n = n->next)
		if (n->ops == &ops && front_of(n)->number == number)
			return front_of(n);
	return NULL;
}

static void add(uint32_t number)
{
	struct netfront *f = calloc(1, sizeof(*f));

	if (!f) {
		kprint("device/vif/%u: out of memory", (unsigned)number);
		return;
	}
	f->number = number;
	f->phase = PHASE_GONE;
	f->net.ops = &ops;
	f->net.driver = "netfront";
	f->net.csum_offload = true;
	f->net.source.pending = pending;
	f->net.source.arm = arm;
	snprintf(f->path, sizeof(f->path), "device/vif/%u", (unsigned)number);
	net_add(&f->net);
	f->poll = option(f, "poll");
	f->gru = option(f, "gru");
	f->fr = option(f, "fr");
	begin(f);
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

#define VIFS 64U

/* The numbers of all interfaces, in order: how many. */
static unsigned list(uint32_t v[VIFS])
{
	struct text names = { 0 };
	unsigned n = 0;

	if (store_directory(0, "device/vif", &names) == 0) {
		for (struct str s = text_as_str(&names); s.n > 0 && n < VIFS;) {
			struct str name = str_first(s, str_find(s, '\0'));

			s = str_from(s, name.n + 1);
			if (str_decimal(&name, &v[n]) && name.n == 0)
				n++;
		}
	}
	text_fini(&names);
	qsort(v, n, sizeof(v[0]), by_number);
	return n;
}

static void scan(void)
{
	uint32_t v[VIFS];
	unsigned n = list(v);

	for (unsigned i = 0; i < n; i++) {
		struct netfront *f = find(v[i]);

		if (!f)
			add(v[i]);
		else if (f->phase == PHASE_GONE && !f->net.broken)
			begin(f);
	}
}

/* Most events here are about what we write ourselves, further down. */
static void vifs_changed(struct store_watch *w, const char *path)
{
	struct str rest = str_of(path);
	uint32_t number;

	if (str_prefix(&rest, w->path) && str_char(&rest, '/') &&
	    (!str_decimal(&rest, &number) || (rest.n > 0 && !str_is(rest, "/backend"))))
		return;
	scan();
}

void netfront_init(void)
{
	static struct store_watch w = { .path = "device/vif", .changed = vifs_changed };

	scan();
	store_watch(&w);
}
