/* SPDX-License-Identifier: MIT */
/*
 * IPClassifier - sort IP packets by expressions
 *
 * Sends each packet to the output of the first expression that holds for it,
 * and drops it when there is none. There are as many expressions as outputs;
 * an empty one, `-', `any' and `all' hold for all packets. IPFilter tells what
 * expressions are. When first configured, warns of outputs that no packet can
 * reach.
 *
 * Example: IPClassifier(icmp type echo, tcp && (src port 80 or 443), -)
 * See also: IPFilter, Classifier, CheckIPHeader, MarkIPHeader
 */
#include "elements/ip/ipfilter_rules.h"

struct ipclassifier {
	union {
		struct element base;
		struct ip_rules rules;
	};
	bool configured;
};
ELEMENT_SELF(struct ipclassifier)

static bool configure(struct element *e, struct error *err)
{
	struct str_list args = { NULL, 0, 0 };

	conf_args(e->conf, e->config, &args);
	if (args.n != e->nout)
		return fail(err, "need %u arguments, one per output port", e->nout);
	if (!ip_rules_compile(&self(e)->rules, &args, false, err))
		return false;
	if (!self(e)->configured)
		program_warn(&self(e)->rules.program, e->nout, err);
	self(e)->configured = true;
	return true;
}

/* The configuration with argument i replaced. */
static bool replace(struct element *e, struct pool *pool, struct handler_call *c)
{
	struct str_list args = { NULL, 0, 0 };

	conf_args(pool, e->config, &args);
	if (c->index >= args.n)
		return false;
	args.v[c->index] = c->value;
	return element_reconfigure(e, conf_join(pool, args.v, args.n), c->err);
}

static bool pattern(struct element *e, struct handler_call *c)
{
	struct pool *pool = pool_new();
	struct str_list args = { NULL, 0, 0 };
	bool ok = true;

	if (c->write) {
		ok = replace(e, pool, c);
	} else {
		conf_args(pool, e->config, &args);
		if (c->index < args.n)
			text_str(c->out, args.v[c->index]);
	}
	pool_free(pool);
	return ok;
}

static const struct arg args[] = {
	ARG_EACH("PATTERN", ip_rules_arg, "what packets for one output are"),
};

static const struct handler handlers[] = {
	READ("program", ip_rules_read_program, "the compiled patterns"),
	CALL("pattern%u", pattern, H_READ | H_WRITE | H_EACH_OUTPUT, "one of the patterns"),
};

const struct element_class ipclassifier_class = {
	.name = "IPClassifier",
	.ports = "1/-",
	.flags = CLASS_LIVE,
	.size = sizeof(self_t),
	.configure = configure,
	.classify = ip_rules_classify,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
