/* SPDX-License-Identifier: MIT */
/* heap.h - malloc, free and so on work after this. */
#ifndef KERNEL_HEAP_H
#define KERNEL_HEAP_H

void heap_init(void);

#endif
