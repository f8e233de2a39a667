/* SPDX-License-Identifier: MIT */
/*
 * AddressInfo - name IPv4, IPv6 and Ethernet addresses and prefixes
 *
 * Each argument is a name and its addresses. They may be used wherever an address of that type
 * is expected, also by elements that stand earlier in the file, inside the compound element that
 * the AddressInfo is in. A prefix with host bits, as 10.0.0.1/24, defines the address as well.
 * NAME:bcast is the broadcast address of the prefix NAME, NAME:gw its gateway; other suffixes,
 * such as NAME:ip and NAME:eth, say which address is meant.
 *
 * Example: AddressInfo(server 10.0.0.1/24 00:50:BA:85:84:A9, dns 10.0.0.53)
 * See also: PortInfo, AnnotationInfo
 */
#include "engine/element.h"
#include "engine/lang/lang.h"

enum { IP = 1, PREFIX = 2, IP6 = 4, PREFIX6 = 8, ETHER = 16 };

struct addresses {
	unsigned known; /* which of them there are */
	struct ip_addr ip;
	struct ip_prefix prefix;
	struct ip6_addr ip6;
	struct ip6_prefix prefix6;
	struct ether_addr ether;
};

static bool has_host_bits6(const struct ip6_prefix *p)
{
	for (uint32_t i = p->len; i < 128; i++)
		if (p->addr.b[i / 8] & (0x80 >> i % 8))
			return true;
	return false;
}

/* All that a word can mean. */
static void read_address(struct element *e, struct str word, struct addresses *a)
{
	*a = (struct addresses){ .known = 0 };
	if (parse_ether(word, e, &a->ether))
		a->known |= ETHER;
	if (parse_ip(word, e, &a->ip))
		a->known |= IP;
	if (parse_prefix(word, e, false, &a->prefix)) {
		a->known |= PREFIX;
		if (!(a->known & IP) && (a->prefix.addr & ~a->prefix.mask)) {
			a->known |= IP;
			a->ip.v = a->prefix.addr;
		}
	}
	if (parse_ip6(word, e, &a->ip6))
		a->known |= IP6;
	if (parse_ip6_prefix(word, e, false, &a->prefix6)) {
		a->known |= PREFIX6;
		if (!(a->known & IP6) && has_host_bits6(&a->prefix6)) {
			a->known |= IP6;
			a->ip6 = a->prefix6.addr;
		}
	}
}

static bool is_one_type(unsigned known)
{
	return !(known & ~(IP | PREFIX)) || !(known & ~(IP6 | PREFIX6)) || known == ETHER;
}

static void define(struct element *e, struct str name, const struct addresses *a, unsigned which)
{
	if (which & IP)
		name_define(e, NAME_IP, name, &a->ip, sizeof(a->ip));
	if (which & PREFIX)
		name_define(e, NAME_IP_PREFIX, name, &a->prefix, sizeof(a->prefix));
	if (which & IP6)
		name_define(e, NAME_IP6, name, &a->ip6, sizeof(a->ip6));
	if (which & PREFIX6)
		name_define(e, NAME_IP6_PREFIX, name, &a->prefix6, sizeof(a->prefix6));
	if (which & ETHER)
		name_define(e, NAME_ETHER, name, &a->ether, sizeof(a->ether));
}

static bool add_names(struct element *e, struct str text, struct error *err)
{
	struct addresses a;
	struct str name, word;
	unsigned done = 0, which;
	bool ok = true;

	if (!text.n)
		return true;
	word = conf_word(&text);
	if (!parse_string(word, e->conf, &name) || !name.n)
		return fail(err, "expected 'NAME [ADDRS]'");
	for (word = conf_word(&text); word.n; word = conf_word(&text)) {
		read_address(e, word, &a);
		which = is_one_type(a.known) ? a.known : a.known & ~done;
		define(e, name, &a, which);
		done |= which;
		if (!a.known)
			ok = fail(err, "'%.*s' is not a recognizable address", STR(word));
	}
	return ok;
}

static const struct arg args[] = {
	ARG_EACH("NAME ADDR...", add_names, "a name and its addresses"),
};

const struct element_class addressinfo_class = {
	.name = "AddressInfo",
	.ports = "0/0",
	.size = sizeof(struct element),
	.phase = PHASE_FIRST,
	.args = TABLE(args),
};
