/* SPDX-License-Identifier: MIT */
/*
 * store_control.c - the nodes instance/NAME/... of the Xen store: each thing that the host asks for
 * there becomes a command of the control protocol, in a conversation of its own, and what is answered
 * becomes nodes again. One thing at a time is done for each name.
 *
 * The store's thread notes what has changed; everything else happens on the control thread.
 */
#include "platform/guest/store_control.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/list.h"
#include "base/text.h"
#include "drivers/xen/store.h"
#include "drivers/xen/xen.h"
#include "engine/control/instance.h"
#include "engine/control/session.h"
#include "kernel/kthread.h"
#include "kernel/machine.h"
#include "platform/guest/guest.h"

#define INSTANCES STORE_NODE "/instance"
#define PARTS_MAX 512U /* of a configuration: 1 MiB */
#define NAMES_MAX (4 * CONTROL_INSTANCES)
#define PATH_SIZE 128

enum { CONFIG = 1, COMMAND = 2, READ = 4, WRITE = 8, ALL = 15 };

static const struct {
	const char *key;
	unsigned what;
} keys[] = { { "config", CONFIG }, { "command", COMMAND }, { "read", READ }, { "write", WRITE } };

static const char *key_of(unsigned what)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (keys[i].what == what)
			return keys[i].key;
	return NULL;
}

struct entry { /* a name */
	struct list node;
	char name[CONTROL_NAME_MAX + 1];
	unsigned asked; /* what is to be looked at */
	unsigned doing; /* what the session is about; 0: nothing */
	struct session *session;
	struct text answer; /* so far */
	struct text again;  /* a command that follows when this one went well */
	const char *state;  /* as it was published */
};

static struct {
	bool started;
	struct list entries;
	unsigned n;
	struct kthread *control;
	struct store_watch watch;
	bool look; /* at all names */
} store_control;

/* --- names --- */

static struct entry *entry_find(struct str name)
{
	list_each(i, &store_control.entries)
	{
		struct entry *e = container_of(i, struct entry, node);

		if (str_is(name, e->name))
			return e;
	}
	return NULL;
}

static struct entry *entry_get(struct str name)
{
	struct entry *e = entry_find(name);

	if (e || store_control.n >= NAMES_MAX || !instance_name_ok(name))
		return e;
	e = calloc(1, sizeof(*e));
	if (!e)
		return NULL;
	memcpy(e->name, name.p, name.n);
	list_add_tail(&store_control.entries, &e->node);
	store_control.n++;
	return e;
}

static void entry_free(struct entry *e)
{
	list_remove(&e->node);
	store_control.n--;
	session_free(e->session);
	text_fini(&e->answer);
	text_fini(&e->again);
	free(e);
}

/* --- nodes --- */

static const char *path_of(char path[PATH_SIZE], const struct entry *e, const char *key)
{
	snprintf(path, PATH_SIZE, INSTANCES "/%s/%s", e->name, key);
	return path;
}

static void put(const struct entry *e, const char *key, struct str value)
{
	char path[PATH_SIZE];

	store_write(0, path_of(path, e, key), value.p, value.n);
}

static int put_parts(const char *path, struct str value)
{
	unsigned n = (unsigned)((value.n + STORE_PART - 1) / STORE_PART);
	char part[PATH_SIZE + 16];
	int r = 0;

	for (unsigned i = 0; i < n && r == 0; i++) {
		struct str s = str_first(str_from(value, (size_t)i * STORE_PART), STORE_PART);

		snprintf(part, sizeof(part), "%s/%u", path, i);
		r = store_write(0, part, s.p, s.n);
	}
	/* The last one, so that it is true when it is there. */
	return r == 0 ? store_printf(0, path, "parts %u", n) : r;
}

/* A text of any length, in the place of what is there. False: the store does not take it. */
static bool put_text(const struct entry *e, const char *key, struct str value)
{
	struct text parts = { 0 };
	char path[PATH_SIZE];
	int r;

	path_of(path, e, key);
	if (store_directory(0, path, &parts) == 0 && parts.n > 0)
		store_remove(0, path);
	text_fini(&parts);
	r = value.n <= STORE_PART ? store_write(0, path, value.p, value.n) : put_parts(path, value);
	if (r < 0)
		store_remove(0, path);
	return r == 0;
}

/* Of the n parts those that are there, up to the first that is not: returns how many. */
static uint32_t get_parts(const char *path, uint32_t n, struct text *value)
{
	struct text one = { 0 };
	char part[PATH_SIZE + 16];
	uint32_t i;

	text_clear(value);
	for (i = 0; i < n; i++) {
		snprintf(part, sizeof(part), "%s/%u", path, (unsigned)i);
		if (store_read(0, part, &one) < 0)
			break;
		text_bytes(value, one.p, one.n);
	}
	text_fini(&one);
	return i;
}

/* Is it `parts N'? A number that is too big for a number is UINT32_MAX. */
static bool is_parts(struct str s, uint32_t *n)
{
	if (!str_prefix(&s, "parts ") || s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	if (!str_decimal(&s, n))
		*n = UINT32_MAX;
	return true;
}

/* What was asked for is not done, and why. */
static void refuse(const struct entry *e, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void refuse(const struct entry *e, const char *key, const char *fmt, ...)
{
	struct text t = { 0 };
	va_list ap;

	va_start(ap, fmt);
	text_vadd(&t, fmt, ap);
	va_end(ap);
	put(e, "result", text_as_str(&t));
	if (strcmp(key, "config") != 0)
		put(e, key, str_of(""));
	text_fini(&t);
}

static bool get_long(const struct entry *e, const char *key, uint32_t n, struct text *value)
{
	char path[PATH_SIZE];
	uint32_t got;

	if (n == 0) {
		refuse(e, key, "500 %s in 0 parts", key);
		return false;
	}
	if (n > PARTS_MAX) {
		refuse(e, key, "521 %s in %u parts: %u are the most", key, (unsigned)n, PARTS_MAX);
		return false;
	}
	got = get_parts(path_of(path, e, key), n, value);
	if (got < n)
		refuse(e, key, "500 Part %u of %u of %s is missing", (unsigned)got, (unsigned)n,
		       key);
	return got == n;
}

/* False: it is not there, empty, or was refused. */
static bool get(const struct entry *e, const char *key, struct text *value)
{
	char path[PATH_SIZE];
	uint32_t n;

	if (store_read(0, path_of(path, e, key), value) < 0)
		return false;
	if (is_parts(text_as_str(value), &n) && !get_long(e, key, n, value))
		return false;
	return value->n > 0;
}

/* --- commands --- */

static void say(struct entry *e, unsigned doing, const char *verb, struct str rest, struct str data,
		bool has_data)
{
	struct text t = { 0 };

	e->session = session_new(&machine_instances, NULL, NULL);
	if (!e->session) {
		refuse(e, key_of(doing), "555 Out of memory");
		return;
	}
	e->doing = doing;
	text_clear(&e->answer);
	text_add(&t, "%s %s", verb, e->name);
	if (rest.n)
		text_add(&t, " %.*s", STR(rest));
	if (has_data)
		text_add(&t, " %zu", data.n);
	text_char(&t, '\n');
	text_bytes(&t, data.p, data.n);
	for (struct str s = text_as_str(&t); s.n > 0;) {
		size_t n = session_room(e->session);

		if (n == 0)
			break;
		n = n < s.n ? n : s.n;
		session_input(e->session, s.p, n);
		s = str_from(s, n);
	}
	session_end(e->session);
	text_fini(&t);
}

static const struct str none = STR_LIT("");

static void do_config(struct entry *e, struct str config)
{
	const struct instance *x = instances_find(&machine_instances, str_of(e->name));
	enum instance_state state = x ? instance_state(x) : INSTANCE_FAILED;

	if (state == INSTANCE_STARTING) {
		e->asked |= CONFIG;
	} else if (state == INSTANCE_RUNNING) {
		/* The watch tells of what is there already, too. */
		if (!str_eq(config, instance_config(x)))
			say(e, CONFIG, "SWAP", none, config, true);
	} else if (state == INSTANCE_STOPPED) {
		text_clear(&e->again);
		text_str(&e->again, config);
		say(e, CONFIG, "REMOVE", none, none, false);
	} else {
		say(e, CONFIG, "INSTALL", none, config, true);
	}
}

static void do_command(struct entry *e, struct str command)
{
	command = str_trim(command);
	if (str_is(command, "start"))
		say(e, COMMAND, "START", none, none, false);
	else if (str_is(command, "stop"))
		say(e, COMMAND, "STOP", none, none, false);
	else if (str_is(command, "remove"))
		say(e, COMMAND, "REMOVE", none, none, false);
	else
		refuse(e, "command", "501 No such command: start, stop, remove");
}

/* The handler is the first word; what follows may have any characters. A name with a line's end in
 * it would be a command of its own; and so would what follows a name with a quote, since the session
 * would then see a word less, and no length. */
static void do_call(struct entry *e, unsigned doing, struct str s)
{
	struct str handler = str_word(&s);

	if (handler.n == 0)
		put(e, key_of(doing), none);
	else if (str_find(handler, '"') < handler.n)
		refuse(e, key_of(doing), "500 Bad handler name");
	else if (doing == READ && s.n == 0)
		say(e, READ, "READ", handler, none, false);
	else
		say(e, doing, doing == READ ? "READDATA" : "WRITEDATA", handler, s, true);
}

/* --- answers --- */

/* Takes a line with its end off; false: it is not there. */
static bool next_line(struct str *s, struct str *line)
{
	size_t n = str_find(*s, '\n');

	if (n == s->n)
		return false;
	*line = str_first(*s, n > 0 && s->p[n - 1] == '\r' ? n - 1 : n);
	*s = str_from(*s, n + 1);
	return true;
}

/* "200-more", "200 last". The lines before the last go to messages. */
static struct str last_line(struct str *s, struct text *messages)
{
	struct str line = none;

	while (next_line(s, &line) && line.n > 3 && line.p[3] == '-') {
		text_str(messages, str_from(line, 4));
		text_char(messages, '\n');
	}
	return line;
}

static struct str data_of(struct str s)
{
	uint32_t n;
	struct str line;

	if (next_line(&s, &line) && str_prefix(&line, "DATA ") && str_decimal(&line, &n))
		return str_first(s, n);
	return none;
}

static void forget(const struct entry *e)
{
	static const char *const gone[] = { "config", "value", "error", "state" };
	char path[PATH_SIZE];

	for (size_t i = 0; i < sizeof(gone) / sizeof(gone[0]); i++)
		store_remove(0, path_of(path, e, gone[i]));
}

static void publish_state(struct entry *e)
{
	struct instance *x = instances_find(&machine_instances, str_of(e->name));
	const char *state = x ? instance_state_name(instance_state(x)) : NULL;

	if (state == e->state)
		return;
	e->state = state;
	if (!state)
		return;
	if (instance_state(x) == INSTANCE_FAILED)
		put_text(e, "error", instance_error(x));
	put(e, "state", str_of(state));
}

static bool is_good(struct str result)
{
	return str_starts(result, "2");
}

static void report(struct entry *e, unsigned did, struct str result, struct str data,
		   const struct text *messages)
{
	if (did == READ && is_good(result) && !put_text(e, "value", data))
		result = str_of("521 Too much for the store: ask over stream/");
	if (messages->n > 0 || did == CONFIG)
		put_text(e, "error", text_as_str(messages));
	if (did == COMMAND && is_good(result) &&
	    !instances_find(&machine_instances, str_of(e->name)))
		forget(e);
	publish_state(e);
	put(e, "result", result);
	if (did != CONFIG)
		put(e, key_of(did), none);
}

static void finish(struct entry *e)
{
	struct text messages = { 0 };
	struct str s = text_as_str(&e->answer), line, result;
	unsigned did = e->doing;

	session_free(e->session);
	e->session = NULL;
	e->doing = 0;
	next_line(&s, &line); /* the greeting */
	result = last_line(&s, &messages);
	if (e->again.n > 0 && is_good(result)) {
		say(e, CONFIG, "INSTALL", none, text_as_str(&e->again), true);
		text_clear(&e->again);
	} else {
		text_clear(&e->again);
		report(e, did, result, data_of(s), &messages);
	}
	text_fini(&messages);
}

/* Takes what the session has said. */
static void listen(struct entry *e)
{
	struct str s;

	while (e->session && (s = session_output(e->session)).n > 0) {
		text_str(&e->answer, s);
		session_sent(e->session, s.n);
	}
	if (e->session && session_finished(e->session))
		finish(e);
}

/* --- what is asked --- */

static void look(struct entry *e)
{
	struct text value = { 0 };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && !e->doing; i++) {
		unsigned what = keys[i].what & e->asked;

		e->asked &= ~what;
		if (!what || !get(e, keys[i].key, &value))
			continue;
		if (what == CONFIG)
			do_config(e, text_as_str(&value));
		else if (what == COMMAND)
			do_command(e, text_as_str(&value));
		else
			do_call(e, what, text_as_str(&value));
	}
	text_fini(&value);
}

static void look_at_all(void)
{
	struct text names = { 0 };

	store_control.look = false;
	if (store_directory(0, INSTANCES, &names) == 0)
		for (struct str s = text_as_str(&names); s.n > 0;) {
			struct str name = str_first(s, str_find(s, '\0'));
			struct entry *e = entry_get(name);

			if (e)
				e->asked = ALL;
			s = str_from(s, name.n + 1);
		}
	text_fini(&names);
}

/* Instances that came another way are published, too. */
static void publish_all(void)
{
	for (unsigned i = 0; i < CONTROL_INSTANCES; i++) {
		const struct instance *x = machine_instances.at[i];
		struct entry *e = x ? entry_get(str_of(instance_name(x))) : NULL;

		if (e && !e->doing)
			publish_state(e);
	}
}

static bool is_idle(const struct entry *e)
{
	return !e->doing && !e->asked && !instances_find(&machine_instances, str_of(e->name));
}

void store_control_run(void)
{
	if (!store_control.started)
		return;
	if (store_control.look)
		look_at_all();
	list_each(i, &store_control.entries)
	{
		struct entry *e = container_of(i, struct entry, node);

		listen(e);
		if (!e->doing && e->asked)
			look(e);
		listen(e);
		if (!is_idle(e))
			continue;
		if (e->state) /* it was removed over another channel */
			forget(e);
		entry_free(e);
	}
	publish_all();
}

/* --- on the store's thread --- */

static void changed(struct store_watch *w, const char *path)
{
	struct str rest = str_of(path), name;
	struct entry *e;

	kthread_wake(store_control.control);
	if (!str_prefix(&rest, w->path) || !str_char(&rest, '/')) {
		store_control.look = true;
		return;
	}
	name = str_first(rest, str_find(rest, '/'));
	rest = str_from(rest, name.n + 1);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (str_is(rest, keys[i].key) && (e = entry_get(name)))
			e->asked |= keys[i].what;
}

static void ready(void)
{
	store_watch(&store_control.watch);
	store_control.started = true;
	xen_control_ready();
}

void store_control_start(void)
{
	if (machine.kind != MACHINE_XEN || store_broken)
		return;
	list_init(&store_control.entries);
	store_control.control = kthread_current;
	store_control.watch = (struct store_watch){ .path = INSTANCES, .changed = changed };
	xen_control_start(ready);
}
