/* SPDX-License-Identifier: MIT */
/* link.c - network interfaces of the host, by rtnetlink (RFC 3549; <linux/if_link.h>). */
#define _GNU_SOURCE
#include "cli/link.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct request {
	struct nlmsghdr head;
	struct ifinfomsg info;
	char attributes[1024];
};

static void start(struct request *r, uint16_t type, uint16_t flags)
{
	*r = (struct request){
		.head = { .nlmsg_len = NLMSG_LENGTH(sizeof(r->info)),
			  .nlmsg_type = type,
			  .nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags) },
		.info = { .ifi_family = AF_UNSPEC },
	};
}

/* Room is never short: names are, and there are few attributes. */
static struct rtattr *add(struct request *r, uint16_t type, const void *p, size_t n)
{
	struct rtattr *a = (struct rtattr *)(void *)((char *)r + NLMSG_ALIGN(r->head.nlmsg_len));

	a->rta_type = type;
	a->rta_len = (uint16_t)RTA_LENGTH(n);
	if (n)
		memcpy(RTA_DATA(a), p, n);
	r->head.nlmsg_len = (uint32_t)(NLMSG_ALIGN(r->head.nlmsg_len) + RTA_ALIGN(a->rta_len));
	return a;
}

static void add_name(struct request *r, uint16_t type, const char *name)
{
	add(r, type, name, strlen(name) + 1);
}

static void close_nest(struct request *r, struct rtattr *a)
{
	a->rta_len = (uint16_t)((char *)r + r->head.nlmsg_len - (char *)a);
}

/* Sends it, and calls found for what is not its acknowledgement. */
static int talk(struct request *r, void (*found)(struct nlmsghdr *, void *), void *arg)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	char buf[16384] __attribute__((aligned(8)));
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), result = -EPROTO;
	ssize_t n = -1;

	if (fd < 0)
		return -errno;
	if (sendto(fd, r, r->head.nlmsg_len, 0, (struct sockaddr *)&kernel, sizeof(kernel)) >= 0)
		n = recv(fd, buf, sizeof(buf), 0);
	if (n < 0)
		result = -errno;
	while (n > 0 && result == -EPROTO) {
		size_t left = (size_t)n;

		for (struct nlmsghdr *h = (struct nlmsghdr *)(void *)buf; NLMSG_OK(h, left);
		     h = NLMSG_NEXT(h, left)) {
			if (h->nlmsg_type == NLMSG_ERROR)
				result = ((struct nlmsgerr *)NLMSG_DATA(h))->error;
			else if (found)
				found(h, arg);
		}
		if (result == -EPROTO)
			n = recv(fd, buf, sizeof(buf), 0);
	}
	close(fd);
	return result;
}

/* --- questions --- */

static void copy(char *to, size_t size, struct rtattr *a)
{
	size_t n = RTA_PAYLOAD(a);

	n = n < size ? n : size - 1;
	memcpy(to, RTA_DATA(a), n);
	to[n] = '\0';
}

static void take_kind(struct link *l, struct rtattr *nest)
{
	size_t left = RTA_PAYLOAD(nest);

	for (struct rtattr *a = RTA_DATA(nest); RTA_OK(a, left); a = RTA_NEXT(a, left))
		if (a->rta_type == IFLA_INFO_KIND)
			copy(l->kind, sizeof(l->kind), a);
}

static void take_link(struct nlmsghdr *h, void *arg)
{
	struct ifinfomsg *info = NLMSG_DATA(h);
	struct link *l = arg;
	size_t left = IFLA_PAYLOAD(h);

	if (h->nlmsg_type != RTM_NEWLINK)
		return;
	l->index = info->ifi_index;
	l->up = (info->ifi_flags & IFF_UP) != 0;
	for (struct rtattr *a = IFLA_RTA(info); RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		if (a->rta_type == IFLA_LINKINFO)
			take_kind(l, a);
		else if (a->rta_type == IFLA_IFALIAS)
			copy(l->alias, sizeof(l->alias), a);
	}
}

int link_get(const char *name, struct link *l)
{
	struct request r;
	int result;

	*l = (struct link){ 0 };
	start(&r, RTM_GETLINK, 0);
	add_name(&r, IFLA_IFNAME, name);
	result = talk(&r, take_link, l);
	return result == 0 && l->index == 0 ? -ENODEV : result;
}

bool link_is_bridge(const char *name)
{
	struct link l;

	return link_get(name, &l) == 0 && strcmp(l.kind, "bridge") == 0;
}

/* --- changes --- */

int link_make_pair(const struct link_pair *p)
{
	struct rtattr *info, *data, *peer;
	struct ifinfomsg none = { .ifi_family = AF_UNSPEC };
	struct request r;

	start(&r, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	r.info.ifi_flags = r.info.ifi_change = IFF_UP;
	add_name(&r, IFLA_IFNAME, p->outer);
	if (p->bridge)
		add(&r, IFLA_MASTER, &p->bridge, sizeof(p->bridge));
	info = add(&r, IFLA_LINKINFO, NULL, 0);
	add_name(&r, IFLA_INFO_KIND, "veth");
	data = add(&r, IFLA_INFO_DATA, NULL, 0);
	peer = add(&r, VETH_INFO_PEER, &none, sizeof(none));
	add_name(&r, IFLA_IFNAME, p->inner);
	add(&r, IFLA_ADDRESS, p->mac, 6);
	if (p->netns >= 0)
		add(&r, IFLA_NET_NS_FD, &p->netns, sizeof(p->netns));
	close_nest(&r, peer);
	close_nest(&r, data);
	close_nest(&r, info);
	return talk(&r, NULL, NULL);
}

static int change(const char *name, const char *alias)
{
	struct request r;
	struct link l;
	int result = link_get(name, &l);

	if (result < 0)
		return result;
	start(&r, RTM_NEWLINK, 0);
	r.info.ifi_index = l.index;
	if (alias)
		add(&r, IFLA_IFALIAS, alias, strlen(alias));
	else
		r.info.ifi_flags = r.info.ifi_change = IFF_UP;
	return talk(&r, NULL, NULL);
}

int link_set_alias(const char *name, const char *alias)
{
	return change(name, alias);
}

int link_up(const char *name)
{
	return change(name, NULL);
}

int link_delete(const char *name)
{
	struct request r;
	struct link l;
	int result = link_get(name, &l);

	if (result < 0)
		return result;
	start(&r, RTM_DELLINK, 0);
	r.info.ifi_index = l.index;
	return talk(&r, NULL, NULL);
}
