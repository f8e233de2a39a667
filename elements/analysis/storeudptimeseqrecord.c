/* SPDX-License-Identifier: MIT */
/*
 * StoreUDPTimeSeqRecord - write a sequence number and the time into UDP packets
 *
 * At OFFSET is an IPv4 or IPv6 header, behind it UDP; its payload begins with
 * five big-endian words. Without DELTA they become the packet's number, from 1,
 * the time now in seconds and nanoseconds, and two zeros; with DELTA the last
 * two become the time since that in the words before. The checksum stays right.
 * Packets too short or of another protocol are dropped.
 *
 * See also: StoreTimestamp, FastUDPSource
 */
#include "base/checksum.h"
#include "base/net.h"
#include "engine/element.h"

struct storeudptimeseqrecord {
	struct element base;
	uint32_t offset;
	bool delta;
	uint64_t count;
};
ELEMENT_SELF(struct storeudptimeseqrecord)

#define RECORD 20U

/* The UDP header; NULL: there is none with a whole record. */
static uint8_t *find_udp(struct element *e, const struct packet *p)
{
	uint32_t at = self(e)->offset, left = at < p->len ? p->len - at : 0, hlen;
	uint8_t *net = p->data + at, next;

	if (left < 20)
		return NULL;
	if (net[0] >> 4 == 4) {
		hlen = (net[0] & 15) * 4U;
		next = net[9];
	} else if (net[0] >> 4 == 6) {
		hlen = 40;
		next = net[6];
	} else {
		chatter(e, "Unknown IP version!");
		return NULL;
	}
	if (hlen < 20 || left < hlen + 8 + RECORD || next != IP_PROTO_UDP)
		return NULL;
	return net + hlen;
}

static void fill(struct storeudptimeseqrecord *s, uint8_t *record, int64_t now)
{
	int64_t then, since;

	if (!s->delta) {
		store_be32(record, (uint32_t)++s->count);
		store_be32(record + 4, (uint32_t)(now / NS_PER_SEC));
		store_be32(record + 8, (uint32_t)(now % NS_PER_SEC));
		memset(record + 12, 0, 8);
		return;
	}
	s->count++;
	then = load_be32(record + 4) * NS_PER_SEC + load_be32(record + 8);
	since = now - then;
	store_be32(record + 12, (uint32_t)(since / NS_PER_SEC));
	store_be32(record + 16, (uint32_t)(since % NS_PER_SEC));
}

/* The record takes the place of what was there; a checksum of 0 is none. */
static bool write_record(struct element *e, struct packet *p, int64_t now)
{
	struct udp_header *udp;
	uint8_t *th = find_udp(e, p);
	uint32_t before, after;

	if (!th || !packet_writable(p))
		return false;
	th = find_udp(e, p);
	udp = (void *)th;
	before = checksum_fold(checksum_add(th + 8, RECORD, 0));
	fill(self(e), th + 8, now);
	after = checksum_fold(checksum_add(th + 8, RECORD, 0));
	if (udp->sum != 0) {
		udp->sum = checksum_update(udp->sum, (uint16_t)before, (uint16_t)after);
		udp->sum = udp->sum ? udp->sum : 0xffff;
	}
	return true;
}

static void store(struct element *e, struct batch *b)
{
	int64_t now = time_now(e);
	unsigned kept = 0;

	for (unsigned i = 0; i < b->n; i++)
		if (write_record(e, b->pkt[i], now))
			b->pkt[kept++] = b->pkt[i];
		else
			packet_drop(b->pkt[i]);
	b->n = kept;
}

static bool reset(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	self(e)->count = 0;
	return true;
}

static const struct arg args[] = {
	ARG("OFFSET", offset, ARG_POSITIONAL | ARG_REQUIRED, "where the IP header is"),
	ARG_OR("DELTA", delta, 0, "false", "write the time that has gone by"),
};

static const struct handler handlers[] = {
	READ_FIELD("count", count, "packets written to"),
	WRITE("reset", reset, "count from 1 again"),
};

const struct element_class storeudptimeseqrecord_class = {
	.name = "StoreUDPTimeSeqRecord",
	.ports = "1/1",
	.size = sizeof(self_t),
	.action = store,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
