/* SPDX-License-Identifier: MIT */
/* errand.c - what a session asks of an instance, and waits for: above all calls of handlers. */
#include <stdlib.h>

#include "engine/control/verbs.h"

static void errand_free(struct errand *e)
{
	if (!e->job.cut_off)
		control_fini(&e->control);
	text_fini(&e->job.said);
	free(e->line);
	free(e->data);
	free(e);
}

static void errand_done(struct job *j)
{
	struct errand *e = container_of(j, struct errand, job);
	struct session *s = e->s;

	e->busy = false;
	if (!s) {
		errand_free(e);
		return;
	}
	if (e->uses) {
		e->answer(e);
	} else {
		s->errand = NULL;
		s->state = SESSION_LINE;
		e->answer(e);
		errand_free(e);
	}
	session_go_on(s);
}

void errand_leave(struct errand *e)
{
	if (!e)
		return;
	e->s = NULL;
	if (e->uses && !e->busy)
		errand_free(e);
}

static void answer_job(struct errand *e)
{
	struct session *s = e->s;
	struct str said = text_as_str(&e->job.said);
	enum control_code code = e->job.code;
	bool ok = code < 300, config = code == CONTROL_BAD_CONFIG;

	control_lines(&s->out, code, ok || config, said);
	if (ok)
		session_answer(s, code, "Instance '%s' %s", e->name, e->ok);
	else if (config)
		session_answer(s, code, "Configuration in error");
	else if (said.n == 0)
		session_answer(s, code, "Instance '%s': failed", e->name);
}

struct errand *errand_new(struct session *s, struct str name, const char *ok)
{
	struct errand *e = calloc(1, sizeof(*e));

	if (!e) {
		session_answer(s, CONTROL_NO_MEMORY, "Out of memory");
		return NULL;
	}
	e->s = s;
	e->job.done = errand_done;
	e->answer = answer_job;
	e->ok = ok;
	memcpy(e->name, name.p, name.n);
	return e;
}

void errand_begun(struct session *s, struct errand *e, enum control_code code)
{
	if (code == CONTROL_OK) {
		e->busy = true;
		s->errand = e;
		s->state = e->uses ? SESSION_USES : SESSION_WAITS;
		return;
	}
	e->job.code = code;
	answer_job(e);
	errand_free(e);
}

struct instance *errand_instance(struct session *s, struct str name)
{
	struct instance *x = instances_find(s->all, name);

	if (!x)
		session_answer(s, CONTROL_NO_INSTANCE, "No instance named '%.*s'",
			       STR(str_first(name, CONTROL_NAME_MAX)));
	return x;
}

struct errand *errand_for(struct session *s, struct instance *x, const char *ok)
{
	return errand_new(s, str_of(instance_name(x)), ok);
}

/* --- handlers --- */

/* The instance may be another one by now than the one before. */
static void give_access(struct errand *e, const struct instance *x)
{
	e->access.router = instance_router(x);
	e->access.memory = instance_memory(x);
}

static void read_run(struct instance *x, struct job *j)
{
	struct errand *e = container_of(j, struct errand, job);

	give_access(e, x);
	control_read(&e->control, e->handler, e->value);
	j->code = CONTROL_OK;
}

static void write_run(struct instance *x, struct job *j)
{
	struct errand *e = container_of(j, struct errand, job);

	give_access(e, x);
	control_write(&e->control, e->handler, e->value);
	j->code = CONTROL_OK;
}

/* What the handler said is an answer already. */
static void answer_call(struct errand *e)
{
	struct text *out = &e->control.out;

	if (e->job.code != CONTROL_OK) {
		answer_job(e);
		return;
	}
	if (out->n > 0) {
		e->s->blob = out->p;
		e->s->blob_at = 0;
		e->s->blob_n = out->n;
		*out = (struct text){ 0 };
	}
}

/* Keeps the line's words, and the session's data when they are the value. */
static bool keep_words(struct errand *e, struct str handler, struct str value, struct session *s)
{
	if (s->data && value.p == s->data) {
		e->data = s->data;
		s->data = NULL;
	}
	e->line = malloc(handler.n + (e->data ? 0 : value.n) + 1);
	if (!e->line)
		return false;
	memcpy(e->line, handler.p, handler.n);
	e->handler = (struct str){ e->line, handler.n };
	e->value = value;
	if (e->data)
		return true;
	if (value.n)
		memcpy(e->line + handler.n, value.p, value.n);
	e->value.p = e->line + handler.n;
	return true;
}

static void call(struct session *s, const struct request *r, struct str value,
		 void (*run)(struct instance *, struct job *))
{
	struct instance *x = errand_instance(s, r->word[1]);
	struct errand *e = x ? errand_for(s, x, "") : NULL;

	if (!e)
		return;
	e->job.run = run;
	e->answer = answer_call;
	e->control.access = &e->access;
	if (keep_words(e, r->word[2], value, s)) {
		errand_begun(s, e, instance_call(x, &e->job));
	} else {
		session_answer(s, CONTROL_NO_MEMORY, "Out of memory");
		errand_free(e);
	}
}

void errand_read_line(struct session *s, const struct request *r)
{
	call(s, r, r->rest[3], read_run);
}

void errand_read_data(struct session *s, const struct request *r)
{
	call(s, r, r->data, read_run);
}

void errand_write_line(struct session *s, const struct request *r)
{
	call(s, r, r->rest[3], write_run);
}

void errand_write_data(struct session *s, const struct request *r)
{
	call(s, r, r->data, write_run);
}

/* --- USE: from here on the other protocol, whose commands run on the instance's thread --- */

static void use_run(struct instance *x, struct job *j)
{
	struct errand *e = container_of(j, struct errand, job);
	struct control *c = &e->control;

	give_access(e, x);
	if (e->value.n)
		control_input(c, e->value.p, e->value.n);
	if (e->more)
		c->paused = false;
	e->more = control_run(c) || c->paused;
	j->code = CONTROL_OK;
}

static void answer_use(struct errand *e)
{
	struct session *s = e->s;

	free(e->data);
	e->data = NULL;
	e->value.n = 0;
	if (e->job.code != CONTROL_OK) {
		s->state = SESSION_CLOSING;
		return;
	}
	answer_call(e);
	if (control_finished(&e->control))
		s->state = SESSION_CLOSING;
}

/* False: there is nothing to be done. */
static bool use_prepare(struct session *s, struct errand *e)
{
	size_t n = s->in.n - s->at;
	bool ends = s->at_end && !e->control.at_end;

	if (n > 0) {
		e->data = malloc(n);
		if (!e->data) {
			s->state = SESSION_CLOSING;
			return false;
		}
		memcpy(e->data, s->in.p + s->at, n);
		e->value = (struct str){ e->data, n };
		s->at = s->searched = s->in.n;
	}
	if (ends)
		control_end(&e->control);
	return n > 0 || ends || e->more;
}

void session_use(struct session *s)
{
	struct errand *e = s->errand;
	struct instance *x;

	if (e->busy || !use_prepare(s, e))
		return;
	text_clear(&e->job.said);
	x = instances_find(s->all, str_of(e->name));
	e->busy = x && instance_call(x, &e->job) == CONTROL_OK;
	if (!e->busy)
		s->state = SESSION_CLOSING;
}

void errand_use(struct session *s, const struct request *r)
{
	struct instance *x = errand_instance(s, r->word[1]);
	struct errand *e = x ? errand_for(s, x, "") : NULL;

	if (!e)
		return;
	control_init(&e->control, &e->access);
	e->job.run = use_run;
	e->answer = answer_use;
	e->uses = true;
	errand_begun(s, e, instance_call(x, &e->job));
}
