/* SPDX-License-Identifier: MIT */
/* script_control.c - the handlers that run a script, and those of its variables. */
#include "elements/standard/script.h"
#include "engine/lang/lang.h"

/* --- running --- */

static void set_entry(struct script *s, const struct handler_call *c)
{
	text_clear(&s->entry);
	text_str(&s->entry, str_of(c->name));
	s->entry_write = c->write;
}

/* What the call tells its caller; arguments do not outlive one that failed. */
static bool finish(struct script *s, struct handler_call *c, enum script_outcome outcome)
{
	c->status = outcome == SCRIPT_ERROR ? -1 : outcome == SCRIPT_STOP ? 1 : 0;
	if (c->status)
		text_clear(&s->args);
	return outcome != SCRIPT_ERROR;
}

/* A stop event that leaves the script waiting gives the router another life. The first one of a
 * driver script is there to start it, and no step. */
static enum script_outcome serve_event(struct script *s, struct error *err)
{
	unsigned steps = s->starting ? 0 : 1;
	enum script_outcome outcome;

	s->starting = false;
	s->in_event = true;
	outcome = script_run(s, steps, err);
	s->in_event = false;
	if (outcome == SCRIPT_BLOCKED && s->pos <= s->n)
		router_stop(s->base.router, -1);
	return outcome;
}

bool script_step(struct element *e, struct handler_call *c)
{
	struct script *s = self(e);
	struct str text = str_trim(c->value);
	bool event = str_is(text, "router");
	uint32_t steps = 1;

	if (text.n && !event && !parse_u32(text, &steps, NULL))
		return fail(c->err, "syntax error");
	if (!s->running)
		set_entry(s, c);
	if (event && s->type == SCRIPT_DRIVER && !s->running)
		return finish(s, c, serve_event(s, c->err));
	return finish(s, c, script_run(s, steps, c->err));
}

bool script_goto(struct element *e, struct handler_call *c)
{
	struct script *s = self(e);
	struct str label = str_trim(c->value);
	int32_t target = script_label(s, label);

	if (target < 0)
		return fail(c->err, "jump to nonexistent label");
	for (size_t i = (size_t)target; i < s->n; i++)
		s->insn[i].passed = 0;
	script_jump(s, (size_t)target);
	if (!s->running)
		set_entry(s, c);
	return finish(s, c, script_run(s, 0, c->err));
}

bool script_enter(struct element *e, struct handler_call *c)
{
	struct script *s = self(e);
	struct str result = { "_", 1 };
	enum script_outcome outcome;
	bool nested = s->running;

	if (!nested) {
		set_entry(s, c);
		text_clear(&s->args);
		text_str(&s->args, c->value);
	}
	s->pos = 0;
	s->jumps++;
	outcome = script_run(s, 0, c->err);
	if (outcome == SCRIPT_RETURN && !nested && !c->write)
		text_str(c->out, text_as_str(script_var(s, result)));
	return finish(s, c, outcome);
}

/* --- variables --- */

static const struct text *find_value(const struct script *s, struct str name)
{
	const struct text *t = script_find_var(s, name);

	return t || !str_is(name, "args") ? t : &s->args;
}

bool script_get(struct element *e, struct handler_call *c)
{
	struct str rest = c->value, name = conf_word(&rest);
	const struct text *t;

	if (!name.n)
		return fail(c->err, "no variable");
	if (str_trim(rest).n)
		return fail(c->err, "too many arguments");
	t = find_value(self(e), name);
	if (!t)
		return fail(c->err, "undefined variable '%.*s'", STR(name));
	text_str(c->out, text_as_str(t));
	return true;
}

bool script_set_handler(struct element *e, struct str value, struct error *err)
{
	struct str name = conf_word(&value);

	if (!name.n)
		return fail(err, "no variable");
	script_set(self(e), name, str_trim(value));
	return true;
}

bool script_shift(struct element *e, struct handler_call *c)
{
	struct str rest = c->value, name = conf_word(&rest), word;
	struct script *s = self(e);
	struct text *t, left = { NULL, 0, 0 };

	if (str_trim(rest).n)
		return fail(c->err, "too many arguments");
	t = name.n ? script_find_var(s, name) : NULL;
	if (!t && (!name.n || str_is(name, "args")))
		t = &s->args;
	if (!t)
		return fail(c->err, "undefined variable '%.*s'", STR(name));
	rest = text_as_str(t);
	word = conf_word(&rest);
	text_str(c->out, word);
	text_str(&left, str_trim(rest));
	text_fini(t);
	*t = left;
	return true;
}

/* --- exported variables --- */

static bool read_exported(struct element *e, struct handler_call *c)
{
	const struct text *t = script_find_var(self(e), str_of(c->name));

	if (t)
		text_str(c->out, text_as_str(t));
	return true;
}

void script_add_handlers(struct element *e)
{
	struct script *s = self(e);
	struct pool *pool = router_pool(e->router);

	for (size_t i = 0; i < s->n; i++) {
		struct handler *h;

		if (!str_starts(str_of(s->insn[i].op->name), "export"))
			continue;
		h = pool_alloc(pool, sizeof(*h));
		h->name = pool_cstr(pool, s->insn[i].name);
		h->help = HELP("the variable's value");
		h->flags = H_READ;
		h->call = read_exported;
		handler_add(e, h, 0);
	}
}
