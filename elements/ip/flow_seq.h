/* SPDX-License-Identifier: MIT */
/*
 * flow_seq.h - sequence numbers of a TCP connection whose payload has changed its length.
 *
 * From a sequence number on, the bytes of one direction are shifted by some amount; what the
 * other direction acknowledges is shifted back.
 */
#ifndef ELEMENTS_IP_FLOW_SEQ_H
#define ELEMENTS_IP_FLOW_SEQ_H

#include "elements/ip/flow_pool.h"

/* f is ageing in all of these. */

/* Bytes of direction dir from sequence number trigger on, as their sender counts, move by delta
 * more. False: trigger lies before an earlier one's, or there is no memory. */
bool flow_seq_add(struct flow_pool *, struct flow *, unsigned dir, uint32_t trigger, int32_t delta);

/* The newest shift of that direction. */
int32_t flow_seq_delta(const struct flow_pool *, const struct flow *, unsigned dir);

/* Corrects sequence, acknowledgement and SACK numbers of a packet with a whole TCP header, and
 * its checksum. */
void flow_seq_apply(const struct flow_pool *, const struct flow *, unsigned dir, struct packet *);

#endif
