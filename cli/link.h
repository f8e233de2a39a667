/* SPDX-License-Identifier: MIT */
/* link.h - network interfaces of the host, by rtnetlink. Errors: -errno. */
#ifndef CLI_LINK_H
#define CLI_LINK_H

#include <stdbool.h>
#include <stdint.h>

struct link {
	int index;
	char kind[16];   /* "bridge", "veth", "tun", ...; empty: hardware */
	char alias[128]; /* what its maker wrote there */
	bool up;
};

/* 0, -ENODEV when there is none of that name. */
int link_get(const char *name, struct link *);
bool link_is_bridge(const char *name);

struct link_pair {
	const char *outer, *inner;
	const uint8_t *mac; /* of the inner end */
	int netns;          /* descriptor of the inner end's namespace; -1: this one */
	int bridge;         /* index of the bridge that the outer end is attached to, or 0 */
};

/* Makes a virtual Ethernet pair; the outer end is up. */
int link_make_pair(const struct link_pair *);
int link_set_alias(const char *name, const char *alias);
int link_up(const char *name);
int link_delete(const char *name);

#endif
