/* SPDX-License-Identifier: MIT */
/* spin.h - locks held for a few instructions. All zero is free. */
#ifndef ELEMENTS_STANDARD_SPIN_H
#define ELEMENTS_STANDARD_SPIN_H

#include <stdint.h>

struct spin {
	uint32_t taken;
};

static inline void spin_take(struct spin *s)
{
	while (__atomic_exchange_n(&s->taken, 1, __ATOMIC_ACQUIRE))
		while (__atomic_load_n(&s->taken, __ATOMIC_RELAXED))
			__builtin_ia32_pause();
}

static inline void spin_free(struct spin *s)
{
	__atomic_store_n(&s->taken, 0, __ATOMIC_RELEASE);
}

#endif
