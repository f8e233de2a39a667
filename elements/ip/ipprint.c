/* SPDX-License-Identifier: MIT */
/*
 * IPPrint - print IP packets in readable form
 *
 * Passes packets on and prints a line for each that has its IP header marked,
 * much like tcpdump: LABEL, the timestamp, annotations, addresses and ports,
 * and what is worth knowing of TCP, UDP and ICMP. Lines go to standard error,
 * to CHANNEL, or to OUTFILE. CONTENTS (NONE, HEX, ASCII, or a bool for HEX)
 * adds a dump of the packet, PAYLOAD (NO, HEX or YES, ASCII) of what is behind
 * the TCP or UDP header, MAXLENGTH bytes at most, or all if that is negative.
 *
 * Example: IPPrint(in, TTL true) prints
 * `in: 1.500000: ttl 64 1.0.0.1.80 > 2.0.0.2.90: S 100:106(6,45,45) ack 5 win 100'
 * See also: Print, ToIPSummaryDump, ARPPrint
 */
#include "elements/ip/ipprint_body.h"
#include "engine/element.h"
#include "engine/platform.h"

enum dump { DUMP_NONE, DUMP_HEX, DUMP_ASCII };

struct ipprint {
	struct element base;
	struct str label;
	struct word contents_word, payload_word, channel;
	int32_t maxlength;
	struct filename outfile;
	bool timestamp, paint, aggregate, active;
	struct ip_print_options fields;
	enum dump contents, payload;
	struct file *file;
};
ELEMENT_SELF(struct ipprint)

/* --- configuration --- */

static bool parse_contents(struct str word, enum dump *dump, struct pool *pool, struct error *err)
{
	bool on;
	char *upper;

	if (parse_bool(word, &on))
		*dump = on ? DUMP_HEX : DUMP_NONE;
	else if (str_is_nocase(word, "none"))
		*dump = DUMP_NONE;
	else if (str_is_nocase(word, "hex"))
		*dump = DUMP_HEX;
	else if (str_is_nocase(word, "ascii"))
		*dump = DUMP_ASCII;
	else {
		upper = pool_cstr(pool, word);
		for (char *c = upper; *c; c++)
			if (*c >= 'a' && *c <= 'z')
				*c = (char)(*c - 'a' + 'A');
		return fail(err, "bad contents value '%s'; should be 'NONE', 'HEX', or 'ASCII'",
			    upper);
	}
	return true;
}

static bool parse_payload(struct str word, enum dump *dump, struct error *err)
{
	if (str_is_nocase(word, "no") || str_is_nocase(word, "false"))
		*dump = DUMP_NONE;
	else if (str_is_nocase(word, "yes") || str_is_nocase(word, "true") ||
		 str_is_nocase(word, "hex"))
		*dump = DUMP_HEX;
	else if (str_is_nocase(word, "ascii"))
		*dump = DUMP_ASCII;
	else
		return fail(err, "bad payload value '%.*s'; should be 'false', 'hex', or 'ascii'",
			    STR(word));
	return true;
}

static bool configure(struct element *e, struct error *err)
{
	struct ipprint *p = self(e);

	if (!parse_contents(p->contents_word.s, &p->contents, e->conf, err) ||
	    !parse_payload(p->payload_word.s, &p->payload, err))
		return false;
	if (p->contents && p->payload)
		return fail(err, "specify at most one of PAYLOAD and CONTENTS");
	return true;
}

static bool start(struct element *e, struct error *err)
{
	struct ipprint *p = self(e);
	int r;

	if (!p->outfile.s.n)
		return true;
	r = file_open(p->outfile.s.p, FILE_WRITE, &p->file);
	return r >= 0 || fail(err, "%s: %s", p->outfile.s.p, strerror(-r));
}

static void stop(struct element *e)
{
	struct ipprint *p = self(e);

	if (p->file)
		(void)file_close(p->file);
	p->file = NULL;
}

/* --- dumps --- */

static void add_hex(struct text *t, const uint8_t *p, uint32_t n)
{
	enum { ROW = 24, GROUP = 4 };

	for (uint32_t i = 0; i < n; i++)
		text_add(t, "%s%02x", i % ROW == 0 ? "\n  " : i % GROUP == 0 ? " " : "", p[i]);
}

static void add_ascii(struct text *t, const uint8_t *p, uint32_t n)
{
	enum { ROW = 48, GROUP = 8 };

	for (uint32_t i = 0; i < n; i++)
		text_add(t, "%s%c",
			 i % ROW == 0     ? "\n  "
			 : i % GROUP == 0 ? " "
					  : "",
			 p[i] < 32 || p[i] > 126 ? '.' : p[i]);
}

static void add_dump(const struct ipprint *self, struct text *t, const struct packet *p)
{
	uint32_t from = self->payload ? ip_print_payload(p) : 0, n;
	enum dump dump = self->payload ? self->payload : self->contents;

	if (dump == DUMP_NONE || from > p->len)
		return;
	n = p->len - from;
	if (self->maxlength >= 0 && (uint32_t)self->maxlength < n)
		n = (uint32_t)self->maxlength;
	if (dump == DUMP_HEX)
		add_hex(t, p->data + from, n);
	else
		add_ascii(t, p->data + from, n);
}

/* --- lines --- */

static void add_head(const struct ipprint *self, struct text *t, const struct packet *p)
{
	if (self->label.n)
		text_add(t, "%.*s: ", STR(self->label));
	if (self->timestamp) {
		print_timestamp(t, p->timestamp);
		text_add(t, ": ");
	}
	if (self->aggregate)
		text_add(t, "#%u", anno_u32(p, ANNO_AGGREGATE));
	if (self->paint)
		text_add(t, self->aggregate ? ".%u" : "paint %u", p->anno[ANNO_PAINT]);
	if (self->aggregate || self->paint)
		text_add(t, ": ");
}

static void put_line(struct element *e, struct text *line)
{
	const struct ipprint *p = self(e);

	if (p->file) {
		text_char(line, '\n');
		(void)file_write(p->file, line->p, line->n);
	} else if (p->channel.s.n) {
		chatter_channel(e, p->channel.s, text_as_str(line));
	} else {
		chatter_str(e, text_as_str(line));
	}
}

static void print(struct element *e, struct batch *b)
{
	struct text line = { NULL, 0, 0 };

	if (!self(e)->active)
		return;
	for (unsigned i = 0; i < b->n; i++) {
		if (!b->pkt[i]->net)
			continue;
		text_clear(&line);
		add_head(self(e), &line, b->pkt[i]);
		if (ip_print_body(&line, b->pkt[i], &self(e)->fields))
			add_dump(self(e), &line, b->pkt[i]);
		put_line(e, &line);
	}
	text_fini(&line);
}

static const struct arg args[] = {
	ARG_OR("LABEL", label, ARG_POSITIONAL, "\"\"", "what lines start with"),
	ARG_OR("CONTENTS", contents_word, 0, "NONE", "dump the packet: NONE, HEX, ASCII"),
	ARG_OR("PAYLOAD", payload_word, 0, "NO", "dump the payload: NO, HEX, ASCII"),
	ARG_OR("MAXLENGTH", maxlength, 0, "1500", "most bytes dumped, -1 for all"),
	ARG("NBYTES", maxlength, 0, "the same as MAXLENGTH"),
	ARG_OR("ID", fields.id, 0, "false", "print the identification"),
	ARG_OR("TIMESTAMP", timestamp, 0, "true", "print the timestamp"),
	ARG_OR("PAINT", paint, 0, "false", "print the paint annotation"),
	ARG_OR("TOS", fields.tos, 0, "false", "print the TOS byte"),
	ARG_OR("TTL", fields.ttl, 0, "false", "print the TTL"),
	ARG_OR("SWAP", fields.swap, 0, "true", "echoes' numbers are in network order"),
	ARG_OR("LENGTH", fields.length, 0, "false", "print the IP length"),
	ARG_OR("AGGREGATE", aggregate, 0, "false", "print the aggregate annotation"),
	ARG_OR("ACTIVE", active, 0, "true", "print"),
	ARG("OUTFILE", outfile, 0, "print into this file"),
	ARG("CHANNEL", channel, 0, "print to this chatter channel"),
};

static const struct handler handlers[] = {
	FIELD_FLAGS("active", active, H_READ | H_WRITE | H_CALM | H_CHECKBOX,
		    "the ACTIVE argument"),
};

const struct element_class ipprint_class = {
	.name = "IPPrint",
	.ports = "1/1",
	.size = sizeof(self_t),
	.configure = configure,
	.start = start,
	.stop = stop,
	.action = print,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
