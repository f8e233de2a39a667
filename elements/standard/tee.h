/* SPDX-License-Identifier: MIT */
/* tee.h - one batch to several outputs. */
#ifndef ELEMENTS_STANDARD_TEE_H
#define ELEMENTS_STANDARD_TEE_H

#include "engine/element.h"

/* Pushes clones of b to the outputs from first to end - 1, in order; b stays the caller's. */
void tee_clones(struct element *e, unsigned first, unsigned end, const struct batch *b);

/* Clones to all outputs but the last, b itself to that; no output: dropped. */
void tee_all(struct element *e, struct batch *b);

/* configure of Tee and PullTee: does the argument, if given, fit the outputs? */
bool tee_check_arms(const struct element *e, uint32_t arms, struct error *err);

#endif
