/* SPDX-License-Identifier: MIT */
/*
 * StoreIPAddress - write an IP address into packets
 *
 * `StoreIPAddress(OFFSET)' stores the destination annotation, and
 * `StoreIPAddress(ADDR, OFFSET)' an address. OFFSET is a number of bytes from
 * the packet's start, where no checksum is changed and a zero annotation is
 * not stored; or `src' or `dst', the field of the marked IP header, and then
 * the IP, TCP and UDP checksums are updated. Packets without the place go to
 * output 1, or are dropped.
 *
 * Example: StoreIPAddress(10.0.0.1, src)
 * See also: GetIPAddress, SetIPAddress
 */
#include "engine/element.h"
#include "elements/ip/ipheader.h"

struct storeipaddress {
	struct element base;
	struct raw first, second; /* ADDR or OFFSET; OFFSET */
	struct ip_addr addr;
	bool from_anno, in_header;
	uint32_t offset;
};
ELEMENT_SELF(struct storeipaddress)

static bool parse_offset(struct storeipaddress *s, struct str text, struct error *err)
{
	int32_t offset;

	s->in_header = true;
	if (str_is_nocase(text, "src")) {
		s->offset = offsetof(struct ip_header, src);
	} else if (str_is_nocase(text, "dst")) {
		s->offset = offsetof(struct ip_header, dst);
	} else if (parse_i32(text, &offset, NULL) && offset >= 0) {
		s->in_header = false;
		s->offset = (uint32_t)offset;
	} else {
		return fail(err, "type mismatch: OFFSET requires integer");
	}
	return true;
}

/* One argument is OFFSET, of two the first is ADDR. */
static bool configure(struct element *e, struct error *err)
{
	struct storeipaddress *s = self(e);
	bool addr = arg_given(e, "ADDR"), offset = arg_given(e, "OFFSET");

	s->from_anno = !(addr && offset);
	if (!addr && !offset)
		return fail(err, "OFFSET: required argument missing");
	if (!s->from_anno && !parse_ip(s->first.s, e, &s->addr))
		return fail(err, "ADDR: parse error");
	return parse_offset(s, offset ? s->second.s : s->first.s, err);
}

/* Of TCP or UDP, which cover the addresses too. */
static void update_transport(struct packet *p, uint32_t from, uint32_t to)
{
	uint32_t len = ip_trans_len(p);

	if (packet_ip(p)->proto == IP_PROTO_TCP && len >= sizeof(struct tcp_header)) {
		struct tcp_header *tcp = (struct tcp_header *)p->trans;

		tcp->sum = checksum_update32(tcp->sum, from, to);
	} else if (packet_ip(p)->proto == IP_PROTO_UDP && len >= sizeof(struct udp_header)) {
		struct udp_header *udp = (struct udp_header *)p->trans;

		if (udp->sum) {
			udp->sum = checksum_update32(udp->sum, from, to);
			udp->sum = udp->sum ? udp->sum : 0xffff;
		}
	}
}

enum result { STORED, DROPPED, NO_PLACE };

static enum result store_in_header(const struct storeipaddress *s, struct packet *p, uint32_t addr)
{
	struct ip_header *ip;
	uint32_t before;

	if (packet_net_len(p) < IP_MIN_LEN)
		return NO_PLACE;
	if (!packet_writable(p))
		return DROPPED;
	ip = packet_ip(p);
	before = load32(p->net + s->offset);
	store32(p->net + s->offset, addr);
	ip->sum = checksum_update32(ip->sum, before, addr);
	update_transport(p, before, addr);
	return STORED;
}

static enum result store_packet(const struct storeipaddress *s, struct packet *p)
{
	uint32_t addr = s->from_anno ? anno_dst(p) : s->addr.v;

	if (s->in_header)
		return store_in_header(s, p, addr);
	if (s->offset + 4 > p->len)
		return NO_PLACE;
	if (s->from_anno && addr == 0)
		return STORED;
	if (!packet_writable(p))
		return DROPPED;
	store32(p->data + s->offset, addr);
	return STORED;
}

static void store(struct element *e, struct batch *b)
{
	struct batch rejected;
	unsigned kept = 0;

	rejected.n = 0;
	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];
		enum result r = store_packet(self(e), p);

		if (LIKELY(r == STORED))
			b->pkt[kept++] = p;
		else if (r == NO_PLACE)
			batch_add(&rejected, p);
		else
			packet_drop(p);
	}
	b->n = kept;
	if (UNLIKELY(rejected.n))
		output_push_or_drop(e, 1, &rejected);
}

static const struct arg args[] = {
	ARG("ADDR", first, ARG_POSITIONAL, "the address; the annotation when it is left out"),
	ARG("OFFSET", second, ARG_POSITIONAL, "where: bytes, src or dst"),
};

const struct element_class storeipaddress_class = {
	.name = "StoreIPAddress",
	.ports = "1/1-2",
	.processing = "a/ah",
	.size = sizeof(self_t),
	.configure = configure,
	.action = store,
	.args = TABLE(args),
};
