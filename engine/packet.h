/* SPDX-License-Identifier: MIT */
/*
 * packet.h - packets and batches of them.
 *
 * A packet is one slab object: 128 bytes of metadata, then its buffer of PACKET_ROOM bytes.
 * Clones share the bytes of another packet (the owner) until one of them wants to write; a
 * packet too long for a slab object has an owner of its own size.
 */
#ifndef ENGINE_PACKET_H
#define ENGINE_PACKET_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/bits.h"
#include "base/str.h"

#define BATCH_MAX 32
#define PACKET_HEADROOM 128U /* what packet_new leaves in front by default */
#define PACKET_ROOM 2176U    /* bytes of a slab object's buffer: default headroom and 2 KiB */
#define PACKET_MAX (1U << 20) /* longest buffer of any packet */
#define ANNO_SIZE 48

/* Who a frame was for: Linux's numbers, which traces show. */
enum packet_type { PACKET_HOST, PACKET_BROADCAST, PACKET_MULTICAST, PACKET_OTHERHOST,
		   PACKET_OUTGOING, PACKET_LOOPBACK };

struct packet {
	uint8_t *data; /* first byte */
	uint32_t len;
	uint8_t type;   /* enum packet_type */
	uint8_t flags;  /* PACKET_F_ */
	uint16_t device; /* input interface number + 1; 0: none */
	uint8_t *head;  /* start of the bytes that data may move in */
	uint32_t cap;   /* head[0..cap) */
	uint32_t refs;  /* users of this object's own bytes, itself included while it lives */
	uint8_t *mac, *net, *trans; /* header positions; NULL: not known */
	struct packet *owner;       /* whose bytes these are: itself, or the one it shares with */
	/* --- second cache line --- */
	int64_t timestamp; /* ns since 1970; 0: none */
	struct packet *next; /* for whoever holds the packet */
	union {
		uint8_t anno[ANNO_SIZE];
		uint64_t anno_words[ANNO_SIZE / 8];
	};
};

_Static_assert(sizeof(struct packet) == 128, "metadata is two cache lines");

enum { PACKET_F_BIG = 1,       /* not from the slabs */
       PACKET_F_CSUM_BLANK = 2, /* transport checksum is to be filled in (offloaded) */
       PACKET_F_CSUM_GOOD = 4 }; /* the device has checked it */

/* Offsets of annotations. */
enum { ANNO_DST_IP = 0, ANNO_PAINT = 16, ANNO_ICMP_PARAMPROB = 17, ANNO_FIX_IP_SRC = 19,
       ANNO_VLAN_TCI = 20, ANNO_AGGREGATE = 20, ANNO_FWD_RATE = 20, ANNO_MISC_IP = 20,
       ANNO_EXTRA_PACKETS = 24, ANNO_REV_RATE = 24, ANNO_EXTRA_LENGTH = 28,
       ANNO_IPREASSEMBLER = 28, ANNO_FIRST_TIMESTAMP = 32, ANNO_PACKET_NUMBER = 32,
       ANNO_IPSEC_SPI = 32, ANNO_SEQUENCE_NUMBER = 36, ANNO_PERFCTR = 40,
       ANNO_IPSEC_SA_DATA = 40 };

/* Packets travelling together. The struct is the caller's, often on its stack; the packets are
 * whoever's holds the batch. Never initialise pkt[]: only n. */
struct batch {
	unsigned n;
	struct packet *pkt[BATCH_MAX];
};

/* --- making and ending packets --- */

/* len bytes of undefined content with this much room in front; annotations zero. NULL, and
 * counted, when packet memory is used up or the whole is longer than PACKET_MAX. */
struct packet *packet_new(uint32_t headroom, uint32_t len, uint32_t tailroom) MUST_CHECK;
/* The same with content; headroom is PACKET_HEADROOM. */
struct packet *packet_from(const void *data, uint32_t len) MUST_CHECK;
/* Another packet with the same bytes and metadata. NULL as packet_new. */
struct packet *packet_clone(struct packet *) MUST_CHECK;
/* Another packet with its own copy of the bytes and the same metadata. NULL as packet_new. */
struct packet *packet_copy(const struct packet *) MUST_CHECK;
void packet_drop(struct packet *);

/* Up to n packets of len undefined bytes, appended to b, which has the room. Fewer when packet
 * memory is used up. headroom + len must be at most PACKET_ROOM. */
void batch_new(struct batch *b, unsigned n, uint32_t headroom, uint32_t len);
void batch_drop(struct batch *b); /* leaves it empty */
/* Clones of all packets of b into the empty batch c; fewer when packet memory is used up. */
void batch_clone(const struct batch *b, struct batch *c);

/* --- changing the bytes --- */

static inline bool packet_shared(const struct packet *p)
{
	return __atomic_load_n(&p->owner->refs, __ATOMIC_ACQUIRE) > 1;
}

bool packet_unshare(struct packet *p) MUST_CHECK; /* use packet_writable */

/* Call before writing into data[]. False when there is no memory for a copy: the caller drops
 * the packet (the pool has counted it). data, mac, net and trans may have moved. */
static inline bool MUST_CHECK packet_writable(struct packet *p)
{
	return __builtin_expect(!packet_shared(p), 1) || packet_unshare(p);
}

/* Makes every packet writable; those for which there is no memory are dropped. */
void batch_writable(struct batch *b);

static inline uint32_t packet_headroom(const struct packet *p)
{
	return (uint32_t)(p->data - p->head);
}

static inline uint32_t packet_tailroom(const struct packet *p)
{
	return p->cap - packet_headroom(p) - p->len;
}

/* Takes n bytes off the front. False, and p unchanged, when p is shorter. */
static inline bool MUST_CHECK packet_pull(struct packet *p, uint32_t n)
{
	if (n > p->len)
		return false;
	p->data += n;
	p->len -= n;
	return true;
}

/* Takes n bytes off the end. False, and p unchanged, when p is shorter. */
static inline bool MUST_CHECK packet_trim(struct packet *p, uint32_t n)
{
	if (n > p->len)
		return false;
	p->len -= n;
	return true;
}

/* Grows without looking; use packet_push and packet_put. */
bool packet_grow(struct packet *p, uint32_t front, uint32_t back) MUST_CHECK;

/* Adds n bytes in front and makes p writable; what they hold is what was there (stripped
 * headers come back). False, p unchanged, when there is no memory. */
static inline bool MUST_CHECK packet_push(struct packet *p, uint32_t n)
{
	if (__builtin_expect(packet_headroom(p) < n || packet_shared(p), 0))
		return packet_grow(p, n, 0);
	p->data -= n;
	p->len += n;
	return true;
}

/* Adds n undefined bytes at the end and makes p writable. False, p unchanged: no memory. */
static inline bool MUST_CHECK packet_put(struct packet *p, uint32_t n)
{
	if (__builtin_expect(packet_tailroom(p) < n || packet_shared(p), 0))
		return packet_grow(p, 0, n);
	p->len += n;
	return true;
}

/* Moves the data by delta bytes (alignment), copying when shared or short of room. */
bool packet_shift(struct packet *p, int delta) MUST_CHECK;

/* --- annotations --- */

static inline uint32_t anno_u32(const struct packet *p, unsigned at)
{
	uint32_t v;

	memcpy(&v, p->anno + at, sizeof(v));
	return v;
}

static inline void anno_set_u32(struct packet *p, unsigned at, uint32_t v)
{
	memcpy(p->anno + at, &v, sizeof(v));
}

static inline uint16_t anno_u16(const struct packet *p, unsigned at)
{
	uint16_t v;

	memcpy(&v, p->anno + at, sizeof(v));
	return v;
}

static inline void anno_set_u16(struct packet *p, unsigned at, uint16_t v)
{
	memcpy(p->anno + at, &v, sizeof(v));
}

static inline uint64_t anno_u64(const struct packet *p, unsigned at)
{
	uint64_t v;

	memcpy(&v, p->anno + at, sizeof(v));
	return v;
}

static inline void anno_set_u64(struct packet *p, unsigned at, uint64_t v)
{
	memcpy(p->anno + at, &v, sizeof(v));
}

/* The destination address annotation, network order. */
static inline uint32_t anno_dst(const struct packet *p)
{
	return anno_u32(p, ANNO_DST_IP);
}

static inline void anno_set_dst(struct packet *p, uint32_t addr)
{
	anno_set_u32(p, ANNO_DST_IP, addr);
}

static inline void anno_clear(struct packet *p)
{
	memset(p->anno, 0, ANNO_SIZE);
}

/* Annotations, timestamp, type, device, and header positions relative to data. */
void packet_copy_meta(struct packet *to, const struct packet *from);

/* --- headers --- */

struct ip_header;
struct ip6_header;

/* Sets the network header, and the transport header hlen bytes behind it. */
static inline void packet_set_ip(struct packet *p, const void *ip, uint32_t hlen)
{
	p->net = p->data + ((const uint8_t *)ip - p->data);
	p->trans = p->net + hlen;
}

static inline struct ip_header *packet_ip(const struct packet *p)
{
	return (struct ip_header *)(void *)p->net;
}

/* Bytes from the network (transport) header to the end of the packet; 0 when it is not known
 * or lies outside. */
static inline uint32_t packet_net_len(const struct packet *p)
{
	return p->net >= p->data && p->net <= p->data + p->len && p->net
		? (uint32_t)(p->data + p->len - p->net) : 0;
}

static inline uint32_t packet_trans_len(const struct packet *p)
{
	return p->trans >= p->data && p->trans <= p->data + p->len && p->trans
		? (uint32_t)(p->data + p->len - p->trans) : 0;
}

/* --- batches --- */

static inline void batch_add(struct batch *b, struct packet *p)
{
	b->pkt[b->n++] = p;
}

static inline uint64_t batch_bytes(const struct batch *b)
{
	uint64_t sum = 0;

	UNROLL(4)
	for (unsigned i = 0; i < b->n; i++)
		sum += b->pkt[i]->len;
	return sum;
}

/* Moves the first n packets of b to the end of to, which has the room. */
void batch_move(struct batch *b, unsigned n, struct batch *to);

#endif
