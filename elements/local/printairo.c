/* SPDX-License-Identifier: MIT */
/*
 * PrintAiro - print and strip Aironet headers
 *
 * Packets begin with the receive header of an Aironet card. Unless QUIET a line
 * with its signal strength, rate and channel is printed, and the PLCP header if
 * VERBOSE. What passes are new packets: the 802.11 header and the payload.
 *
 * See also: Print, Print80211
 */
#include "engine/element.h"

/* Offsets in the receive header, which is little-endian; the 802.11 header is part of it. */
enum {
	PAYLOAD_LEN = 6,
	SIGNAL = 9,
	RATE = 10,
	CHANNEL = 11,
	PLCP = 16,
	HEADER = 20,
	GAP_LEN = 50,
	AIRO_SIZE = 51
};
enum { HEADER_SIZE = 24, HEADER_SIZE_4 = 30, FRAME_MAX = 2048 };

struct printairo {
	struct element base;
	struct str label;
	bool timestamp, quiet, verbose;
};
ELEMENT_SELF(struct printairo)

static void print_line(const struct printairo *s, const struct packet *p)
{
	const uint8_t *h = p->data;
	struct text line = { 0 };

	if (s->label.n)
		text_str(&line, s->label);
	else
		text_add(&line, "%s", s->base.name);
	text_add(&line, ": ");
	if (s->timestamp) {
		print_timestamp(&line, p->timestamp);
		text_add(&line, ": ");
	}
	text_add(&line, "%4u | RSSI: %u  Rate: %u%s Mbps   Chan: %u", p->len, h[SIGNAL],
		 h[RATE] / 2, h[RATE] & 1 ? ".5" : "", h[CHANNEL]);
	if (s->verbose)
		text_add(&line, "\nPLCP: %02x %02x %02x %02x", h[PLCP], h[PLCP + 1], h[PLCP + 2],
			 h[PLCP + 3]);
	chatter_str(&s->base, text_as_str(&line));
	text_fini(&line);
}

/* Header and payload behind the gap; NULL: that can't be, or no memory. */
static struct packet *extract(const struct printairo *s, const struct packet *p)
{
	const uint8_t *h = p->data;
	bool four = (h[HEADER + 1] & 3) == 3; /* to and from the distribution system */
	uint32_t hlen = four ? HEADER_SIZE_4 : HEADER_SIZE, from = AIRO_SIZE + h[GAP_LEN];
	uint32_t len = load16(h + PAYLOAD_LEN);
	struct packet *frame;

	if (hlen + len > FRAME_MAX) {
		chatter(&s->base, "%s: Frame too big to copy into buffer (%u > %d)", s->base.name,
			hlen + len, FRAME_MAX);
		return NULL;
	}
	if (from > p->len || len > p->len - from) {
		chatter(&s->base, "%s: Packet too short to hold Aironet header", s->base.name);
		return NULL;
	}
	frame = packet_new(PACKET_HEADROOM, hlen + len, 0);
	if (!frame)
		return NULL;
	memcpy(frame->data, h + HEADER, hlen);
	memcpy(frame->data + hlen, h + from, len);
	return frame;
}

static struct packet *process(const struct printairo *s, const struct packet *p)
{
	if (p->len < AIRO_SIZE) {
		chatter(&s->base, "%s: Packet too short to hold Aironet header", s->base.name);
		return NULL;
	}
	if (!s->quiet)
		print_line(s, p);
	return extract(s, p);
}

static void process_batch(struct element *e, struct batch *b)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *frame = process(self(e), b->pkt[i]);

		packet_drop(b->pkt[i]);
		if (frame)
			b->pkt[kept++] = frame;
	}
	b->n = kept;
}

static const struct arg args[] = {
	ARG_OR("LABEL", label, ARG_POSITIONAL, "\"\"", "what lines start with"),
	ARG_OR("TIMESTAMP", timestamp, 0, "false", "show the timestamp"),
	ARG_OR("QUIET", quiet, 0, "false", "print nothing"),
	ARG_OR("VERBOSE", verbose, 0, "false", "print more"),
};

const struct element_class printairo_class = {
	.name = "PrintAiro",
	.ports = "1/1",
	.flags = CLASS_LIVE,
	.size = sizeof(self_t),
	.action = process_batch,
	.args = TABLE(args),
};
