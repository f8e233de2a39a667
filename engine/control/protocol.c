/* SPDX-License-Identifier: MIT */
/*
 * protocol.c - Click::ControlSocket/1.3: from bytes to commands and their data.
 *
 * A command line is copied out of the input; data that follow it stay there, from c->at on,
 * until all have come. So the only memory that the other side decides on is the input, which has
 * a limit.
 */
#include "engine/control/protocol.h"

#include "engine/control/command.h"

#define INPUT_MAX ((size_t)64 << 20)
#define OUTPUT_MAX ((size_t)1 << 20)

/* --- commands --- */

static void wait_for(struct control *c, struct str line, enum control_state state, uint64_t need)
{
	text_clear(&c->command);
	text_str(&c->command, line);
	c->state = state;
	c->need = need;
	c->line = c->searched = c->at;
}

static void take_length(struct control *c, const struct control_command *m, struct str line)
{
	struct str s = m->word[2];
	uint32_t n;

	if (!str_decimal(&s, &n) || s.n != 0) {
		control_answer(c, CONTROL_BAD_SYNTAX, false, "Syntax error in '%s'", m->name);
	} else if (n > INPUT_MAX) {
		control_answer(c, CONTROL_TOO_BIG, false, "Data too big");
		wait_for(c, line, CONTROL_SKIP, n);
	} else {
		wait_for(c, line, CONTROL_BYTES, n);
	}
}

static void begin(struct control *c, struct str line)
{
	const struct control_verb *verb;
	struct control_command m;

	control_split(line, &m);
	if (m.n == 0)
		return;
	verb = control_find_verb(m.name);
	if (!verb)
		control_answer(c, CONTROL_UNIMPLEMENTED, false, "Command '%s' unimplemented",
			       m.name);
	else if (m.n < verb->min || m.n > verb->max)
		control_answer(c, CONTROL_BAD_SYNTAX, false, "Wrong number of arguments");
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
	struct control_command m;

	c->state = CONTROL_LINE;
	control_split(text_as_str(&c->command), &m);
	control_find_verb(m.name)->run(c, &m, data);
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
		control_answer(c, CONTROL_BAD_SYNTAX, false, "Not enough data");
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
	struct control_command m;

	while (line.n != 0 && strchr(" \t\r\n\v\f", line.p[line.n - 1]))
		line.n--;
	control_split(text_as_str(&c->command), &m);
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
		control_answer(c, CONTROL_BAD_SYNTAX, false, "Not enough data");
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
		control_answer(c, CONTROL_TOO_BIG, false, "Data too big");
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
