/* SPDX-License-Identifier: MIT */
/*
 * CheckIPHeader2 - check IPv4 headers but not their checksums
 *
 * Like CheckIPHeader, except that CHECKSUM is false unless it is given.
 *
 * Example: FromDump(a.pcap) -> Strip(14) -> CheckIPHeader2 -> IPPrint
 * See also: CheckIPHeader, MarkIPHeader
 */
#include "elements/ip/checkipheader.h"

static const struct arg args[] = {
	CHECKIPHEADER_ARGS("false"),
};

static const struct handler handlers[] = {
	CHECK_HANDLERS,
};

const struct element_class checkipheader2_class = {
	.name = "CheckIPHeader2",
	.ports = "1/1-2",
	.processing = "a/ah",
	.size = sizeof(self_t),
	.init = checkipheader_init,
	.action = checkipheader_action,
	.add_handlers = check_add_handlers,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
