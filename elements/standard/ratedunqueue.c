/* SPDX-License-Identifier: MIT */
/*
 * RatedUnqueue - pull packets at a rate and push them
 *
 * Pulls and pushes RATE packets a second. What is not used up can be saved for
 * a burst of BURST_DURATION at that rate, or of BURST_SIZE packets.
 *
 * Example: Queue -> RatedUnqueue(500)
 * See also: BandwidthRatedUnqueue, Unqueue, Shaper, RatedSplitter
 */
#include "elements/standard/rated.h"

const struct element_class ratedunqueue_class = {
	.name = "RatedUnqueue",
	.ports = "1/1",
	.processing = "l/h",
	.flags = CLASS_LIVE,
	.size = sizeof(struct rated),
	.init = rated_init_unqueue,
	.configure = rated_configure_packets,
	.start = rated_start_unqueue,
	.config = rated_config,
	.args = TABLE(rated_packet_args),
	.handlers = TABLE(rated_unqueue_handlers),
};
