/* SPDX-License-Identifier: MIT */
/* channel.c - the list of channels. */
#include "drivers/channel.h"

struct channel *channel_first;

void channel_add(struct channel *c)
{
	struct channel **at = &channel_first;

	while (*at)
		at = &(*at)->next;
	*at = c;
	c->next = NULL;
	c->source.quiet = true;
	source_add(&c->source);
}
