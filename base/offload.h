/* SPDX-License-Identifier: MIT */
/*
 * offload.h - what a network card would have done: fill in checksums, cut large TCP and UDP
 * frames into wire-size ones. Pure functions over bytes.
 */
#ifndef BASE_OFFLOAD_H
#define BASE_OFFLOAD_H

#include <stdbool.h>
#include <stdint.h>

/* A frame of several segments, taken apart. */
struct segments {
	const uint8_t *frame;
	uint32_t net, trans, payload; /* where each begins */
	uint32_t len;                 /* of the frame */
	uint32_t size;                /* payload of each segment but the last */
	uint32_t count;
	uint8_t version, proto;
};

/* Completes the checksum of what begins at start, of which the pseudo-header's part is in place
 * at start + offset. False when that is outside of the frame. */
bool offload_checksum(uint8_t *frame, uint32_t len, uint32_t start, uint32_t offset);

/* Completes the TCP or UDP checksum when it holds the pseudo-header's part only, which a frame
 * shows that was handed over before its checksum was made. */
void offload_complete(uint8_t *frame, uint32_t len);

/* A frame with an Ethernet header, or (ether false) an IP packet. False when it is not TCP or UDP
 * over IP, or its headers are not all there. */
bool segments_parse(struct segments *s, const uint8_t *frame, uint32_t len, bool ether,
		    uint32_t size);
uint32_t segment_len(const struct segments *s, uint32_t i);
/* Writes segment i, segment_len bytes, with its own lengths, numbers and checksums. */
void segment_write(const struct segments *s, uint32_t i, uint8_t *to);

#endif
