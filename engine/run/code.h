/* SPDX-License-Identifier: MIT */
/* code.h - the three codes of a class: port counts, processing, flow. */
#ifndef ENGINE_RUN_CODE_H
#define ENGINE_RUN_CODE_H

#include <stdbool.h>

struct port_counts {
	unsigned in_min, in_max, out_min, out_max; /* max UINT_MAX: any number */
	int out_extra; /* >= 0: outputs are inputs + that; -1: by their own range */
};

bool port_counts_parse(const char *code, struct port_counts *);

/* The letter h, l or a for a port, from a processing code; the last one of a side repeats. */
char processing_at(const char *code, bool output, unsigned port);

/* Can what enters by input `in' leave by output `out'? */
bool flow_reaches(const char *code, unsigned in, unsigned out);

#endif
