/* SPDX-License-Identifier: MIT */
/* script_parse.c - from the arguments of a Script to its program. */
#include "elements/standard/script_ops.h"
#include "engine/lang/lang.h"
#include "engine/manage.h"

/* --- operands --- */

bool script_parse_nothing(struct script *s, struct script_insn *i, struct str operand)
{
	(void)s, (void)i;
	return operand.n == 0;
}

bool script_parse_text(struct script *s, struct script_insn *i, struct str operand)
{
	(void)s;
	i->text = operand;
	return true;
}

bool script_parse_some_text(struct script *s, struct script_insn *i, struct str operand)
{
	return script_parse_text(s, i, operand) && operand.n != 0;
}

static bool is_variable(struct str name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i], low = (char)(c | 32);

		if (!(low >= 'a' && low <= 'z') && !(c >= '0' && c <= '9') && c != '_')
			return false;
	}
	return name.n != 0;
}

/* VAR [TEXT] */
bool script_parse_export(struct script *s, struct script_insn *i, struct str operand)
{
	(void)s;
	i->name = conf_word(&operand);
	i->text = str_trim(operand);
	return is_variable(i->name);
}

bool script_parse_set(struct script *s, struct script_insn *i, struct str operand)
{
	return script_parse_export(s, i, operand) && i->text.n != 0;
}

bool script_parse_count(struct script *s, struct script_insn *i, struct str operand)
{
	(void)s;
	i->count = 1;
	return !operand.n || parse_u32(operand, &i->count, NULL);
}

/* Without a time it is a pause. */
bool script_parse_wait(struct script *s, struct script_insn *i, struct str operand)
{
	(void)s;
	i->text = operand;
	i->count = operand.n == 0;
	return true;
}

bool script_parse_label(struct script *s, struct script_insn *i, struct str operand)
{
	(void)s;
	i->name = conf_word(&operand);
	return i->name.n && !str_trim(operand).n;
}

bool script_parse_goto(struct script *s, struct script_insn *i, struct str operand)
{
	(void)s;
	i->name = conf_word(&operand);
	i->text = str_trim(operand);
	return i->name.n != 0;
}

/* --- instructions --- */

static struct script_insn *append(struct script *s)
{
	s->insn = pool_grow(s->base.conf, s->insn, s->n + 1, &s->cap, sizeof(*s->insn));
	return &s->insn[s->n];
}

bool script_add(struct element *e, struct str text, struct error *err)
{
	struct script *s = self(e);
	struct script_insn *i;
	struct str rest = text, name = conf_word(&rest);

	if (!name.n)
		return true;
	i = append(s);
	*i = (struct script_insn){ .op = script_op(name) };
	if (!i->op || !i->op->parse(s, i, str_trim(rest)))
		return fail(err, "syntax error at '%.*s'", STR(name));
	s->n++;
	return true;
}

int32_t script_label(const struct script *s, struct str name)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->insn[i].op->parse == script_parse_label && str_eq(s->insn[i].name, name))
			return (int32_t)i;
	return str_is(name, "begin") || str_is(name, "loop") ? 0 : -1;
}

/* Labels that end the script; 0 for others. */
static int32_t ending(struct str name)
{
	static const struct {
		const char *name;
		enum script_outcome outcome;
	} endings[] = {
		{ "exit", SCRIPT_EXIT },   { "end", SCRIPT_END },      { "stop", SCRIPT_STOP },
		{ "error", SCRIPT_ERROR }, { "errorq", SCRIPT_ERROR },
	};

	for (size_t i = 0; i < ARRAY_LEN(endings); i++)
		if (str_is(name, endings[i].name))
			return -(int32_t)endings[i].outcome;
	return 0;
}

static bool resolve_labels(struct script *s, struct error *err)
{
	bool ok = true;

	for (size_t k = 0; k < s->n; k++) {
		struct script_insn *i = &s->insn[k];

		if (i->op->parse != script_parse_goto)
			continue;
		i->target = script_label(s, i->name);
		if (i->target >= 0)
			continue;
		i->target = ending(i->name);
		if (!i->target)
			ok = fail(err, "no such label '%.*s'", STR(i->name));
	}
	return ok;
}

/* --- types --- */

bool script_signal(struct str word, uint32_t *signo)
{
	static const struct {
		const char *name;
		unsigned number;
	} names[] = {
		{ "ABRT", 6 },  { "ALRM", 14 }, { "HUP", 1 },   { "INT", 2 },
		{ "IO", 29 },   { "PIPE", 13 }, { "QUIT", 3 },  { "TERM", 15 },
		{ "TSTP", 20 }, { "USR1", 10 }, { "USR2", 12 },
	};
	uint64_t number;

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_is(word, names[i].name)) {
			*signo = names[i].number;
			return true;
		}
	if (!parse_u64(word, 31, &number, NULL))
		return false;
	*signo = (uint32_t)number;
	return true;
}

static bool parse_signals(struct script *s, struct str words, struct error *err)
{
	struct str word = conf_word(&words);
	uint32_t signo;

	do {
		if (!script_signal(word, &signo))
			return fail(err, "bad signal number");
		s->signals |= 1U << signo;
		word = conf_word(&words);
	} while (word.n);
	return true;
}

static bool parse_type(struct script *s, struct error *err)
{
	static const struct {
		const char *name;
		enum script_type type;
	} types[] = {
		{ "ACTIVE", SCRIPT_ACTIVE }, { "PASSIVE", SCRIPT_PASSIVE },
		{ "PACKET", SCRIPT_PACKET }, { "PUSH", SCRIPT_PACKET },
		{ "PROXY", SCRIPT_PROXY },   { "DRIVER", SCRIPT_DRIVER },
		{ "SIGNAL", SCRIPT_SIGNAL },
	};
	struct str rest = s->type_text.s, word = conf_word(&rest);

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (str_is(word, types[i].name)) {
			s->type = types[i].type;
			if (s->type == SCRIPT_SIGNAL)
				return parse_signals(s, rest, err);
			return str_trim(rest).n == 0 || fail(err, "bad TYPE");
		}
	return fail(err, "bad TYPE");
}

static bool check_ports(const struct script *s, struct error *err)
{
	const struct element *e = &s->base;

	if (s->type == SCRIPT_PACKET && e->nin == 0)
		return fail(err, "PACKET script must have inputs");
	if (s->type != SCRIPT_PACKET && e->nin + e->nout != 0)
		return fail(err, "ports allowed only on PACKET scripts");
	return true;
}

/* A proxy is of a class of its own, which serves handlers of any name. */
static void make_proxy(struct element *e)
{
	struct element_class *class = pool_alloc(router_pool(e->router), sizeof(*class));

	*class = *e->class;
	class->any_handler = script_enter;
	e->class = class;
}

bool script_configure(struct element *e, struct error *err)
{
	struct script *s = self(e);

	if (!s->type_text.s.n)
		s->type = e->class->flags & CLASS_DRIVER ? SCRIPT_DRIVER
			  : e->nin + e->nout != 0        ? SCRIPT_PACKET
							 : SCRIPT_ACTIVE;
	else if (!parse_type(s, err))
		return false;
	if (!check_ports(s, err) || !resolve_labels(s, err))
		return false;
	*append(s) = (struct script_insn){
		.op = script_op(str_of(s->type == SCRIPT_DRIVER ? "stop" : "end")),
	};
	if (s->type == SCRIPT_PROXY)
		make_proxy(e);
	return s->type != SCRIPT_DRIVER || router_set_driver(e, err);
}
