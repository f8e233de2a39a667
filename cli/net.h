/* SPDX-License-Identifier: MIT */
/* net.h - what the interfaces of a machine are connected to. */
#ifndef CLI_NET_H
#define CLI_NET_H

#include "base/pool.h"

enum net_kind {
	NET_DEFAULT, /* a bridge named like the interface, else a TAP of its own */
	NET_BRIDGE,
	NET_TAP, /* an interface of the host, for whoever uses it there */
	NET_NONE,
};

#define NET_NAME_MAX 15 /* bytes of an interface's name on the host */

struct net {
	const char *name;   /* as the configuration calls it */
	enum net_kind kind;
	const char *bridge; /* NET_BRIDGE: its name */
	const char *outer;  /* the host's end; NULL: NET_NONE has none */
	uint8_t mac[6];     /* the machine's end */
};

/* [NAME=]bridge:BR, [NAME=]tap:IFNAME, [NAME=]none. Without a NAME *net has none: it is for the
 * next interface that has no option. False after a complaint. */
bool net_parse(struct pool *, const char *word, struct net *);

/* May an interface be called so? */
bool net_name_ok(const char *name);

/* The host's end of interface i of a machine: VM.I, shortened with a sum when it is too long. */
const char *net_outer(struct pool *, const char *vm, unsigned i);
/* A locally administered address that is the same each time, and differs from machine to machine. */
void net_mac(const char *vm, unsigned i, uint8_t mac[6]);
const char *net_mac_text(struct pool *, const uint8_t mac[6]);
bool net_mac_parse(const char *text, uint8_t mac[6]);

/* "none", "bridge:br0", "tap:fw.0": reads back. */
const char *net_what(struct pool *, const struct net *);

#endif
