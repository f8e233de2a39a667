/* SPDX-License-Identifier: MIT */
/* ipdatagram.c - putting an IP datagram together. */
#include "elements/ip/ipdatagram.h"

#define UNIT 8U
#define NO_HOLE UINT16_MAX

struct hole { /* starts where it lies */
	uint16_t end, next;
};

/* --- fragments --- */

bool ip_fragment_parse(const struct packet *p, struct ip_fragment *f)
{
	const struct ip_header *ip = ip_complete(p);
	uint32_t hlen, len;

	if (!ip)
		return false;
	hlen = ip_hlen(ip);
	len = be16(ip->len);
	f->start = (be16(ip->off) & IP_OFFMASK) * UNIT;
	f->end = f->start + len - hlen;
	f->last = !(ip->off & be16(IP_MF));
	f->payload = p->net + hlen;
	return len > hlen && f->end + hlen <= DATAGRAM_MAX && (f->last || f->end % UNIT == 0) &&
	       packet_net_len(p) >= len;
}

/* --- holes --- */

static struct hole hole_read(const struct ip_datagram *d, uint32_t at)
{
	struct hole h;

	memcpy(&h, d->p->data + at * UNIT, sizeof(h));
	return h;
}

static void hole_write(struct ip_datagram *d, uint32_t at, uint32_t end, uint32_t next)
{
	struct hole h = { (uint16_t)end, (uint16_t)next };

	memcpy(d->p->data + at * UNIT, &h, sizeof(h));
}

static void hole_link(struct ip_datagram *d, uint32_t before, uint32_t next)
{
	if (before == NO_HOLE)
		d->first_hole = (uint16_t)next;
	else
		hole_write(d, before, hole_read(d, before).end, next);
}

/* The hole behind all others. */
static void hole_append(struct ip_datagram *d, uint32_t start, uint32_t end)
{
	uint32_t before = NO_HOLE;

	for (uint32_t i = d->first_hole; i != NO_HOLE; i = hole_read(d, i).next)
		before = i;
	hole_link(d, before, start);
	hole_write(d, start, end, NO_HOLE);
	d->nholes++;
}

/* Takes start to end out of the holes. A hole is at least one unit long, and holds itself. */
static void holes_fill(struct ip_datagram *d, uint32_t start, uint32_t end)
{
	uint32_t before = NO_HOLE, next;

	for (uint32_t i = d->first_hole; i != NO_HOLE && i < end; i = next) {
		struct hole h = hole_read(d, i);

		next = h.next;
		if (h.end <= start) {
			before = i;
			continue;
		}
		d->nholes--;
		if (end < h.end) {
			hole_write(d, end, h.end, next);
			next = end;
			d->nholes++;
		}
		if (i < start) {
			hole_write(d, i, start, next);
			before = i;
			d->nholes++;
		} else {
			hole_link(d, before, next);
		}
	}
}

/* Holes become zeros: nobody needs to know what was there. */
static void holes_clear(struct ip_datagram *d)
{
	while (d->first_hole != NO_HOLE) {
		struct hole h = hole_read(d, d->first_hole);

		memset(d->p->data + d->first_hole * UNIT, 0, (h.end - d->first_hole) * UNIT);
		d->first_hole = h.next;
	}
	d->nholes = 0;
}

/* --- the packet --- */

/* Room doubles, so that many small fragments are not copied over and over. */
static bool reach(struct ip_datagram *d, uint32_t end)
{
	struct packet *p = d->p;
	uint32_t more, len = p->len;

	if (end <= len)
		return true;
	more = end - len;
	if (packet_tailroom(p) < more && more < len)
		more = 2 * len < DATAGRAM_MAX ? len : DATAGRAM_MAX - len;
	if (!packet_put(p, more))
		return false;
	p->len = end;
	return true;
}

/* Puts the fragment's header, and what is in front of it, in front of the payload. */
static bool take_header(struct ip_datagram *d, const struct packet *from)
{
	uint32_t hlen = ip_hlen(packet_ip(from)), lead = (uint32_t)(from->net - from->data);
	struct packet *p = d->p;

	if (packet_headroom(p) < lead + hlen) {
		if (!packet_push(p, lead + hlen))
			return false;
		p->data += lead + hlen;
		p->len -= lead + hlen;
	}
	p->net = p->data - hlen;
	p->trans = p->data;
	memcpy(p->net - lead, from->data, lead + hlen);
	p->type = from->type;
	p->device = from->device;
	memcpy(p->anno, from->anno, ANNO_SIZE);
	d->lead = lead;
	d->mac_len = from->mac && from->mac >= from->data && from->mac < from->net
			     ? (uint16_t)(from->net - from->mac)
			     : 0;
	return true;
}

/* A second end, something behind the end, or more than a datagram can be. */
static bool contradicts(const struct ip_datagram *d, const struct packet *p,
			const struct ip_fragment *f)
{
	uint32_t len = d->p->len, max = f->end > len ? f->end : len;
	uint32_t hlen = ip_hlen(packet_ip(f->start == 0 ? p : d->p));

	if (hlen + max > DATAGRAM_MAX || (d->end_known && f->end > len))
		return true;
	return f->last && (d->end_known ? f->end != len : f->end < len);
}

bool ip_datagram_add(struct ip_datagram *d, const struct packet *p, const struct ip_fragment *f)
{
	uint32_t had = d->p->len, len = be16(packet_ip(p)->len);

	if (contradicts(d, p, f) || d->nholes >= DATAGRAM_HOLES_MAX || !reach(d, f->end))
		return false;
	if (f->start == 0 && !take_header(d, p)) {
		d->p->len = had;
		return false;
	}
	if (f->start > had)
		hole_append(d, had / UNIT, f->start / UNIT);
	else
		holes_fill(d, f->start / UNIT, (f->end + UNIT - 1) / UNIT);
	memcpy(d->p->data + f->start, f->payload, f->end - f->start);
	d->end_known |= f->last;
	if (len > d->max_mtu)
		d->max_mtu = (uint16_t)len;
	return true;
}

bool ip_datagram_init(struct ip_datagram *d, const struct packet *p, const struct ip_fragment *f)
{
	const struct ip_header *ip = packet_ip(p);
	uint32_t front = PACKET_HEADROOM + IP_LONGEST + (uint32_t)(p->net - p->data);

	d->p = packet_new(front, 0, f->end);
	if (!d->p)
		return false;
	d->src = ip->src;
	d->dst = ip->dst;
	d->id = ip->id;
	d->proto = ip->proto;
	d->end_known = false;
	d->first_hole = NO_HOLE;
	d->nholes = d->max_mtu = 0;
	if (take_header(d, p) && ip_datagram_add(d, p, f))
		return true;
	packet_drop(d->p);
	return false;
}

bool ip_datagram_complete(const struct ip_datagram *d)
{
	return d->end_known && d->first_hole == NO_HOLE;
}

struct packet *ip_datagram_finish(struct ip_datagram *d)
{
	struct packet *p = d->p;
	struct ip_header *ip = packet_ip(p);
	bool whole = ip_datagram_complete(d);

	holes_clear(d);
	ip->len = be16((uint16_t)(ip_hlen(ip) + p->len));
	ip->off &= be16(IP_RF | IP_DF);
	if (!whole)
		ip->off |= be16(IP_MF);
	ip_set_checksum(ip);
	p->len += (uint32_t)(p->data - p->net) + d->lead;
	p->data = p->net - d->lead;
	p->mac = d->mac_len ? p->net - d->mac_len : NULL;
	return p;
}

bool ip_datagram_range(const struct ip_datagram *d, uint32_t *at, uint32_t *start, uint32_t *end)
{
	uint32_t i = d->first_hole;

	*start = *at;
	for (; i != NO_HOLE && i * UNIT <= *start; i = hole_read(d, i).next)
		if (hole_read(d, i).end * UNIT > *start)
			*start = hole_read(d, i).end * UNIT;
	*end = i != NO_HOLE ? i * UNIT : d->p->len;
	*at = *end;
	return *start < d->p->len;
}
