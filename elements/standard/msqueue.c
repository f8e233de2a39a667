/* SPDX-License-Identifier: MIT */
/*
 * MSQueue - old name of ThreadSafeQueue
 *
 * See also: ThreadSafeQueue
 */
#include "elements/standard/threadsafequeue.h"

static bool configure(struct element *e, struct error *err)
{
	warn(err, "MSQueue is deprecated, use ThreadSafeQueue instead");
	return queue_configure(e, err);
}

const struct element_class msqueue_class = {
	.name = "MSQueue",
	.ports = "1/1-2",
	.init = queue_init,
	.configure = configure,
	.push = threadsafe_push,
	.pull = threadsafe_pull,
	.cast = queue_cast_notifier,
	.notifier = queue_notify_both,
	.flags = CLASS_LIVE,
	QUEUE_COMMON,
};
