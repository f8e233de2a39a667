/* SPDX-License-Identifier: MIT */
/*
 * Null - pass packets through
 *
 * Passes packets unchanged, pushed or pulled. Null1 to Null8 are the same under
 * names of their own.
 *
 * See also: PushNull, PullNull, Idle
 */
#include "engine/element.h"

static void pass(struct element *e, struct batch *b)
{
	(void)e, (void)b;
}

/* clang-format off */
const struct element_class null_class = {
	.name = "Null", .ports = "1/1", .size = sizeof(struct element), .action = pass,
};
const struct element_class null1_class = {
	.name = "Null1", .ports = "1/1", .size = sizeof(struct element), .action = pass,
};
const struct element_class null2_class = {
	.name = "Null2", .ports = "1/1", .size = sizeof(struct element), .action = pass,
};
const struct element_class null3_class = {
	.name = "Null3", .ports = "1/1", .size = sizeof(struct element), .action = pass,
};
const struct element_class null4_class = {
	.name = "Null4", .ports = "1/1", .size = sizeof(struct element), .action = pass,
};
const struct element_class null5_class = {
	.name = "Null5", .ports = "1/1", .size = sizeof(struct element), .action = pass,
};
const struct element_class null6_class = {
	.name = "Null6", .ports = "1/1", .size = sizeof(struct element), .action = pass,
};
const struct element_class null7_class = {
	.name = "Null7", .ports = "1/1", .size = sizeof(struct element), .action = pass,
};
const struct element_class null8_class = {
	.name = "Null8", .ports = "1/1", .size = sizeof(struct element), .action = pass,
};
/* clang-format on */
