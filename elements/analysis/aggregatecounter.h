/* SPDX-License-Identifier: MIT */
/* aggregatecounter.h - files of counts by aggregate, as AggregateCounter writes them. */
#ifndef ELEMENTS_ANALYSIS_AGGREGATECOUNTER_H
#define ELEMENTS_ANALYSIS_AGGREGATECOUNTER_H

#include "elements/analysis/aggregatemap.h"

enum aggregate_format { AGGREGATE_TEXT, AGGREGATE_IP, AGGREGATE_PDF, AGGREGATE_BINARY };

/* The whole file: banner, and each aggregate with its count, in order. total is for PDF. */
void aggregate_print(const struct aggregate_map *m, enum aggregate_format format, uint64_t total,
		     struct str banner, struct text *out);

#endif
