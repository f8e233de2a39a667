/* SPDX-License-Identifier: MIT */
/*
 * CheckCRC32 - check and remove a CRC-32
 *
 * Removes the four bytes that SetCRC32 has appended. Packets whose CRC is wrong
 * are dropped, and a message says so.
 *
 * See also: SetCRC32
 */
#include "base/checksum.h"
#include "engine/element.h"

static bool check(struct packet *p)
{
	uint32_t crc;

	if (!packet_trim(p, sizeof(crc)))
		return false;
	if (load32(p->data + p->len) == crc32_msb(~0U, p->data, p->len))
		return true;
	p->len += (uint32_t)sizeof(crc);
	return false;
}

static void check_batch(struct element *e, struct batch *b)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < b->n; i++) {
		if (check(b->pkt[i])) {
			b->pkt[kept++] = b->pkt[i];
			continue;
		}
		chatter(e, "CRC32 failed, len %u", b->pkt[i]->len);
		packet_drop(b->pkt[i]);
	}
	b->n = kept;
}

const struct element_class checkcrc32_class = {
	.name = "CheckCRC32",
	.ports = "1/1",
	.size = sizeof(struct element),
	.action = check_batch,
};
