/* SPDX-License-Identifier: MIT */
/*
 * pagegrant.h - read-only grants of the pages that sent frames lie in, made once and kept.
 *
 * Packets come from the same pages again and again, so after a while sending needs no change of the
 * grant table. At its limit the table gives up pages that no frame on its way lies in.
 */
#ifndef DRIVERS_XEN_PAGEGRANT_H
#define DRIVERS_XEN_PAGEGRANT_H

#include <stdint.h>

struct pagegrant {
	struct pagegrant *next;
	uintptr_t page;
	uint32_t gref;
	uint32_t uses; /* slots of rings that name it */
	uint16_t dom;
};

/* An empty table; to a grant table that is new, too. */
void pagegrant_init(void);

/* For domain dom, the page that p lies in; in use until pagegrant_put. NULL: no entry is left. */
struct pagegrant *pagegrant_get(unsigned dom, const void *p);
void pagegrant_put(struct pagegrant *g);

#endif
