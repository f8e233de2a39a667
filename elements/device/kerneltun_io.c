/* SPDX-License-Identifier: MIT */
/* kerneltun_io.c - packets to and from a tun or tap device, for KernelTun and KernelTap. */
#include <errno.h>

#include "base/net.h"
#include "elements/device/kerneltun.h"
#include "engine/platform.h"

#define HEADROOM_MAX 8192
#define ETHER_LEN 14U

static struct kerneltun *self(const struct element *e)
{
	return (struct kerneltun *)(uintptr_t)e;
}

/* --- from the kernel --- */

/* Sets the header positions; false when this is no IP packet. */
static bool set_ip(struct packet *p)
{
	const struct ip_header *ip = (const void *)p->data;

	if (p->len >= sizeof(struct ip6_header) && ip->vhl >> 4 == 6) {
		packet_set_ip(p, ip, sizeof(struct ip6_header));
		return true;
	}
	if (p->len < sizeof(*ip) || ip->vhl >> 4 != 4 || ip_hlen(ip) < sizeof(*ip) ||
	    ip_hlen(ip) > p->len)
		return false;
	packet_set_ip(p, ip, ip_hlen(ip));
	anno_set_dst(p, ip->dst);
	return true;
}

static void emit(struct element *e, struct batch *b)
{
	const struct kerneltun *k = self(e);
	int64_t now = time_now(e);
	unsigned kept = 0;
	struct batch bad;

	bad.n = 0;
	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];

		p->timestamp = now;
		if (k->tap ? p->len >= ETHER_LEN : set_ip(p)) {
			p->mac = k->tap ? p->data : NULL;
			b->pkt[kept++] = p;
		} else {
			batch_add(&bad, p);
		}
	}
	b->n = kept;
	if (bad.n)
		output_push_or_drop(e, 1, &bad);
	if (b->n)
		output_push(e, 0, b);
}

static int read_packets(struct element *e)
{
	struct kerneltun *k = self(e);
	struct batch b;
	int r;

	b.n = 0;
	r = tun_read(&k->tun, &b, k->burst, k->headroom, k->mtu + (k->tap ? ETHER_LEN + 8 : 0));
	k->packets += b.n;
	if (b.n)
		emit(e, &b);
	return r;
}

static void ready(struct element *e, struct watch *w, unsigned events)
{
	struct kerneltun *k = self(e);
	int r;

	(void)events;
	k->selected_calls++;
	do
		r = read_packets(e);
	while (r == 0 && tun_pending(&k->tun));
	if (r < 0 && r != -ENOMEM) {
		chatter(e, "%s(%s): read failed: %s", e->class->name, k->tun.name, strerror(-r));
		watch_set(w, w->fd, 0);
	}
}

/* --- to the kernel --- */

/* Why the kernel must not get it; NULL: it may. */
static bool check_tap(struct element *e, const struct packet *p)
{
	const struct kerneltun *k = self(e);

	if (p->len < ETHER_LEN) {
		chatter(e, "%s(%s): packet too small", e->class->name, k->tun.name);
		return false;
	}
	if (p->len - ETHER_LEN > k->mtu) {
		chatter(e, "%s(%s): packet larger than MTU (%u)", e->class->name, k->tun.name,
			k->mtu);
		return false;
	}
	return true;
}

/* Leaves the link header behind. */
static bool check_tun(struct element *e, struct packet *p)
{
	const struct kerneltun *k = self(e);
	unsigned version;

	if (packet_net_len(p) == 0 || !packet_pull(p, (uint32_t)(p->net - p->data))) {
		chatter(e, "%s(%s): no network header", e->class->name, k->tun.name);
		return false;
	}
	version = p->data[0] >> 4;
	if (version != 4 && version != 6)
		chatter(e, "%s(%s): unknown IP version %u", e->class->name, k->tun.name, version);
	else if (p->len > k->mtu)
		chatter(e, "%s(%s): packet larger than MTU (%u)", e->class->name, k->tun.name,
			k->mtu);
	else
		return true;
	return false;
}

static void write_packet(struct element *e, const struct packet *p)
{
	struct kerneltun *k = self(e);
	int r = tun_write(&k->tun, p);

	if (r == 0)
		return;
	if (r == -ENOBUFS || r == -EAGAIN) {
		if (k->ignore_overflows || k->told_overflow)
			return;
		k->told_overflow = true;
	}
	chatter(e, "%s(%s): write failed: %s", e->class->name, k->tun.name, strerror(-r));
}

void kerneltun_push(struct element *e, unsigned port, struct batch *b)
{
	bool tap = self(e)->tap;

	(void)port;
	for (unsigned i = 0; i < b->n; i++)
		if (tap ? check_tap(e, b->pkt[i]) : check_tun(e, b->pkt[i]))
			write_packet(e, b->pkt[i]);
	batch_drop(b);
}

static bool run(struct element *e)
{
	struct kerneltun *k = self(e);
	struct batch b;
	bool worked;

	b.n = 0;
	input_pull(e, 0, &b, BATCH_MAX);
	worked = b.n > 0;
	if (worked)
		kerneltun_push(e, 0, &b);
	if (worked || signal_active(&k->signal))
		task_schedule(&k->task);
	return worked;
}

/* --- the element --- */

void kerneltun_init(struct element *e)
{
	self(e)->tun.fd = -1;
}

bool kerneltun_configure(struct element *e, struct error *err)
{
	struct kerneltun *k = self(e);

	if (k->gateway_text.s.n && !parse_ip(k->gateway_text.s, e, &k->address.gateway))
		return fail(err, "bad GATEWAY");
	if (k->burst < 1)
		return fail(err, "BURST must be >= 1");
	if (k->mtu < 20)
		return fail(err, "MTU must be greater than 20");
	if (k->headroom > HEADROOM_MAX)
		return fail(err, "HEADROOM too big");
	k->burst = k->burst < BATCH_MAX ? k->burst : BATCH_MAX;
	k->address.mtu = k->mtu;
	k->address.ether = k->ether;
	k->address.has_ether = k->tap && arg_given(e, "ETHER");
	return true;
}

bool kerneltun_start(struct element *e, struct error *err)
{
	struct kerneltun *k = self(e);

	if (!tun_open(&k->tun, k->name.n ? k->name : k->old_name, k->tap, err) ||
	    !tun_set_up(&k->tun, &k->address, err))
		return false;
	watch_init(&k->watch, e, ready);
	watch_set(&k->watch, k->tun.fd, WATCH_READ);
	if (e->nin > 0 && !input_is_push(e, 0)) {
		task_init(&k->task, e, run);
		signal_upstream(e, 0, &k->signal, &k->task);
		task_schedule(&k->task);
	}
	return true;
}

void kerneltun_stop(struct element *e)
{
	watch_set(&self(e)->watch, self(e)->tun.fd, 0);
	tun_close(&self(e)->tun);
}

/* Of the same configuration the device goes on, under its name. */
bool kerneltun_take_state(struct element *e, struct element *old, struct error *err)
{
	struct kerneltun *k = self(e), *from = self(old);
	struct tun mine = k->tun;

	(void)err;
	if (!str_eq(e->config, old->config))
		return true;
	watch_set(&from->watch, from->tun.fd, 0);
	watch_set(&k->watch, k->tun.fd, 0);
	k->tun = from->tun;
	from->tun = mine;
	watch_set(&k->watch, k->tun.fd, WATCH_READ);
	return true;
}

void kerneltun_read_name(struct element *e, struct text *out)
{
	text_add(out, "%s", self(e)->tun.fd >= 0 ? self(e)->tun.name : "");
}
