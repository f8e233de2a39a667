/* SPDX-License-Identifier: MIT */
/*
 * RatedSplitter - split off what exceeds a packet rate
 *
 * Sends up to RATE packets a second to output 0 and the others to output 1, or
 * drops them when there is none. What is not used up can be saved for a burst
 * of BURST_DURATION at that rate, or of BURST_SIZE packets.
 *
 * Example: RatedSplitter(2000) => Queue, Discard
 * See also: BandwidthRatedSplitter, Meter, RatedUnqueue
 */
#include "elements/standard/rated.h"

const struct element_class ratedsplitter_class = {
	.name = "RatedSplitter",
	.ports = "1/1-2",
	.flags = CLASS_LIVE,
	.size = sizeof(struct rated),
	.configure = rated_configure_packets,
	.push = rated_split,
	.config = rated_config,
	.args = TABLE(rated_packet_args),
	.handlers = TABLE(rated_handlers),
};
