/* SPDX-License-Identifier: MIT */
/*
 * FromHost - read Ethernet frames that the host sends to a device made for us
 *
 * Makes the tap device DEVNAME of the host, with the Ethernet address ETHER and
 * the address and mask DST, and starts it; GATEWAY becomes the host's default
 * route. Emits what the host sends there, with MAC and IP header positions and
 * destination annotation set. Stops reading while those downstream are full.
 *
 * Example: FromHost(fake0, 192.0.0.1/8) -> c :: Classifier(12/0806, 12/0800)
 * See also: ToHost, KernelTap
 */
#include <errno.h>

#include "base/net.h"
#include "elements/device/tun.h"
#include "engine/platform.h"

#define HEADROOM_MAX 8192
#define ETHER_LEN 14U
#define BURST 16

struct fromhost {
	struct element base;
	struct str name;
	struct tun_address address;
	struct raw gateway_text;
	struct ether_addr ether;
	uint32_t headroom, mtu;
	struct tun tun;
	struct watch watch;
	struct task task; /* goes on when there is room */
	struct signal signal;
};
ELEMENT_SELF(struct fromhost)

static void annotate(struct packet *p, int64_t now)
{
	const struct ip_header *ip = (const void *)(p->data + ETHER_LEN);

	p->mac = p->data;
	p->timestamp = now;
	if (p->len < ETHER_LEN + sizeof(*ip))
		return;
	packet_set_ip(p, ip, ip_hlen(ip));
	if (load_be16(p->data + 12) == ETHERTYPE_IP)
		anno_set_dst(p, ip->dst);
}

static int read_frames(struct element *e)
{
	struct fromhost *f = self(e);
	struct batch b;
	int64_t now;
	int r;

	b.n = 0;
	r = tun_read(&f->tun, &b, BURST, f->headroom, f->mtu + ETHER_LEN + 8);
	now = time_now(e);
	for (unsigned i = 0; i < b.n; i++)
		annotate(b.pkt[i], now);
	if (b.n)
		output_push(e, 0, &b);
	return r;
}

static void ready(struct element *e, struct watch *w, unsigned events)
{
	struct fromhost *f = self(e);
	int r;

	(void)events;
	if (!signal_active(&f->signal)) {
		watch_set(w, w->fd, 0);
		return;
	}
	do
		r = read_frames(e);
	while (r == 0 && tun_pending(&f->tun));
	if (r < 0 && r != -ENOMEM) {
		chatter(e, "FromHost(%s): read failed: %s", f->tun.name, strerror(-r));
		watch_set(w, w->fd, 0);
	}
}

static bool go_on(struct element *e)
{
	watch_set(&self(e)->watch, self(e)->tun.fd, WATCH_READ);
	return true;
}

/* --- the element --- */

static void init(struct element *e)
{
	self(e)->tun.fd = -1;
}

static bool configure(struct element *e, struct error *err)
{
	struct fromhost *f = self(e);

	if (f->gateway_text.s.n && !parse_ip(f->gateway_text.s, e, &f->address.gateway))
		return fail(err, "bad GATEWAY");
	if (f->name.n == 0)
		return fail(err, "must specify device name");
	if (f->headroom > HEADROOM_MAX)
		return fail(err, "HEADROOM too large");
	f->address.ether = f->ether;
	f->address.has_ether = arg_given(e, "ETHER");
	f->address.mtu = arg_given(e, "MTU") ? f->mtu : 0;
	return true;
}

static bool start(struct element *e, struct error *err)
{
	struct fromhost *f = self(e);

	if (!tun_open(&f->tun, f->name, true, err) || !tun_set_up(&f->tun, &f->address, err))
		return false;
	task_init(&f->task, e, go_on);
	signal_downstream(e, 0, &f->signal, &f->task);
	watch_init(&f->watch, e, ready);
	watch_set(&f->watch, f->tun.fd, WATCH_READ);
	return true;
}

static void stop(struct element *e)
{
	watch_set(&self(e)->watch, self(e)->tun.fd, 0);
	tun_close(&self(e)->tun);
}

/* What ToHost looks for. */
static const void *cast(struct element *e, const char *interface)
{
	return strcmp(interface, "HostDevice") == 0 ? &self(e)->tun : NULL;
}

static void read_signal(struct element *e, struct text *out)
{
	text_add(out, "%s", signal_active(&self(e)->signal) ? "true" : "false");
}

static void read_name(struct element *e, struct text *out)
{
	text_str(out, self(e)->name);
}

static const struct arg args[] = {
	ARG("DEVNAME", name, ARG_POSITIONAL | ARG_REQUIRED, "the device to make"),
	ARG("DST", address.prefix, ARG_POSITIONAL, "the host's address and mask"),
	ARG("GATEWAY", gateway_text, 0, "the host's default route"),
	ARG("ETHER", ether, 0, "the device's Ethernet address"),
	ARG_OR("HEADROOM", headroom, 0, "130", "bytes in front of the data"),
	ARG_OR("MTU", mtu, 0, "2048", "longest frame, without its Ethernet header"),
};

static const struct handler handlers[] = {
	READ("dev_name", read_name, "the device's name"),
	READ("signal", read_signal, "is there room downstream?"),
};

const struct element_class fromhost_class = {
	.name = "FromHost",
	.ports = "0/1",
	.processing = "h",
	.size = sizeof(self_t),
	.flags = CLASS_SOURCE,
	.phase = PHASE_PRIVILEGED,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
	.init = init,
	.configure = configure,
	.start = start,
	.stop = stop,
	.cast = cast,
};
