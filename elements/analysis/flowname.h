/* SPDX-License-Identifier: MIT */
/*
 * flowname.h - names of files, a file a flow, of a pattern: %n %x %X the aggregate, %s %d the
 * addresses, %S %D the ports, %p T or U, %%. Between % and letter may be `0', a width, and a
 * precision: .0 to .3 a byte, the upper first, .4 and .5 the halves.
 */
#ifndef ELEMENTS_ANALYSIS_FLOWNAME_H
#define ELEMENTS_ANALYSIS_FLOWNAME_H

#include "base/error.h"

struct flow_name { /* what names are made of; host order */
	uint32_t aggregate, saddr, daddr;
	uint16_t sport, dport;
	bool udp;
};

/* False after "bad filename pattern". */
bool flow_name_check(struct str pattern, struct error *err) MUST_CHECK;
/* Of a pattern that was checked. */
void flow_name_print(struct str pattern, const struct flow_name *, struct text *out);

#endif
