/* SPDX-License-Identifier: MIT */
/*
 * IPFilter - pass, drop or sort IP packets by a list of rules
 *
 * Each argument is `ACTION EXPRESSION'; the first whose expression holds for a
 * packet decides. ACTION is the number of an output, `allow' for output 0,
 * `deny' or `drop' for none. Without EXPRESSION, or with `-', `any' or `all',
 * the rule holds for all packets. Packets that no rule holds for are dropped.
 *
 * An expression joins tests by `and' (or `&&', or nothing), `or' (`||'),
 * `not' (`!'), `? :' and parentheses. A test is any of `src', `dst', `ip',
 * `ether', a protocol and a field, then `& MASK', a relation and a value:
 * host, net, proto, port, opt, type, win, vers, hl, tos, dscp, len, id, ttl,
 * frag, unfrag, ect, ce, or `PROTOCOL[POS:LEN]'. An address, a port's name, a
 * TCP flag, an ICMP type or a protocol may stand alone, and a value alone goes
 * on with the test before it. Bytes that a packet lacks make a test false.
 *
 * Packets need their IP header marked; `ether' tests need the MAC header's.
 *
 * Example: IPFilter(deny src 10.0.0.0/8, allow tcp dst port 22 && syn, drop all)
 * See also: IPClassifier, Classifier, CheckIPHeader, MarkIPHeader
 */
#include "elements/ip/ipfilter_rules.h"

struct ipfilter {
	union {
		struct element base;
		struct ip_rules rules;
	};
};
ELEMENT_SELF(struct ipfilter)

static bool configure(struct element *e, struct error *err)
{
	struct str_list args = { NULL, 0, 0 };

	conf_args(e->conf, e->config, &args);
	return ip_rules_compile(&self(e)->rules, &args, true, err);
}

static const struct arg args[] = {
	ARG_EACH("RULE", ip_rules_arg, "ACTION EXPRESSION"),
};

static const struct handler handlers[] = {
	READ("program", ip_rules_read_program, "the compiled rules"),
};

const struct element_class ipfilter_class = {
	.name = "IPFilter",
	.ports = "1/-",
	.flags = CLASS_LIVE,
	.size = sizeof(self_t),
	.configure = configure,
	.classify = ip_rules_classify,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
