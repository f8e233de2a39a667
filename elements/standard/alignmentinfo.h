/* SPDX-License-Identifier: MIT */
/* alignmentinfo.h - what a configuration says about the alignment of packets. */
#ifndef ELEMENTS_STANDARD_ALIGNMENTINFO_H
#define ELEMENTS_STANDARD_ALIGNMENTINFO_H

#include "engine/element.h"

/* Packets that enter e's input begin offset bytes after a multiple of modulus. False: nothing is
 * said about it. */
bool alignment_find(struct element *e, unsigned input, uint32_t *modulus, uint32_t *offset);

#endif
