/* SPDX-License-Identifier: MIT */
/* ipsummary_reader.h - reading summary dumps: their metadata, and packets of their lines. */
#ifndef ELEMENTS_ANALYSIS_IPSUMMARY_READER_H
#define ELEMENTS_ANALYSIS_IPSUMMARY_READER_H

#include "elements/analysis/ipsummary.h"
#include "elements/analysis/tracefile.h"

#define SUMMARY_COLUMNS 64U

struct summary_reader { /* all zero, and source.e and source.flow.proto set */
	struct summary_source source;
	struct text scratch;
	const struct summary_field *field[SUMMARY_COLUMNS]; /* NULL: ignored */
	uint8_t order[SUMMARY_COLUMNS]; /* columns, layer by layer; [n] */
	unsigned n, columns;            /* fields to set; all columns */
	bool binary;
	struct str column[SUMMARY_COLUMNS]; /* of the packet being made */
};

/* FIELD... as in `!data' lines; what cannot be used is a warning at `at'. */
void summary_reader_fields(struct summary_reader *r, struct str list, struct landmark at,
			   struct error *err);
/* SRC SPORT DST DPORT [PROTO] */
bool summary_reader_flow(struct summary_reader *r, struct str words) MUST_CHECK;
/* A line that begins with `!'. */
void summary_reader_metadata(struct summary_reader *r, struct str line, struct landmark at,
			     struct error *err);

/* A packet of a line, or of a binary record without its length. NULL after *why, when nothing of
 * it could be read, or without when packet memory is used up. */
struct packet *summary_reader_line(struct summary_reader *r, struct str line, const char **why);
struct packet *summary_reader_record(struct summary_reader *r, struct str record,
				     const char **why);

#endif
