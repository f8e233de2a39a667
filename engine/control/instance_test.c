/* SPDX-License-Identifier: MIT */
#include "engine/control/instance.h"

#include "engine/platform.h"
#include "tests/unit/instances.h"

#define COUNTING "c :: Counter; Idle -> c -> q :: Queue -> Idle;"

struct asked {
	struct job job;
	unsigned done;
	struct text value;
};

static void done(struct job *j)
{
	struct asked *a = container_of(j, struct asked, job);

	a->done++;
}

static void asked_init(struct asked *a)
{
	*a = (struct asked){ .job.done = done };
}

static void asked_fini(struct asked *a)
{
	text_fini(&a->job.said);
	text_fini(&a->value);
}

/* The code that the job ended with, or that it was refused with. */
static enum control_code install(struct instances *is, const char *name, const char *config,
				 struct asked *a)
{
	enum control_code code = instances_install(is, str_of(name), str_of(config), &a->job);

	if (code != CONTROL_OK)
		return code;
	machine_settle(is);
	CHECK_INT(a->done, 1);
	return a->job.code;
}

static struct instance *installed(struct instances *is, const char *name, const char *config)
{
	struct asked a;

	asked_init(&a);
	CHECK_INT(install(is, name, config, &a), CONTROL_OK);
	CHECK_INT(a.job.said.n, 0);
	asked_fini(&a);
	return instances_find(is, str_of(name));
}

static void read_run(struct instance *x, struct job *j)
{
	struct asked *a = container_of(j, struct asked, job);
	struct router *r = instance_router(x);
	struct error err = { 0 };
	int status;

	CHECK(thread_current == r->engine->thread[0]);
	j->code = handler_read(r, router_find(r, str_of("c")), str_of("config"), str_of(""),
			       &a->value, &err, &status)
			  ? CONTROL_OK
			  : CONTROL_HANDLER_ERROR;
	error_fini(&err);
}

static void fault_run(struct instance *x, struct job *j)
{
	(void)x;
	text_add(&j->said, "half a");
	text_fini(&j->said);
	coroutine_fault();
}

static void test_names(void)
{
	char long_name[CONTROL_NAME_MAX + 2];

	CHECK(instance_name_ok(str_of("a")));
	CHECK(instance_name_ok(str_of("_a.b-9")));
	CHECK(!instance_name_ok(str_of("")));
	CHECK(!instance_name_ok(str_of("9a")));
	CHECK(!instance_name_ok(str_of("-a")));
	CHECK(!instance_name_ok(str_of("a/b")));
	CHECK(!instance_name_ok(str_of("a b")));
	memset(long_name, 'a', sizeof(long_name));
	CHECK(instance_name_ok((struct str){ long_name, CONTROL_NAME_MAX }));
	CHECK(!instance_name_ok((struct str){ long_name, CONTROL_NAME_MAX + 1 }));
}

static void test_life(void)
{
	struct instances is;
	struct instance *x;
	struct asked a;

	machine_begin(&is);
	x = installed(&is, "fw", COUNTING);
	CHECK(x == instances_find(&is, str_of("0")));
	CHECK(!instances_find(&is, str_of("1")));
	CHECK(!instances_find(&is, str_of("64")));
	CHECK_STR(instance_name(x), "fw");
	CHECK_INT(instance_state(x), INSTANCE_RUNNING);
	CHECK_STR(instance_config(x), COUNTING);
	asked_init(&a);
	CHECK_INT(install(&is, "fw", COUNTING, &a), CONTROL_EXISTS);
	asked_fini(&a);
	CHECK_INT(instance_number(installed(&is, "other", "Idle -> Discard;")), 1);

	asked_init(&a);
	CHECK_INT(instance_start(x, &a.job), CONTROL_BAD_STATE);
	CHECK_STR(text_as_str(&a.job.said), "Instance 'fw' is running\n");
	asked_fini(&a);

	asked_init(&a);
	CHECK_INT(instance_stop(x, &a.job), CONTROL_OK);
	CHECK_INT(a.done, 0);
	machine_settle(&is);
	CHECK_INT(a.done, 1);
	CHECK_INT(a.job.code, CONTROL_OK);
	CHECK_INT(instance_state(x), INSTANCE_STOPPED);
	CHECK_INT(coroutines_alive(), 1);
	asked_fini(&a);

	asked_init(&a);
	CHECK_INT(instance_call(x, &a.job), CONTROL_BAD_STATE);
	asked_fini(&a);
	asked_init(&a);
	CHECK_INT(instance_stop(x, &a.job), CONTROL_BAD_STATE);
	asked_fini(&a);

	asked_init(&a);
	CHECK_INT(instance_start(x, &a.job), CONTROL_OK);
	CHECK_INT(instance_state(x), INSTANCE_STARTING);
	machine_settle(&is);
	CHECK_INT(a.job.code, CONTROL_OK);
	CHECK_INT(instance_state(x), INSTANCE_RUNNING);
	asked_fini(&a);

	asked_init(&a);
	CHECK_INT(instance_remove(x, &a.job), CONTROL_OK);
	machine_settle(&is);
	CHECK_INT(a.done, 1);
	CHECK(!instances_find(&is, str_of("fw")));
	asked_fini(&a);
	machine_end(&is);
}

static void test_error(void)
{
	struct instances is;
	struct instance *x;
	struct asked a;

	machine_begin(&is);
	asked_init(&a);
	CHECK_INT(install(&is, "bad", "Nonsense -> Discard;", &a), CONTROL_BAD_CONFIG);
	CHECK(str_starts(text_as_str(&a.job.said), "bad:1: "));
	x = instances_find(&is, str_of("bad"));
	CHECK_INT(instance_state(x), INSTANCE_FAILED);
	CHECK(str_eq(instance_error(x), text_as_str(&a.job.said)));
	asked_fini(&a);
	CHECK_INT(coroutines_alive(), 0);

	/* A failed one gives way. */
	CHECK(installed(&is, "bad", "Idle -> Discard;") == x);
	CHECK_INT(instance_state(x), INSTANCE_RUNNING);
	CHECK_INT(instance_error(x).n, 0);
	CHECK_INT(is.n, 1);

	asked_init(&a);
	CHECK_INT(install(&is, "9", "Idle -> Discard;", &a), CONTROL_BAD_SYNTAX);
	asked_fini(&a);
	machine_end(&is);
}

static void test_full(void)
{
	struct instances is;
	struct asked a;
	char name[8];

	machine_begin(&is);
	for (int i = 0; i < CONTROL_INSTANCES; i++) {
		snprintf(name, sizeof(name), "i%d", i);
		installed(&is, name, "Idle -> Discard;");
	}
	asked_init(&a);
	CHECK_INT(install(&is, "more", "Idle -> Discard;", &a), CONTROL_NO_MEMORY);
	asked_fini(&a);
	machine_end(&is);
}

/* The driver stops by itself. */
static void test_stops(void)
{
	struct instances is;
	struct instance *x;
	struct asked a;

	machine_begin(&is);
	x = installed(&is, "a", "InfiniteSource(LIMIT 5, STOP true) -> c :: Counter -> Discard;");
	asked_init(&a);
	machine_settle(&is);
	CHECK_INT(instance_state(x), INSTANCE_STOPPED);
	CHECK_INT(coroutines_alive(), 0);
	CHECK_INT(instance_call(x, &a.job), CONTROL_BAD_STATE);
	asked_fini(&a);
	machine_end(&is);
}

static void call(struct instance *x, struct asked *a, void (*run)(struct instance *, struct job *))
{
	asked_init(a);
	a->job.run = run;
	CHECK_INT(instance_call(x, &a->job), CONTROL_OK);
}

static enum control_code swap(struct instances *is, struct instance *x, const char *config)
{
	struct asked a;
	enum control_code code;

	asked_init(&a);
	CHECK_INT(instance_swap(x, str_of(config), &a.job), CONTROL_OK);
	machine_settle(is);
	CHECK_INT(a.done, 1);
	code = a.job.code;
	CHECK_INT(a.job.said.n > 0, code != CONTROL_OK);
	asked_fini(&a);
	return code;
}

static void test_calls(void)
{
	struct instances is;
	struct instance *x;
	struct asked a, b, s;

	machine_begin(&is);
	x = installed(&is, "a",
		      "c :: Counter(COUNT_CALL 1 q.reset); Idle -> c -> q :: Queue -> Idle;");
	call(x, &a, read_run);
	machine_settle(&is);
	CHECK_INT(a.done, 1);
	CHECK_STR(text_as_str(&a.value), "COUNT_CALL 1 q.reset");
	asked_fini(&a);

	CHECK_INT(swap(&is, x, "c :: Nonsense; Idle -> c;"), CONTROL_BAD_CONFIG);
	call(x, &a, read_run);
	machine_settle(&is);
	CHECK_STR(text_as_str(&a.value), "COUNT_CALL 1 q.reset");
	asked_fini(&a);

	/* What comes behind a swap is for the new router. */
	asked_init(&s);
	call(x, &a, read_run);
	CHECK_INT(instance_swap(x, str_of("c :: Counter; Idle -> c -> Discard;"), &s.job),
		  CONTROL_OK);
	call(x, &b, read_run);
	machine_settle(&is);
	CHECK_STR(text_as_str(&a.value), "COUNT_CALL 1 q.reset");
	CHECK_INT(s.job.code, CONTROL_OK);
	CHECK_STR(text_as_str(&b.value), "");
	CHECK_STR(instance_config(x), "c :: Counter; Idle -> c -> Discard;");
	asked_fini(&a);
	asked_fini(&b);
	asked_fini(&s);

	/* And what comes before an end is done. */
	call(x, &a, read_run);
	asked_init(&s);
	CHECK_INT(instance_stop(x, &s.job), CONTROL_OK);
	asked_init(&b);
	CHECK_INT(instance_call(x, &b.job), CONTROL_BAD_STATE);
	machine_settle(&is);
	CHECK_INT(a.job.code, CONTROL_OK);
	CHECK_INT(a.done + s.done, 2);
	asked_fini(&a);
	asked_fini(&b);
	asked_fini(&s);
	machine_end(&is);
}

static void test_fault(void)
{
	struct instances is;
	struct instance *x, *y;
	struct asked a, b, c;
	struct thread *t;

	machine_begin(&is);
	x = installed(&is, "x", COUNTING);
	y = installed(&is, "y", COUNTING);
	call(x, &a, fault_run);
	call(x, &b, read_run);
	asked_init(&c);
	CHECK_INT(instance_remove(y, &c.job), CONTROL_OK);
	machine_settle(&is);
	CHECK_INT(c.done, 1);
	asked_fini(&c);
	t = coroutine_faulted();
	CHECK(t != NULL);
	CHECK_INT(a.done + b.done, 0);
	CHECK(instance_failed(&is, t, str_of("page fault\n")));
	CHECK(!instance_failed(&is, t, str_of("again\n")));
	CHECK_INT(a.done, 1);
	CHECK(a.job.cut_off);
	CHECK_INT(a.job.code, CONTROL_BAD_STATE);
	CHECK_STR(text_as_str(&a.job.said), "Instance 'x' has failed\n");
	CHECK_INT(b.done, 1);
	CHECK(!b.job.cut_off);
	CHECK_INT(b.job.code, CONTROL_BAD_STATE);
	CHECK_INT(instance_state(x), INSTANCE_FAILED);
	CHECK_STR(instance_error(x), "page fault\n");
	asked_fini(&a);
	asked_fini(&b);

	asked_init(&a);
	CHECK_INT(instance_start(x, &a.job), CONTROL_OK);
	machine_settle(&is);
	CHECK_INT(instance_state(x), INSTANCE_RUNNING);
	asked_fini(&a);
	machine_end(&is);
}

/* Messages: the instance's own, and the machine's with its name where there are several. */
static void test_log(void)
{
	struct instances is;
	struct text t = { 0 };
	struct instance *x;

	machine_begin(&is);
	x = installed(&is, "x", "Script(write ClickOSControl.write nosuch.h)");
	instance_log(x, &t);
	CHECK_STR(text_as_str(&t), "While executing 'Script@1 :: Script':\n"
				   "  While calling 'ClickOSControl.write nosuch.h':\n"
				   "    no element named 'nosuch'\n");
	text_clear(&t);
	instances_message(&is, str_of("hello"));
	instances_log(&is, &t);
	CHECK(str_ends(text_as_str(&t), "hello\n"));
	text_fini(&t);
	machine_end(&is);
}

int main(void)
{
	test_names();
	test_life();
	test_error();
	test_full();
	test_stops();
	test_calls();
	test_fault();
	test_log();
	return test_end();
}
