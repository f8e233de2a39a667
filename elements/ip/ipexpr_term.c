/* SPDX-License-Identifier: MIT */
/* ipexpr_term.c - the words of one test: qualifiers, field, mask, relation, value. */
#include "base/net.h"
#include "elements/ip/ipexpr_term.h"

/* --- words --- */

static bool is_conjunction(struct str w)
{
	return str_is(w, "and") || str_is(w, "&&");
}

static bool is_disjunction(struct str w)
{
	return str_is(w, "or") || str_is(w, "||");
}

static bool is_dst(struct str w)
{
	return str_is(w, "dst") || str_is(w, "dest");
}

/* Can it be a value, going by its looks? */
static bool is_value(struct str w)
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

static bool is_number(struct str w)
{
	uint64_t v;

	return parse_u64(w, UINT64_MAX, &v, NULL);
}

/* --- qualifiers --- */

static bool take_direction(struct parser *p, struct term *t)
{
	struct str w = parser_word(p, 0), next = parser_word(p, 1);
	enum direction d = is_dst(w) ? DST : SRC;

	if (d != DST && !str_is(w, "src"))
		return false;
	p->at++;
	if (d == SRC && (is_conjunction(next) || is_disjunction(next)) &&
	    is_dst(parser_word(p, 1))) {
		d = is_conjunction(next) ? SRC_AND_DST : SRC_OR_DST;
		p->at += 2;
	}
	if (t->direction)
		term_fails(p, "'src' or 'dst' specified twice");
	t->direction = d;
	return true;
}

static bool take_type(struct parser *p, struct term *t)
{
	enum term_type type = term_type_of(parser_word(p, 0));

	if (type == TERM_NONE)
		return false;
	p->at++;
	if (t->type)
		term_fails(p, "type specified twice");
	t->type = type;
	return true;
}

static bool has_ports(int32_t proto)
{
	return proto == IP_PROTO_TCP || proto == IP_PROTO_UDP || proto == IP_PROTO_DCCP ||
	       proto == PROTO_TCPUDP;
}

/* Behind `proto' a protocol is the value; behind `port', one that has no ports may be. */
static bool take_proto(struct parser *p, struct term *t)
{
	uint32_t proto;

	if (t->type == TERM_PROTO ||
	    !name_find(p->e, NAME_PROTO, parser_word(p, 0), &proto, sizeof(proto)) ||
	    (t->type == TERM_PORT && !has_ports((int32_t)proto)))
		return false;
	p->at++;
	if (t->proto != PROTO_NONE)
		term_fails(p, "transport protocol specified twice");
	t->proto = (int32_t)proto;
	return true;
}

static bool take_header(struct parser *p, struct term *t)
{
	if (parser_take(p, "ip"))
		t->header = HEADER_IP;
	else if (parser_take(p, "ether"))
		t->header = HEADER_ETHER;
	else
		return false;
	return true;
}

static bool take_not(struct parser *p, struct term *t)
{
	if (!parser_take(p, "not") && !parser_take(p, "!"))
		return false;
	t->negated = !t->negated;
	return true;
}

/* These are complete without a value. */
static bool is_complete(enum term_type type)
{
	return type == TERM_FRAG || type == TERM_UNFRAG || type == TERM_CE || type == TERM_ECT;
}

/* Was there any? */
static bool take_qualifiers(struct parser *p, struct term *t)
{
	size_t first = p->at;

	while (p->at < p->words->n && !is_complete(t->type))
		if (!take_direction(p, t) && !take_header(p, t) && !take_type(p, t) &&
		    !take_proto(p, t) && (p->at == first || !take_not(p, t)))
			break;
	return p->at > first;
}

/* --- [POS:LEN] --- */

static bool is_position(struct str w, uint32_t *v)
{
	uint64_t n;

	if (!parse_u64(w, UINT16_MAX, &n, NULL))
		return false;
	*v = (uint32_t)n;
	return true;
}

/* POS, POS:LEN, or POS , LAST. */
static bool take_position(struct parser *p, struct term *t)
{
	struct str w = parser_word(p, 0), len;
	size_t colon = str_find(w, ':');
	uint32_t last;

	len = str_from(w, colon + 1);
	t->len = 1;
	if (!is_position(str_first(w, colon), &t->pos) ||
	    (colon < w.n && !is_position(len, &t->len)))
		return false;
	p->at++;
	if (colon == w.n && parser_take(p, ",")) {
		if (!is_position(parser_word(p, 0), &last))
			return false;
		t->len = last >= t->pos ? last - t->pos + 1 : 0;
		p->at++;
	}
	return true;
}

static bool take_field(struct parser *p, struct term *t)
{
	p->at++;
	if (t->type)
		term_fails(p, "type specified twice");
	t->type = TERM_BYTES;
	if (!take_position(p, t))
		return fail(p->err, "syntax error after '[', expected '[POS]' or '[POS:LEN]'");
	if (!parser_take(p, "]"))
		return fail(p->err, "missing ']'");
	if (t->len < 1 || t->len > 4) {
		term_fails(p, "LEN in '[POS:LEN]' out of range, should be between 1 and 4");
		t->len = 1;
	}
	if (t->pos / 4 != (t->pos + t->len - 1) / 4)
		term_fails(p, "field [%u:%u] does not fit in a single word", t->pos, t->len);
	return true;
}

/* --- mask and relation --- */

static bool dangling(struct parser *p, struct str sign)
{
	return fail(p->err, "dangling operator near '%.*s'", STR(sign));
}

static bool take_mask(struct parser *p, struct term *t)
{
	struct str sign = parser_word(p, 0);

	if (!parser_take(p, "&"))
		return true;
	if (!is_value(parser_word(p, 0)))
		return dangling(p, sign);
	t->mask = parser_word(p, 0);
	p->at++;
	return true;
}

static bool take_relation(struct parser *p, struct term *t)
{
	static const struct {
		const char *sign;
		enum relation relation;
	} signs[] = { { "=", EQUAL },   { "==", EQUAL },   { "!=", NOT_EQUAL }, { "<", LESS },
		      { ">", GREATER }, { "<=", AT_MOST }, { ">=", AT_LEAST } };
	struct str sign = parser_word(p, 0);

	for (size_t i = 0; i < ARRAY_LEN(signs); i++)
		if (parser_take(p, signs[i].sign)) {
			t->relation = signs[i].relation;
			return is_value(parser_word(p, 0)) || dangling(p, sign);
		}
	return true;
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

	if (!parser_next_is(p, "mask") || !is_value(parser_word(p, 1)))
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

/* Leaves VALUE_NONE where the next word is not one. False: an error ends the test. */
static bool take_value(struct parser *p, struct term *t, struct value *v)
{
	struct str w = parser_word(p, 0);
	uint32_t proto;

	*v = (struct value){ .kind = VALUE_NONE, .word = w };
	if (!is_value(w))
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

/* --- tests --- */

/* Can a bare number go on with it? */
static bool term_is_number(enum term_type type)
{
	return type != TERM_HOST && type != TERM_NET && (!is_complete(type) || type == TERM_ECT);
}

/* A bare value goes on with what the test before it was about. */
static void inherit(const struct parser *p, struct term *t, const struct value *v)
{
	const struct term *last = &p->last;
	bool sided =
		term_is_address(last->type) || last->type == TERM_PORT || last->type == TERM_OPT;

	t->inherited = true;
	if (v->kind == VALUE_NUMBER && !t->type && term_is_number(last->type)) {
		t->type = last->type;
		t->pos = last->pos;
		t->len = last->len;
		t->proto = last->proto;
		t->direction = last->direction;
		return;
	}
	if (sided && (v->kind != VALUE_NUMBER || t->type == TERM_PORT || t->type == TERM_OPT))
		t->direction = last->direction;
	if (t->type == TERM_PORT && last->type == TERM_PORT)
		t->proto = last->proto;
}

/* The type that the value shows. False: it shows none. */
static bool settle_type(struct parser *p, struct term *t, struct value *v)
{
	if (t->type)
		return true;
	if (v->kind == VALUE_IP || v->kind == VALUE_ETHER) {
		t->type = TERM_HOST;
	} else if (v->kind == VALUE_PREFIX) {
		t->type = TERM_NET;
	} else if (v->kind == VALUE_NONE && t->proto != PROTO_NONE && !t->direction && !t->mask.n &&
		   t->header != HEADER_ETHER) {
		t->type = TERM_PROTO;
		v->kind = VALUE_NUMBER;
		v->number = (uint64_t)t->proto;
		t->proto = PROTO_NONE;
	} else if (v->kind == VALUE_NUMBER) {
		term_fails(p, "specify header field or 'port'");
		return false;
	} else {
		term_fails(p, "partial directive");
		return false;
	}
	return true;
}

bool term_parse(struct parser *p)
{
	struct term t = { .type = TERM_NONE, .proto = PROTO_NONE };
	size_t first = p->at;
	bool qualified = take_qualifiers(p, &t);
	struct value v;

	if (qualified && parser_next_is(p, "[") && !take_field(p, &t))
		return false;
	if (!take_mask(p, &t) || !take_relation(p, &t))
		return false;
	v = (struct value){ .kind = VALUE_NONE, .word = parser_word(p, 0) };
	if ((!is_complete(t.type) || t.relation || t.mask.n || is_number(v.word)) &&
	    !take_value(p, &t, &v))
		return true;
	if (p->at == first || (!qualified && v.kind == VALUE_NONE))
		return fail(p->err, "empty term near '%.*s'",
			    STR(p->words->v[p->at == p->words->n ? p->at - 1 : p->at]));
	if (!qualified)
		inherit(p, &t, &v);
	if (settle_type(p, &t, &v))
		term_add(p, &t, &v);
	return true;
}
