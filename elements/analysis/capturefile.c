/* SPDX-License-Identifier: MIT */
/* capturefile.c - packets of captured bytes. */
#include "elements/analysis/capturefile.h"

struct packet *capture_file_packet(struct capture_file *f, uint32_t captured, uint32_t length,
				   bool *end)
{
	uint32_t kept = captured < length ? captured : length;
	struct packet *p = packet_new(PACKET_HEADROOM, captured, 0);

	if (!p) {
		*end = !tracefile_peek(&f->trace, captured);
		if (!*end)
			tracefile_skip(&f->trace, captured);
		return NULL;
	}
	if (!tracefile_read(&f->trace, p->data, captured)) {
		*end = true;
		packet_drop(p);
		return NULL;
	}
	p->len = kept;
	p->mac = p->data;
	anno_set_u32(p, ANNO_EXTRA_LENGTH, length - kept);
	return p;
}
