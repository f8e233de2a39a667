/* SPDX-License-Identifier: MIT */
/* checkip.c - checks of IPv4 headers, lists of good and bad addresses. */
#include "elements/ip/checkip.h"

#include "engine/lang/lang.h"

static void add(struct element *e, struct ip_list *l, uint32_t addr)
{
	l->v = pool_resize(e->conf, l->v, (l->n + 1) * sizeof(*l->v));
	l->v[l->n++].v = addr;
}

bool ip_addresses_list(struct element *e, struct ip_list *l, struct str text)
{
	struct str_list words = { NULL, 0, 0 };
	struct ip_addr addr;

	conf_words(e->conf, conf_unquote(e->conf, text), &words);
	for (size_t i = 0; i < words.n; i++) {
		if (!parse_ip(words.v[i], e, &addr))
			return false;
		add(e, l, addr.v);
	}
	return true;
}

bool ip_addresses_interfaces(struct element *e, struct ip_addresses *a, struct str text)
{
	struct str_list words = { NULL, 0, 0 };
	struct ip_prefix p;

	conf_words(e->conf, conf_unquote(e->conf, text), &words);
	for (size_t i = 0; i < words.n; i++) {
		if (!parse_prefix(words.v[i], e, true, &p))
			return false;
		add(e, &a->bad, p.addr | ~p.mask);
		add(e, &a->good, p.addr);
	}
	add(e, &a->bad, 0);
	add(e, &a->bad, UINT32_MAX);
	return true;
}

bool ip_list_has(const struct ip_list *l, uint32_t addr)
{
	for (uint32_t i = 0; i < l->n; i++)
		if (l->v[i].v == addr)
			return true;
	return false;
}

enum ip_defect ip_check(const struct ip_header *ip, int64_t have, bool sum,
			const struct ip_addresses *a)
{
	uint32_t hlen, len;

	if (have < (int64_t)sizeof(*ip))
		return IP_TINY;
	hlen = ip_hlen(ip);
	len = be16(ip->len);
	if (ip->vhl >> 4 != 4)
		return IP_BAD_VERSION;
	if (hlen < sizeof(*ip))
		return IP_BAD_HLEN;
	if (len > have || len < hlen)
		return IP_BAD_LEN;
	if (sum && checksum_ip(ip, hlen) != 0)
		return IP_BAD_SUM;
	if (ip_list_has(&a->bad, ip->src) && !ip_list_has(&a->good, ip->dst))
		return IP_BAD_SRC;
	return IP_GOOD;
}
