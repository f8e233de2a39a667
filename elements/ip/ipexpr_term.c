/* SPDX-License-Identifier: MIT */
/* ipexpr_term.c - the words of one test: qualifiers, field, mask, relation. */
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
	if (!value_is(parser_word(p, 0)))
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
			return value_is(parser_word(p, 0)) || dangling(p, sign);
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
	if ((!is_complete(t.type) || t.relation || t.mask.n || value_is_number(v.word)) &&
	    !value_take(p, &t, &v))
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
