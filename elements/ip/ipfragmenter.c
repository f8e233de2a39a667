/* SPDX-License-Identifier: MIT */
/*
 * IPFragmenter - cut IP packets that are longer than an MTU into fragments
 *
 * Packets of at most MTU bytes, counted from their marked IP header, pass
 * unchanged. Longer ones leave as fragments (RFC 791), in order. Those that
 * must not be fragmented (DF is set and HONOR_DF true) or cannot be go to
 * output 1 unchanged, or are dropped; a message tells of the first five, or
 * with VERBOSE of all. Later fragments get HEADROOM bytes of room in front.
 *
 * Example: f :: IPFragmenter(1500); f[1] -> ICMPError(10.0.0.1, unreachable, needfrag)
 * See also: IPReassembler, ICMPError
 */
#include "engine/element.h"
#include "elements/ip/ipheader.h"
#include "elements/ip/ipoptions.h"

#define REPORTED_DROPS 5

struct ipfragmenter {
	struct element base;
	uint32_t mtu, headroom;
	bool honor_df, verbose;
	uint64_t drops, fragments;
};
ELEMENT_SELF(struct ipfragmenter)

static bool configure(struct element *e, struct error *err)
{
	if (self(e)->mtu < 8)
		return fail(err, "MTU must be at least 8");
	return true;
}

static inline bool fits(const struct packet *p, uint32_t mtu)
{
	return (uint64_t)(uintptr_t)(p->data + p->len) - (uint64_t)(uintptr_t)p->net <= mtu;
}

/* --- fragments --- */

/* The header of all fragments but the first: only options that are to be copied. */
static uint32_t later_header(const struct ip_header *ip, uint8_t to[IP_LONGEST])
{
	const uint8_t *from = (const uint8_t *)ip;
	uint32_t hlen = ip_hlen(ip), n = IP_MIN_LEN, len;

	memcpy(to, from, IP_MIN_LEN);
	for (uint32_t i = IP_MIN_LEN; i < hlen && from[i] != IP_OPT_EOL; i += len) {
		len = 1;
		if (from[i] == IP_OPT_NOP)
			continue;
		len = i + 1 < hlen ? from[i + 1] : 0;
		if (len < 2 || i + len > hlen)
			break;
		if (from[i] & IP_OPT_COPIED) {
			memcpy(to + n, from + i, len);
			n += len;
		}
	}
	while (n % 4)
		to[n++] = IP_OPT_EOL;
	to[0] = (uint8_t)(0x40 | n / 4);
	return n;
}

static void finish(struct packet *p, uint32_t payload, uint16_t off)
{
	struct ip_header *ip = packet_ip(p);

	ip->len = be16((uint16_t)(ip_hlen(ip) + payload));
	ip->off = be16(off);
	ip_set_checksum(ip);
}

static struct packet *later_fragment(const struct ipfragmenter *f, const struct packet *p,
				     const uint8_t *header, uint32_t hlen, const uint8_t *payload,
				     uint32_t len)
{
	struct packet *q = packet_new(f->headroom, hlen + len, 0);

	if (!q)
		return NULL;
	packet_copy_meta(q, p);
	q->mac = NULL;
	memcpy(q->data, header, hlen);
	memcpy(q->data + hlen, payload, len);
	packet_set_ip(q, q->data, hlen);
	return q;
}

/* All but the first, linked by next, in order. Fewer when packet memory is used up. */
static struct packet *later_fragments(const struct ipfragmenter *f, const struct packet *p,
				      uint32_t done, uint32_t total)
{
	const struct ip_header *ip = packet_ip(p);
	uint32_t off = be16(ip->off) & IP_OFFMASK, flags = be16(ip->off) & (IP_RF | IP_MF);
	uint8_t header[IP_LONGEST];
	uint32_t hlen = later_header(ip, header), room = (f->mtu - hlen) & ~7U, len, at;
	struct packet *first = NULL, **end = &first, *q;

	for (; done < total; done += len) {
		len = total - done < room ? total - done : room;
		q = later_fragment(f, p, header, hlen, p->net + ip_hlen(ip) + done, len);
		if (!q)
			break;
		at = (off + done / 8) & IP_OFFMASK;
		finish(q, len, (uint16_t)(at | flags | (done + len < total ? IP_MF : 0)));
		q->next = NULL;
		*end = q;
		end = &q->next;
	}
	return first;
}

static void emit(struct ipfragmenter *f, struct packet *p, struct batch *out)
{
	if (out->n == BATCH_MAX)
		output_push(&f->base, 0, out);
	batch_add(out, p);
}

/* p's payload is total bytes, of which the first fragment takes first. */
static void fragment(struct ipfragmenter *f, struct packet *p, uint32_t first, uint32_t total,
		     struct batch *out)
{
	struct ip_header *ip = packet_ip(p);
	struct packet *later, *next;

	if (ip->off & be16(IP_DF)) {
		ip->id = (uint16_t)random_u32(&f->base);
		ip->off &= be16((uint16_t)~IP_DF);
	}
	later = later_fragments(f, p, first, total);
	p->len = (uint32_t)(p->net - p->data) + ip_hlen(ip) + first;
	finish(p, first, be16(ip->off) | IP_MF);
	f->fragments++;
	emit(f, p, out);
	for (; later; later = next) {
		next = later->next;
		f->fragments++;
		emit(f, later, out);
	}
}

/* --- packets --- */

static void reject(struct ipfragmenter *f, struct packet *p)
{
	const struct ip_header *ip = packet_ip(p);
	struct text t = { 0 };

	if (f->verbose || f->drops < REPORTED_DROPS) {
		text_add(&t, "IPFragmenter(%u) DF ", f->mtu);
		print_ip(&t, ip->src);
		text_char(&t, ' ');
		print_ip(&t, ip->dst);
		text_add(&t, " len=%u", p->len);
		chatter_str(&f->base, text_as_str(&t));
		text_fini(&t);
	}
	f->drops++;
	output_push_packet(&f->base, 1, p);
}

/* A packet that does not fit, or has no marked header and passes then. */
static void long_packet(struct ipfragmenter *f, struct packet *p, struct batch *out)
{
	const struct ip_header *ip = ip_complete(p);
	uint32_t hlen, len, first;

	if (!ip) {
		emit(f, p, out);
		return;
	}
	hlen = ip_hlen(ip);
	len = be16(ip->len);
	if (len > packet_net_len(p))
		len = packet_net_len(p);
	first = f->mtu > hlen ? (f->mtu - hlen) & ~7U : 0;
	if ((f->honor_df && (ip->off & be16(IP_DF))) || first < 8) {
		reject(f, p);
	} else if (len <= f->mtu) { /* the rest is not the datagram's */
		p->len = (uint32_t)(p->net - p->data) + (len > hlen ? len : hlen);
		emit(f, p, out);
	} else if (!packet_writable(p)) {
		packet_drop(p);
	} else {
		fragment(f, p, first, len - hlen, out);
	}
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	struct ipfragmenter *f = self(e);
	uint32_t mtu = f->mtu;
	struct batch out;
	unsigned i = 0, n = b->n;

	(void)port;
	while (i < n && LIKELY(fits(b->pkt[i], mtu)))
		i++;
	if (LIKELY(i == n)) {
		output_push(e, 0, b);
		return;
	}
	out.n = 0;
	for (i = 0; i < n; i++)
		if (fits(b->pkt[i], mtu))
			emit(f, b->pkt[i], &out);
		else
			long_packet(f, b->pkt[i], &out);
	b->n = 0;
	if (out.n)
		output_push(e, 0, &out);
}

static const struct arg args[] = {
	ARG("MTU", mtu, ARG_POSITIONAL | ARG_REQUIRED, "longest IP packet, at least 8"),
	ARG_OR("HONOR_DF", honor_df, ARG_POSITIONAL, "true", "do not fragment where DF is set"),
	ARG_OR("VERBOSE", verbose, ARG_POSITIONAL, "false", "a message for each rejected packet"),
	ARG_OR("HEADROOM", headroom, 0, "128", "room in front of later fragments"),
};

static const struct handler handlers[] = {
	READ_FIELD("drops", drops, "packets that were too long"),
	READ_FIELD("fragments", fragments, "fragments made"),
};

const struct element_class ipfragmenter_class = {
	.name = "IPFragmenter",
	.ports = "1/1-2",
	.size = sizeof(self_t),
	.configure = configure,
	.push = push,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
