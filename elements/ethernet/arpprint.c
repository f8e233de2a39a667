/* SPDX-License-Identifier: MIT */
/*
 * ARPPrint - print ARP packets
 *
 * Passes packets on and prints a line for each whose network header, which must be known, is that
 * of an ARP packet for IPv4: LABEL, the timestamp, with ETHER the Ethernet addresses, and what the
 * packet asks or answers. Lines go to standard error, or to OUTFILE.
 *
 * Example: FromDevice(eth0) -> CheckARPHeader(14) -> ARPPrint(eth0) -> ...
 * See also: IPPrint, Print, CheckARPHeader
 */
#include "elements/ethernet/ether.h"
#include "engine/platform.h"

#define ARP_FIXED 8U /* bytes before the addresses */
#define ARP_ETHER 1
#define ETHERTYPE_TRAILER 0x1000

enum { ARP_INVERSE_REQUEST = 8, ARP_INVERSE_REPLY = 9 };

struct arpprint {
	struct element base;
	struct str label;
	bool timestamp, ether, active;
	struct filename outfile;
	struct file *file;
};
ELEMENT_SELF(struct arpprint)

/* The four addresses, wherever the hardware length puts them. */
struct addresses {
	const uint8_t *sha, *spa, *tha, *tpa;
	uint8_t hln;
};

static void put_hardware(const uint8_t *a, uint8_t n, struct text *out)
{
	for (unsigned i = 0; i < n; i++)
		text_add(out, i ? "-%02X" : "%02X", a[i]);
}

static bool is_zero(const uint8_t *a, uint8_t n)
{
	for (unsigned i = 0; i < n; i++)
		if (a[i] != 0)
			return false;
	return true;
}

static void put_request(const struct addresses *a, struct text *out)
{
	text_add(out, "arp who-has ");
	print_ip(out, load32(a->tpa));
	if (!is_zero(a->tha, a->hln)) {
		text_add(out, " (");
		put_hardware(a->tha, a->hln, out);
		text_char(out, ')');
	}
	text_add(out, " tell ");
	print_ip(out, load32(a->spa));
}

/* "VERB HARDWARE PREPOSITION" and then what comes behind. */
static void put_who(const char *verb, const struct addresses *a, const char *preposition,
		    struct text *out)
{
	text_add(out, "%s ", verb);
	put_hardware(a->tha, a->hln, out);
	text_add(out, " %s ", preposition);
}

static void put_operation(uint16_t op, const struct addresses *a, struct text *out)
{
	switch (op) {
	case ARP_REQUEST:
		put_request(a, out);
		break;
	case ARP_REPLY:
		text_add(out, "arp reply ");
		print_ip(out, load32(a->spa));
		text_add(out, " is-at ");
		put_hardware(a->sha, a->hln, out);
		break;
	case ARP_REVREQUEST:
	case ARP_INVERSE_REQUEST:
		put_who(op == ARP_REVREQUEST ? "rarp who-is" : "invarp who-is", a, "tell", out);
		put_hardware(a->sha, a->hln, out);
		break;
	case ARP_REVREPLY:
	case ARP_INVERSE_REPLY:
		put_who(op == ARP_REVREPLY ? "rarp reply" : "invarp reply", a, "at", out);
		print_ip(out, load32(a->tpa));
		break;
	default:
		text_add(out, "arp-#%u", op);
	}
}

/* False: nothing is to be printed. */
static bool put_arp(const struct packet *p, struct text *out)
{
	const struct arp_header *arp = (const void *)p->net;
	uint32_t len = packet_net_len(p);
	struct addresses a;

	if (len < ARP_FIXED) {
		text_add(out, "truncated-arp (%u)", len);
		return true;
	}
	if ((arp->pro != be16(ETHERTYPE_IP) && arp->pro != be16(ETHERTYPE_TRAILER)) ||
	    arp->pln != 4 || arp->hln == 0)
		return false;
	if (len < ARP_FIXED + 2 * (arp->hln + 4U)) {
		text_add(out, "truncated-arp (%u)", len);
		return true;
	}
	a.hln = arp->hln;
	a.sha = p->net + ARP_FIXED;
	a.spa = a.sha + a.hln;
	a.tha = a.spa + 4;
	a.tpa = a.tha + a.hln;
	if (arp->pro == be16(ETHERTYPE_TRAILER))
		text_add(out, "trailer-");
	put_operation(be16(arp->op), &a, out);
	if (arp->hrd != be16(ARP_ETHER))
		text_add(out, " hardware #%u", be16(arp->hrd));
	return true;
}

static void put_line(const struct element *e, struct text *line)
{
	if (!self(e)->file) {
		chatter_str(e, text_as_str(line));
		return;
	}
	text_char(line, '\n');
	(void)file_write(self(e)->file, line->p, line->n);
}

static void print(const struct element *e, const struct packet *p)
{
	const struct arpprint *s = self(e);
	struct text line = { 0 };

	if (s->label.n)
		text_add(&line, "%.*s: ", STR(s->label));
	if (s->timestamp) {
		print_timestamp(&line, p->timestamp);
		text_add(&line, ": ");
	}
	if (s->ether && ether_mac(p, ETHER_LEN) && p->net - p->mac >= (ptrdiff_t)ETHER_LEN) {
		print_ether(&line, p->mac + 6);
		text_add(&line, " > ");
		print_ether(&line, p->mac);
		text_add(&line, ": ");
	}
	if (put_arp(p, &line))
		put_line(e, &line);
	text_fini(&line);
}

static void action(struct element *e, struct batch *b)
{
	if (!self(e)->active)
		return;
	for (unsigned i = 0; i < b->n; i++)
		if (b->pkt[i]->net)
			print(e, b->pkt[i]);
}

static bool start(struct element *e, struct error *err)
{
	struct arpprint *s = self(e);
	int r;

	if (s->outfile.s.n == 0)
		return true;
	r = file_open(s->outfile.s.p, FILE_WRITE, &s->file);
	return r >= 0 || fail(err, "%s: %s", s->outfile.s.p, strerror(-r));
}

static void stop(struct element *e)
{
	if (self(e)->file)
		(void)file_close(self(e)->file);
	self(e)->file = NULL;
}

static const struct arg args[] = {
	ARG("LABEL", label, ARG_POSITIONAL, "begins each line"),
	ARG_OR("TIMESTAMP", timestamp, 0, "true", "print the timestamp?"),
	ARG_OR("ETHER", ether, 0, "false", "print the Ethernet addresses?"),
	ARG_OR("ACTIVE", active, 0, "true", "print?"),
	ARG("OUTFILE", outfile, 0, "print into this file"),
};

static const struct handler handlers[] = {
	RW_FIELD("active", active, "does it print?"),
};

const struct element_class arpprint_class = {
	.name = "ARPPrint",
	.ports = "1/1",
	.size = sizeof(self_t),
	.start = start,
	.stop = stop,
	.action = action,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
