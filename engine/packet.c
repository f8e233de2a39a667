/* SPDX-License-Identifier: MIT */
/*
 * packet.c - packet memory: slabs, per-thread free lists, sharing.
 *
 * A free packet always has head, cap, owner and refs as packet_new wants them, so that making
 * one only sets what differs. An object returns to a free list when nobody uses its bytes and
 * its own packet has ended: refs counts both.
 */
#include "engine/packet.h"

#include <stddef.h>
#include <stdlib.h>

#include "base/bits.h"

#include "engine/platform.h"
#include "engine/run/thread.h"

#define OBJECT_SIZE (sizeof(struct packet) + PACKET_ROOM)
#define CHUNK_OBJECTS 113U /* fills 256 KiB */
#define CHUNK_SIZE (CHUNK_OBJECTS * OBJECT_SIZE + 128U)

/* For fuzzing: every packet's bytes end where a block of the heap does, so that a sanitizer sees
 * each step outside. */
#ifdef CLICK_EXACT_PACKETS
#define SLAB_ROOM 0U
#else
#define SLAB_ROOM PACKET_ROOM
#endif

static void object_reset(struct packet *p)
{
	p->head = (uint8_t *)(p + 1);
	p->cap = PACKET_ROOM;
	p->owner = p;
	p->refs = 1;
	p->flags = 0;
}

/* Called with the depot locked. */
static bool depot_make_chunk(struct depot *d)
{
	uint32_t n = d->limit - d->made;
	struct chunk *c;

	if (n == 0)
		return false;
	c = platform_pages(CHUNK_SIZE);
	if (!c)
		return false;
	n = n < CHUNK_OBJECTS ? n : CHUNK_OBJECTS;
	c->next = d->chunks;
	c->size = CHUNK_SIZE;
	d->chunks = c;
	for (uint32_t i = n; i-- > 0;) {
		struct packet *p = (void *)((uint8_t *)c + 128 + i * OBJECT_SIZE);

		object_reset(p);
		p->next = d->free;
		d->free = p;
	}
	d->nfree += n;
	d->made += n;
	return true;
}

void depot_fini(struct depot *d)
{
	for (struct chunk *c = d->chunks, *next; c; c = next) {
		next = c->next;
		platform_pages_free(c, c->size);
	}
	d->chunks = NULL;
	d->free = NULL;
	d->nfree = d->made = 0;
}

static void cache_refill(struct thread *t)
{
	struct depot *d = t->depot;
	unsigned n;

	spin_lock(&d->lock);
	if (d->nfree < CACHE_REFILL)
		(void)depot_make_chunk(d);
	n = d->nfree < CACHE_REFILL ? d->nfree : CACHE_REFILL;
	d->nfree -= n;
	while (n-- > 0) {
		t->cached[t->ncached++] = d->free;
		d->free = d->free->next;
	}
	spin_unlock(&d->lock);
}

static void cache_spill(struct thread *t, unsigned keep)
{
	struct depot *d = t->depot;

	spin_lock(&d->lock);
	d->nfree += t->ncached - keep;
	while (t->ncached > keep) {
		struct packet *p = t->cached[--t->ncached];

		p->next = d->free;
		d->free = p;
	}
	spin_unlock(&d->lock);
}

void thread_flush_packets(struct thread *t)
{
	cache_spill(t, 0);
}

static inline void cache_put(struct thread *t, struct packet *p)
{
	if (UNLIKELY(t->ncached == CACHE_PACKETS))
		cache_spill(t, CACHE_PACKETS / 2);
	t->cached[t->ncached++] = p;
}

static struct packet *allocation_failed(void)
{
	__atomic_fetch_add(&thread_current->depot->failures, 1, __ATOMIC_RELAXED);
	return NULL;
}

static struct packet *__attribute__((noinline, cold)) object_get_slow(struct thread *t)
{
	cache_refill(t);
	return t->ncached ? t->cached[--t->ncached] : allocation_failed();
}

static inline struct packet *object_get(void)
{
	struct thread *t = thread_current;

	return LIKELY(t->ncached != 0) ? t->cached[--t->ncached] : object_get_slow(t);
}

/* An object of its own size, for the bytes of packets that no slab object holds. It counts
 * against the limit as the slab objects it is as long as. */
static struct packet *big_new(uint32_t room)
{
	struct depot *d = thread_current->depot;
	uint32_t units = room / PACKET_ROOM + 1;
	struct packet *p;

	if (room > PACKET_MAX || __atomic_add_fetch(&d->big, units, __ATOMIC_RELAXED) > d->limit)
		p = NULL;
	else
		p = malloc(sizeof(*p) + room);
	if (!p) {
		if (room <= PACKET_MAX)
			__atomic_fetch_sub(&d->big, units, __ATOMIC_RELAXED);
		return allocation_failed();
	}
	object_reset(p);
	p->cap = room;
	p->flags = PACKET_F_BIG;
	return p;
}

static void object_put(struct packet *o)
{
	if (o->flags & PACKET_F_BIG) {
		uint32_t units = o->cap / PACKET_ROOM + 1;

		__atomic_fetch_sub(&thread_current->depot->big, units, __ATOMIC_RELAXED);
		free(o);
		return;
	}
	object_reset(o);
	cache_put(thread_current, o);
}

static void object_unref(struct packet *o)
{
	if (__atomic_sub_fetch(&o->refs, 1, __ATOMIC_ACQ_REL) == 0)
		object_put(o);
}

typedef uint64_t pair __attribute__((vector_size(16), aligned(8), may_alias));
typedef uint64_t word __attribute__((may_alias));

_Static_assert(offsetof(struct packet, len) == 8 && offsetof(struct packet, type) == 12 &&
		       offsetof(struct packet, net) == offsetof(struct packet, mac) + 8 &&
		       offsetof(struct packet, next) == offsetof(struct packet, timestamp) + 8 &&
		       offsetof(struct packet, anno) == offsetof(struct packet, next) + 8,
	       "packet_clear writes neighbours together");

/* The metadata of a fresh packet, all zero, in the widest stores: this is most of what making a
 * packet costs. */
static inline void packet_clear(struct packet *p, uint8_t *data, uint32_t len)
{
	const pair zero = { 0, 0 };

	p->data = data;
	*(word *)&p->len = len;  /* type, flags and device too */
	*(pair *)&p->mac = zero; /* and net */
	p->trans = NULL;
	*(pair *)&p->timestamp = zero; /* and next */
	for (unsigned i = 0; i < ANNO_SIZE / sizeof(pair); i++)
		((pair *)p->anno)[i] = zero;
}

/* Makes p, an object of the slabs with its own bytes, use those of owner. */
static void packet_adopt(struct packet *p, struct packet *owner)
{
	p->owner = owner;
	p->head = (uint8_t *)(owner + 1);
	p->cap = owner->flags & PACKET_F_BIG ? owner->cap : PACKET_ROOM;
}

struct packet *packet_new(uint32_t headroom, uint32_t len, uint32_t tailroom)
{
	uint64_t room = (uint64_t)headroom + len + tailroom;
	struct packet *p = object_get(), *owner;

	if (!p)
		return NULL;
	if (UNLIKELY(room > SLAB_ROOM)) {
		owner = big_new(room > PACKET_MAX ? PACKET_MAX + 1 : (uint32_t)room);
		if (!owner) {
			object_put(p);
			return NULL;
		}
		packet_adopt(p, owner);
	}
	packet_clear(p, p->head + headroom, len);
	return p;
}

struct packet *packet_from(const void *data, uint32_t len)
{
	struct packet *p = packet_new(PACKET_HEADROOM, len, 0);

	if (p && len)
		memcpy(p->data, data, len);
	return p;
}

void batch_new(struct batch *b, unsigned n, uint32_t headroom, uint32_t len)
{
	struct thread *t = thread_current;
	struct packet **from, **to;

	if (UNLIKELY(t->ncached < n || SLAB_ROOM == 0)) {
		while (n-- > 0) {
			struct packet *p = packet_new(headroom, len, 0);

			if (!p)
				return;
			batch_add(b, p);
		}
		return;
	}
	t->ncached -= n;
	from = &t->cached[t->ncached + n];
	to = &b->pkt[b->n];
	b->n += n;
	UNROLL(4)
	while (n-- > 0) {
		struct packet *p = *--from;

		/* Cached objects are in their first state: head is right behind them. */
		packet_clear(p, (uint8_t *)(p + 1) + headroom, len);
		*to++ = p;
	}
}

static void copy_meta(struct packet *to, const struct packet *from)
{
	to->type = from->type;
	to->flags = from->flags & (uint8_t)~PACKET_F_BIG;
	to->device = from->device;
	to->timestamp = from->timestamp;
	memcpy(to->anno, from->anno, ANNO_SIZE);
}

/* A header position relative to from, for the same bytes at to. */
static uint8_t *rebase(const uint8_t *pos, const uint8_t *from, uint8_t *to)
{
	return pos ? to + (pos - from) : NULL;
}

void packet_copy_meta(struct packet *to, const struct packet *from)
{
	copy_meta(to, from);
	to->mac = rebase(from->mac, from->data, to->data);
	to->net = rebase(from->net, from->data, to->data);
	to->trans = rebase(from->trans, from->data, to->data);
}

/* All but the count, which other threads may change meanwhile. */
static void copy_header(struct packet *to, const struct packet *from)
{
	memcpy(to, from, offsetof(struct packet, refs));
	memcpy(&to->mac, &from->mac, sizeof(*to) - offsetof(struct packet, mac));
}

struct packet *packet_clone(struct packet *from)
{
	struct packet *p = object_get(), *owner = from->owner;

	if (UNLIKELY(!p))
		return NULL;
	__atomic_fetch_add(&owner->refs, 1, __ATOMIC_RELAXED);
	copy_header(p, from);
	p->refs = 1;
	return p;
}

struct packet *packet_copy(const struct packet *from)
{
	uint32_t headroom = packet_headroom(from);
	struct packet *p = packet_new(headroom, from->len, packet_tailroom(from));

	if (!p)
		return NULL;
	/* Stripped headers lie in the headroom and may come back. */
	memcpy(p->head, from->head, headroom + from->len);
	packet_copy_meta(p, from);
	return p;
}

static inline bool packet_plain(const struct packet *p)
{
	return p->owner == p && __atomic_load_n(&p->refs, __ATOMIC_ACQUIRE) == 1;
}

static void __attribute__((noinline)) packet_drop_shared(struct packet *p)
{
	struct packet *owner = p->owner;

	if (owner == p || __atomic_load_n(&p->refs, __ATOMIC_ACQUIRE) != 1) {
		object_unref(p);
	} else {
		/* A clone whose own bytes nobody used. */
		object_reset(p);
		cache_put(thread_current, p);
	}
	if (owner != p)
		object_unref(owner);
}

void packet_drop(struct packet *p)
{
	if (LIKELY(packet_plain(p)))
		cache_put(thread_current, p);
	else
		packet_drop_shared(p);
}

void batch_drop(struct batch *b)
{
	struct thread *t = thread_current;
	unsigned n = b->n;
	struct packet **to;

	/* Each may give back two objects: a clone, and what it was the last to use. */
	if (UNLIKELY(t->ncached + 2 * n > CACHE_PACKETS))
		cache_spill(t, CACHE_PACKETS / 2);
	b->n = 0;
	to = &t->cached[t->ncached];
	UNROLL(4)
	for (struct packet **from = b->pkt, **end = from + n; from < end; from++) {
		struct packet *p = *from;

		if (LIKELY(packet_plain(p))) {
			*to++ = p;
		} else {
			t->ncached = (unsigned)(to - t->cached);
			packet_drop_shared(p);
			to = &t->cached[t->ncached];
		}
	}
	t->ncached = (unsigned)(to - t->cached);
}

void batch_clone(const struct batch *b, struct batch *c)
{
	c->n = 0;
	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = packet_clone(b->pkt[i]);

		if (p)
			batch_add(c, p);
	}
}

void batch_move(struct batch *b, unsigned n, struct batch *to)
{
	memcpy(&to->pkt[to->n], b->pkt, n * sizeof(b->pkt[0]));
	to->n += n;
	b->n -= n;
	memmove(b->pkt, &b->pkt[n], b->n * sizeof(b->pkt[0]));
}

/*
 * Where p's bytes can go so that nobody else has them: its own object when only its header
 * lives there, else a new one. The result is not yet p's owner; NULL when there is no memory.
 */
static struct packet *private_owner(struct packet *p, uint64_t room)
{
	struct packet *o;

	if (room > PACKET_ROOM)
		return big_new(room > PACKET_MAX ? PACKET_MAX + 1 : (uint32_t)room);
	if (p->owner != p && __atomic_load_n(&p->refs, __ATOMIC_ACQUIRE) == 1)
		return p;
	o = object_get();
	return o;
}

/* Moves p's bytes, with front bytes more room before them, into owner. */
static void packet_rehome(struct packet *p, struct packet *owner, uint32_t headroom)
{
	struct packet *old_owner = p->owner;
	uint32_t keep = packet_headroom(p) < headroom ? packet_headroom(p) : headroom;
	uint8_t *base = (uint8_t *)(owner + 1);
	const uint8_t *old = p->data;

	memcpy(base + headroom - keep, old - keep, keep + p->len);
	if (owner == p) {
		p->owner = p;
		p->head = base;
		p->cap = PACKET_ROOM;
	} else {
		packet_adopt(p, owner);
	}
	p->data = base + headroom;
	p->mac = rebase(p->mac, old, p->data);
	p->net = rebase(p->net, old, p->data);
	p->trans = rebase(p->trans, old, p->data);
	/* When old_owner is p its count goes from header + sharers to one fewer, as it must: p's
	 * header still counts, its use of the bytes and its header were one. */
	if (old_owner != p)
		object_unref(old_owner);
}

bool packet_unshare(struct packet *p)
{
	uint32_t headroom = packet_headroom(p);
	struct packet *owner = private_owner(p, (uint64_t)headroom + p->len + packet_tailroom(p));

	if (!owner)
		return false;
	packet_rehome(p, owner, headroom);
	return true;
}

bool packet_grow(struct packet *p, uint32_t front, uint32_t back)
{
	uint32_t headroom = packet_headroom(p), tailroom = packet_tailroom(p);
	struct packet *owner;

	if (headroom < front)
		headroom = front + PACKET_HEADROOM;
	if (tailroom < back)
		tailroom = back;
	if (packet_shared(p) || headroom != packet_headroom(p) || tailroom != packet_tailroom(p)) {
		uint64_t room = (uint64_t)headroom + p->len + tailroom;

		/* What only would be nice to have must not make it big. */
		if (room > PACKET_ROOM && (uint64_t)headroom + p->len + back <= PACKET_ROOM)
			room = PACKET_ROOM;
		owner = private_owner(p, room);
		if (!owner)
			return false;
		packet_rehome(p, owner, headroom);
	}
	p->data -= front;
	p->len += front + back;
	return true;
}

bool packet_shift(struct packet *p, int delta)
{
	uint8_t *old = p->data;

	if (delta < 0 ? packet_headroom(p) < (uint32_t)-delta
		      : packet_tailroom(p) < (uint32_t)delta) {
		if (!packet_grow(p, delta < 0 ? (uint32_t)-delta : 0,
				 delta > 0 ? (uint32_t)delta : 0))
			return false;
		p->len -= (uint32_t)(delta < 0 ? -delta : delta);
		p->data += delta < 0 ? -delta : 0;
		old = p->data;
	} else if (!packet_writable(p)) {
		return false;
	} else {
		old = p->data;
	}
	memmove(old + delta, old, p->len);
	p->data += delta;
	p->mac = p->mac ? p->mac + delta : NULL;
	p->net = p->net ? p->net + delta : NULL;
	p->trans = p->trans ? p->trans + delta : NULL;
	return true;
}

void batch_writable(struct batch *b)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];

		if (LIKELY(packet_writable(p)))
			b->pkt[kept++] = p;
		else
			packet_drop(p);
	}
	b->n = kept;
}
