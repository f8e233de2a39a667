/* SPDX-License-Identifier: MIT */
/* ipfilter_rules.h - what IPFilter and IPClassifier have in common: rules and their program. */
#ifndef ELEMENTS_IP_IPFILTER_RULES_H
#define ELEMENTS_IP_IPFILTER_RULES_H

#include "elements/standard/program.h"
#include "engine/element.h"
#include "engine/lang/lang.h"

struct ip_rules { /* starts the state */
	struct element base;
	struct program program;
};

/* Makes the program of these arguments, rules in order. actions: each begins with an output's
 * number, allow, deny or drop; otherwise its place is its output's number. */
bool ip_rules_compile(struct ip_rules *, const struct str_list *args, bool actions,
		      struct error *) MUST_CHECK;

void ip_rules_classify(struct element *e, const struct batch *in, uint16_t port[]);
void ip_rules_read_program(struct element *e, struct text *out);

/* For ARG_EACH: configure reads the arguments all at once. */
bool ip_rules_arg(struct element *e, struct str arg, struct error *err);

#endif
