/* SPDX-License-Identifier: MIT */
/* pcapfile.h - the classic pcap file format (draft-ietf-opsawg-pcap), reading. */
#ifndef ELEMENTS_ANALYSIS_PCAPFILE_H
#define ELEMENTS_ANALYSIS_PCAPFILE_H

#include "elements/analysis/tracefile.h"

struct pcapfile {
	struct tracefile trace;
	bool swapped, nano;
	uint32_t record_size; /* of a record header: 16, or 24 in the modified format */
	uint16_t minor;
	int linktype;
	int64_t record_at; /* offset of the last record read */
};

/* Opens and reads the file header. */
bool pcapfile_open(struct pcapfile *f, struct str name, struct error *err) MUST_CHECK;
void pcapfile_close(struct pcapfile *f);

/* The next record as a packet: timestamp, MAC header, extra length set. NULL: the end, after a
 * message in err when that is not a regular one. */
struct packet *pcapfile_next(struct pcapfile *f, struct error *err);

#endif
