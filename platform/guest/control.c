/* SPDX-License-Identifier: MIT */
/*
 * control.c - the control thread: instances, and conversations with whoever controls the machine
 * over its channels.
 */
#include <stdlib.h>

#include "abi/monitor.h"
#include "base/bits.h"
#include "drivers/channel.h"
#include "drivers/xen/xen.h"
#include "engine/control/instance.h"
#include "engine/control/session.h"
#include "engine/value.h"
#include "kernel/clock.h"
#include "kernel/machine.h"
#include "kernel/memory.h"
#include "kernel/ring0.h"
#include "kernel/watchdog.h"
#include "platform/guest/guest.h"
#include "platform/guest/store_control.h"

#define VARS_MAX 64
#define PATIENCE 5 /* s */

struct instances machine_instances;

/* --- conversations --- */

struct talk { /* of a channel */
	struct channel *channel;
	struct session *session;
	unsigned conversation;
};

static struct talk talks[4];
static unsigned ntalks;

static void wake_control(struct source *s)
{
	kthread_wake(s->arg);
}

static void talk_end(struct talk *t)
{
	if (t->session)
		session_free(t->session);
	t->session = NULL;
}

static void talk_begin(struct talk *t)
{
	talk_end(t);
	t->conversation = t->channel->conversation;
	if (t->channel->open)
		t->session = session_new(&machine_instances, NULL, NULL);
}

/* False when nothing moved. */
static bool talk_send(struct talk *t)
{
	struct str out = session_output(t->session);
	size_t n = out.n ? t->channel->ops->write(t->channel, out.p, out.n) : 0;

	if (n) {
		session_sent(t->session, n);
		t->channel->ops->flush(t->channel);
	}
	t->channel->want_room = session_output(t->session).n > 0;
	return n > 0;
}

static bool talk_receive(struct talk *t)
{
	char buf[4096];
	size_t room = session_room(t->session), n;

	n = t->channel->ops->read(t->channel, buf, room < sizeof(buf) ? room : sizeof(buf));
	if (n)
		session_input(t->session, buf, n);
	return n > 0;
}

static void discard(struct talk *t)
{
	char buf[512];

	while (t->channel->ops->read(t->channel, buf, sizeof(buf)) > 0)
		;
}

static void talk_run(struct talk *t)
{
	bool moved;

	if (t->conversation != t->channel->conversation)
		talk_begin(t);
	do {
		if (!t->session) {
			discard(t);
			return;
		}
		moved = talk_send(t);
		moved = talk_receive(t) || moved;
		if (session_finished(t->session)) {
			talk_end(t);
			t->channel->ops->close(t->channel);
		}
	} while (moved);
}

static void open_talks(void)
{
	for (struct channel *c = channel_first; c && ntalks < ARRAY_LEN(talks); c = c->next) {
		struct talk *t = &talks[ntalks++];

		*t = (struct talk){ .channel = c };
		c->source.arg = kthread_current;
		c->source.ready = wake_control;
		c->source.quiet = false;
		talk_begin(t);
	}
}

/* --- what the command line asks for --- */

static struct {
	struct lang_var var[VARS_MAX];
	size_t nvars;
	unsigned started, wanted, failed;
} boot;

static void add_variable(void *arg, struct str rest)
{
	size_t eq = str_find(rest, '=');

	(void)arg;
	if (eq == rest.n || boot.nvars == VARS_MAX)
		return;
	boot.var[boot.nvars++] =
		(struct lang_var){ .name = str_first(rest, eq), .value = str_from(rest, eq + 1) };
}

static void tell_ready(void)
{
	if (boot.started < boot.wanted)
		return;
	kprint("clickos: ready, %u of %u instances run", boot.wanted - boot.failed, boot.wanted);
	if (machine.kind == MACHINE_MONITOR)
		out8(MONITOR_PORT_READY, boot.failed ? 2 : 1);
}

static void install_done(struct job *j)
{
	boot.started++;
	boot.failed += j->code != CONTROL_OK && j->code != CONTROL_OK_WARNINGS;
	if (j->said.n)
		console_write(j->said.p, j->said.n);
	text_fini(&j->said);
	free(j);
	tell_ready();
}

/* "NAME:PATH", or a path whose last part without suffix is the name. */
static struct str name_of(struct str *path)
{
	size_t colon = str_find(*path, ':');
	struct str name = str_first(*path, colon);

	if (colon < path->n) {
		*path = str_from(*path, colon + 1);
		return name;
	}
	for (size_t i = name.n; i > 0; i--)
		if (name.p[i - 1] == '/') {
			name = str_from(name, i);
			break;
		}
	return str_first(name, str_ends(name, ".click") ? name.n - 6 : name.n);
}

static void install_file(struct str path)
{
	struct str name = name_of(&path), config;
	struct pool *pool = pool_new();
	struct job *j = calloc(1, sizeof(*j));
	int r = file_load(pool, pool_cstr(pool, path), &config);

	boot.wanted++;
	if (r < 0 || !j) {
		kprint("%.*s: %s", STR(path), strerror(-r));
		boot.started++;
		boot.failed++;
		free(j);
	} else {
		j->done = install_done;
		if (instances_install(&machine_instances, name, config, j) != CONTROL_OK) {
			kprint("%.*s: %.*s", STR(path), STR(text_as_str(&j->said)));
			boot.started++;
			boot.failed++;
			text_fini(&j->said);
			free(j);
		}
	}
	pool_free(pool);
}

static void install_all(void)
{
	struct str list = machine_option("run");

	while (list.n != 0) {
		size_t comma = str_find(list, ',');

		install_file(str_first(list, comma));
		list = str_from(list, comma + 1);
	}
	tell_ready();
}

/* Half of what is left is for packets; the rest for tables, files and more instances. */
static uint32_t packet_limit(void)
{
	struct str option = machine_option("packets");
	uint32_t n;

	if (option.n && str_decimal(&option, &n) && n > 0)
		return n;
	return (uint32_t)(memory_free_bytes() / 2 / (PACKET_ROOM + sizeof(struct packet)));
}

/* An instance may be so long at one thing, as setting up a large table, and no longer. */
static uint32_t patience(void)
{
	struct str option = machine_option("watchdog");
	uint32_t seconds;

	return option.n && str_decimal(&option, &seconds) ? seconds : PATIENCE;
}

/* --- the end that the host asks for --- */

static struct {
	struct kthread *control;
	bool asked;
	int how;
} end = { .how = MONITOR_POWEROFF };

/* On another thread. */
static void end_asked(int how)
{
	end.how = how;
	end.asked = true;
	kthread_wake(end.control);
}

static void look_at_end(void)
{
	if (!end.asked)
		return;
	end.asked = false;
	instances_halt(&machine_instances);
}

/* --- the loop --- */

void control_run_machine(void)
{
	struct instances_options options = { 0 };

	machine_options("env.", add_variable, NULL);
	options.engine.threads = 1;
	options.engine.packets = packet_limit();
	options.engine.reconfigurable = true;
	options.engine.vars = boot.var;
	options.engine.nvars = boot.nvars;
	instances_init(&machine_instances, &options);
	open_talks();
	watchdog_start(patience());
	end.control = kthread_current;
	xen_shutdown = end_asked;
	store_control_start();
	install_all();
	while (!instances_halted(&machine_instances)) {
		failures_clean();
		for (unsigned i = 0; i < ntalks; i++)
			talk_run(&talks[i]);
		store_control_run();
		platform_wait(&machine_instances.thread, -1);
		look_at_end();
		instances_run(&machine_instances);
	}
	for (unsigned i = 0; i < ntalks; i++)
		talk_run(&talks[i]);
	kprint("clickos: %s", end.how == MONITOR_REBOOT ? "reboot" : "power off");
	machine.off(end.how);
}
