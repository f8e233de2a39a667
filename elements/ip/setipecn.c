/* SPDX-License-Identifier: MIT */
/*
 * SetIPECN - set the explicit congestion notification bits
 *
 * Replaces the lower two bits of the TOS byte (RFC 3168) and updates the IP
 * checksum. ECN is 0 or `no', 1 or `ECT(1)', 2 or `ECT(0)', 3 or `CE'; `ect1'
 * is 1, `ect2' 2. The IP header must be marked; packets without one are
 * dropped.
 *
 * Example: SetIPECN(ECT(0))
 * See also: MarkIPCE, SetIPDSCP
 */
#include "engine/element.h"
#include "elements/ip/ipheader.h"

struct setipecn {
	struct element base;
	struct raw word;
	uint8_t ecn;
};
ELEMENT_SELF(struct setipecn)

static bool configure(struct element *e, struct error *err)
{
	static const struct {
		const char *word;
		uint8_t ecn;
	} words[] = {
		{ "0", 0 },    { "1", 1 },      { "2", 2 },    { "3", 3 },
		{ "no", 0 },   { "-", 0 },      { "ect1", 1 }, { "ECT(1)", 1 },
		{ "ect2", 2 }, { "ECT(0)", 2 }, { "ce", 3 },   { "CE", 3 },
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_is(self(e)->word.s, words[i].word)) {
			self(e)->ecn = words[i].ecn;
			return true;
		}
	return fail(err, "bad ECN argument");
}

static void set(struct element *e, struct batch *b)
{
	ip_batch_set_tos(b, 0x03, self(e)->ecn);
}

static const struct arg args[] = {
	ARG("ECN", word, ARG_POSITIONAL | ARG_REQUIRED, "no, ECT(0), ECT(1), CE or 0 to 3"),
};

static const struct handler handlers[] = {
	RECONF("ecn", "ECN", 0, NULL, "the ECN argument"),
};

const struct element_class setipecn_class = {
	.name = "SetIPECN",
	.ports = "1/1",
	.size = sizeof(self_t),
	.flags = CLASS_LIVE,
	.configure = configure,
	.action = set,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
