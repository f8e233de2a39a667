/* SPDX-License-Identifier: MIT */
/*
 * ARPResponder - answer ARP questions
 *
 * Answers Ethernet ARP requests for the addresses of its entries, each `IP[/MASK] ... ETH'. The
 * answer leaves by output 0; everything else goes to output 1, or nowhere. The longest matching
 * prefix decides.
 *
 * Example: ARPResponder(10.0.0.1 00:00:c0:ae:67:ef, 10.1.0.0/16 00:00:c0:4f:71:ef)
 * See also: ARPQuerier, ARPFaker
 */
#include "elements/ethernet/arp.h"
#include "engine/lang/lang.h"

struct entry {
	struct ip_prefix net;
	struct ether_addr eth;
};

struct arpresponder {
	struct element base;
	struct entry *entry; /* sorted: longer prefixes first */
	size_t n, cap;
	struct pool *pool; /* what entry lies in: that of the configuration */
	unsigned nargs;
};
ELEMENT_SELF(struct arpresponder)

/* --- entries --- */

static struct entry *find_entry(const struct arpresponder *r, struct ip_prefix net)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->entry[i].net.addr == net.addr && r->entry[i].net.mask == net.mask)
			return &r->entry[i];
	return NULL;
}

static const struct entry *lookup(const struct arpresponder *r, uint32_t ip)
{
	for (size_t i = 0; i < r->n; i++)
		if (((ip ^ r->entry[i].net.addr) & r->entry[i].net.mask) == 0)
			return &r->entry[i];
	return NULL;
}

/* Behind those whose prefix is as long. */
static void add_entry(struct arpresponder *r, struct entry new)
{
	size_t i = r->n;

	r->entry = pool_grow(r->base.conf, r->entry, r->n, &r->cap, sizeof(*r->entry));
	for (; i > 0 && be32(r->entry[i - 1].net.mask) < be32(new.net.mask); i--)
		r->entry[i] = r->entry[i - 1];
	r->entry[i] = new;
	r->n++;
}

/* The later one of two for the same prefix counts. */
static void set_entry(struct arpresponder *r, struct ip_prefix net, struct ether_addr eth,
		      struct error *err)
{
	struct entry *old = find_entry(r, net);

	if (old) {
		struct text t = { 0 };

		print_prefix(&t, net);
		warn(err, "multiple entries for %s", t.p);
		text_fini(&t);
		old->eth = eth;
		return;
	}
	add_entry(r, (struct entry){ net, eth });
}

/* Words of one entry: addresses in any order, one of them for Ethernet. A name may be both. */
struct words {
	struct ip_prefix *net;
	size_t nnets, cap;
	struct ether_addr eth;
	bool has_eth;
};

static bool take_word(struct element *e, struct str word, struct words *w, struct error *err)
{
	struct ether_addr eth;
	struct ip_prefix net;
	bool is_net = parse_prefix(word, e, true, &net);

	if (is_net) {
		net.addr &= net.mask;
		w->net = pool_grow(e->conf, w->net, w->nnets, &w->cap, sizeof(*w->net));
		w->net[w->nnets++] = net;
	}
	if (parse_ether(word, e, &eth)) {
		if (w->has_eth)
			return fail(err, "more than one ETH");
		w->has_eth = true;
		w->eth = eth;
		return true;
	}
	return is_net || fail(err, "expected IP/MASK ETH");
}

static bool add_text(struct element *e, struct str text, struct error *err)
{
	struct arpresponder *r = self(e);
	struct str_list list = { 0 };
	struct words w = { 0 };

	conf_words(e->conf, text, &list);
	for (size_t i = 0; i < list.n; i++)
		if (!take_word(e, list.v[i], &w, err))
			return false;
	if (w.nnets == 0)
		return fail(err, "missing IP/MASK");
	if (!w.has_eth)
		return fail(err, "missing ETH");
	for (size_t i = 0; i < w.nnets; i++)
		set_entry(r, w.net[i], w.eth, err);
	return true;
}

static bool parse_entry(struct element *e, struct str text, struct error *err)
{
	struct arpresponder *r = self(e);
	bool ok;

	if (r->pool != e->conf) { /* a new configuration: its first argument */
		r->pool = e->conf;
		r->entry = NULL;
		r->n = r->cap = r->nargs = 0;
	}
	error_prefix(err, "argument %u: ", r->nargs++);
	ok = text.n == 0 || add_text(e, text, err);
	error_leave(err);
	return ok;
}

static bool configure(struct element *e, struct error *err)
{
	struct arpresponder *r = self(e);

	(void)err;
	if (r->pool != e->conf) {
		r->pool = e->conf;
		r->entry = NULL;
		r->n = r->cap = 0;
	}
	return true;
}

/* --- packets --- */

static struct packet *answer(const struct arpresponder *r, const struct packet *p)
{
	const struct arp_header *arp = arp_header_of(p);
	const struct entry *found;
	struct packet *reply;

	if (!arp || arp->op != be16(ARP_REQUEST))
		return NULL;
	found = lookup(r, load32(arp->tpa));
	if (!found)
		return NULL;
	reply = arp_frame(ARP_REPLY, arp->sha, &found->eth, load32(arp->tpa), arp->sha,
			  load32(arp->spa));
	if (reply) {
		reply->device = p->device;
		anno_set_u16(reply, ANNO_VLAN_TCI, anno_u16(p, ANNO_VLAN_TCI));
	}
	return reply;
}

static void respond(struct element *e, struct batch *b)
{
	struct batch rest;
	unsigned kept = 0;

	rest.n = 0;
	for (unsigned i = 0; i < b->n; i++) {
		struct packet *reply = answer(self(e), b->pkt[i]);

		if (reply) {
			packet_drop(b->pkt[i]);
			b->pkt[kept++] = reply;
		} else {
			batch_add(&rest, b->pkt[i]);
		}
	}
	b->n = kept;
	if (rest.n)
		output_push_or_drop(e, 1, &rest);
}

/* --- handlers --- */

static void read_table(struct element *e, struct text *out)
{
	const struct arpresponder *r = self(e);

	for (size_t i = 0; i < r->n; i++) {
		print_prefix(out, r->entry[i].net);
		text_char(out, ' ');
		print_ether(out, r->entry[i].eth.b);
		text_char(out, '\n');
	}
}

static bool call_lookup(struct element *e, struct handler_call *c)
{
	const struct entry *found;
	struct ip_addr ip;

	if (!parse_ip(str_trim(c->value), e, &ip))
		return fail(c->err, "expected IP address");
	found = lookup(self(e), ip.v);
	if (found)
		print_ether(c->out, found->eth.b);
	return true;
}

static bool write_add(struct element *e, struct str value, struct error *err)
{
	return add_text(e, value, err);
}

static bool write_remove(struct element *e, struct str value, struct error *err)
{
	struct arpresponder *r = self(e);
	struct ip_prefix net;
	struct text t = { 0 };
	struct entry *found;

	if (!parse_prefix(str_trim(value), e, true, &net))
		return fail(err, "expected IP/MASK");
	net.addr &= net.mask;
	found = find_entry(r, net);
	if (!found) {
		print_prefix(&t, net);
		(void)fail(err, "%s not found", t.p);
		text_fini(&t);
		return false;
	}
	memmove(found, found + 1, (size_t)(&r->entry[--r->n] - found) * sizeof(*found));
	return true;
}

static const struct arg args[] = {
	ARG_EACH("ENTRY", parse_entry, "IP[/MASK] ... ETH: addresses to answer for, and with what"),
};

static const struct handler handlers[] = {
	READ("table", read_table, "the entries: IP/LEN ETH"),
	CALL("lookup", call_lookup, H_READ | H_PARAM, "the Ethernet address for an IP"),
	WRITE("add", write_add, "add an entry"),
	WRITE("remove", write_remove, "remove the entry of IP[/MASK]"),
};

const struct element_class arpresponder_class = {
	.name = "ARPResponder",
	.ports = "1/1-2",
	.processing = "a/ah",
	.size = sizeof(self_t),
	.flags = CLASS_LIVE,
	.configure = configure,
	.action = respond,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
