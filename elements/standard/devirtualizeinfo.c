/* SPDX-License-Identifier: MIT */
/*
 * DevirtualizeInfo - hold data left by an optimizer
 *
 * Accepts any arguments and ignores them.
 *
 * Example: DevirtualizeInfo(c 1)
 * See also: ClickyInfo
 */
#include "elements/standard/ignored.h"

const struct element_class devirtualizeinfo_class = {
	.name = "DevirtualizeInfo",
	.ports = "0/0",
	.size = sizeof(struct element),
	.args = TABLE(ignored_args),
};
