/* SPDX-License-Identifier: MIT */
/* ipexpr_joint.h - the operations of one test that must all hold, as they are added. */
#ifndef ELEMENTS_IP_IPEXPR_JOINT_H
#define ELEMENTS_IP_IPEXPR_JOINT_H

#include "elements/ip/ipexpr_term.h"

struct joint {
	struct parser *p;
	bool some; /* were added */
};

/* What was just added must hold too. */
void joint_and(struct joint *);
/* The same for what was just added for one side or for two: a negation negates the whole. */
void joint_sides(struct joint *, const struct term *, bool negated);

void joint_add_constant(struct joint *, bool holds);
void joint_add_proto(struct joint *, int32_t proto); /* PROTO_NONE: nothing */
void joint_add_address(struct joint *, struct term *, const struct value *);

bool term_wants_src(const struct term *);
bool term_wants_dst(const struct term *);

/* "'TYPE': WHAT"; false, as term_fails. */
bool term_is_wrong(struct parser *, const struct term *, const char *what);
bool term_zero_mask(struct parser *);
/* The mask of the term as a number up to max; max when there is none. */
bool term_number_mask(struct parser *, const struct term *, uint64_t max,
		      uint64_t *mask) MUST_CHECK;

#endif
