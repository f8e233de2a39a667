/* SPDX-License-Identifier: MIT */
/* checkipheader.h - CheckIPHeader and CheckIPHeader2, which differ in one argument's default. */
#ifndef ELEMENTS_IP_CHECKIPHEADER_H
#define ELEMENTS_IP_CHECKIPHEADER_H

#include "elements/ip/check.h"
#include "elements/ip/checkip.h"

struct checkipheader {
	union {
		struct element base;
		struct check check;
	};
	uint32_t offset;
	bool checksum;
	struct ip_addresses addresses;
};
ELEMENT_SELF(struct checkipheader)

void checkipheader_init(struct element *e);
bool checkipheader_interfaces(struct element *e, struct str list, struct error *err);
bool checkipheader_badsrc(struct element *e, struct str list, struct error *err);
bool checkipheader_gooddst(struct element *e, struct str list, struct error *err);
void checkipheader_action(struct element *e, struct batch *b);

#define CHECKIPHEADER_ARGS(checksum_default)                                                       \
	ARG_OR("OFFSET", offset, ARG_POSITIONAL, "0", "where the IP header starts"),               \
	ARG_FN("INTERFACES", checkipheader_interfaces, 0, "own addresses, as ADDR/MASK ..."),      \
	ARG_FN("BADSRC", checkipheader_badsrc, 0, "addresses that packets may not come from"),     \
	ARG_FN("GOODDST", checkipheader_gooddst, 0, "destinations for which they may"),            \
	CHECK_ARGS,                                                                                \
	ARG_OR("CHECKSUM", checksum, 0, checksum_default, "check the header's checksum")

#endif
