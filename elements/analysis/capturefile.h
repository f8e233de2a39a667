/* SPDX-License-Identifier: MIT */
/* capturefile.h - files of captured frames, one record after the other. */
#ifndef ELEMENTS_ANALYSIS_CAPTUREFILE_H
#define ELEMENTS_ANALYSIS_CAPTUREFILE_H

#include "elements/analysis/tracefile.h"

struct capture_file {
	struct tracefile trace;
	int linktype;      /* of the last record read; of the first one before */
	int64_t record_at; /* offset of the last record read */
	/* The next record as a packet: timestamp, MAC header, extra length set. NULL: *end is set,
	 * after a message in err when that is not a regular one; or packet memory is used up. */
	struct packet *(*next)(struct capture_file *, bool *end, struct error *err);
	union {
		struct {
			bool swapped, nano;
			uint32_t record_size; /* of a header: 16, or 24 in the modified format */
			uint16_t minor;
		} pcap;
		struct {
			bool cells; /* of one size */
			bool odd;   /* a type that is not known was reported */
		} dag;
	};
};

/* Opens and reads what comes before the first record. */
bool pcapfile_open(struct capture_file *f, struct str name, struct error *err) MUST_CHECK;
/* cells is the link type of all records, which are old ones; LINK_NONE: they say what they are. */
bool dagfile_open(struct capture_file *f, struct str name, int cells,
		  struct error *err) MUST_CHECK;

/* A packet of the captured bytes that come next, of which those behind length are left out. NULL:
 * there are fewer, which sets *end, or packet memory is used up and they are taken off. */
struct packet *capture_file_packet(struct capture_file *f, uint32_t captured, uint32_t length,
				   bool *end);

#endif
