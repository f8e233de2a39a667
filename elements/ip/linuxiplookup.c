/* SPDX-License-Identifier: MIT */
/*
 * LinuxIPLookup - route by the host's own table
 *
 * Reads the host's routes once, when the router starts, and from then on looks
 * the destination address annotation up in them. A packet whose route leads
 * to the I-th named interface goes to output I, the annotation set to the
 * gateway if there is one; packets without a route go to output N, behind the
 * outputs for the N interfaces, or are dropped.
 *
 * Example: LinuxIPLookup(eth0, eth1)
 * See also: StaticIPLookup, RadixIPLookup
 */
#include <stdlib.h>

#include "engine/platform.h"
#include "elements/ip/iplinear.h"

#define ROUTES "/proc/net/route"

struct linuxiplookup {
	struct ip_linear base;
	struct str *device;
	size_t n, cap;
};
ELEMENT_SELF(struct linuxiplookup)

static bool add_device(struct element *e, struct str s, struct error *err)
{
	struct linuxiplookup *l = self(e);

	if (!parse_string(s, e->conf, &s))
		return fail(err, "DEVNAME: parse error");
	l->device = pool_grow(e->conf, l->device, l->n, &l->cap, sizeof(*l->device));
	l->device[l->n++] = s;
	return true;
}

static bool configure(struct element *e, struct error *err)
{
	size_t n = self(e)->n;

	if (e->nout != n && e->nout != n + 1)
		return fail(err, "need %zu or %zu output ports", n, n + 1);
	return true;
}

static int port_for(const struct linuxiplookup *l, struct str device)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->device[i], device))
			return (int)i;
	return -1;
}

/* Columns are interface, destination, gateway, flags, three counts, mask: addresses in hex as
 * they lie in memory. */
static void add_line(struct linuxiplookup *l, struct str line)
{
	struct element *e = &l->base.table.element;
	struct str device = str_word(&line), word;
	uint64_t column[7] = { 0 };
	struct ip_route r;

	for (unsigned i = 0; i < ARRAY_LEN(column); i++) {
		word = str_word(&line);
		if (!parse_base(word, i == 0 || i == 1 || i == 6 ? 16 : 10, UINT32_MAX, &column[i],
				NULL) &&
		    (i < 2 || i == 6))
			return;
	}
	r = (struct ip_route){ (uint32_t)(column[0] & column[6]), (uint32_t)column[6],
			       (uint32_t)column[1], port_for(l, device) };
	if (r.port < 0)
		chatter(e, "LinuxIPLookup: no output for dev %.*s", STR(device));
	else
		ip_linear_insert(&l->base, &r);
}

static bool start(struct element *e, struct error *err)
{
	struct pool *pool = pool_new();
	struct str data;
	size_t n;
	bool ok = file_load(pool, ROUTES, &data) >= 0;

	if (!ok)
		fail(err, "cannot open " ROUTES);
	for (bool heading = true; ok && data.n != 0; heading = false) {
		n = str_find(data, '\n');
		if (!heading)
			add_line(self(e), str_trim(str_first(data, n)));
		data = str_from(data, n + 1);
	}
	pool_free(pool);
	return ok;
}

static void classify(struct element *e, const struct batch *in, uint16_t port[])
{
	const struct linuxiplookup *l = self(e);

	for (unsigned i = 0; i < in->n; i++) {
		struct packet *p = in->pkt[i];
		uint32_t addr = anno_dst(p);
		const struct ip_route *r = ip_linear_match(&l->base, addr);

		if (r) {
			chatter(e, "routed %x to %x %d", addr, r->gw, r->port);
			port[i] = ip_table_route(p, r->port, r->gw);
		} else {
			chatter(e, "LinuxIPLookup: no gw for %x", addr);
			port[i] = (uint16_t)l->n;
		}
	}
}

static const struct arg args[] = {
	ARG_EACH("DEVNAME", add_device, "an interface; packets for it go to the next output"),
};

const struct element_class linuxiplookup_class = {
	.name = "LinuxIPLookup",
	.ports = "1/1-",
	.size = sizeof(self_t),
	.configure = configure,
	.start = start,
	.classify = classify,
	.args = TABLE(args),
};
