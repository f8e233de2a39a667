/* SPDX-License-Identifier: MIT */
/* verbs.c - the commands of the protocol of docs/control.md. */
#include "engine/control/verbs.h"

#include <errno.h>
#include <stdlib.h>

#include "base/bits.h"
#include "engine/platform.h"

/* --- command lines --- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct str take_word(struct str *s)
{
	struct str w = *s;
	size_t n = 0;

	if (str_char(&w, '"')) {
		n = str_find(w, '"');
		*s = str_from(w, n + 1);
		return str_first(w, n);
	}
	while (n < w.n && !is_blank(w.p[n]))
		n++;
	*s = str_from(w, n);
	return str_first(w, n);
}

static void skip_blanks(struct str *s)
{
	while (s->n > 0 && is_blank(s->p[0]))
		*s = str_from(*s, 1);
}

void request_split(struct str line, struct request *r)
{
	*r = (struct request){ 0 };
	while (line.n > 0 && is_blank(line.p[line.n - 1]))
		line.n--;
	skip_blanks(&line);
	while (line.n > 0 && r->n < VERB_WORDS) {
		r->rest[r->n] = line;
		r->word[r->n++] = take_word(&line);
		skip_blanks(&line);
	}
}

/* --- answers --- */

void session_answer(struct session *s, int code, const char *fmt, ...)
{
	struct text t = { 0 };
	va_list ap;

	va_start(ap, fmt);
	text_vadd(&t, fmt, ap);
	va_end(ap);
	control_line(&s->out, code, false, text_as_str(&t));
	text_fini(&t);
}

/* Data that are the session's from here on: p from malloc, NULL when there are none. */
static void answer_blob(struct session *s, const char *what, char *p, size_t n)
{
	session_answer(s, CONTROL_OK, "%s", what);
	text_add(&s->out, "DATA %zu\r\n", n);
	if (n == 0) {
		free(p);
		return;
	}
	s->blob = p;
	s->blob_at = 0;
	s->blob_n = n;
}

static void answer_text(struct session *s, const char *what, struct text *t)
{
	answer_blob(s, what, t->p, t->n);
	*t = (struct text){ 0 };
}

static void answer_copy(struct session *s, const char *what, struct str data)
{
	char *p = malloc(data.n + 1);

	if (!p) {
		session_answer(s, CONTROL_NO_MEMORY, "Out of memory");
		return;
	}
	if (data.n)
		memcpy(p, data.p, data.n);
	answer_blob(s, what, p, data.n);
}

/* --- instances --- */

static void list(struct session *s, const struct request *r)
{
	struct text t = { 0 };

	(void)r;
	for (unsigned i = 0; i < CONTROL_INSTANCES; i++) {
		const struct instance *x = s->all->at[i];

		if (x)
			text_add(&t, "%u\t%s\t%s\n", i, instance_name(x),
				 instance_state_name(instance_state(x)));
	}
	answer_text(s, "Instances", &t);
}

static void install(struct session *s, const struct request *r)
{
	struct errand *e;

	if (!instance_name_ok(r->word[1])) {
		session_answer(s, CONTROL_BAD_SYNTAX, "Bad instance name");
		return;
	}
	e = errand_new(s, r->word[1], "is running");
	if (e)
		errand_begun(s, e, instances_install(s->all, r->word[1], r->data, &e->job));
}

static void swap(struct session *s, const struct request *r)
{
	struct instance *x = errand_instance(s, r->word[1]);
	struct errand *e = x ? errand_for(s, x, "has the new configuration") : NULL;

	if (e)
		errand_begun(s, e, instance_swap(x, r->data, &e->job));
}

static void start(struct session *s, const struct request *r)
{
	struct instance *x = errand_instance(s, r->word[1]);
	struct errand *e = x ? errand_for(s, x, "is running") : NULL;

	if (e)
		errand_begun(s, e, instance_start(x, &e->job));
}

static void stop(struct session *s, const struct request *r)
{
	struct instance *x = errand_instance(s, r->word[1]);
	struct errand *e = x ? errand_for(s, x, "is stopped") : NULL;

	if (e)
		errand_begun(s, e, instance_stop(x, &e->job));
}

static void remove_instance(struct session *s, const struct request *r)
{
	struct instance *x = errand_instance(s, r->word[1]);
	struct errand *e = x ? errand_for(s, x, "is removed") : NULL;

	if (e)
		errand_begun(s, e, instance_remove(x, &e->job));
}

static void config(struct session *s, const struct request *r)
{
	const struct instance *x = errand_instance(s, r->word[1]);

	if (x)
		answer_copy(s, "Configuration", instance_config(x));
}

static void errors(struct session *s, const struct request *r)
{
	const struct instance *x = errand_instance(s, r->word[1]);

	if (x)
		answer_copy(s, "Errors", instance_error(x));
}

/* --- files --- */

static void add_file(void *arg, const char *path, int64_t size)
{
	text_add(arg, "%lld\t%s\n", (long long)size, path);
}

static void answer_file_error(struct session *s, struct str path, int r)
{
	int code = r == -ENOENT   ? CONTROL_NO_FILE
		   : r == -ENOMEM ? CONTROL_NO_MEMORY
		   : r == -EPERM  ? CONTROL_DENIED
				  : CONTROL_UNSPECIFIED;

	session_answer(s, code, "%.*s: %s", STR(path), strerror(-r));
}

/* A name as C has them: empty, after an answer, when it cannot be one. */
static const char *file_name(struct session *s, struct str path, char buf[256])
{
	if (path.n >= 256 || str_find(path, '\0') < path.n) {
		session_answer(s, CONTROL_BAD_SYNTAX, "Bad file name");
		return NULL;
	}
	if (path.n)
		memcpy(buf, path.p, path.n);
	buf[path.n] = '\0';
	return buf;
}

static void files(struct session *s, const struct request *r)
{
	char buf[256];
	const char *prefix = file_name(s, r->word[1], buf);
	struct text t = { 0 };
	int error;

	if (!prefix)
		return;
	error = file_list(prefix, add_file, &t);
	if (error == 0)
		answer_text(s, "Files", &t);
	else
		answer_file_error(s, r->word[1], error);
	text_fini(&t);
}

static void put(struct session *s, const struct request *r)
{
	char buf[256];
	const char *path = file_name(s, r->word[1], buf);
	int error = path ? file_put(path, r->data) : 0;

	if (path && error == 0)
		session_answer(s, CONTROL_OK, "Written");
	else if (path)
		answer_file_error(s, r->word[1], error);
}

static void get(struct session *s, const struct request *r)
{
	char buf[256], *data;
	const char *path = file_name(s, r->word[1], buf);
	int64_t n = path ? file_get(path, &data) : 0;

	if (path && n >= 0)
		answer_blob(s, "File", data, (size_t)n);
	else if (path)
		answer_file_error(s, r->word[1], (int)n);
}

static void delete (struct session *s, const struct request *r)
{
	char buf[256];
	const char *path = file_name(s, r->word[1], buf);
	int error = path ? file_remove(path) : 0;

	if (path && error == 0)
		session_answer(s, CONTROL_OK, "Removed");
	else if (path)
		answer_file_error(s, r->word[1], error);
}

/* --- the machine --- */

static void info(struct session *s, const struct request *r)
{
	struct text t = { 0 };

	(void)r;
	text_add(&t, "version " CLICKOS_VERSION "\n");
	platform_info(&t);
	text_add(&t, "instances %u\n", s->all->n);
	answer_text(s, "Machine", &t);
}

static void interfaces(struct session *s, const struct request *r)
{
	struct text t = { 0 };

	(void)r;
	platform_interfaces(&t);
	answer_text(s, "Interfaces", &t);
}

static void log_lines(struct session *s, const struct request *r)
{
	struct instance *x = r->n > 1 ? errand_instance(s, r->word[1]) : NULL;
	struct text t = { 0 };

	if (r->n > 1 && !x)
		return;
	if (x)
		instance_log(x, &t);
	else
		instances_log(s->all, &t);
	answer_text(s, "Messages", &t);
}

static void ping(struct session *s, const struct request *r)
{
	session_answer(s, CONTROL_OK, "%.*s", STR(r->rest[1]));
}

static void shut_down(struct session *s, const struct request *r)
{
	(void)r;
	session_answer(s, CONTROL_OK, "Going down");
	s->state = SESSION_CLOSING;
	instances_halt(s->all);
}

static void quit(struct session *s, const struct request *r)
{
	(void)r;
	session_answer(s, CONTROL_OK, "Goodbye!");
	s->state = SESSION_CLOSING;
}

static void help(struct session *s, const struct request *r);

/* clang-format off */
static const struct verb verbs[] = {
	{ "LIST", "", "all instances, return DATA", 1, 1, false, list },
	{ "INSTALL", "name len", "new instance of a configuration", 3, 3, true, install },
	{ "SWAP", "name len", "replace its configuration, keep its state", 3, 3, true, swap },
	{ "START", "name", "build it anew from its configuration", 2, 2, false, start },
	{ "STOP", "name", "end it", 2, 2, false, stop },
	{ "REMOVE", "name", "end and forget it", 2, 2, false, remove_instance },
	{ "CONFIG", "name", "its configuration, return DATA", 2, 2, false, config },
	{ "ERRORS", "name", "why it failed, return DATA", 2, 2, false, errors },
	{ "READ", "name handler [arg...]", "call read handler, return DATA", 3, REST, false, errand_read_line },
	{ "READDATA", "name handler len", "the same with len data bytes", 4, 4, true, errand_read_data },
	{ "WRITE", "name handler [arg...]", "call write handler", 3, REST, false, errand_write_line },
	{ "WRITEDATA", "name handler len", "the same with len data bytes", 4, 4, true, errand_write_data },
	{ "USE", "name", "speak Click::ControlSocket/1.3 with it", 2, 2, false, errand_use },
	{ "FILES", "[prefix]", "all files, return DATA", 1, 2, false, files },
	{ "PUT", "path len", "write a file", 3, 3, true, put },
	{ "GET", "path", "read a file, return DATA", 2, 2, false, get },
	{ "DELETE", "path", "remove a file", 2, 2, false, delete },
	{ "INFO", "", "about the machine, return DATA", 1, 1, false, info },
	{ "INTERFACES", "", "its interfaces, return DATA", 1, 1, false, interfaces },
	{ "LOG", "[name]", "last messages, return DATA", 1, 2, false, log_lines },
	{ "PING", "[text]", "answer with text", 1, REST, false, ping },
	{ "SHUTDOWN", "", "stop all instances, power off", 1, 1, false, shut_down },
	{ "HELP", "", "this list", 1, REST, false, help },
	{ "QUIT", "", "close connection", 1, REST, false, quit },
};
/* clang-format on */

static void help(struct session *s, const struct request *r)
{
	struct text t = { 0 };

	(void)r;
	text_add(&t, "Commands supported:\n");
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
		text_add(&t, "%-10s %-22s %s\n", verbs[i].name, verbs[i].arguments, verbs[i].help);
	control_lines(&s->out, CONTROL_OK, false, text_as_str(&t));
	text_fini(&t);
}

const struct verb *verb_find(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
		if (str_is_nocase(name, verbs[i].name))
			return &verbs[i];
	return NULL;
}
