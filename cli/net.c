/* SPDX-License-Identifier: MIT */
/* net.c - the option --net, and names and addresses of interfaces. */
#include "cli/net.h"

#include <stdio.h>

#include "base/hash.h"
#include "cli/say.h"

bool net_name_ok(const char *name)
{
	size_t n = strlen(name);

	if (n == 0 || n > NET_NAME_MAX || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return false;
	for (; *name; name++)
		if (*name <= ' ' || *name > '~' || strchr("/:,=\"\\%", *name))
			return false;
	return true;
}

static bool target(struct pool *pool, struct str what, struct net *net)
{
	const char *name;

	if (str_is(what, "none")) {
		net->kind = NET_NONE;
		return true;
	}
	net->kind = str_starts(what, "bridge:") ? NET_BRIDGE : NET_TAP;
	if (!str_prefix(&what, "bridge:") && !str_prefix(&what, "tap:"))
		return false;
	name = pool_cstr(pool, what);
	if (net->kind == NET_BRIDGE)
		net->bridge = name;
	else
		net->outer = name;
	return net_name_ok(name);
}

bool net_parse(struct pool *pool, const char *word, struct net *net)
{
	struct str what = str_of(word);
	size_t equals = str_find(what, '=');

	*net = (struct net){ 0 };
	if (equals < what.n) {
		net->name = pool_cstr(pool, str_first(what, equals));
		what = str_from(what, equals + 1);
	}
	if (target(pool, what, net) && (!net->name || net_name_ok(net->name)))
		return true;
	complain("--net %s: not [NAME=]bridge:BRIDGE, [NAME=]tap:INTERFACE or [NAME=]none", word);
	return advise("names of interfaces have 1 to 15 letters, digits and the like");
}

const char *net_outer(struct pool *pool, const char *vm, unsigned i)
{
	char end[16];
	int room = NET_NAME_MAX - snprintf(end, sizeof(end), ".%u", i);

	if ((int)strlen(vm) <= room)
		return pool_printf(pool, "%s%s", vm, end);
	return pool_printf(pool, "%.*s~%04x%s", room - 5, vm,
			   (unsigned)(hash_bytes(vm, strlen(vm)) & 0xffff), end);
}

void net_mac(const char *vm, unsigned i, uint8_t mac[6])
{
	uint64_t sum = hash_u64(hash_bytes(vm, strlen(vm)) + i);

	for (unsigned k = 0; k < 6; k++)
		mac[k] = (uint8_t)(sum >> (8 * k));
	mac[0] = (uint8_t)((mac[0] & 0xfc) | 2); /* of one station, given by ourselves */
}

const char *net_mac_text(struct pool *pool, const uint8_t m[6])
{
	return pool_printf(pool, "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4],
			   m[5]);
}

bool net_mac_parse(const char *text, uint8_t mac[6])
{
	unsigned v[6];
	char end;

	if (sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%c", &v[0], &v[1], &v[2], &v[3], &v[4], &v[5],
		   &end) != 6)
		return false;
	for (unsigned i = 0; i < 6; i++)
		mac[i] = (uint8_t)v[i];
	return true;
}

const char *net_what(struct pool *pool, const struct net *n)
{
	if (n->kind == NET_BRIDGE)
		return pool_printf(pool, "bridge:%s", n->bridge);
	return n->kind == NET_TAP ? pool_printf(pool, "tap:%s", n->outer) : "none";
}
