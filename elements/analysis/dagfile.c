/* SPDX-License-Identifier: MIT */
/* dagfile.c - captures of DAG cards: the extensible record format, and old cells of one size. */
#include "base/bits.h"
#include "elements/analysis/capturefile.h"
#include "elements/analysis/linktype.h"

enum { TYPE_LEGACY = 0, TYPE_HDLC = 1, TYPE_ETHER = 2, TYPE_ATM = 3, TYPE_AAL5 = 4 };

#define HEADER 16U
#define CELL 64U
#define ETHER_PAD 2U
#define ETHER_FCS 4U

/* Little-endian: seconds in the upper half, a fraction of 2^32 in the lower. */
static int64_t record_time(const uint8_t *h)
{
	uint64_t sec = 0, fraction = 0;

	for (unsigned i = 0; i < 4; i++) {
		fraction |= (uint64_t)h[i] << (8 * i);
		sec |= (uint64_t)h[4 + i] << (8 * i);
	}
	return (int64_t)sec * NS_PER_SEC + (int64_t)((fraction * NS_PER_SEC) >> 32);
}

static int linktype_of(uint8_t type)
{
	switch (type) {
	case TYPE_HDLC:
		return LINK_HDLC;
	case TYPE_ETHER:
		return LINK_ETHER;
	case TYPE_ATM:
	case TYPE_AAL5:
		return LINK_SUNATM;
	}
	return LINK_ATM;
}

/* What the type of a record says of the file. */
static void note_type(struct capture_file *f, uint8_t type, struct error *err)
{
	if (f->dag.cells)
		return;
	f->linktype = linktype_of(type);
	if (type > TYPE_AAL5 && !f->dag.odd)
		warn_at(err, tracefile_landmark(&f->trace),
			"odd DAG cell type %u, assuming old-style ATM encapsulation", type);
	f->dag.odd = f->dag.odd || type > TYPE_AAL5;
}

static bool is_cell(const struct capture_file *f, uint8_t type)
{
	return f->dag.cells || type == TYPE_LEGACY || type > TYPE_AAL5;
}

static struct packet *next_record(struct capture_file *f, const uint8_t *h, bool *end,
				  struct error *err)
{
	uint32_t size = load_be16(h + 10), wire = load_be16(h + 14), skip = HEADER;

	if (h[8] == TYPE_ETHER) {
		skip += ETHER_PAD;
		wire = wire > ETHER_FCS ? wire - ETHER_FCS : 0;
	}
	*end = true;
	if (size < skip) {
		(void)fail_at(err, tracefile_landmark(&f->trace), "bad packet header; giving up");
		return NULL;
	}
	if (!tracefile_peek(&f->trace, skip))
		return NULL;
	tracefile_skip(&f->trace, skip);
	*end = false;
	return capture_file_packet(f, size - skip, wire, end);
}

static struct packet *next(struct capture_file *f, bool *end, struct error *err)
{
	const uint8_t *h = tracefile_peek(&f->trace, HEADER);
	struct packet *p;
	int64_t at;

	f->record_at = f->trace.offset;
	*end = !h;
	if (!h)
		return NULL;
	at = record_time(h);
	note_type(f, h[8], err);
	if (is_cell(f, h[8])) {
		tracefile_skip(&f->trace, HEADER);
		p = capture_file_packet(f, CELL - HEADER, CELL - HEADER, end);
	} else {
		p = next_record(f, h, end, err);
	}
	if (p)
		p->timestamp = at;
	return p;
}

bool dagfile_open(struct capture_file *f, struct str name, int cells, struct error *err)
{
	const uint8_t *h;

	if (!tracefile_open(&f->trace, name, err))
		return false;
	f->next = next;
	f->dag.cells = cells != LINK_NONE;
	f->dag.odd = false;
	f->linktype = cells;
	h = tracefile_peek(&f->trace, HEADER);
	if (h && !f->dag.cells)
		f->linktype = linktype_of(h[8]);
	return true;
}
