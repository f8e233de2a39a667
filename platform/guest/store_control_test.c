/* SPDX-License-Identifier: MIT */
/*
 * store_control_test.c - a machine controlled by nodes of the store: what a host writes happens, what
 * happened stands there to be read, and a host that writes anything gets an answer or is ignored. The
 * instances are real ones; the store is that of a Xen played by the test.
 */
#include "platform/guest/store_control.h"

#include "tests/unit/instances.h"
#include "tests/unit/stub_kernel.h"
#include "tests/unit/xen_fake.h"

#include "platform/guest/store_control.c"

#define COUNTING "c :: Counter; Idle -> c -> Discard;"

struct instances machine_instances;

/* --- the machine --- */

static void settle(void)
{
	for (int i = 0; i < 12; i++) {
		fake_settle();
		store_control_run();
		coroutines_run();
		instances_run(&machine_instances);
	}
}

/* The control thread has begun; the host has not yet made the node. */
static void boot_without_node(void)
{
	fake_reset();
	fake.forbidden = "clickos";
	machine.kind = MACHINE_XEN;
	machine_begin(&machine_instances);
	xen_init();
	store_control_start();
	settle();
}

static void give_node(void)
{
	fake.forbidden = NULL;
	fake_write("clickos", "%s", "");
	settle();
}

static void boot(void)
{
	boot_without_node();
	give_node();
}

static void power_off(void)
{
	instances_halt(&machine_instances);
	settle();
	list_each(i, &store_control.entries) entry_free(container_of(i, struct entry, node));
	CHECK_INT(store_control.n, 0);
	if (store_control.started)
		store_unwatch(&store_control.watch);
	memset(&store_control, 0, sizeof(store_control));
	machine_end(&machine_instances);
}

/* --- the host --- */

static const char *node(const char *rest)
{
	static char path[256];

	snprintf(path, sizeof(path), "clickos/instance/%s", rest);
	return path;
}

static void host(const char *rest, const char *value)
{
	fake_write(node(rest), "%s", value);
}

static const char *is(const char *rest)
{
	const char *value = fake_read(node(rest));

	return value ? value : "(none)";
}

static bool begins(const char *rest, const char *with)
{
	return str_starts(str_of(is(rest)), with);
}

/* Writes a node, and lets the machine do what it asks for. */
static void ask(const char *rest, const char *value)
{
	host("fw/result", "");
	host(rest, value);
	settle();
}

static struct instance *fw(void)
{
	return instances_find(&machine_instances, str_of("fw"));
}

static bool is_running(const char *config)
{
	return fw() && instance_state(fw()) == INSTANCE_RUNNING &&
	       str_is(instance_config(fw()), config);
}

/* --- where there is no store, or none yet --- */

static void test_elsewhere(void)
{
	boot_without_node();
	power_off();
	machine.kind = MACHINE_MONITOR;
	store_control_start();
	store_control_run();
	CHECK(!store_control.started);
}

static void test_start(void)
{
	boot_without_node();
	CHECK(!fake_read("clickos/state"));
	host("fw/config", COUNTING);
	settle();
	CHECK(!fw());
	give_node();
	CHECK_STR(fake_read("clickos/version"), "1");
	CHECK_STR(fake_read("clickos/state"), "ready");
	CHECK(is_running(COUNTING)); /* what was there already */
	CHECK_STR(is("fw/state"), "running");
	power_off();
}

/* --- configurations --- */

static void test_install(void)
{
	boot();
	ask("fw/config", "Idle -> Nonsense -> Discard;");
	CHECK_STR(is("fw/state"), "failed");
	CHECK_STR(is("fw/result"), "552 Configuration in error");
	CHECK(begins("fw/error", "fw:1: "));
	ask("fw/config", COUNTING);
	CHECK(is_running(COUNTING));
	CHECK_STR(is("fw/state"), "running");
	CHECK_STR(is("fw/result"), "200 Instance 'fw' is running");
	CHECK_STR(is("fw/error"), "");
	CHECK_STR(is("fw/config"), COUNTING);
	host("other/config", "Idle -> Discard;");
	settle();
	CHECK_STR(is("other/state"), "running");
	CHECK_INT(machine_instances.n, 2);
	power_off();
}

static void test_swap(void)
{
	boot();
	ask("fw/config", COUNTING);
	ask("fw/config", "Idle -> ;");
	CHECK_STR(is("fw/state"), "running");
	CHECK_STR(is("fw/result"), "552 Configuration in error");
	CHECK(begins("fw/error", "fw:1: "));
	CHECK(is_running(COUNTING));
	ask("fw/config", "Idle -> Discard;");
	CHECK(is_running("Idle -> Discard;"));
	CHECK(begins("fw/result", "200 "));
	CHECK_STR(is("fw/error"), "");
	ask("fw/config", "Idle -> Discard;"); /* it is that already */
	CHECK_STR(is("fw/result"), "");
	power_off();
}

/* A stopped one takes its new configuration too, and two in a row end with the last. */
static void test_replace(void)
{
	boot();
	ask("fw/config", COUNTING);
	ask("fw/command", "stop");
	CHECK_STR(is("fw/state"), "stopped");
	ask("fw/config", "Idle -> Discard;");
	CHECK(is_running("Idle -> Discard;"));
	CHECK_STR(is("fw/state"), "running");
	host("fw/config", "Idle -> c :: Counter -> Discard;");
	fake_settle();
	store_control_run();
	host("fw/config", COUNTING);
	settle();
	CHECK(is_running(COUNTING));
	ask("fw/command", "stop");
	ask("fw/config", "Nonsense");
	CHECK_STR(is("fw/state"), "failed");
	power_off();
}

/* --- commands --- */

static void test_commands(void)
{
	boot();
	ask("fw/config", COUNTING);
	ask("fw/command", "stop");
	CHECK_STR(is("fw/state"), "stopped");
	CHECK(begins("fw/result", "200 "));
	CHECK_STR(is("fw/command"), "");
	ask("fw/command", " start\n");
	CHECK_STR(is("fw/state"), "running");
	ask("fw/command", "start");
	CHECK_STR(is("fw/result"), "553 Instance 'fw' is running");
	ask("fw/command", "dance");
	CHECK_STR(is("fw/result"), "501 No such command: start, stop, remove");
	CHECK_STR(is("fw/command"), "");
	ask("fw/command", "remove");
	CHECK(!fw());
	CHECK(begins("fw/result", "200 "));
	CHECK_STR(is("fw/config"), "(none)");
	CHECK_STR(is("fw/state"), "(none)");
	CHECK_STR(is("fw/error"), "(none)");
	CHECK_INT(store_control.n, 0);
	ask("fw/command", "stop");
	CHECK_STR(is("fw/result"), "550 No instance named 'fw'");
	CHECK_STR(is("fw/command"), "");
	power_off();
}

/* --- handlers --- */

static void test_read(void)
{
	boot();
	ask("fw/config", COUNTING);
	ask("fw/read", "c.count");
	CHECK_STR(is("fw/value"), "0");
	CHECK_STR(is("fw/result"), "200 Read handler 'c.count' OK");
	CHECK_STR(is("fw/read"), "");
	ask("fw/read", "  c.class\n");
	CHECK_STR(is("fw/value"), "Counter");
	ask("fw/read", "ClickOSControl.read c.config");
	CHECK_STR(is("fw/value"), "");
	CHECK(begins("fw/result", "200 "));
	ask("fw/read", "d.count");
	CHECK_STR(is("fw/result"), "510 No element named 'd'");
	ask("fw/read", "c.none");
	CHECK_STR(is("fw/result"), "511 No handler named 'c.none'");
	ask("nobody/read", "c.count");
	CHECK_STR(is("nobody/result"), "550 No instance named 'nobody'");
	CHECK_STR(is("nobody/read"), "");
	ask("fw/read", " \n ");
	CHECK_STR(is("fw/read"), "");
	CHECK_STR(is("fw/result"), "");
	power_off();
}

static void test_write(void)
{
	boot();
	ask("fw/config",
	    "s :: Script(TYPE PASSIVE, init v 0); c :: Counter; Idle -> c -> Discard;");
	ask("fw/write", "c.reset");
	CHECK_STR(is("fw/result"), "200 Write handler 'c.reset' OK");
	CHECK_STR(is("fw/write"), "");
	ask("fw/write", "c.count_call 7 c.reset");
	CHECK(begins("fw/result", "200 "));
	ask("fw/read", "c.count_call");
	CHECK_STR(is("fw/value"), "7");
	ask("fw/write", "c.count 1");
	CHECK_STR(is("fw/result"), "530 Handler 'c.count' read-only");
	ask("fw/write", "c.count_call x\ny");
	CHECK(begins("fw/result", "520 "));
	CHECK(is("fw/error")[0] != '\0');
	power_off();
}

/* --- long texts --- */

static void long_config(char *config, size_t n)
{
	memset(config, ' ', n);
	memcpy(config, COUNTING, sizeof(COUNTING) - 1);
	memcpy(config + n - 4, "//.", 4);
}

/* Parts of another size than the guest's own. */
static void ask_parts(const char *config)
{
	const struct str all = str_of(config);
	unsigned n = 0;

	for (struct str s = all; s.n > 0; s = str_from(s, 4000), n++) {
		char path[32];

		snprintf(path, sizeof(path), "fw/config/%u", n);
		fake_write(node(path), "%.*s", STR(str_first(s, 4000)));
	}
	fake_write(node("fw/config"), "parts %u", n);
	settle();
}

static void test_parts(void)
{
	static char config[3 * STORE_PART - 7];

	boot();
	host("fw/config/0", "c :: Counter; Id");
	host("fw/config/1", "");
	host("fw/config/2", "le -> c -> Discard;");
	settle();
	CHECK(!fw()); /* they count when their number is there */
	ask("fw/config", "parts 3");
	CHECK(is_running(COUNTING));

	long_config(config, sizeof(config));
	ask_parts(config);
	CHECK(is_running(config));
	ask("fw/read", "config");
	CHECK_STR(is("fw/value"), "parts 3");
	CHECK_INT(strlen(is("fw/value/0")), STORE_PART);
	CHECK_INT(strlen(is("fw/value/0")) + strlen(is("fw/value/1")) + strlen(is("fw/value/2")),
		  sizeof(config) - 1);
	CHECK(str_ends(str_of(is("fw/value/2")), "//."));
	ask("fw/read", "c.count"); /* a short one leaves nothing of it */
	CHECK_STR(is("fw/value"), "0");
	CHECK_STR(is("fw/value/0"), "(none)");
	power_off();
}

/* Parts that are not there, or too many; and texts that only look like a number of parts. */
static void test_bad_parts(void)
{
	boot();
	ask("fw/config", COUNTING);
	host("fw/config/0", "Idle -> Discard;");
	ask("fw/config", "parts 2");
	CHECK_STR(is("fw/result"), "500 Part 1 of 2 of config is missing");
	ask("fw/config", "parts 513");
	CHECK_STR(is("fw/result"), "521 config in 513 parts: 512 are the most");
	ask("fw/config", "parts 99999999999999999999");
	CHECK(begins("fw/result", "521 "));
	ask("fw/config", "parts 0");
	CHECK_STR(is("fw/result"), "500 config in 0 parts");
	ask("fw/read", "parts 7");
	CHECK_STR(is("fw/result"), "500 Part 0 of 7 of read is missing");
	CHECK_STR(is("fw/read"), "");
	CHECK(is_running(COUNTING));
	ask("fw/config", "parts 1 :: Idle");
	CHECK_STR(is("fw/result"), "552 Configuration in error");
	ask("fw/config", "parts :: Idle; parts -> Discard;");
	CHECK(is_running("parts :: Idle; parts -> Discard;"));
	power_off();
}

/* --- a host that writes anything --- */

/* A handler's name is one word, whatever is in it: it does not become a command. */
static void test_no_smuggling(void)
{
	static const char *const texts[] = {
		"\"c \nSTOP fw\n",   "\"c\nSTOP fw\n",  "\"\" \nSTOP fw\nSTOP fw\n",
		"c.\" x\nSTOP fw\n", "a\tb\nSTOP fw\n", "\"c.count\" 3\nSTOP fw\n",
	};

	boot();
	ask("fw/config", COUNTING);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		ask("fw/read", texts[i]);
		CHECK(begins("fw/result", "5"));
		CHECK_STR(is("fw/read"), "");
		ask("fw/write", texts[i]);
		CHECK(begins("fw/result", "5"));
		CHECK_STR(is("fw/write"), "");
		CHECK(is_running(COUNTING));
	}
	power_off();
}

static void test_names(void)
{
	char name[CONTROL_NAME_MAX + 32];

	boot();
	host("9/config", "Idle -> Discard;");
	host("-/config", "Idle -> Discard;");
	host("a b/config", "Idle -> Discard;");
	memset(name, 'a', sizeof(name));
	snprintf(name + CONTROL_NAME_MAX + 1, 16, "/config");
	host(name, "Idle -> Discard;");
	host("fw/config/x/config", "Idle -> Discard;");
	host("fw/nonsense", "Idle -> Discard;");
	fake_write("clickos/instance", "%s", "Idle -> Discard;");
	settle();
	CHECK_INT(machine_instances.n, 0);
	CHECK_INT(store_control.n, 0);
	CHECK_STR(is("9/result"), "(none)");
	snprintf(name + CONTROL_NAME_MAX, 16, "/config");
	host(name, "Idle -> Discard;");
	settle();
	CHECK_INT(machine_instances.n, 1);
	power_off();
}

/* More names than there is room for, and more than fit the queue of events. */
static void test_many_names(void)
{
	char name[32];
	unsigned answered = 0;

	boot();
	for (unsigned i = 0; i < 3 * NAMES_MAX; i++) {
		snprintf(name, sizeof(name), "i%u/command", i);
		host(name, "dance");
		if (i % 50 == 0)
			fake_settle();
		CHECK(store_control.n <= NAMES_MAX);
	}
	fake_settle();
	CHECK_INT(store_control.n, NAMES_MAX);
	settle();
	CHECK_INT(store_control.n, 0);
	ask("fw/config", COUNTING); /* there is room again */
	CHECK(is_running(COUNTING));
	for (unsigned i = 0; i < 3 * NAMES_MAX; i++) {
		snprintf(name, sizeof(name), "i%u/result", i);
		answered += begins(name, "501 ");
	}
	CHECK(answered >= NAMES_MAX);
	power_off();
}

/* More instances than a machine has. */
static void test_many_instances(void)
{
	char name[32];

	boot();
	for (unsigned i = 0; i <= CONTROL_INSTANCES; i++) {
		snprintf(name, sizeof(name), "i%u/config", i);
		host(name, "Idle -> Discard;");
		settle();
	}
	CHECK_INT(machine_instances.n, CONTROL_INSTANCES);
	CHECK_STR(is("i63/state"), "running");
	CHECK(begins("i64/result", "555 "));
	CHECK_STR(is("i64/state"), "(none)");
	power_off();
}

/* The store does not take what a handler says: the host hears of that, and not of half of it. */
static void test_no_room(void)
{
	static char config[2 * STORE_PART];

	boot();
	long_config(config, sizeof(config));
	ask_parts(config);
	fake.forbidden = "clickos/instance/fw/value/1";
	ask("fw/read", "config");
	CHECK_STR(is("fw/result"), "521 Too much for the store: ask over stream/");
	CHECK_STR(is("fw/value"), "(none)");
	CHECK_STR(is("fw/read"), "");
	fake.forbidden = NULL;
	ask("fw/read", "config");
	CHECK(begins("fw/result", "200 "));
	power_off();
}

/* A store that stops to work: the instances run on. */
static void test_broken(void)
{
	boot();
	ask("fw/config", COUNTING);
	host("fw/command", "stop");
	fake.store->rsp_prod += XEN_STORE_RING + 1;
	for (int i = 0; i < 10; i++) {
		stub_kernel_sources();
		store_dispatch();
		store_control_run();
		coroutines_run();
		instances_run(&machine_instances);
	}
	CHECK(store_broken != NULL);
	CHECK(is_running(COUNTING));
	instances_halt(&machine_instances);
	for (int i = 0; i < 10; i++) {
		store_control_run();
		coroutines_run();
		instances_run(&machine_instances);
	}
	power_off();
}

/* --- what comes another way --- */

struct asked {
	struct job job;
	unsigned done;
};

static void count_done(struct job *j)
{
	container_of(j, struct asked, job)->done++;
	text_fini(&j->said);
}

/* What is installed and removed by another channel is published as well, and comes back no more. */
static void test_other_channel(void)
{
	struct asked install = { .job.done = count_done }, stop = install, removal = install;

	boot();
	CHECK_INT(
		instances_install(&machine_instances, str_of("fw"), str_of(COUNTING), &install.job),
		CONTROL_OK);
	fake_settle();
	store_control_run();
	CHECK_STR(is("fw/state"), "starting");
	host("fw/config", "Idle -> c :: Counter -> Discard;"); /* waits until that has ended */
	settle();
	CHECK_STR(is("fw/state"), "running");
	CHECK(is_running("Idle -> c :: Counter -> Discard;"));
	CHECK_INT(instance_stop(fw(), &stop.job), CONTROL_OK);
	settle();
	CHECK_STR(is("fw/state"), "stopped");
	ask("fw/config", "Idle -> Discard;");
	CHECK_STR(is("fw/state"), "running");
	CHECK_INT(instance_remove(fw(), &removal.job), CONTROL_OK);
	settle();
	CHECK_INT(install.done + stop.done + removal.done, 3);
	CHECK_STR(is("fw/state"), "(none)");
	CHECK_STR(is("fw/config"), "(none)");
	CHECK_INT(store_control.n, 0);
	store_control.look = true;
	settle();
	CHECK(!fw());
	power_off();
}

static struct instance *installed(const char *name, const char *config)
{
	char path[CONTROL_NAME_MAX + 16];

	snprintf(path, sizeof(path), "%s/config", name);
	host(path, config);
	settle();
	return instances_find(&machine_instances, str_of(name));
}

/* An instance that ends by itself, and one of which a fault makes an end while it is asked. */
static void fault_run(struct instance *x, struct job *j)
{
	(void)x, (void)j;
	coroutine_fault();
}

static void test_ends_itself(void)
{
	struct asked fault = { .job = { .run = fault_run, .done = count_done } };
	struct instance *x;

	boot();
	CHECK(installed("short", "InfiniteSource(LIMIT 5, STOP true) -> Discard;") != NULL);
	CHECK_STR(is("short/state"), "stopped");
	x = installed("fw", COUNTING);
	CHECK_INT(instance_call(x, &fault.job), CONTROL_OK);
	host("fw/read", "c.count");
	settle();
	CHECK_STR(is("fw/read"), "c.count");
	CHECK(instance_failed(&machine_instances, coroutine_faulted(), str_of("page fault\n")));
	settle();
	CHECK_STR(is("fw/state"), "failed");
	CHECK_STR(is("fw/error"), "page fault\n");
	CHECK_STR(is("fw/read"), "");
	CHECK(begins("fw/result", "553 "));
	ask("fw/command", "start");
	CHECK_STR(is("fw/state"), "running");
	power_off();
}

int main(void)
{
	test_elsewhere();
	test_start();
	test_install();
	test_swap();
	test_replace();
	test_commands();
	test_read();
	test_write();
	test_parts();
	test_bad_parts();
	test_no_smuggling();
	test_names();
	test_many_names();
	test_many_instances();
	test_no_room();
	test_broken();
	test_other_channel();
	test_ends_itself();
	return test_end();
}
