/* SPDX-License-Identifier: MIT */
/*
 * SetCRC32 - append a CRC-32
 *
 * Appends four bytes to each packet: a CRC of what it holds, with the Ethernet
 * polynomial, most significant bit first, as a word in the machine's order.
 *
 * See also: CheckCRC32
 */
#include "base/checksum.h"
#include "engine/element.h"

static bool append(struct packet *p)
{
	uint32_t crc = crc32_msb(~0U, p->data, p->len);

	if (!packet_put(p, sizeof(crc)))
		return false;
	store32(p->data + p->len - sizeof(crc), crc);
	return true;
}

static void append_batch(struct element *e, struct batch *b)
{
	unsigned kept = 0;

	(void)e;
	for (unsigned i = 0; i < b->n; i++)
		if (append(b->pkt[i]))
			b->pkt[kept++] = b->pkt[i];
		else
			packet_drop(b->pkt[i]);
	b->n = kept;
}

const struct element_class setcrc32_class = {
	.name = "SetCRC32",
	.ports = "1/1",
	.size = sizeof(struct element),
	.action = append_batch,
};
