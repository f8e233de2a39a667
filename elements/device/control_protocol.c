/* SPDX-License-Identifier: MIT */
/*
 * control_protocol.c - Click::ControlSocket/1.3: commands, and the handler calls they make.
 *
 * A command line is copied out of the input; data that follow it stay there, from c->at on,
 * until all have come. So the only memory that the other side decides on is the input, which has
 * a limit.
 */
#include "elements/device/control_protocol.h"

#include "engine/element.h"

#define INPUT_MAX ((size_t)64 << 20)
#define OUTPUT_MAX ((size_t)1 << 20)

enum {
	OK = 200,
	OK_WARNINGS = 220,
	BAD_SYNTAX = 500,
	UNIMPLEMENTED = 501,
	NO_ELEMENT = 510,
	NO_HANDLER = 511,
	HANDLER_ERROR = 520,
	TOO_BIG = 521,
	DENIED = 530,
	UNSPECIFIED = 590
};

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

static void answer_line(struct control *c, int code, bool last, struct str s)
{
	text_add(&c->out, "%d%c", code, last ? ' ' : '-');
	add_visible(&c->out, s);
	text_add(&c->out, "\r\n");
}

/* All lines of s, then `more' says that others follow. */
static void answer_lines(struct control *c, int code, struct str s, bool more)
{
	while (s.n != 0) {
		size_t n = str_find(s, '\n');
		struct str line = str_first(s, n);

		s = str_from(s, n + 1);
		answer_line(c, code, s.n == 0 && !more, line);
	}
}

__attribute__((format(printf, 4, 5))) static void answer(struct control *c, int code, bool more,
							 const char *fmt, ...)
{
	struct text t = { 0 };
	va_list ap;

	va_start(ap, fmt);
	text_vadd(&t, fmt, ap);
	va_end(ap);
	answer_line(c, code, !more, text_as_str(&t));
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
		answer(c, NO_ELEMENT, false, "No element named '%.*s'", STR(element));
		return false;
	}
	h = t->e ? handler_find(t->e, t->name, &index)
		 : handler_find_global(c->access->router, t->name);
	t->flags = h ? handler_flags(t->e, h) : H_PRIVATE;
	if (!(t->flags & H_PRIVATE))
		return true;
	answer(c, NO_HANDLER, false, "No handler named '%.*s'", STR(which));
	return false;
}

static void answer_messages(struct control *c, int code, const char *kind, struct str which,
			    const char *what, const char *colon, struct str messages)
{
	answer(c, code, messages.n != 0, "%s handler '%.*s' %s%s", kind, STR(which), what,
	       messages.n != 0 ? colon : "");
	answer_lines(c, code, messages, false);
}

static void read_handler(struct control *c, struct str which, struct str param)
{
	struct text value = { 0 };
	struct error err = { 0 };
	struct target t;
	int status;

	if (!find_handler(c, which, &t))
		return;
	if (!(t.flags & H_READ)) {
		answer(c, DENIED, false, "Handler '%.*s' write-only", STR(which));
		return;
	}
	if (handler_read(c->access->router, t.e, t.name, param, &value, &err, &status)) {
		answer(c, OK, false, "Read handler '%.*s' OK", STR(which));
		text_add(&c->out, "DATA %zu\r\n", value.n);
		text_str(&c->out, text_as_str(&value));
	} else {
		answer_messages(c, UNSPECIFIED, "Read", which, "error", ":", text_as_str(&err.out));
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
		answer(c, DENIED, false, "Permission denied for '%.*s'", STR(which));
	else if (!(t->flags & H_WRITE))
		answer(c, DENIED, false, "Handler '%.*s' read-only", STR(which));
	else
		return true;
	return false;
}

static void write_handler(struct control *c, struct str which, struct str value)
{
	struct error err = { 0 };
	struct str said;
	struct target t;
	int status;
	bool ok;

	if (!may_write(c, which, &t))
		return;
	ok = handler_write(c->access->router, t.e, t.name, value, &err, &status);
	said = text_as_str(&err.out);
	if (!ok)
		answer_messages(c, HANDLER_ERROR, "Write", which, "error", ":", said);
	else if (err.warnings > 0)
		answer_messages(c, OK_WARNINGS, "Write", which, "OK", " with warnings:", said);
	else
		answer_messages(c, OK, "Write", which, "OK", ":", said);
	c->paused = ok && !t.e && str_is(t.name, "hotconfig");
	error_fini(&err);
}

static void check_handler(struct control *c, struct str which, bool write)
{
	struct target t;

	if (!find_handler(c, which, &t))
		return;
	if (write && c->access->read_only)
		answer(c, DENIED, false, "Permission denied for '%.*s'", STR(which));
	else if (t.flags & (write ? H_WRITE : H_READ))
		answer(c, OK, false, "%s handler '%.*s' OK", write ? "Write" : "Read", STR(which));
	else
		answer(c, NO_HANDLER, false, "Handler '%.*s' not %s", STR(which),
		       write ? "writable" : "readable");
}

/* --- commands --- */

#define WORDS 4 /* more make no difference */

struct command {
	struct str word[WORDS];
	unsigned n;
	struct str rest; /* from the third word to the last */
	char name[24];   /* of the command, in upper case */
};

static void upper(struct str s, char *to, size_t size)
{
	size_t n = s.n < size ? s.n : size - 1;

	for (size_t i = 0; i < n; i++)
		to[i] = (char)(s.p[i] >= 'a' && s.p[i] <= 'z' ? s.p[i] - 32 : s.p[i]);
	to[n] = '\0';
}

static void split(struct str line, struct command *m)
{
	struct str s = str_trim(line);

	*m = (struct command){ 0 };
	while (s.n != 0 && m->n < WORDS) {
		if (m->n == 2)
			m->rest = s;
		m->word[m->n++] = str_word(&s);
	}
	upper(m->word[0], m->name, sizeof(m->name));
}

static void help(struct control *c, const struct command *m, struct str data)
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
	answer_lines(c, OK, text, false);
}

static void quit(struct control *c, const struct command *m, struct str data)
{
	(void)data;
	if (m->n != 1)
		answer(c, BAD_SYNTAX, false, "Bad command syntax");
	answer(c, OK, false, "Goodbye!");
	c->state = CONTROL_CLOSING;
}

static void read_line(struct control *c, const struct command *m, struct str data)
{
	(void)data;
	read_handler(c, m->word[1], m->rest);
}

static void read_data(struct control *c, const struct command *m, struct str data)
{
	read_handler(c, m->word[1], data);
}

static void write_line(struct control *c, const struct command *m, struct str data)
{
	(void)data;
	write_handler(c, m->word[1], m->rest);
}

static void write_data(struct control *c, const struct command *m, struct str data)
{
	write_handler(c, m->word[1], data);
}

static void check_read(struct control *c, const struct command *m, struct str data)
{
	(void)data;
	check_handler(c, m->word[1], false);
}

static void check_write(struct control *c, const struct command *m, struct str data)
{
	(void)data;
	check_handler(c, m->word[1], true);
}

/* "E#HEX" is understood, but no element of ours has such calls. */
static void llrpc(struct control *c, const struct command *m, struct str data)
{
	struct str name = m->word[1];
	size_t hash = str_find(name, '#');
	struct str number = str_from(name, hash + 1);
	struct element *e;
	uint64_t v;

	(void)data;
	if (hash == name.n || !parse_base(number, 16, UINT32_MAX, &v, NULL))
		answer(c, BAD_SYNTAX, false, "Syntax error in LLRPC name '%.*s'", STR(name));
	else if (!find_element(c, str_first(name, hash), &e))
		answer(c, NO_ELEMENT, false, "No element named '%.*s'", (int)hash, name.p);
	else
		answer(c, UNIMPLEMENTED, false, "Cannot call LLRPC '%.*s' remotely", STR(name));
}

enum takes { NO_DATA, LENGTH, MAYBE_LENGTH, TERMINATOR };

/* clang-format off */
static const struct verb {
	const char *name;
	unsigned min, max; /* words, itself included */
	enum takes takes;
	void (*run)(struct control *, const struct command *, struct str data);
} verbs[] = {
	{ "READ", 2, WORDS, NO_DATA, read_line },
	{ "GET", 2, WORDS, NO_DATA, read_line },
	{ "READDATA", 3, 3, LENGTH, read_data },
	{ "READUNTIL", 2, 3, TERMINATOR, read_data },
	{ "WRITE", 2, WORDS, NO_DATA, write_line },
	{ "SET", 2, WORDS, NO_DATA, write_line },
	{ "WRITEDATA", 3, 3, LENGTH, write_data },
	{ "SETDATA", 3, 3, LENGTH, write_data },
	{ "WRITEUNTIL", 2, 3, TERMINATOR, write_data },
	{ "CHECKREAD", 2, 2, NO_DATA, check_read },
	{ "CHECKWRITE", 2, 2, NO_DATA, check_write },
	{ "LLRPC", 2, 3, MAYBE_LENGTH, llrpc },
	{ "QUIT", 1, WORDS, NO_DATA, quit },
	{ "CLOSE", 1, WORDS, NO_DATA, quit },
	{ "HELP", 1, WORDS, NO_DATA, help },
};
/* clang-format on */

static const struct verb *find_verb(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

static void wait_for(struct control *c, struct str line, enum control_state state, uint64_t need)
{
	text_clear(&c->command);
	text_str(&c->command, line);
	c->state = state;
	c->need = need;
	c->line = c->searched = c->at;
}

static void take_length(struct control *c, const struct command *m, struct str line)
{
	struct str s = m->word[2];
	uint32_t n;

	if (!str_decimal(&s, &n) || s.n != 0) {
		answer(c, BAD_SYNTAX, false, "Syntax error in '%s'", m->name);
	} else if (n > INPUT_MAX) {
		answer(c, TOO_BIG, false, "Data too big");
		wait_for(c, line, CONTROL_SKIP, n);
	} else {
		wait_for(c, line, CONTROL_BYTES, n);
	}
}

static void begin(struct control *c, struct str line)
{
	const struct verb *verb;
	struct command m;

	split(line, &m);
	if (m.n == 0)
		return;
	verb = find_verb(m.name);
	if (!verb)
		answer(c, UNIMPLEMENTED, false, "Command '%s' unimplemented", m.name);
	else if (m.n < verb->min || m.n > verb->max)
		answer(c, BAD_SYNTAX, false, "Wrong number of arguments");
	else if (verb->takes == LENGTH || (verb->takes == MAYBE_LENGTH && m.n == 3))
		take_length(c, &m, line);
	else if (verb->takes == TERMINATOR)
		wait_for(c, line, CONTROL_LINES, 0);
	else
		verb->run(c, &m, str_first(line, 0));
}

/* The data of the command have come. */
static void complete(struct control *c, struct str data)
{
	struct command m;

	c->state = CONTROL_LINE;
	split(text_as_str(&c->command), &m);
	find_verb(m.name)->run(c, &m, data);
}

/* --- input --- */

static bool more(const struct control *c)
{
	return c->at < c->in.n;
}

/* Where the line that starts at `line' ends: *next is behind its end. False: not yet. */
static bool find_line(struct control *c, size_t line, size_t *end, size_t *next)
{
	for (size_t i = c->searched; i < c->in.n; i++)
		if (c->in.p[i] == '\n' || c->in.p[i] == '\r') {
			*end = i;
			*next = c->searched = i + 1;
			return true;
		}
	c->searched = *end = *next = c->in.n;
	return c->at_end && line < c->in.n;
}

/* The line end before was a CR: a line feed now is its second half. */
static void end_crlf(struct control *c, size_t *at)
{
	if (!c->after_cr || *at >= c->in.n)
		return;
	c->after_cr = false;
	if (c->in.p[*at] == '\n')
		++*at;
	if (c->searched < *at)
		c->searched = *at;
}

static bool step_line(struct control *c)
{
	struct text line = { 0 };
	size_t end, next, start;

	end_crlf(c, &c->at);
	if (c->searched < c->at)
		c->searched = c->at;
	if (!find_line(c, c->at, &end, &next))
		return false;
	start = c->at;
	c->after_cr = end < c->in.n && c->in.p[end] == '\r';
	c->at = next;
	text_bytes(&line, c->in.p + start, end - start);
	begin(c, text_as_str(&line));
	text_fini(&line);
	return true;
}

static bool step_bytes(struct control *c)
{
	size_t start;

	if (c->need > 0)
		end_crlf(c, &c->at);
	if (c->in.n - c->at < c->need) {
		if (!c->at_end)
			return false;
		answer(c, BAD_SYNTAX, false, "Not enough data");
		c->state = CONTROL_CLOSING;
		return true;
	}
	start = c->at;
	c->at += c->need;
	c->searched = c->at;
	complete(c, (struct str){ c->in.p ? c->in.p + start : "", c->need });
	return true;
}

static bool is_terminator(const struct control *c, struct str line)
{
	struct command m;

	while (line.n != 0 && strchr(" \t\r\n\v\f", line.p[line.n - 1]))
		line.n--;
	split(text_as_str(&c->command), &m);
	return m.n == 3 ? str_eq(line, m.word[2]) : line.n == 0;
}

/* c->at stays where the data start; c->line moves on. */
static bool step_lines(struct control *c)
{
	size_t end, next, start = c->at;
	struct str line;

	if (c->line == c->at) {
		end_crlf(c, &c->at);
		start = c->line = c->at;
	} else {
		end_crlf(c, &c->line);
	}
	if (!find_line(c, c->line, &end, &next)) {
		if (!c->at_end)
			return false;
		answer(c, BAD_SYNTAX, false, "Not enough data");
		c->state = CONTROL_CLOSING;
		return true;
	}
	c->after_cr = end < c->in.n && c->in.p[end] == '\r';
	line = (struct str){ c->in.p + c->line, end - c->line };
	if (is_terminator(c, line)) {
		size_t n = c->line - start;

		c->at = next;
		complete(c, (struct str){ c->in.p + start, n });
	} else {
		c->line = next;
	}
	return true;
}

static bool step_skip(struct control *c)
{
	uint64_t n;

	end_crlf(c, &c->at);
	n = c->in.n - c->at;
	n = n < c->need ? n : c->need;
	c->at += n;
	c->need -= n;
	if (c->need > 0)
		return false;
	c->state = CONTROL_LINE;
	return true;
}

/* False: nothing more can be done now. */
static bool step(struct control *c)
{
	switch (c->state) {
	case CONTROL_LINE:
		return more(c) && step_line(c);
	case CONTROL_BYTES:
		return step_bytes(c);
	case CONTROL_LINES:
		return step_lines(c);
	case CONTROL_SKIP:
		return more(c) && step_skip(c);
	case CONTROL_CLOSING:
		return false;
	}
	return false;
}

/* Input that is done with goes, once it is worth the move. */
static void forget(struct control *c)
{
	size_t n = c->at;

	if (n == 0 || (n < c->in.n && n < c->in.n / 2))
		return;
	memmove(c->in.p, c->in.p + n, c->in.n - n);
	c->in.n -= n;
	c->at = 0;
	c->line -= c->line < n ? c->line : n;
	c->searched -= c->searched < n ? c->searched : n;
}

bool control_run(struct control *c)
{
	while (!c->paused && c->out.n < OUTPUT_MAX && step(c))
		;
	forget(c);
	if (c->state == CONTROL_CLOSING || c->paused)
		return false;
	if (c->out.n >= OUTPUT_MAX)
		return true;
	if (c->at_end) {
		c->state = CONTROL_CLOSING;
	} else if (c->in.n - c->at > INPUT_MAX) {
		answer(c, TOO_BIG, false, "Data too big");
		c->state = CONTROL_CLOSING;
	}
	return false;
}

/* --- the conversation --- */

void control_init(struct control *c, const struct control_access *access)
{
	*c = (struct control){ .access = access };
	text_add(&c->out, "Click::ControlSocket/1.3\r\n");
}

void control_fini(struct control *c)
{
	text_fini(&c->in);
	text_fini(&c->out);
	text_fini(&c->command);
}

void control_input(struct control *c, const void *p, size_t n)
{
	if (c->state != CONTROL_CLOSING)
		text_bytes(&c->in, p, n);
}

void control_end(struct control *c)
{
	c->at_end = true;
}

void control_sent(struct control *c, size_t n)
{
	memmove(c->out.p, c->out.p + n, c->out.n - n);
	c->out.n -= n;
}

bool control_finished(const struct control *c)
{
	return c->state == CONTROL_CLOSING && c->out.n == 0;
}

bool control_full(const struct control *c)
{
	return c->out.n >= OUTPUT_MAX || c->in.n - c->at > INPUT_MAX;
}
