/* SPDX-License-Identifier: MIT */
/*
 * ToHost - give Ethernet frames to the host, as if they had come in
 *
 * Writes packets to the tap device of the FromHost of the same DEVNAME. Frames
 * shorter than an Ethernet header are dropped.
 *
 * Example: ... -> ToHost(fake0)
 * See also: FromHost, KernelTap
 */
#include <errno.h>

#include "elements/device/tun.h"
#include "engine/platform.h"

#define ETHER_LEN 14U

struct tohost {
	struct element base;
	struct str name;
	const struct tun *tun;
	uint64_t drops;
	bool told_overflow;
};
ELEMENT_SELF(struct tohost)

static void write_frame(struct element *e, const struct packet *p)
{
	struct tohost *t = self(e);
	bool full;
	int r;

	if (p->len < ETHER_LEN) {
		chatter(e, "ToHost: packet too small");
		return;
	}
	r = tun_write(t->tun, p);
	if (r == 0)
		return;
	t->drops++;
	full = r == -ENOBUFS || r == -EAGAIN;
	if (!full || !t->told_overflow)
		chatter(e, "ToHost(%s): write failed: %s", t->tun->name, strerror(-r));
	t->told_overflow = t->told_overflow || full;
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	for (unsigned i = 0; i < b->n; i++)
		write_frame(e, b->pkt[i]);
	batch_drop(b);
}

static bool start(struct element *e, struct error *err)
{
	struct tohost *t = self(e);

	for (unsigned i = 0; i < router_nelements(e->router); i++) {
		const struct tun *tun = element_cast(router_element(e->router, i), "HostDevice");

		if (tun && tun->fd >= 0 && str_is(t->name, tun->name)) {
			t->tun = tun;
			return true;
		}
	}
	return fail(err, "ToHost(%.*s) requires an initialized FromHost with the same dev_name",
		    STR(t->name));
}

static void read_name(struct element *e, struct text *out)
{
	text_str(out, self(e)->name);
}

static const struct arg args[] = {
	ARG("DEVNAME", name, ARG_POSITIONAL | ARG_REQUIRED, "that of the FromHost"),
};

static const struct handler handlers[] = {
	READ("dev_name", read_name, "the device's name"),
	READ_FIELD("drops", drops, "frames that the host did not take"),
};

const struct element_class tohost_class = {
	.name = "ToHost",
	.ports = "1/0",
	.processing = "h",
	.size = sizeof(self_t),
	.args = TABLE(args),
	.handlers = TABLE(handlers),
	.start = start,
	.push = push,
};
