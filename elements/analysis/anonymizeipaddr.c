/* SPDX-License-Identifier: MIT */
/*
 * AnonymizeIPAddr - replace IP addresses by others of the same structure
 *
 * Two addresses that agree in their first p bits, and not in the next, become
 * two of which that is true as well; nothing else is kept. CLASS n keeps the
 * leading ones up to n bits, and so the address classes; PRESERVE_8 keeps the
 * first byte of the networks it lists. 0.0.0.0 and 255.255.255.255 stay. The
 * addresses in ICMP errors change too, and the IP and ICMP checksums; transport
 * checksums do not. What is not IPv4 goes to output 1, or nowhere.
 *
 * See also: EraseIPPayload
 */
#include "base/checksum.h"
#include "base/hash.h"
#include "base/net.h"
#include "engine/element.h"

struct anonymizeipaddr {
	struct element base;
	int32_t class;
	struct raw preserve;
	bool seed_given;
	uint64_t seed[2];
	uint64_t kept[4]; /* a bit for each /8 */
};
ELEMENT_SELF(struct anonymizeipaddr)

/* --- the mapping: bit i is flipped or not depending on the bits before it, and a secret --- */

/* Its class: leading ones and the zero behind them. */
static bool is_class(const struct anonymizeipaddr *a, uint32_t addr, unsigned bit)
{
	return bit < (unsigned)a->class && (bit == 0 || addr >> (32 - bit) == (1U << bit) - 1);
}

/* Do the bits before this one begin a network that is kept? Then it is not flipped for any
 * address, or two networks would meet. */
static bool leads_to_kept(const struct anonymizeipaddr *a, uint32_t addr, unsigned bit)
{
	unsigned low, n;

	if (bit >= 8)
		return false;
	n = 1U << (8 - bit);
	low = (addr >> 24) & ~(n - 1);
	for (unsigned net = low; net < low + n; net++)
		if (a->kept[net / 64] >> (net % 64) & 1)
			return true;
	return false;
}

static bool flips(const struct anonymizeipaddr *a, uint32_t addr, unsigned bit)
{
	uint64_t prefix = bit == 0 ? 0 : addr >> (32 - bit);

	if (is_class(a, addr, bit) || leads_to_kept(a, addr, bit))
		return false;
	return hash_u64(hash_u64(prefix << 6 ^ bit ^ a->seed[0]) + a->seed[1]) & 1;
}

static uint32_t map(const struct anonymizeipaddr *a, uint32_t addr)
{
	uint32_t flip = 0;

	for (unsigned bit = 0; bit < 32; bit++)
		flip = flip << 1 | flips(a, addr, bit);
	return addr ^ flip;
}

/* The two addresses that stay must be nobody's: what maps there takes the place that they had. */
static uint32_t anonymize(const struct anonymizeipaddr *a, uint32_t net_addr)
{
	uint32_t addr = be32(net_addr), to;

	if (addr == 0 || addr == UINT32_MAX)
		return net_addr;
	to = map(a, addr);
	for (unsigned i = 0; i < 2 && (to == 0 || to == UINT32_MAX); i++)
		to = map(a, to);
	return be32(to);
}

/* --- packets --- */

static uint16_t update32(uint16_t sum, uint32_t from, uint32_t to)
{
	sum = checksum_update(sum, (uint16_t)from, (uint16_t)to);
	return checksum_update(sum, (uint16_t)(from >> 16), (uint16_t)(to >> 16));
}

/* The new checksum of something that had the address in it. */
static void replace(const struct anonymizeipaddr *a, uint8_t *at, uint16_t *sum)
{
	uint32_t from = load32(at), to = anonymize(a, from);

	store32(at, to);
	*sum = update32(*sum, from, to);
}

static bool is_icmp_error(uint8_t type)
{
	return type == ICMP_UNREACHABLE || type == ICMP_SOURCEQUENCH || type == ICMP_REDIRECT ||
	       type == ICMP_TIMEEXCEEDED || type == ICMP_PARAMPROBLEM;
}

/* The header that an ICMP error is about: its checksum changes as well, so that in sum nothing
 * but the addresses and the checksum enter the ICMP checksum. */
static void replace_inner(const struct anonymizeipaddr *a, struct icmp_header *icmp, uint32_t n)
{
	struct ip_header *ip = (void *)((uint8_t *)icmp + 8);
	uint16_t before, sum;

	if (n < 28 || !is_icmp_error(icmp->type) || ip->vhl >> 4 != 4)
		return;
	before = ip->sum;
	sum = before;
	for (unsigned i = 0; i < 2; i++) {
		uint8_t *at = (uint8_t *)ip + 12 + 4 * i;
		uint32_t from = load32(at);

		replace(a, at, &sum);
		icmp->sum = update32(icmp->sum, from, load32(at));
	}
	ip->sum = sum;
	icmp->sum = checksum_update(icmp->sum, before, sum);
}

static bool rewrite(const struct anonymizeipaddr *a, struct packet *p)
{
	uint32_t hlen, n = packet_net_len(p);
	struct ip_header *ip;
	uint16_t sum;

	if (n < 20 || p->net[0] >> 4 != 4 || !packet_writable(p))
		return false;
	ip = packet_ip(p);
	sum = ip->sum;
	replace(a, p->net + 12, &sum);
	replace(a, p->net + 16, &sum);
	ip->sum = sum;
	anno_set_dst(p, ip->dst);
	hlen = ip_hlen(ip);
	if (ip->proto == IP_PROTO_ICMP && ip_first_fragment(ip) && hlen >= 20 && hlen < n)
		replace_inner(a, (void *)(p->net + hlen), n - hlen);
	return true;
}

static void classify(struct element *e, const struct batch *b, uint16_t port[])
{
	for (unsigned i = 0; i < b->n; i++)
		port[i] = !rewrite(self(e), b->pkt[i]);
}

/* --- configuration --- */

static bool configure(struct element *e, struct error *err)
{
	struct anonymizeipaddr *a = self(e);
	struct str rest = str_trim(a->preserve.s), word;
	uint32_t net;

	if (a->class == 99)
		a->class = 32;
	if (a->class < 0 || a->class > 32)
		return fail(err, "CLASS must be between 0 and 32");
	while ((word = str_word(&rest)).n != 0) {
		if (!parse_u32(word, &net, NULL) || net > 255)
			return fail(err, "PRESERVE_8 expects integer between 0 and 255");
		a->kept[net / 64] |= 1ULL << (net % 64);
	}
	for (unsigned i = 0; i < 2; i++)
		a->seed[i] = (uint64_t)random_u32(e) << 32 | random_u32(e);
	return true;
}

static const struct arg args[] = {
	ARG_OR("CLASS", class, 0, "0", "how many leading ones to keep"),
	ARG("PRESERVE_8", preserve, 0, "first bytes of networks to keep"),
	ARG_OR("SEED", seed_given, 0, "true", "accepted: the seed is always random"),
};

const struct element_class anonymizeipaddr_class = {
	.name = "AnonymizeIPAddr",
	.ports = "1/1-2",
	.processing = "a/ah",
	.size = sizeof(self_t),
	.flags = CLASS_ONE_THREAD,
	.configure = configure,
	.classify = classify,
	.args = TABLE(args),
};
