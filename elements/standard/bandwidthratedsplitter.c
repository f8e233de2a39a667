/* SPDX-License-Identifier: MIT */
/*
 * BandwidthRatedSplitter - split off what exceeds a byte rate
 *
 * Sends up to RATE bytes a second to output 0 and further packets to output 1,
 * or drops them when there is none. What is not used up can be saved for a
 * burst of BURST_DURATION at that rate, or of BURST_BYTES bytes.
 *
 * Example: BandwidthRatedSplitter(2Mbps) => Queue, Discard
 * See also: RatedSplitter, BandwidthMeter, BandwidthRatedUnqueue
 */
#include "elements/standard/rated.h"

const struct element_class bandwidthratedsplitter_class = {
	.name = "BandwidthRatedSplitter",
	.ports = "1/1-2",
	.flags = CLASS_LIVE,
	.size = sizeof(struct rated),
	.configure = rated_configure_bytes,
	.push = rated_split,
	.config = rated_config,
	.args = TABLE(rated_byte_args),
	.handlers = TABLE(rated_handlers),
};
