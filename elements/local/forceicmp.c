/* SPDX-License-Identifier: MIT */
/*
 * ForceICMP - make packets legal ICMP
 *
 * Sets the ICMP type and code of IP packets, by name or number, and the
 * checksum. Packets too short for that are dropped.
 *
 * See also: ForceIP, ForceTCP, ForceUDP
 */
#include "base/checksum.h"
#include "elements/local/force.h"

enum { ICMP_LEAST = 8 };

struct forceicmp {
	struct element base;
	struct word type_word, code_word;
	uint8_t type, code;
};
ELEMENT_SELF(struct forceicmp)

enum { NO_NAMES = -1 };

/* By name of database db, if any, or by number. */
static bool named(const struct element *e, int db, struct str word, uint8_t *v)
{
	uint32_t number;
	int64_t parsed;

	if (db != NO_NAMES && name_find(e, (enum name_db)db, word, &number, sizeof(number)))
		*v = (uint8_t)number;
	else if (parse_int(word, 0, UINT8_MAX, &parsed, NULL))
		*v = (uint8_t)parsed;
	else
		return false;
	return true;
}

/* Where the names of a type's codes are. */
static int codes_of(uint8_t type)
{
	switch (type) {
	case ICMP_UNREACHABLE:
		return NAME_ICMP_CODE_UNREACHABLE;
	case ICMP_REDIRECT:
		return NAME_ICMP_CODE_REDIRECT;
	case ICMP_TIMEEXCEEDED:
		return NAME_ICMP_CODE_TIMEEXCEEDED;
	case ICMP_PARAMPROBLEM:
		return NAME_ICMP_CODE_PARAMPROB;
	default:
		return NO_NAMES;
	}
}

static bool configure(struct element *e, struct error *err)
{
	struct forceicmp *f = self(e);

	if (!named(e, NAME_ICMP_TYPE, f->type_word.s, &f->type))
		return fail(err, "ICMP type must be between 0 and 255");
	if (!named(e, codes_of(f->type), f->code_word.s, &f->code))
		return fail(err, "argument 2 takes ICMP code");
	return true;
}

static void fix(struct element *e, struct ip_header *ip, void *transport, uint32_t len)
{
	struct icmp_header *icmp = transport;

	(void)ip;
	icmp->type = self(e)->type;
	icmp->code = self(e)->code;
	icmp->sum = 0;
	icmp->sum = checksum(icmp, len);
}

static void force(struct element *e, struct batch *b)
{
	force_batch(e, b, ICMP_LEAST, fix);
}

static const struct arg args[] = {
	ARG("TYPE", type_word, ARG_POSITIONAL | ARG_REQUIRED, "ICMP type"),
	ARG("CODE", code_word, ARG_POSITIONAL | ARG_REQUIRED, "ICMP code"),
};

const struct element_class forceicmp_class = {
	.name = "ForceICMP",
	.ports = "1/1",
	.size = sizeof(self_t),
	.configure = configure,
	.action = force,
	.args = TABLE(args),
};
