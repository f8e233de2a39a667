/* SPDX-License-Identifier: MIT */
/*
 * ClickyInfo - hold data for graphical tools
 *
 * Accepts any arguments and ignores them: they tell a graphical tool how to draw the
 * configuration.
 *
 * Example: ClickyInfo(STYLE #queue { color: red })
 * See also: DevirtualizeInfo
 */
#include "elements/standard/ignored.h"

const struct element_class clickyinfo_class = {
	.name = "ClickyInfo",
	.ports = "0/0",
	.size = sizeof(struct element),
	.args = TABLE(ignored_args),
};
