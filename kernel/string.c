/* SPDX-License-Identifier: MIT */
/*
 * string.c - memcpy, memmove and memset for what packets are: short, and of all lengths. musl's use
 * the CPU's string instructions, which take 10 ns to begin; those serve only long pieces here.
 *
 * A length between n and 2n is two pieces of n that may overlap. All are loaded before any is
 * stored, so memcpy is memmove up to PIECES.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define PIECES 128 /* the longest that is done without a loop */
#define LONG 1024  /* string instructions are as fast from here on */

/* In a loop: without it a compiler may see what that is, and call these functions. */
#define HERE __asm__ volatile("" : : : "memory")

/* 16 bytes in one register. */
#define PIECE __attribute__((vector_size(16))) uint64_t

static inline PIECE load(const void *p)
{
	PIECE v;

	__builtin_memcpy(&v, p, 16);
	return v;
}

static inline void store(void *p, PIECE v)
{
	__builtin_memcpy(p, &v, 16);
}

/* Below 16 bytes. */
static inline void copy_few(uint8_t *d, const uint8_t *s, size_t n)
{
	if (n >= 8) {
		uint64_t a, b;

		__builtin_memcpy(&a, s, 8);
		__builtin_memcpy(&b, s + n - 8, 8);
		__builtin_memcpy(d, &a, 8);
		__builtin_memcpy(d + n - 8, &b, 8);
	} else if (n >= 4) {
		uint32_t a, b;

		__builtin_memcpy(&a, s, 4);
		__builtin_memcpy(&b, s + n - 4, 4);
		__builtin_memcpy(d, &a, 4);
		__builtin_memcpy(d + n - 4, &b, 4);
	} else if (n > 0) {
		uint8_t a = s[0], b = s[n / 2], c = s[n - 1];

		d[0] = a;
		d[n / 2] = b;
		d[n - 1] = c;
	}
}

/* 16 to 128 bytes. */
static inline void copy_pieces(uint8_t *d, const uint8_t *s, size_t n)
{
	PIECE a = load(s), z = load(s + n - 16);

	if (n > 32) {
		PIECE b = load(s + 16), y = load(s + n - 32);

		if (n > 64) {
			PIECE e = load(s + 32), f = load(s + 48);
			PIECE w = load(s + n - 64), x = load(s + n - 48);

			store(d + 32, e);
			store(d + 48, f);
			store(d + n - 64, w);
			store(d + n - 48, x);
		}
		store(d + 16, b);
		store(d + n - 32, y);
	}
	store(d, a);
	store(d + n - 16, z);
}

static inline void *string_copy(void *d, const void *s, size_t n)
{
	void *to = d;

	__asm__ volatile("rep movsb" : "+D"(to), "+S"(s), "+c"(n) : : "memory");
	return d;
}

/* More than 128 bytes: the end is loaded first, what the loop leaves is in it. */
static void copy_up(uint8_t *d, const uint8_t *s, size_t n)
{
	uint8_t *end = d + n;
	PIECE y = load(s + n - 32), z = load(s + n - 16);

	for (; n > 32; n -= 32, d += 32, s += 32) {
		PIECE a = load(s), b = load(s + 16);

		store(d, a);
		store(d + 16, b);
		HERE;
	}
	store(end - 32, y);
	store(end - 16, z);
}

static void copy_down(uint8_t *d, const uint8_t *s, size_t n)
{
	uint8_t *start = d;
	PIECE a = load(s), b = load(s + 16);

	for (; n > 32; n -= 32) {
		PIECE y = load(s + n - 32), z = load(s + n - 16);

		store(d + n - 32, y);
		store(d + n - 16, z);
		HERE;
	}
	store(start, a);
	store(start + 16, b);
}

void *memcpy(void *restrict dest, const void *restrict src, size_t n)
{
	if (n < 16)
		copy_few(dest, src, n);
	else if (n <= PIECES)
		copy_pieces(dest, src, n);
	else if (n < LONG)
		copy_up(dest, src, n);
	else
		return string_copy(dest, src, n);
	return dest;
}

void *memmove(void *dest, const void *src, size_t n)
{
	uintptr_t distance = (uintptr_t)dest - (uintptr_t)src;

	if (n < 16)
		copy_few(dest, src, n);
	else if (n <= PIECES)
		copy_pieces(dest, src, n);
	else if (distance >= n)
		copy_up(dest, src, n);
	else
		copy_down(dest, src, n);
	return dest;
}

static inline void set_few(uint8_t *d, uint64_t v, size_t n)
{
	if (n >= 8) {
		__builtin_memcpy(d, &v, 8);
		__builtin_memcpy(d + n - 8, &v, 8);
	} else if (n >= 4) {
		__builtin_memcpy(d, &v, 4);
		__builtin_memcpy(d + n - 4, &v, 4);
	} else if (n > 0) {
		d[0] = d[n / 2] = d[n - 1] = (uint8_t)v;
	}
}

void *memset(void *dest, int c, size_t n)
{
	uint8_t *d = dest, *end = d + n;
	void *to = dest;
	uint64_t all = (uint8_t)c * 0x0101010101010101ULL;
	PIECE v = { all, all };

	if (n < 16) {
		set_few(d, all, n);
		return dest;
	}
	if (n >= LONG) {
		__asm__ volatile("rep stosb" : "+D"(to), "+c"(n) : "a"(c) : "memory");
		return dest;
	}
	for (; end - d > 16; d += 16) {
		store(d, v);
		HERE;
	}
	store(end - 16, v);
	return dest;
}
