/* SPDX-License-Identifier: MIT */
/*
 * instance.c - instances, and what passes between the control thread and theirs.
 *
 * An instance belongs to the control thread. Its own thread is given an engine, takes jobs off
 * x->jobs under x->lock, and puts what has ended on the machine's list of finished jobs. That it
 * is up, and that it has ended, are jobs as well. So whatever the control thread changes, it
 * changes in instances_run or when it is called.
 */
#include "engine/control/instance.h"

#include <stdlib.h>

#include "engine/platform.h"

#define MACHINE_LOG 16384U
#define INSTANCE_LOG 4096U

struct instance {
	struct instances *all;
	struct engine_owner owner; /* its number and name */
	struct engine_extra control;
	char name[CONTROL_NAME_MAX + 1];
	enum instance_state state;
	char *config; /* NUL-terminated; config_n bytes */
	size_t config_n;
	struct text error;
	struct log log; /* under the machine's lock */

	struct engine *engine; /* NULL: there is no thread */
	unsigned memory;       /* whose that engine's is, to the platform */
	struct job *starting;  /* ends when it is up, or in error */
	struct list ending;    /* jobs that end when the thread has */
	bool removed;
	struct job up, down; /* told by the thread: all is started; it ends */

	struct spinlock lock; /* of jobs and current */
	struct list jobs;
	struct job *current; /* which the thread is at */
	int stop;            /* it is to end */
};

/* --- jobs --- */

/* From any thread: its done is the control thread's to call. */
static void job_finish(struct instances *is, struct job *j)
{
	spin_lock(&is->lock);
	list_add_tail(&is->finished, &j->node);
	spin_unlock(&is->lock);
	platform_wake(&is->thread);
}

static void job_end(struct instances *is, struct job *j, enum control_code code)
{
	j->code = code;
	job_finish(is, j);
}

static struct job *next_finished(struct instances *is)
{
	struct job *j = NULL;

	spin_lock(&is->lock);
	if (!list_empty(&is->finished)) {
		j = container_of(is->finished.next, struct job, node);
		list_remove(&j->node);
	}
	spin_unlock(&is->lock);
	return j;
}

void instances_run(struct instances *is)
{
	struct job *j;

	while ((j = next_finished(is)))
		j->done(j);
}

static enum control_code refuse(struct job *j, enum control_code code, const char *why)
{
	text_add(&j->said, "%s\n", why);
	return code;
}

static enum control_code refuse_state(const struct instance *x, struct job *j, const char *what)
{
	text_add(&j->said, "Instance '%s' is %s%s\n", x->name, instance_state_name(x->state), what);
	return CONTROL_BAD_STATE;
}

/* --- on the instance's thread --- */

/* Takes the next job. None while a new router waits to take its place: what comes is for it. */
static struct job *take_job(struct instance *x, const struct engine *g)
{
	struct job *j = NULL;

	spin_lock(&x->lock);
	if (!list_empty(&x->jobs) && !g->pending) {
		j = container_of(x->jobs.next, struct job, node);
		list_remove(&j->node);
	}
	x->current = j;
	spin_unlock(&x->lock);
	return j;
}

static void called(struct engine_owner *o, struct engine *g)
{
	struct instance *x = container_of(o, struct instance, owner);
	struct job *j;

	while ((j = take_job(x, g))) {
		/* What the job says is there when the instance is no more. */
		unsigned memory = platform_memory_set(0);

		j->run(x, j);
		platform_memory_set(memory);
		spin_lock(&x->lock);
		x->current = NULL;
		spin_unlock(&x->lock);
		job_finish(x->all, j);
	}
	if (g->pending)
		engine_call(g);
	else if (__atomic_load_n(&x->stop, __ATOMIC_ACQUIRE))
		g->stop = true;
}

/* The name that says whose it is, where there are several. */
static void message(struct engine_owner *o, struct str line)
{
	struct instance *x = container_of(o, struct instance, owner);
	struct text t = { 0 };

	if (__atomic_load_n(&x->all->n, __ATOMIC_RELAXED) > 1)
		text_add(&t, "%s: ", x->name);
	text_str(&t, line);
	spin_lock(&x->all->lock);
	log_add(&x->log, line);
	log_add(&x->all->log, text_as_str(&t));
	spin_unlock(&x->all->lock);
	platform_message(text_as_str(&t));
	text_fini(&t);
}

/* Into the job, as the machine's. */
static void take_messages(struct job *j, struct error *err)
{
	unsigned memory = platform_memory_set(0);

	text_str(&j->said, text_as_str(&err->out));
	platform_memory_set(memory);
	error_fini(err);
}

static enum control_code configured(const struct router *r, const struct error *err)
{
	return !r ? CONTROL_BAD_CONFIG : err->warnings ? CONTROL_OK_WARNINGS : CONTROL_OK;
}

static void instance_main(struct thread *t)
{
	struct engine *g = t->engine;
	struct instance *x = container_of(g->options.owner, struct instance, owner);
	struct str config = { x->config, x->config_n };
	struct error err = { 0 };
	struct router *r = engine_configure(g, config, str_of(x->name), false, &err);
	struct job *told = r ? &x->up : &x->down;

	told->code = configured(r, &err);
	take_messages(told, &err);
	if (r) {
		job_finish(x->all, told);
		engine_activate(g, r);
		engine_run(g);
		x->down.code = CONTROL_OK;
	}
	engine_clear(g);
	job_finish(x->all, &x->down);
}

/* --- up and down, as the control thread sees it --- */

static void set_error(struct instance *x, struct str s)
{
	text_clear(&x->error);
	text_str(&x->error, s);
}

static void end_starting(struct instance *x, enum control_code code, struct str said)
{
	struct job *j = x->starting;

	x->starting = NULL;
	if (!j)
		return;
	text_str(&j->said, said);
	job_end(x->all, j, code);
}

static void is_up(struct job *up)
{
	struct instance *x = container_of(up, struct instance, up);

	x->state = INSTANCE_RUNNING;
	end_starting(x, up->code, text_as_str(&up->said));
	text_fini(&up->said);
}

/* Jobs that nobody will run. */
static void end_jobs(struct instance *x)
{
	while (!list_empty(&x->jobs)) {
		struct job *j = container_of(x->jobs.next, struct job, node);

		list_remove(&j->node);
		text_add(&j->said, "Instance '%s' has ended\n", x->name);
		job_end(x->all, j, CONTROL_BAD_STATE);
	}
}

static void forget(struct instance *x)
{
	x->all->at[x->owner.number] = NULL;
	__atomic_sub_fetch(&x->all->n, 1, __ATOMIC_RELAXED);
	log_fini(&x->log);
	text_fini(&x->error);
	free(x->config);
	free(x);
}

/* There is no thread any more. x may be gone afterwards. */
static void ended(struct instance *x, enum instance_state state)
{
	x->engine = NULL;
	x->state = state;
	x->stop = 0;
	end_jobs(x);
	while (!list_empty(&x->ending)) {
		struct job *j = container_of(x->ending.next, struct job, node);

		list_remove(&j->node);
		job_end(x->all, j, CONTROL_OK);
	}
	if (x->removed)
		forget(x);
}

static void is_down(struct job *down)
{
	struct instance *x = container_of(down, struct instance, down);
	bool failed = down->code != CONTROL_OK;

	platform_thread_join(x->engine->thread[0]);
	engine_free(x->engine);
	platform_memory_end(x->memory);
	if (failed)
		set_error(x, text_as_str(&down->said));
	end_starting(x, down->code, text_as_str(&down->said));
	text_fini(&down->said);
	ended(x, failed ? INSTANCE_FAILED : INSTANCE_STOPPED);
}

/* --- starting and stopping --- */

static struct engine *make_engine(struct instance *x)
{
	const struct instances_options *o = &x->all->options;
	struct engine_options e = o->engine;
	struct engine *g;

	x->control = (struct engine_extra){
		.name = STR_LIT("ClickOSControl"),
		.class = STR_LIT("ClickOSControl"),
		.config = STR_LIT(""),
		.hotswap_config = STR_LIT(""),
	};
	e.threads = 1;
	e.owner = &x->owner;
	e.extra = &x->control;
	e.nextra = 1;
	g = engine_new(&e);
	for (size_t i = 0; i < o->nclasses; i++)
		engine_add_classes(g, o->classes[i]);
	return g;
}

static enum control_code begin(struct instance *x, struct job *j)
{
	unsigned memory;
	int r;

	x->up = (struct job){ .done = is_up };
	x->down = (struct job){ .done = is_down };
	text_clear(&x->error);
	x->memory = platform_memory_new();
	memory = platform_memory_set(x->memory);
	x->engine = make_engine(x);
	r = platform_thread_start(x->engine->thread[0], instance_main);
	platform_memory_set(memory);
	if (r < 0) {
		engine_free(x->engine);
		platform_memory_end(x->memory);
		x->engine = NULL;
		x->state = INSTANCE_FAILED;
		set_error(x, str_of("cannot start a thread\n"));
		return refuse(j, CONTROL_NO_MEMORY, "Cannot start a thread");
	}
	x->state = INSTANCE_STARTING;
	x->starting = j;
	return CONTROL_OK;
}

static void end(struct instance *x)
{
	__atomic_store_n(&x->stop, 1, __ATOMIC_RELEASE);
	engine_call(x->engine);
}

enum control_code instance_start(struct instance *x, struct job *j)
{
	if (x->all->halting)
		return refuse(j, CONTROL_BAD_STATE, "The machine is going down");
	if (x->engine)
		return refuse_state(x, j, "");
	return begin(x, j);
}

enum control_code instance_stop(struct instance *x, struct job *j)
{
	if (!x->engine)
		return refuse_state(x, j, " already");
	list_add_tail(&x->ending, &j->node);
	end(x);
	return CONTROL_OK;
}

enum control_code instance_remove(struct instance *x, struct job *j)
{
	struct instances *is = x->all;

	if (x->removed)
		return refuse(j, CONTROL_NO_INSTANCE, "It is being removed");
	x->removed = true;
	if (x->engine)
		return instance_stop(x, j);
	forget(x);
	job_end(is, j, CONTROL_OK);
	return CONTROL_OK;
}

/* --- installing --- */

bool instance_name_ok(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool first = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';

		if (!first && (i == 0 || !((c >= '0' && c <= '9') || c == '.' || c == '-')))
			return false;
	}
	return s.n > 0 && s.n <= CONTROL_NAME_MAX;
}

static char *copy(struct str s)
{
	char *p = malloc(s.n + 1);

	if (!p)
		return NULL;
	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return p;
}

static unsigned free_number(const struct instances *is)
{
	unsigned i = 0;

	while (i < CONTROL_INSTANCES && is->at[i])
		i++;
	return i;
}

static void set_config(struct instance *x, char *config, size_t n)
{
	free(x->config);
	x->config = config;
	x->config_n = n;
}

static struct instance *add(struct instances *is, struct str name, unsigned number)
{
	struct instance *x = calloc(1, sizeof(*x));

	if (!x)
		return NULL;
	log_init(&x->log, INSTANCE_LOG);
	x->all = is;
	memcpy(x->name, name.p, name.n);
	x->owner = (struct engine_owner){ number, x->name, called, message };
	list_init(&x->ending);
	list_init(&x->jobs);
	is->at[number] = x;
	__atomic_add_fetch(&is->n, 1, __ATOMIC_RELAXED);
	return x;
}

enum control_code instances_install(struct instances *is, struct str name, struct str config,
				    struct job *j)
{
	struct instance *x = instances_find(is, name);
	unsigned number = free_number(is);
	char *own;

	if (!instance_name_ok(name))
		return refuse(j, CONTROL_BAD_SYNTAX, "Bad instance name");
	if (is->halting)
		return refuse(j, CONTROL_BAD_STATE, "The machine is going down");
	if (x && x->state != INSTANCE_FAILED)
		return refuse(j, CONTROL_EXISTS, "There is an instance of that name");
	if (!x && number == CONTROL_INSTANCES)
		return refuse(j, CONTROL_NO_MEMORY, "Too many instances");
	own = copy(config);
	if (own && !x)
		x = add(is, name, number);
	if (!own || !x) {
		free(own);
		return refuse(j, CONTROL_NO_MEMORY, "Out of memory");
	}
	set_config(x, own, config.n);
	return begin(x, j);
}

/* --- calls --- */

enum control_code instance_call(struct instance *x, struct job *j)
{
	if (!x->engine || x->stop)
		return refuse_state(x, j, x->engine ? ", and ends" : "");
	spin_lock(&x->lock);
	list_add_tail(&x->jobs, &j->node);
	spin_unlock(&x->lock);
	engine_call(x->engine);
	return CONTROL_OK;
}

struct router *instance_router(const struct instance *x)
{
	return x->engine->router;
}

unsigned instance_memory(const struct instance *x)
{
	return x->memory;
}

struct swap {
	struct job job;
	struct job *asker;
	char *config;
	size_t n;
	char name[CONTROL_NAME_MAX + 1];
	struct instances *all;
};

static void swap_run(struct instance *x, struct job *j)
{
	struct swap *s = container_of(j, struct swap, job);
	struct engine *g = x->engine;
	struct error err = { 0 };
	unsigned memory = platform_memory_set(x->memory);
	struct router *r =
		engine_configure(g, (struct str){ s->config, s->n }, str_of(x->name), true, &err);

	j->code = configured(r, &err);
	take_messages(j, &err);
	if (r)
		engine_activate(g, r);
	platform_memory_set(memory);
}

static void swap_done(struct job *j)
{
	struct swap *s = container_of(j, struct swap, job);
	struct instance *x = instances_find(s->all, str_of(s->name));

	if (j->code < 300 && x)
		set_config(x, s->config, s->n);
	else
		free(s->config);
	s->asker->code = j->code;
	s->asker->said = j->said;
	s->asker->cut_off = j->cut_off;
	s->asker->done(s->asker);
	free(s);
}

enum control_code instance_swap(struct instance *x, struct str config, struct job *j)
{
	struct swap *s = calloc(1, sizeof(*s));
	char *own = copy(config);
	enum control_code code = CONTROL_NO_MEMORY;

	if (!s || !own) {
		text_add(&j->said, "Out of memory\n");
		goto out;
	}
	*s = (struct swap){ .asker = j, .config = own, .n = config.n, .all = x->all };
	s->job = (struct job){ .run = swap_run, .done = swap_done };
	memcpy(s->name, x->name, sizeof(s->name));
	code = instance_call(x, &s->job);
	if (code == CONTROL_OK)
		return CONTROL_OK;
	j->said = s->job.said;
out:
	free(own);
	free(s);
	return code;
}

/* --- faults and signals --- */

static struct instance *of_thread(const struct instances *is, const struct thread *t)
{
	for (unsigned i = 0; i < CONTROL_INSTANCES; i++)
		if (is->at[i] && is->at[i]->engine && is->at[i]->engine->thread[0] == t)
			return is->at[i];
	return NULL;
}

/* A spin lock that the thread held is held for ever; it is on its own list, so nobody waits. */
static void end_current(struct instance *x)
{
	struct job *j = x->current;

	x->current = NULL;
	x->lock.held = 0;
	if (!j)
		return;
	j->cut_off = true;
	j->said = (struct text){ 0 };
	text_add(&j->said, "Instance '%s' has failed\n", x->name);
	job_end(x->all, j, CONTROL_BAD_STATE);
}

bool instance_failed(struct instances *is, struct thread *t, struct str text)
{
	struct instance *x = of_thread(is, t);

	if (!x)
		return false;
	is->lock.held = 0;
	instances_run(is);
	if (of_thread(is, t) != x)
		return true; /* it had ended anyhow */
	end_current(x);
	set_error(x, text);
	end_starting(x, CONTROL_BAD_CONFIG, text);
	ended(x, INSTANCE_FAILED);
	instances_run(is);
	return true;
}

void instances_signal(struct instances *is, int signo)
{
	for (unsigned i = 0; i < CONTROL_INSTANCES; i++)
		if (is->at[i] && is->at[i]->engine)
			engine_signal(is->at[i]->engine, signo);
}

/* --- the machine --- */

void instances_init(struct instances *is, const struct instances_options *o)
{
	*is = (struct instances){ .options = *o };
	list_init(&is->finished);
	list_init(&is->thread.pending);
	log_init(&is->log, MACHINE_LOG);
	platform_thread_init(&is->thread);
	thread_current = &is->thread;
}

void instances_fini(struct instances *is)
{
	instances_run(is);
	for (unsigned i = 0; i < CONTROL_INSTANCES; i++)
		if (is->at[i] && !is->at[i]->engine)
			forget(is->at[i]);
	log_fini(&is->log);
	platform_thread_fini(&is->thread);
	thread_current = NULL;
}

void instances_halt(struct instances *is)
{
	is->halting = true;
	for (unsigned i = 0; i < CONTROL_INSTANCES; i++)
		if (is->at[i] && is->at[i]->engine)
			end(is->at[i]);
	platform_wake(&is->thread);
}

bool instances_halted(const struct instances *is)
{
	for (unsigned i = 0; i < CONTROL_INSTANCES; i++)
		if (is->at[i] && is->at[i]->engine)
			return false;
	return is->halting && list_empty(&is->finished);
}

void instances_message(struct instances *is, struct str line)
{
	spin_lock(&is->lock);
	log_add(&is->log, line);
	spin_unlock(&is->lock);
	platform_message(line);
}

void instances_log(struct instances *is, struct text *out)
{
	text_room(out, is->log.cap);
	spin_lock(&is->lock);
	log_print(&is->log, out);
	spin_unlock(&is->lock);
}

/* --- looking --- */

struct instance *instances_find(const struct instances *is, struct str name)
{
	struct str digits = name;
	uint32_t n;

	if (str_decimal(&digits, &n) && digits.n == 0)
		return n < CONTROL_INSTANCES ? is->at[n] : NULL;
	for (unsigned i = 0; i < CONTROL_INSTANCES; i++)
		if (is->at[i] && str_is(name, is->at[i]->name))
			return is->at[i];
	return NULL;
}

unsigned instance_number(const struct instance *x)
{
	return x->owner.number;
}

const char *instance_name(const struct instance *x)
{
	return x->name;
}

enum instance_state instance_state(const struct instance *x)
{
	return x->state;
}

const char *instance_state_name(enum instance_state state)
{
	static const char *const names[] = { CONTROL_STARTING, CONTROL_RUNNING, CONTROL_STOPPED,
					     CONTROL_FAILED };

	return names[state];
}

struct str instance_config(const struct instance *x)
{
	return (struct str){ x->config, x->config_n };
}

struct str instance_error(const struct instance *x)
{
	return text_as_str(&x->error);
}

void instance_log(struct instance *x, struct text *out)
{
	text_room(out, x->log.cap);
	spin_lock(&x->all->lock);
	log_print(&x->log, out);
	spin_unlock(&x->all->lock);
}
