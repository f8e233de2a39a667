/* SPDX-License-Identifier: MIT */
/*
 * BandwidthRatedUnqueue - pull packets at a byte rate and push them
 *
 * Pulls and pushes packets of RATE bytes a second. What is not used up can be
 * saved for a burst of BURST_DURATION at that rate, or of BURST_BYTES bytes.
 *
 * Example: Queue -> BandwidthRatedUnqueue(2Mbps)
 * See also: RatedUnqueue, Unqueue, BandwidthShaper, LinkUnqueue
 */
#include "elements/standard/rated.h"

const struct element_class bandwidthratedunqueue_class = {
	.name = "BandwidthRatedUnqueue",
	.ports = "1/1",
	.processing = "l/h",
	.flags = CLASS_LIVE,
	.size = sizeof(struct rated),
	.init = rated_init_unqueue,
	.configure = rated_configure_bytes,
	.start = rated_start_unqueue,
	.config = rated_config,
	.args = TABLE(rated_byte_args),
	.handlers = TABLE(rated_unqueue_handlers),
};
