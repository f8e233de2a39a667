/* SPDX-License-Identifier: MIT */
/*
 * CheckIPHeader - check IPv4 headers and mark them
 *
 * The IP header of each packet starts OFFSET bytes into it. Good packets are
 * cut behind the datagram, get their network header marked and their
 * destination annotation set. Bad ones are counted and go to output 1 if there
 * is one: those too short, with a wrong version, header length, length or
 * checksum, or from a bad source address. Bad sources are those of BADSRC and,
 * with INTERFACES, the broadcast addresses of these networks, 0.0.0.0 and
 * 255.255.255.255, unless the destination is one of GOODDST or INTERFACES.
 *
 * Example: Strip(14) -> CheckIPHeader(INTERFACES 10.0.0.1/24) -> rt;
 * See also: CheckIPHeader2, MarkIPHeader, CheckTCPHeader, IPInputCombo
 */
#include "elements/ip/checkipheader.h"

static const struct check_kind kind = {
	.name = "IP header check",
	.prefix = CHECK_BY_NAME,
	.n = IP_DEFECTS,
	.reason = { [IP_TINY] = "tiny packet",
		    [IP_BAD_VERSION] = "bad IP version",
		    [IP_BAD_HLEN] = "bad IP header length",
		    [IP_BAD_LEN] = "bad IP length",
		    [IP_BAD_SUM] = "bad IP checksum",
		    [IP_BAD_SRC] = "bad source address" },
};

void checkipheader_init(struct element *e)
{
	self(e)->check.kind = &kind;
}

bool checkipheader_interfaces(struct element *e, struct str list, struct error *err)
{
	(void)err;
	return ip_addresses_interfaces(e, &self(e)->addresses, list);
}

bool checkipheader_badsrc(struct element *e, struct str list, struct error *err)
{
	(void)err;
	return ip_addresses_list(e, &self(e)->addresses.bad, list);
}

bool checkipheader_gooddst(struct element *e, struct str list, struct error *err)
{
	(void)err;
	return ip_addresses_list(e, &self(e)->addresses.good, list);
}

/* For headers that are not plain: true for a good one. */
static __attribute__((noinline)) bool check_any(struct element *e, struct packet *p)
{
	const struct checkipheader *c = self(e);
	const struct ip_header *ip = (const void *)((uintptr_t)p->data + c->offset);
	enum ip_defect defect;

	defect = ip_check(ip, (int64_t)p->len - c->offset, c->checksum, &c->addresses);
	if (defect == IP_GOOD)
		ip_accept(p, ip);
	else
		check_reject(e, defect, p);
	return defect == IP_GOOD;
}

static inline void check_batch(struct element *e, struct batch *b, bool sum, bool any)
{
	uint32_t offset = self(e)->offset;
	unsigned kept = 0;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];
		const struct ip_header *ip = (const void *)((uintptr_t)p->data + offset);
		uint32_t len = any ? 0 : ip_check_plain(ip, (int64_t)p->len - offset, sum);

		if (LIKELY(len))
			ip_accept_at(p, ip, offset, sizeof(*ip), len);
		else if (!check_any(e, p))
			continue;
		b->pkt[kept++] = p;
	}
	b->n = kept;
}

/* Each combination has a loop of its own. */
void checkipheader_action(struct element *e, struct batch *b)
{
	const struct checkipheader *c = self(e);

	if (c->addresses.bad.n)
		check_batch(e, b, c->checksum, true);
	else if (c->checksum)
		check_batch(e, b, true, false);
	else
		check_batch(e, b, false, false);
}

static const struct arg args[] = {
	CHECKIPHEADER_ARGS("true"),
};

static const struct handler handlers[] = {
	CHECK_HANDLERS,
};

const struct element_class checkipheader_class = {
	.name = "CheckIPHeader",
	.ports = "1/1-2",
	.processing = "a/ah",
	.size = sizeof(self_t),
	.init = checkipheader_init,
	.action = checkipheader_action,
	.add_handlers = check_add_handlers,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
