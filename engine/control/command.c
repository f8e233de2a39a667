/* SPDX-License-Identifier: MIT */
/* command.c - commands of Click::ControlSocket/1.3, and the handler calls they make. */
#include "engine/control/command.h"

#include "engine/element.h"
#include "engine/platform.h"

/* --- answers --- */

static void add_visible(struct text *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 32 || c == 127)
			text_add(out, "^%c", c ^ 64);
		else
			text_char(out, (char)c);
	}
}

void control_line(struct text *out, int code, bool more, struct str s)
{
	text_add(out, "%d%c", code, more ? '-' : ' ');
	add_visible(out, s);
	text_add(out, "\r\n");
}

void control_lines(struct text *out, int code, bool more, struct str s)
{
	while (s.n != 0) {
		size_t n = str_find(s, '\n');
		struct str line = str_first(s, n);

		s = str_from(s, n + 1);
		control_line(out, code, s.n != 0 || more, line);
	}
}

void control_answer(struct control *c, int code, bool more, const char *fmt, ...)
{
	struct text t = { 0 };
	va_list ap;

	va_start(ap, fmt);
	text_vadd(&t, fmt, ap);
	va_end(ap);
	control_line(&c->out, code, more, text_as_str(&t));
	text_fini(&t);
}

/* --- handlers --- */

struct target {
	struct element *e; /* NULL: global */
	struct str name;
	unsigned flags; /* H_ */
};

/* "0" and "" are the router; N, when no element has that name, the Nth element. */
static bool find_element(const struct control *c, struct str name, struct element **e)
{
	struct router *r = c->access->router;
	struct str digits = name;
	uint32_t n;

	*e = name.n == 0 ? NULL : element_find_in(r, NULL, name);
	if (*e || name.n == 0)
		return true;
	if (!str_decimal(&digits, &n) || digits.n != 0 || n > router_nelements(r))
		return false;
	*e = n == 0 ? NULL : router_element(r, n - 1);
	return true;
}

/* Answers when there is no such handler. */
static bool find_handler(struct control *c, struct str which, struct target *t)
{
	size_t dot = str_find(which, '.');
	struct str element = dot < which.n ? str_first(which, dot) : str_first(which, 0);
	const struct handler *h;
	unsigned index;

	t->e = c->access->proxy;
	t->name = t->e || dot == which.n ? which : str_from(which, dot + 1);
	if (!t->e && !find_element(c, element, &t->e)) {
		control_answer(c, CONTROL_NO_ELEMENT, false, "No element named '%.*s'",
			       STR(element));
		return false;
	}
	h = t->e ? handler_find(t->e, t->name, &index)
		 : handler_find_global(c->access->router, t->name);
	t->flags = h ? handler_flags(t->e, h) : H_PRIVATE;
	if (!(t->flags & H_PRIVATE))
		return true;
	control_answer(c, CONTROL_NO_HANDLER, false, "No handler named '%.*s'", STR(which));
	return false;
}

static void answer_messages(struct control *c, int code, const char *kind, struct str which,
			    const char *what, const char *colon, struct str messages)
{
	control_answer(c, code, messages.n != 0, "%s handler '%.*s' %s%s", kind, STR(which), what,
		       messages.n != 0 ? colon : "");
	control_lines(&c->out, code, false, messages);
}

void control_read(struct control *c, struct str which, struct str param)
{
	struct text value = { 0 };
	struct error err = { 0 };
	struct target t;
	unsigned memory;
	int status;
	bool ok;

	if (!find_handler(c, which, &t))
		return;
	if (!(t.flags & H_READ)) {
		control_answer(c, CONTROL_DENIED, false, "Handler '%.*s' write-only", STR(which));
		return;
	}
	memory = platform_memory_set(c->access->memory);
	ok = handler_read(c->access->router, t.e, t.name, param, &value, &err, &status);
	platform_memory_set(memory);
	if (ok) {
		control_answer(c, CONTROL_OK, false, "Read handler '%.*s' OK", STR(which));
		text_add(&c->out, "DATA %zu\r\n", value.n);
		text_str(&c->out, text_as_str(&value));
	} else {
		answer_messages(c, CONTROL_UNSPECIFIED, "Read", which, "error", ":",
				text_as_str(&err.out));
	}
	text_fini(&value);
	error_fini(&err);
}

/* Answers when it may not. */
static bool may_write(struct control *c, struct str which, struct target *t)
{
	if (!find_handler(c, which, t))
		return false;
	if (c->access->read_only)
		control_answer(c, CONTROL_DENIED, false, "Permission denied for '%.*s'",
			       STR(which));
	else if (!(t->flags & H_WRITE))
		control_answer(c, CONTROL_DENIED, false, "Handler '%.*s' read-only", STR(which));
	else
		return true;
	return false;
}

void control_write(struct control *c, struct str which, struct str value)
{
	struct error err = { 0 };
	struct str said;
	struct target t;
	unsigned memory;
	int status;
	bool ok;

	if (!may_write(c, which, &t))
		return;
	memory = platform_memory_set(c->access->memory);
	ok = handler_write(c->access->router, t.e, t.name, value, &err, &status);
	platform_memory_set(memory);
	said = text_as_str(&err.out);
	if (!ok)
		answer_messages(c, CONTROL_HANDLER_ERROR, "Write", which, "error", ":", said);
	else if (err.warnings > 0)
		answer_messages(c, CONTROL_OK_WARNINGS, "Write", which, "OK",
				" with warnings:", said);
	else
		answer_messages(c, CONTROL_OK, "Write", which, "OK", ":", said);
	c->paused = ok && !t.e && str_is(t.name, "hotconfig");
	error_fini(&err);
}

static void check_handler(struct control *c, struct str which, bool write)
{
	struct target t;

	if (!find_handler(c, which, &t))
		return;
	if (write && c->access->read_only)
		control_answer(c, CONTROL_DENIED, false, "Permission denied for '%.*s'",
			       STR(which));
	else if (t.flags & (write ? H_WRITE : H_READ))
		control_answer(c, CONTROL_OK, false, "%s handler '%.*s' OK",
			       write ? "Write" : "Read", STR(which));
	else
		control_answer(c, CONTROL_NO_HANDLER, false, "Handler '%.*s' not %s", STR(which),
			       write ? "writable" : "readable");
}

/* --- commands --- */

static void upper(struct str s, char *to, size_t size)
{
	size_t n = s.n < size ? s.n : size - 1;

	for (size_t i = 0; i < n; i++)
		to[i] = (char)(s.p[i] >= 'a' && s.p[i] <= 'z' ? s.p[i] - 32 : s.p[i]);
	to[n] = '\0';
}

void control_split(struct str line, struct control_command *m)
{
	struct str s = str_trim(line);

	*m = (struct control_command){ 0 };
	while (s.n != 0 && m->n < CONTROL_WORDS) {
		if (m->n == 2)
			m->rest = s;
		m->word[m->n++] = str_word(&s);
	}
	upper(m->word[0], m->name, sizeof(m->name));
}

static void help(struct control *c, const struct control_command *m, struct str data)
{
	static const struct str text = STR_LIT(
		"Commands supported:\n"
		"READ handler [arg...]   call read handler, return DATA\n"
		"READDATA handler len    call read handler with len data bytes, return DATA\n"
		"READUNTIL handler term  call read handler, take data until term, return DATA\n"
		"WRITE handler [arg...]  call write handler\n"
		"WRITEDATA handler len   call write handler, pass len data bytes\n"
		"WRITEUNTIL handler term call write handler, take data until term\n"
		"CHECKREAD handler       check if read handler is valid\n"
		"CHECKWRITE handler      check if write handler is valid\n"
		"LLRPC elt#number [len]  call LLRPC, pass len data bytes, return DATA\n"
		"QUIT                    close connection");

	(void)m, (void)data;
	control_lines(&c->out, CONTROL_OK, false, text);
}

static void quit(struct control *c, const struct control_command *m, struct str data)
{
	(void)data;
	if (m->n != 1)
		control_answer(c, CONTROL_BAD_SYNTAX, false, "Bad command syntax");
	control_answer(c, CONTROL_OK, false, "Goodbye!");
	c->state = CONTROL_CLOSING;
}

static void read_line(struct control *c, const struct control_command *m, struct str data)
{
	(void)data;
	control_read(c, m->word[1], m->rest);
}

static void read_data(struct control *c, const struct control_command *m, struct str data)
{
	control_read(c, m->word[1], data);
}

static void write_line(struct control *c, const struct control_command *m, struct str data)
{
	(void)data;
	control_write(c, m->word[1], m->rest);
}

static void write_data(struct control *c, const struct control_command *m, struct str data)
{
	control_write(c, m->word[1], data);
}

static void check_read(struct control *c, const struct control_command *m, struct str data)
{
	(void)data;
	check_handler(c, m->word[1], false);
}

static void check_write(struct control *c, const struct control_command *m, struct str data)
{
	(void)data;
	check_handler(c, m->word[1], true);
}

/* "E#HEX" is understood, but no element of ours has such calls. */
static void llrpc(struct control *c, const struct control_command *m, struct str data)
{
	struct str name = m->word[1];
	size_t hash = str_find(name, '#');
	struct str number = str_from(name, hash + 1);
	struct element *e;
	uint64_t v;

	(void)data;
	if (hash == name.n || !parse_base(number, 16, UINT32_MAX, &v, NULL))
		control_answer(c, CONTROL_BAD_SYNTAX, false, "Syntax error in LLRPC name '%.*s'",
			       STR(name));
	else if (!find_element(c, str_first(name, hash), &e))
		control_answer(c, CONTROL_NO_ELEMENT, false, "No element named '%.*s'", (int)hash,
			       name.p);
	else
		control_answer(c, CONTROL_UNIMPLEMENTED, false, "Cannot call LLRPC '%.*s' remotely",
			       STR(name));
}

/* clang-format off */
static const struct control_verb verbs[] = {
	{ "READ", 2, CONTROL_WORDS, NO_DATA, read_line },
	{ "GET", 2, CONTROL_WORDS, NO_DATA, read_line },
	{ "READDATA", 3, 3, LENGTH, read_data },
	{ "READUNTIL", 2, 3, TERMINATOR, read_data },
	{ "WRITE", 2, CONTROL_WORDS, NO_DATA, write_line },
	{ "SET", 2, CONTROL_WORDS, NO_DATA, write_line },
	{ "WRITEDATA", 3, 3, LENGTH, write_data },
	{ "SETDATA", 3, 3, LENGTH, write_data },
	{ "WRITEUNTIL", 2, 3, TERMINATOR, write_data },
	{ "CHECKREAD", 2, 2, NO_DATA, check_read },
	{ "CHECKWRITE", 2, 2, NO_DATA, check_write },
	{ "LLRPC", 2, 3, MAYBE_LENGTH, llrpc },
	{ "QUIT", 1, CONTROL_WORDS, NO_DATA, quit },
	{ "CLOSE", 1, CONTROL_WORDS, NO_DATA, quit },
	{ "HELP", 1, CONTROL_WORDS, NO_DATA, help },
};
/* clang-format on */

const struct control_verb *control_find_verb(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}
