/* SPDX-License-Identifier: MIT */
/* script_run.c - executing a script's program. */
#include <stdio.h>

#include "elements/standard/script_ops.h"
#include "engine/lang/lang.h"
#include "engine/manage.h"

#define JUMPS_MAX 1000

/* --- instructions --- */

/* The instruction is the next one again. */
static enum script_outcome stay(struct script *s, const struct script_insn *i,
				enum script_outcome outcome)
{
	s->pos = (size_t)(i - s->insn);
	return outcome;
}

static enum script_outcome do_nothing(struct script *s, struct script_insn *i, struct error *err)
{
	(void)s, (void)i, (void)err;
	return SCRIPT_GO;
}

/* The operand of an instruction, expanded; with a level of quotes less for the q variants. */
static struct str operand(struct script *s, struct script_insn *i, struct pool *pool,
			  struct error *err)
{
	struct str text = script_expand(s, pool, i->text, false, err);

	return i->op->unquote ? conf_unquote(pool, text) : text;
}

static enum script_outcome do_set(struct script *s, struct script_insn *i, struct error *err)
{
	struct pool *pool = pool_new();

	script_set(s, i->name, operand(s, i, pool, err));
	pool_free(pool);
	return SCRIPT_GO;
}

/* Steps that come here are counted; what was counted stays until the program goes back. */
static enum script_outcome do_pause(struct script *s, struct script_insn *i, struct error *err)
{
	(void)err;
	while (s->steps && i->passed < i->count) {
		s->steps--;
		i->passed++;
	}
	return i->passed < i->count ? stay(s, i, SCRIPT_BLOCKED) : SCRIPT_GO;
}

static bool wait_time(struct script *s, struct script_insn *i, int64_t *ns, struct error *err)
{
	struct pool *pool = pool_new();
	struct str time = script_expand(s, pool, i->text, false, err);
	bool ok = parse_interval(str_trim(time), false, ns, NULL);

	pool_free(pool);
	return ok;
}

static enum script_outcome do_wait(struct script *s, struct script_insn *i, struct error *err)
{
	int64_t ns;

	if (i->count)
		return do_pause(s, i, err);
	if (s->steps) {
		s->steps--;
		timer_cancel(&s->timer);
		return SCRIPT_GO;
	}
	if (!wait_time(s, i, &ns, err)) {
		fail(err, "syntax error at '%s'", i->op->name);
		return SCRIPT_BLOCKED;
	}
	timer_after(&s->timer, ns);
	return stay(s, i, SCRIPT_BLOCKED);
}

static bool condition_holds(struct script *s, struct script_insn *i, struct error *err)
{
	struct pool *pool = pool_new();
	struct str text = i->text;
	bool holds = true;

	if (text.n) {
		text = str_trim(script_expand(s, pool, text, false, err));
		if (!parse_bool(conf_unquote(pool, text), &holds))
			holds = fail(err, "bad condition '%.*s'", STR(text));
	}
	pool_free(pool);
	return holds;
}

static enum script_outcome do_goto(struct script *s, struct script_insn *i, struct error *err)
{
	if (!condition_holds(s, i, err))
		return SCRIPT_GO;
	if (i->target < 0)
		return stay(s, i, (enum script_outcome) - i->target);
	script_jump(s, (size_t)i->target);
	return SCRIPT_GO;
}

static enum script_outcome do_loop(struct script *s, struct script_insn *i, struct error *err)
{
	(void)i, (void)err;
	script_jump(s, 0);
	return SCRIPT_GO;
}

static enum script_outcome do_finish(struct script *s, struct script_insn *i, struct error *err)
{
	(void)err;
	return stay(s, i, (enum script_outcome)i->op->how);
}

static enum script_outcome do_stop(struct script *s, struct script_insn *i, struct error *err)
{
	if (!s->in_event)
		router_stop(s->base.router, 1);
	return do_finish(s, i, err);
}

static enum script_outcome do_return(struct script *s, struct script_insn *i, struct error *err)
{
	struct pool *pool = pool_new();
	struct str name = { "_", 1 };

	script_set(s, name, operand(s, i, pool, err));
	pool_free(pool);
	return do_finish(s, i, err);
}

static enum script_outcome do_error(struct script *s, struct script_insn *i, struct error *err)
{
	struct pool *pool = pool_new();
	struct str text = operand(s, i, pool, err);

	if (text.n)
		fail(err, "%.*s", STR(text));
	pool_free(pool);
	return do_finish(s, i, err);
}

/* clang-format off */
static const struct script_op ops[] = {
	{ "set", script_parse_set, do_set, false, 0 },
	{ "setq", script_parse_set, do_set, true, 0 },
	{ "init", script_parse_set, do_nothing, false, 0 },
	{ "initq", script_parse_set, do_nothing, true, 0 },
	{ "export", script_parse_export, do_nothing, false, 0 },
	{ "exportq", script_parse_export, do_nothing, true, 0 },
	{ "print", script_parse_text, script_do_print, false, SCRIPT_NEWLINE },
	{ "printn", script_parse_text, script_do_print, false, 0 },
	{ "printq", script_parse_text, script_do_print, true, SCRIPT_NEWLINE },
	{ "printnq", script_parse_text, script_do_print, true, 0 },
	{ "save", script_parse_some_text, script_do_save, false, SCRIPT_NEWLINE },
	{ "append", script_parse_some_text, script_do_save, false, SCRIPT_NEWLINE | SCRIPT_APPEND },
	{ "read", script_parse_some_text, script_do_read, false, 0 },
	{ "readq", script_parse_some_text, script_do_read, true, 0 },
	{ "write", script_parse_some_text, script_do_write, false, 0 },
	{ "writeq", script_parse_some_text, script_do_write, true, 0 },
	{ "pause", script_parse_count, do_pause, false, 0 },
	{ "wait_step", script_parse_count, do_pause, false, 0 },
	{ "wait_stop", script_parse_count, do_pause, false, 0 },
	{ "wait", script_parse_wait, do_wait, false, 0 },
	{ "wait_time", script_parse_wait, do_wait, false, 0 },
	{ "wait_for", script_parse_wait, do_wait, false, 0 },
	{ "label", script_parse_label, do_nothing, false, 0 },
	{ "goto", script_parse_goto, do_goto, false, 0 },
	{ "loop", script_parse_nothing, do_loop, false, 0 },
	{ "end", script_parse_nothing, do_finish, false, SCRIPT_END },
	{ "exit", script_parse_nothing, do_finish, false, SCRIPT_EXIT },
	{ "stop", script_parse_nothing, do_stop, false, SCRIPT_STOP },
	{ "return", script_parse_text, do_return, false, SCRIPT_RETURN },
	{ "returnq", script_parse_text, do_return, true, SCRIPT_RETURN },
	{ "error", script_parse_text, do_error, false, SCRIPT_ERROR },
	{ "errorq", script_parse_text, do_error, true, SCRIPT_ERROR },
};
/* clang-format on */

const struct script_op *script_op(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(ops); i++)
		if (str_is(name, ops[i].name))
			return &ops[i];
	return NULL;
}

/* --- the engine --- */

void script_jump(struct script *s, size_t target)
{
	for (size_t i = target; i < s->pos && i < s->n; i++)
		s->insn[i].passed = 0;
	s->pos = target;
	s->jumps++;
}

static enum script_outcome give_up(struct script *s)
{
	chatter(&s->base, "%s :: %s: too many jumps, giving up", s->base.name, s->base.class->name);
	s->pos = s->n + 1;
	timer_cancel(&s->timer);
	return SCRIPT_BLOCKED;
}

/* An instruction that calls a handler of this very script finds pos behind itself, and may find
 * it elsewhere afterwards. */
static enum script_outcome run_once(struct script *s, struct error *err)
{
	enum script_outcome outcome = SCRIPT_GO;

	s->jumps = 0;
	while (outcome == SCRIPT_GO) {
		struct script_insn *i;

		if (s->pos > s->n)
			return SCRIPT_END;
		i = &s->insn[s->pos++];
		outcome = i->op->run(s, i, err);
		if (s->jumps > JUMPS_MAX)
			return give_up(s);
	}
	return outcome;
}

static void caught(struct element *e, int signo);

/* Only a script that has come to its end waits for signals again. */
static void arm(struct script *s, bool on)
{
	if (s->armed == on)
		return;
	s->armed = on;
	for (int signo = 1; signo < 32; signo++) {
		if (!(s->signals >> signo & 1))
			continue;
		if (on)
			signal_catch(&s->base, signo, caught);
		else
			signal_release(&s->base, signo);
	}
}

enum script_outcome script_run(struct script *s, unsigned steps, struct error *err)
{
	enum script_outcome outcome;

	s->queued += steps;
	if (s->running)
		return SCRIPT_BLOCKED;
	s->running = true;
	do {
		s->steps = s->queued;
		s->queued = 0;
		outcome = run_once(s, err);
	} while (s->queued);
	s->running = false;
	if (s->type == SCRIPT_SIGNAL)
		arm(s, outcome == SCRIPT_END);
	return outcome;
}

static void say(void *arg, struct str line)
{
	chatter_str(arg, line);
}

/* Runs because of something that happens, with nobody to report to. */
static enum script_outcome run_alone(struct script *s, unsigned steps)
{
	static const struct landmark nowhere = { .line = 0 };
	struct error err = { .sink = say, .sink_arg = &s->base };
	enum script_outcome outcome;

	text_clear(&s->entry);
	s->entry_write = false;
	error_enter(&err, nowhere, "While executing '%s :: %s':", s->base.name,
		    s->base.class->name);
	outcome = script_run(s, steps, &err);
	error_leave(&err);
	error_fini(&err);
	return outcome;
}

static void caught(struct element *e, int signo)
{
	struct script *s = self(e);

	(void)signo;
	if (s->running)
		return;
	s->pos = 0;
	run_alone(s, 0);
}

/* The first run of an active script is no step. */
static void fire(struct element *e, struct timer *t)
{
	struct script *s = self(e);
	unsigned steps = s->starting ? 0 : 1;

	(void)t;
	s->starting = false;
	run_alone(s, steps);
}

/* --- starting --- */

static void run_inits(struct script *s, struct error *err)
{
	for (size_t k = 0; k < s->n; k++)
		if (s->insn[k].op->run == do_nothing && s->insn[k].op->parse != script_parse_label)
			do_set(s, &s->insn[k], err);
}

static bool blocks(const struct script_insn *i)
{
	return i->op->run == do_wait || (i->op->run == do_pause && i->count);
}

/* A driver script that has something to do first is given a stop event for it, so that it
 * runs before all else. */
bool script_start(struct element *e, struct error *err)
{
	struct script *s = self(e);

	timer_init(&s->timer, e, fire);
	run_inits(s, err);
	if (s->type == SCRIPT_SIGNAL)
		arm(s, true);
	if (s->type != SCRIPT_ACTIVE && s->type != SCRIPT_DRIVER)
		return true;
	if (blocks(&s->insn[0])) {
		script_run(s, 0, err);
		return true;
	}
	s->starting = true;
	if (s->type == SCRIPT_DRIVER)
		router_stop(e->router, 1);
	else
		timer_after(&s->timer, 0);
	return true;
}

void script_stop(struct element *e)
{
	struct script *s = self(e);

	timer_fini(&s->timer);
	for (size_t i = 0; i < s->nvars; i++)
		text_fini(&s->var[i].value);
	text_fini(&s->args);
	text_fini(&s->entry);
}

/* --- packets --- */

/* The output that the script says; -1: none. */
static int32_t packet_port(struct script *s, unsigned input)
{
	struct str name = { "input", 5 };
	char number[16];
	int32_t port = -1;

	if (s->running)
		return -1;
	script_set(s, name, (struct str){ number, (size_t)snprintf(number, 16, "%u", input) });
	s->pos = 0;
	switch (run_alone(s, 0)) {
	case SCRIPT_END:
		return 0;
	case SCRIPT_RETURN:
		name = (struct str){ "_", 1 };
		if (!parse_i32(text_as_str(script_var(s, name)), &port, NULL))
			return -1;
		return port;
	default:
		return -1;
	}
}

static void send(struct element *e, int32_t port, struct packet *p)
{
	if (port >= 0 && (uint32_t)port < e->nout)
		output_push_packet(e, (unsigned)port, p);
	else
		packet_drop(p);
}

void script_push(struct element *e, unsigned port, struct batch *b)
{
	unsigned n = b->n;

	b->n = 0;
	for (unsigned i = 0; i < n; i++) {
		struct packet *p = b->pkt[i];

		send(e, packet_port(self(e), port), p);
	}
}

/* One packet at a time, so that nothing is taken before the script has seen what was. */
void script_pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	struct packet *p = max ? input_pull_packet(e, 0) : NULL;
	int32_t to;

	(void)port;
	if (!p)
		return;
	to = packet_port(self(e), 0);
	if (to == 0)
		batch_add(b, p);
	else
		send(e, to, p);
}
