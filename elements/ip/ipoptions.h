/* SPDX-License-Identifier: MIT */
/* ipoptions.h - the IP options that routers write to: record route and timestamp (RFC 791). */
#ifndef ELEMENTS_IP_IPOPTIONS_H
#define ELEMENTS_IP_IPOPTIONS_H

#include "engine/element.h"

enum { IP_OPT_EOL = 0, IP_OPT_NOP = 1, IP_OPT_RR = 7, IP_OPT_TS = 68, IP_OPT_LSRR = 131,
       IP_OPT_SSRR = 137 };

#define IP_OPT_COPIED 0x80 /* goes into all fragments */

struct ip_gateway {
	uint32_t addr;         /* what is recorded */
	struct ip_list others; /* also this router, in timestamp options that name it */
};

enum ip_options_result { IP_OPTIONS_NONE,    /* none of the two: the packet is as it was */
			 IP_OPTIONS_WRITTEN, /* the checksum is not yet right */
			 IP_OPTIONS_BAD, IP_OPTIONS_NO_MEMORY };

/* Goes through the options of the marked header, which is complete. When they are bad, *problem
 * is the place of the first wrong byte in the header. */
enum ip_options_result ip_options_write(const struct element *e, const struct ip_gateway *g,
					struct packet *p, uint8_t *problem);

#endif
