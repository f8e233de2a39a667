/* SPDX-License-Identifier: MIT */
/* client.c - what commands ask of a machine that runs. */
#define _GNU_SOURCE
#include "cli/client.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "abi/control.h"
#include "cli/command.h"
#include "cli/file.h"
#include "cli/interrupt.h"
#include "cli/say.h"

#define START_TRIES 60000 /* of half a millisecond */

/* The socket's path: `control' may be a link, which is ours, to where a machine's process can
 * make it; there no link is followed. */
static int connect_to(struct vm *vm, struct control *c, int timeout)
{
	char path[256];
	ssize_t n = readlinkat(vm->fd, "control", path, sizeof(path) - 1);

	path[n > 0 ? n : 0] = '\0';
	return control_open(c, vm->fd, n > 0 ? path : "control", timeout);
}

static bool not_running(struct vm *vm, enum vm_state state, const struct text *why)
{
	complain("VM `%s' does not run: it %s %s%s%.*s%s", vm->name,
		 state == VM_FAILED ? "has" : "is", vm_state_name(state), why->n ? " (" : "",
		 STR(text_as_str(why)), why->n ? ")" : "");
	return advise("clickos start %s", vm->name);
}

static bool cannot_connect(struct vm *vm, int r)
{
	complain("VM `%s': its control channel: %s", vm->name,
		 r == -ETIMEDOUT ? "no answer" : strerror(-r));
	if (r == -EACCES || r == -EPERM)
		return advise("it belongs to another user");
	if (r == -ETIMEDOUT)
		return advise("another client may be talking to it; or it hangs: clickos logs %s",
			      vm->name);
	return advise("`clickos stop %s' ends it", vm->name);
}

void client_leave(struct client *c)
{
	control_close(&c->control);
	answer_fini(&c->answer);
}

void client_close(struct client *c)
{
	client_leave(c);
	if (c->vm)
		vm_close(c->vm);
}

/* Of a machine that others have started, the socket is all that is known. */
static bool open_socket(struct client *c, struct pool *pool, const char *path)
{
	int r = control_open(&c->control, AT_FDCWD, path, CLIENT_TIMEOUT);

	c->vm = pool_alloc(pool, sizeof(*c->vm));
	*c->vm = (struct vm){ .pool = pool, .name = path, .fd = -1 };
	if (r == -ETIMEDOUT)
		return complain("%s: no answer: it hangs, or another client is talking to it",
				path);
	return r == 0 || complain("%s: %s", path, strerror(-r));
}

bool client_open(struct client *c, struct pool *pool, const char *name)
{
	struct text why = { 0 };
	enum vm_state state;
	int r;

	*c = (struct client){ .control.fd = -1 };
	if (strchr(name, '/'))
		return open_socket(c, pool, name);
	c->vm = vm_open(pool, name, VM_LOOK);
	if (!c->vm)
		return false;
	state = vm_state(c->vm, &why);
	if (state != VM_RUNNING) {
		not_running(c->vm, state, &why);
		text_fini(&why);
		client_close(c);
		return false;
	}
	text_fini(&why);
	r = connect_to(c->vm, &c->control, CLIENT_TIMEOUT);
	if (r < 0) {
		cannot_connect(c->vm, r);
		client_close(c);
	}
	return r == 0;
}

bool client_try(struct client *c, struct vm *vm, int timeout)
{
	*c = (struct client){ .vm = vm, .control.fd = -1 };
	return connect_to(vm, &c->control, timeout) == 0;
}

/* --- complaints --- */

/* The lines of a configuration's errors, the file's name in the place of the instance's. */
static void show_errors(struct str lines, const char *instance, const char *file)
{
	size_t n = strlen(instance);

	while (lines.n) {
		size_t end = str_find(lines, '\n');
		struct str line = str_first(lines, end);

		lines = str_from(lines, end + 1);
		if (file && line.n > n && str_starts(line, instance) && line.p[n] == ':')
			fprintf(stderr, "%s%.*s\n", file, STR(str_from(line, n)));
		else
			fprintf(stderr, "%.*s\n", STR(line));
	}
}

/* All but the last line, which says only that there are errors. */
static struct str but_last(struct str lines)
{
	while (lines.n && lines.p[lines.n - 1] == '\n')
		lines.n--;
	while (lines.n && lines.p[lines.n - 1] != '\n')
		lines.n--;
	return lines;
}

/* Says what the answer of a failed call says. A configuration's errors are shown as `click' shows
 * them, with file as the name of the configuration that is called instance in there. */
static bool client_failed(struct client *c, const char *what, const char *instance,
			  const char *file)
{
	struct str lines = text_as_str(&c->answer.lines);

	if (c->answer.code == 0)
		return complain("VM `%s': %s: %s", c->vm->name, what,
				c->control.broken ? c->control.broken : "no answer");
	if (c->answer.code == CONTROL_BAD_CONFIG && instance) {
		show_errors(but_last(lines), instance, file);
		return false;
	}
	while (lines.n && lines.p[lines.n - 1] == '\n')
		lines.n--;
	complain("VM `%s': %s: %.*s", c->vm->name, what, STR(lines));
	if (c->answer.code == CONTROL_NO_ELEMENT || c->answer.code == CONTROL_NO_HANDLER)
		advise("`clickos handlers %s' lists them", c->vm->name);
	else if (c->answer.code == CONTROL_EXISTS && instance)
		advise("clickos swap %s FILE replaces it; --instance NAME installs another",
		       c->vm->name);
	return false;
}

bool client_send(struct client *c, const char *what, struct str data, const char *fmt, ...)
{
	struct text line = { 0 };
	va_list ap;
	bool ok;

	va_start(ap, fmt);
	text_vadd(&line, fmt, ap);
	va_end(ap);
	ok = control_call(&c->control, &c->answer, data, "%.*s", STR(text_as_str(&line)));
	text_fini(&line);
	return ok || client_failed(c, what, NULL, NULL);
}

/* --- instances --- */

static const char *field(struct pool *pool, struct str *line)
{
	size_t tab = str_find(*line, '\t');
	char *f = pool_cstr(pool, str_first(*line, tab));

	say_tame(f, strlen(f));
	*line = str_from(*line, tab + 1);
	return f;
}

bool client_list(struct client *c, struct instance **v, size_t *n)
{
	struct pool *pool = c->vm->pool;
	struct str rest;
	size_t cap = 0;

	*v = NULL;
	*n = 0;
	if (!control_call(&c->control, &c->answer, (struct str){ 0 }, "LIST"))
		return false;
	for (rest = text_as_str(&c->answer.data); rest.n;) {
		size_t end = str_find(rest, '\n');
		struct str line = str_first(rest, end);

		rest = str_from(rest, end + 1);
		*v = pool_grow(pool, *v, *n, &cap, sizeof(**v));
		(*v)[*n].number = field(pool, &line);
		(*v)[*n].name = field(pool, &line);
		(*v)[(*n)++].state = field(pool, &line);
	}
	return true;
}

bool client_instances(struct client *c, struct instance **v, size_t *n)
{
	return client_list(c, v, n) || client_failed(c, "listing its instances", NULL, NULL);
}

static const char *find(const struct instance *v, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(name, v[i].name) || str_is(name, v[i].number))
			return v[i].name;
	return NULL;
}

static void name_them(const struct instance *v, size_t n)
{
	struct text t = { 0 };

	for (size_t i = 0; i < n; i++)
		text_add(&t, "%s%s", i ? ", " : "", v[i].name);
	advise("its instances: %.*s", STR(text_as_str(&t)));
	text_fini(&t);
}

static const char *only_one(struct client *c, const struct instance *v, size_t n)
{
	if (n == 1)
		return v[0].name;
	complain("VM `%s' has %s", c->vm->name, n ? "several instances: name one" : "no instance");
	if (n)
		name_them(v, n);
	else
		advise("clickos install %s FILE", c->vm->name);
	return NULL;
}

const char *client_instance(struct client *c, const char *name)
{
	struct instance *v;
	const char *found, *names[CONTROL_INSTANCES];
	size_t n;

	if (!client_instances(c, &v, &n))
		return NULL;
	if (!name)
		return only_one(c, v, n);
	found = find(v, n, str_of(name));
	if (found)
		return found;
	complain("VM `%s' has no instance `%s'", c->vm->name, name);
	for (size_t i = 0; i < n && i < COUNT_OF(names); i++)
		names[i] = v[i].name;
	suggest(name, names, n < COUNT_OF(names) ? n : COUNT_OF(names));
	if (n)
		name_them(v, n);
	return NULL;
}

bool client_handler(struct client *c, const char *word, const char **instance, const char **handler)
{
	struct str first = str_first(str_of(word), strcspn(word, "/"));
	struct instance *v;
	size_t n;

	/* It is a word of a command line: what follows would be words of their own. */
	if (word[strcspn(word, " \t\r\n\"")])
		return complain("`%s' is no handler: it has blanks or quotes", word);
	if (!client_instances(c, &v, &n))
		return false;
	*instance = first.n < strlen(word) ? find(v, n, first) : NULL;
	*handler = *instance ? word + first.n + 1 : word;
	if (!*instance)
		*instance = only_one(c, v, n);
	return *instance != NULL;
}

/* --- installing --- */

bool client_install(struct client *c, const char *verb, const char *instance, const char *file,
		    struct str text)
{
	if (control_call(&c->control, &c->answer, text, "%s %s %zu", verb, instance, text.n)) {
		if (c->answer.code == CONTROL_OK_WARNINGS)
			show_errors(but_last(text_as_str(&c->answer.lines)), instance, file);
		return true;
	}
	return client_failed(c,
			     pool_printf(c->vm->pool, "%s %s",
					 verb[0] == 'S' ? "swapping" : "installing", instance),
			     instance, file);
}

static bool ended(struct vm *vm)
{
	struct text why = { 0 };

	vm_state(vm, &why);
	complain("VM `%s' ended as it started: %.*s", vm->name, STR(text_as_str(&why)));
	text_fini(&why);
	return false;
}

static bool connect_first(struct client *c, struct vm *vm)
{
	int r = -ENOENT;

	*c = (struct client){ .vm = vm, .control.fd = -1 };
	for (int tries = 0; tries < START_TRIES; tries++) {
		bool running = vm_running(vm);

		r = connect_to(vm, &c->control, CLIENT_TIMEOUT);
		if (r != -ENOENT && r != -ECONNREFUSED)
			break;
		if (!running)
			return ended(vm);
		if (interrupt_waits())
			return complain("VM `%s': interrupted as it started", vm->name);
		usleep(500);
	}
	if (r < 0 && !vm_running(vm))
		return ended(vm);
	return r == 0 || cannot_connect(vm, r);
}

/* What the file of that configuration is called on the host, when that is known. */
static const char *source_of(const struct vm *vm, const char *name)
{
	for (size_t i = 0; vm->source && i < vm->nconfigs; i++)
		if (strcmp(vm->config[i], name) == 0)
			return vm->source[i];
	return NULL;
}

static bool install_one(struct client *c, const char *name)
{
	const char *file = source_of(c->vm, name);
	const char *path = pool_printf(c->vm->pool, "config/%s.click", name);
	struct text t = { 0 };
	int r = file_read_at(c->vm->fd, path, &t);
	bool ok = r == 0 ? client_install(c, "INSTALL", name, file, text_as_str(&t))
			 : complain("%s/%s: %s", c->vm->dir, path, strerror(-r));

	text_fini(&t);
	return ok;
}

bool client_wait(struct vm *vm)
{
	struct client c;
	bool ok = connect_first(&c, vm);

	client_leave(&c);
	return ok;
}

bool client_install_all(struct vm *vm)
{
	struct client c;
	bool there = connect_first(&c, vm), ok = there;

	for (size_t i = 0; ok && i < vm->nconfigs; i++)
		ok = install_one(&c, vm->config[i]);
	vm->faulty = there && !ok;
	client_leave(&c);
	return ok;
}

static bool check_one(struct client *c, const struct instance *i)
{
	if (strcmp(i->state, CONTROL_FAILED) != 0)
		return true;
	if (client_call(c, "asking what failed", "ERRORS %s", i->name))
		show_errors(text_as_str(&c->answer.data), i->name, source_of(c->vm, i->name));
	return false;
}

bool client_check_all(struct vm *vm)
{
	struct client c;
	struct instance *v = NULL;
	size_t n;
	bool ok = connect_first(&c, vm) && client_instances(&c, &v, &n);

	if (ok)
		for (size_t i = 0; i < n; i++)
			ok &= check_one(&c, &v[i]);
	vm->faulty = !ok && v;
	client_leave(&c);
	return ok;
}

bool client_shutdown(struct vm *vm, int ms)
{
	struct client c;
	bool ok = client_try(&c, vm, ms);

	if (ok) {
		ok = control_call(&c.control, &c.answer, (struct str){ 0 }, "SHUTDOWN") ||
		     c.answer.code == 0;
	}
	client_leave(&c);
	return ok;
}
