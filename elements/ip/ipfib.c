/* SPDX-License-Identifier: MIT */
/*
 * ipfib.c - changing a forwarding table.
 *
 * Each slot and range knows the length of the prefix it has its hop from. Inside the addresses
 * of one prefix of len bits, those of length len are from just this prefix, those that are
 * shorter from one that contains it: so a prefix can be put in, changed and taken out without
 * knowing others than the next one around it. Prefixes up to 16 bits do not enter ranges.
 */
#include "elements/ip/ipfib.h"

#include <string.h>

#define SLOTS 256
#define KEYS 65536U
#define ROOM_MIN 2 /* log2 of numbers of ranges */
#define ROOM_MAX 16
#define SECOND_SIZE 12 /* log2 of the bytes of a second level */

_Static_assert(sizeof(struct fib_slot) * SLOTS == 1U << SECOND_SIZE, "size of a second level");

struct change {
	uint16_t hop;
	uint8_t len, hop_len;
};

/* --- ranges, and apart from them, as packets do not need them, the lengths of the prefixes
 * that they are from --- */

struct ranges {
	uint16_t *start, *hop;
	uint8_t *len;
	uint32_t n;
};

static struct ranges ranges_of(const struct fib_slot *s, uint8_t *len)
{
	uint16_t *start = s->below;

	/* NULL with no room has no second half. */
	return (struct ranges){ start, start ? start + 2U * s->half : NULL, len, s->last + 1U };
}

/* Log2 of the number of ranges there is room for. */
static unsigned room_of(const struct fib_slot *s)
{
	return (unsigned)__builtin_ctz(s->half) + 1;
}

/* Log2 of the size of an arena's block for 2^room ranges. */
static unsigned block_size(unsigned room)
{
	return room + 2;
}

static bool ranges_move(struct ip_fib *f, struct fib_slot *s, uint8_t **len, unsigned room)
{
	uint16_t *start = ip_arena_get(&f->arena, block_size(room));
	uint8_t *more = pool_try(f->pool, (size_t)1 << room);
	struct ranges had = ranges_of(s, *len);

	if (!start || !more) {
		ip_arena_put(&f->arena, start, block_size(room));
		pool_release(more);
		return false;
	}
	if (s->half) {
		memcpy(start, had.start, had.n * sizeof(*start));
		memcpy(start + ((size_t)1 << room), had.hop, had.n * sizeof(*start));
		memcpy(more, *len, had.n);
		ip_arena_put(&f->arena, s->below, block_size(room_of(s)));
		pool_release(*len);
	}
	s->below = start;
	s->half = (uint16_t)(1U << (room - 1));
	*len = more;
	return true;
}

/* Makes room for two more, which is what one change may need. */
static bool ranges_reserve(struct ip_fib *f, struct fib_slot *s, uint8_t **len)
{
	if (!s->half)
		return ranges_move(f, s, len, ROOM_MIN);
	return room_of(s) == ROOM_MAX || s->last + 3U <= 2U * s->half ||
	       ranges_move(f, s, len, room_of(s) + 1);
}

/* Gives memory back; when there is none to move to, the ranges stay where they are. */
static void ranges_trim(struct ip_fib *f, struct fib_slot *s, uint8_t **len)
{
	if (s->last == 0 && ranges_of(s, *len).hop[0] == 0) {
		ip_arena_put(&f->arena, s->below, block_size(room_of(s)));
		pool_release(*len);
		s->below = NULL;
		*len = NULL;
		s->half = 0;
	} else if (room_of(s) > ROOM_MIN && s->last < s->half / 2) {
		(void)ranges_move(f, s, len, room_of(s) - 1);
	}
}

/* Makes what is behind the last range what fib_search needs. From one entry on that is right
 * already, so are the others: they were made alike. */
static void ranges_fill(const struct fib_slot *s, uint8_t *len)
{
	struct ranges a = ranges_of(s, len);

	for (uint32_t i = a.n; i < 2U * s->half; i++) {
		if (a.start[i] == UINT16_MAX && a.hop[i] == a.hop[a.n - 1])
			return;
		a.start[i] = UINT16_MAX;
		a.hop[i] = a.hop[a.n - 1];
	}
}

/* The range that key is in. */
static uint32_t range_at(const struct ranges *a, uint32_t key)
{
	uint32_t i = 0;

	for (uint32_t n = a->n, half; n > 1; n -= half) {
		half = n / 2;
		i += a->start[i + half] <= key ? half : 0;
	}
	return i;
}

static void ranges_copy(struct ranges *a, uint32_t to, uint32_t from, uint32_t n)
{
	memmove(&a->start[to], &a->start[from], n * sizeof(*a->start));
	memmove(&a->hop[to], &a->hop[from], n * sizeof(*a->hop));
	memmove(&a->len[to], &a->len[from], n);
}

/* Makes a range start at key, and returns it. */
static uint32_t split_at(struct ranges *a, uint32_t key)
{
	uint32_t i = range_at(a, key);

	if (a->start[i] == key)
		return i;
	ranges_copy(a, i + 1, i, a->n - i);
	a->n++;
	a->start[++i] = (uint16_t)key;
	return i;
}

/* Joins those of the ranges from..end that are like the one before them. */
static void join(struct ranges *a, uint32_t from, uint32_t end)
{
	uint32_t to = from ? from : 1;

	end = end < a->n ? end + 1 : a->n;
	for (uint32_t i = to; i < end; i++)
		if (a->hop[i] != a->hop[to - 1] || a->len[i] != a->len[to - 1]) {
			a->start[to] = a->start[i];
			a->hop[to] = a->hop[i];
			a->len[to++] = a->len[i];
		}
	ranges_copy(a, to, end, a->n - end);
	a->n -= end - to;
}

static bool ranges_set(struct ip_fib *f, struct fib_slot *s, uint8_t **len, uint32_t addr,
		       struct change c)
{
	uint32_t start = addr & 0xffff, end = start + (1U << (32 - c.len)), i, first;
	struct ranges a;

	if (!ranges_reserve(f, s, len))
		return false;
	if (c.hop_len <= 16)
		c.hop = c.hop_len = 0;
	a = ranges_of(s, *len);
	first = split_at(&a, start);
	if (end < KEYS)
		(void)split_at(&a, end);
	for (i = first; i < a.n && a.start[i] < end; i++)
		if (a.len[i] <= c.len) {
			a.hop[i] = c.hop;
			a.len[i] = c.hop_len;
		}
	join(&a, first, i);
	s->last = (uint16_t)(a.n - 1);
	ranges_trim(f, s, len);
	if (s->half)
		ranges_fill(s, *len);
	return true;
}

/* --- slots --- */

static void slots_set(struct fib_slot *s, uint32_t n, struct change c)
{
	for (; n > 0; n--, s++)
		if (s->len <= c.len) {
			s->hop = c.hop;
			s->len = c.hop_len;
		}
}

static void top_set(struct fib_slot *s, uint32_t n, struct change c)
{
	slots_set(s, n, c);
	for (; n > 0; n--, s++)
		if (s->below)
			slots_set(s->below, SLOTS, c);
}

/* The second level below slot i, made with what that says of all its addresses. */
static struct fib_slot *second_level(struct ip_fib *f, uint32_t i)
{
	struct fib_slot *v = f->slot[i].below;

	if (v)
		return v;
	v = ip_arena_get(&f->arena, SECOND_SIZE);
	f->range_len[i] = pool_try(f->pool, SLOTS * sizeof(*f->range_len[i]));
	if (!v || !f->range_len[i]) {
		ip_arena_put(&f->arena, v, SECOND_SIZE);
		pool_release(f->range_len[i]);
		return NULL;
	}
	for (unsigned k = 0; k < SLOTS; k++) {
		v[k].hop = f->slot[i].hop;
		v[k].len = f->slot[i].len;
	}
	f->slot[i].below = v;
	return v;
}

/* The second level goes when it says nothing that the first does not. */
static void second_level_trim(struct ip_fib *f, uint32_t i)
{
	const struct fib_slot *v = f->slot[i].below;

	for (unsigned k = 0; k < SLOTS; k++)
		if (v[k].below || v[k].len > 8)
			return;
	ip_arena_put(&f->arena, f->slot[i].below, SECOND_SIZE);
	pool_release(f->range_len[i]);
	f->slot[i].below = NULL;
}

bool ip_fib_set(struct ip_fib *f, uint32_t addr, unsigned len, uint32_t hop, unsigned hop_len)
{
	struct change c = { (uint16_t)hop, (uint8_t)len, (uint8_t)hop_len };
	uint32_t i = addr >> 24, k = addr >> 16 & 0xff;
	struct fib_slot *second;
	bool done = true;

	if (len <= 8) {
		top_set(&f->slot[i], 1U << (8 - len), c);
		return true;
	}
	second = second_level(f, i);
	if (!second)
		return false;
	if (len <= 16)
		slots_set(second + k, 1U << (16 - len), c);
	else
		done = ranges_set(f, second + k, &f->range_len[i][k], addr, c);
	if (hop_len < len)
		second_level_trim(f, i);
	return done;
}

void ip_fib_clear(struct ip_fib *f)
{
	for (unsigned i = 0; i < SLOTS; i++) {
		if (!f->slot[i].below)
			continue;
		for (unsigned k = 0; k < SLOTS; k++)
			pool_release(f->range_len[i][k]);
		pool_release(f->range_len[i]);
	}
	ip_arena_fini(&f->arena);
	memset(f->slot, 0, sizeof(f->slot));
}
