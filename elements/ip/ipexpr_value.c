/* SPDX-License-Identifier: MIT */
/* ipexpr_value.c - the values of tests: numbers, addresses, and names of either. */
#include "base/net.h"
#include "elements/ip/ipexpr_term.h"

/* --- words --- */

bool value_is(struct str w)
{
	static const char *const others[] = { "and", "or",  "not",  "true", "false",
					      "src", "dst", "dest", "ip",   "ether" };

	if (!w.n || (w.n == 1 && strchr("()[],;?&|<>!=", w.p[0])) || w.p[w.n - 1] == '=' ||
	    str_is(w, "&&") || str_is(w, "||"))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (str_is(w, others[i]))
			return false;
	return term_type_of(w) == TERM_NONE;
}

bool value_is_number(struct str w)
{
	uint64_t v;

	return parse_u64(w, UINT64_MAX, &v, NULL);
}

/* --- names as values --- */

struct meaning {
	enum term_type type;
	int32_t proto; /* it belongs to */
	uint32_t number;
};

enum { MEANINGS = 4 };

static bool find_flag(struct str w, uint32_t *v)
{
	static const struct {
		const char *name;
		uint32_t bit;
	} flags[] = { { "ack", 0x10 }, { "fin", 0x01 }, { "psh", 0x08 },
		      { "rst", 0x04 }, { "syn", 0x02 }, { "urg", 0x20 } };

	for (size_t i = 0; i < ARRAY_LEN(flags); i++)
		if (str_is(w, flags[i].name)) {
			*v = flags[i].bit;
			return true;
		}
	return false;
}

/* All that the word may mean. */
static unsigned find_meanings(struct parser *p, struct str w, struct meaning m[MEANINGS])
{
	unsigned n = 0;
	uint32_t v;

	if (name_find(p->e, NAME_PORT_TCP, w, &v, sizeof(v)))
		m[n++] = (struct meaning){ TERM_PORT, IP_PROTO_TCP, v };
	if (name_find(p->e, NAME_PORT_UDP, w, &v, sizeof(v)))
		m[n++] = (struct meaning){ TERM_PORT, IP_PROTO_UDP, v };
	if (find_flag(w, &v))
		m[n++] = (struct meaning){ TERM_OPT, IP_PROTO_TCP, v };
	if (name_find(p->e, NAME_ICMP_TYPE, w, &v, sizeof(v)))
		m[n++] = (struct meaning){ TERM_TYPE, IP_PROTO_ICMP, v };
	return n;
}

static bool allows(const struct term *t, const struct meaning *m)
{
	if (m->type == TERM_TYPE && term_is_icmp_type(t))
		return true;
	if ((t->type && t->type != m->type) || t->header == HEADER_ETHER)
		return false;
	if (m->type == TERM_PORT && (t->proto == PROTO_TCPUDP || t->proto == IP_PROTO_DCCP))
		return true;
	return t->proto == PROTO_NONE || t->proto == m->proto;
}

/* "'src <none>  echo' is WHAT; try 'src port  echo', 'icmp type  echo'" */
static void explain(struct parser *p, const struct term *t, struct str w, const char *what,
		    const struct meaning *m, unsigned n)
{
	struct text text = { NULL, 0, 0 };
	struct term as = *t;

	text_add(&text, "'%s  %.*s' is %s; try", term_title(p, t), STR(w), what);
	for (unsigned i = 0; i < n; i++) {
		as.type = m[i].type;
		if (as.type != TERM_PORT)
			as.direction = ANYWHERE;
		text_add(&text, "%s '%s  %.*s'", i ? "," : "", term_title(p, &as), STR(w));
	}
	term_fails(p, "%.*s", STR(text_as_str(&text)));
	text_fini(&text);
}

/* One of the meanings is that of the test before, which a bare name goes on with. */
static unsigned prefer_last(const struct parser *p, const struct term *t, struct meaning *m,
			    unsigned n)
{
	for (unsigned i = 0; i < n && !t->type && !t->direction && t->proto == PROTO_NONE; i++)
		if (m[i].type == p->last.type) {
			m[0] = m[i];
			return 1;
		}
	return n;
}

/* Makes the value of a name a number, and t's type what the name is. False: no such name. */
static bool take_name(struct parser *p, struct term *t, struct str w, struct value *v)
{
	struct meaning m[MEANINGS], ok[MEANINGS];
	unsigned n = find_meanings(p, w, m), nok = 0;

	for (unsigned i = 0; i < n; i++)
		if (allows(t, &m[i]) &&
		    (!nok || ok[0].type != m[i].type || ok[0].number != m[i].number))
			ok[nok++] = m[i];
	if (!n)
		return false;
	p->at++;
	v->kind = VALUE_NUMBER;
	nok = prefer_last(p, t, ok, nok);
	if (nok == 1) {
		v->number = ok[0].number;
		t->type = t->type ? t->type : ok[0].type;
	} else {
		explain(p, t, w, nok ? "ambiguous" : "meaningless", m, n);
		v->kind = VALUE_NONE;
	}
	return true;
}

/* --- values --- */

static bool wants_name(const struct term *t)
{
	return t->type == TERM_NONE || t->type == TERM_PORT || t->type == TERM_OPT ||
	       t->type == TERM_TYPE || term_is_icmp_type(t);
}

/* A mask M behind an address. */
static void take_netmask(struct parser *p, struct term *t, struct value *v)
{
	struct ip_addr mask;

	if (!parser_next_is(p, "mask") || !value_is(parser_word(p, 1)))
		return;
	if (v->kind == VALUE_PREFIX)
		term_fails(p, "'%s': specified twice", term_title(p, t));
	p->at++;
	if (!parse_ip(parser_word(p, 0), p->e, &mask))
		term_fails(p, "'%s': bad mask", term_title(p, t));
	else
		v->ip.mask = mask.v;
	v->kind = VALUE_PREFIX;
	p->at++;
}

static bool take_address(struct parser *p, struct term *t, struct value *v)
{
	struct ip_addr addr;

	if (t->header != HEADER_ETHER && parse_ip(v->word, p->e, &addr)) {
		v->ip = (struct ip_prefix){ addr.v, UINT32_MAX };
		v->kind = VALUE_IP;
	} else if (t->header != HEADER_ETHER && parse_prefix(v->word, p->e, false, &v->ip)) {
		v->kind = VALUE_PREFIX;
	} else if (t->header != HEADER_IP && parse_ether(v->word, p->e, &v->ether)) {
		v->kind = VALUE_ETHER;
	} else {
		return false;
	}
	p->at++;
	if (v->kind != VALUE_ETHER)
		take_netmask(p, t, v);
	return true;
}

bool value_take(struct parser *p, struct term *t, struct value *v)
{
	struct str w = parser_word(p, 0);
	uint32_t proto;

	*v = (struct value){ .kind = VALUE_NONE, .word = w };
	if (!value_is(w))
		return true;
	if (parse_u64(w, UINT64_MAX, &v->number, NULL)) {
		v->kind = VALUE_NUMBER;
		p->at++;
	} else if (t->type == TERM_PROTO) {
		if (!name_find(p->e, NAME_PROTO, w, &proto, sizeof(proto)))
			return true;
		v->kind = VALUE_NUMBER;
		v->number = proto;
		p->at++;
	} else if (wants_name(t) && take_name(p, t, w, v)) {
		return v->kind != VALUE_NONE;
	} else if (t->type == TERM_NONE || term_is_address(t->type)) {
		(void)take_address(p, t, v);
	}
	return true;
}
