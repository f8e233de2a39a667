/* SPDX-License-Identifier: MIT */
/*
 * session.c - a conversation: from bytes to commands and their data.
 *
 * What the other side may decide on is bounded: a line by CONTROL_LINE_MAX, data by
 * CONTROL_DATA_MAX and by the memory there is, and nothing is executed while much waits to be
 * sent.
 */
#include "engine/control/session.h"

#include <stdlib.h>

#include "engine/control/verbs.h"

#define OUTPUT_MAX ((size_t)64 << 10)
#define INPUT_MAX ((size_t)CONTROL_LINE_MAX + 2)

/* --- commands --- */

static void execute(struct session *s, const struct verb *verb, struct request *r)
{
	s->state = SESSION_LINE;
	verb->run(s, r);
}

static void expect_data(struct session *s, struct str line, uint32_t n)
{
	text_clear(&s->line);
	text_str(&s->line, line);
	s->have = 0;
	s->need = n;
	s->state = SESSION_SKIP;
	if (n > CONTROL_DATA_MAX) {
		session_answer(s, CONTROL_TOO_BIG, "Data too big");
		return;
	}
	s->data = malloc(n + 1U);
	if (s->data)
		s->state = SESSION_DATA;
	else
		session_answer(s, CONTROL_NO_MEMORY, "Out of memory");
}

/* Without a length that can be understood nobody knows where the next command begins. */
static void begin_data(struct session *s, struct str line, const struct request *r)
{
	struct str length = r->word[r->n - 1];
	uint32_t n;

	if (str_decimal(&length, &n) && length.n == 0) {
		expect_data(s, line, n);
	} else {
		session_answer(s, CONTROL_BAD_SYNTAX, "Bad length");
		s->state = SESSION_CLOSING;
	}
}

/* Data that come all the same are no commands. */
static void misused(struct session *s, const struct verb *verb)
{
	session_answer(s, CONTROL_BAD_SYNTAX, "Wrong number of arguments");
	if (verb->data)
		s->state = SESSION_CLOSING;
}

static void begin(struct session *s, struct str line)
{
	const struct verb *verb;
	struct request r;

	request_split(line, &r);
	if (r.n == 0)
		return;
	verb = verb_find(r.word[0]);
	if (!verb)
		session_answer(s, CONTROL_UNIMPLEMENTED, "Command '%.*s' unimplemented",
			       STR(str_first(r.word[0], 40)));
	else if (r.n < verb->min || r.n > verb->max)
		misused(s, verb);
	else if (verb->data)
		begin_data(s, line, &r);
	else
		execute(s, verb, &r);
}

static void complete(struct session *s)
{
	struct request r;

	request_split(text_as_str(&s->line), &r);
	r.data = (struct str){ s->data, (size_t)s->need };
	execute(s, verb_find(r.word[0]), &r);
	free(s->data);
	s->data = NULL;
}

/* --- input --- */

static bool step_line(struct session *s)
{
	struct str in = text_as_str(&s->in), found;
	size_t end = s->searched + str_find(str_from(in, s->searched), '\n');
	struct text line = { 0 };

	if (end == in.n) {
		s->searched = end;
		if (in.n - s->at <= CONTROL_LINE_MAX)
			return false;
		session_answer(s, CONTROL_BAD_SYNTAX, "Line too long");
		s->state = SESSION_CLOSING;
		return true;
	}
	found = str_range(in.p + s->at, in.p + end);
	if (str_ends(found, "\r"))
		found.n--;
	text_str(&line, found);
	s->at = s->searched = end + 1;
	begin(s, text_as_str(&line));
	text_fini(&line);
	return true;
}

/* Takes what has come of the data, up to their end. False: more must come. */
static bool step_data(struct session *s)
{
	uint64_t n = s->in.n - s->at;

	n = n < s->need - s->have ? n : s->need - s->have;
	if (s->state == SESSION_DATA && n)
		memcpy(s->data + s->have, s->in.p + s->at, n);
	s->have += n;
	s->at += n;
	s->searched = s->at;
	if (s->have < s->need)
		return false;
	if (s->state == SESSION_DATA)
		complete(s);
	else
		s->state = SESSION_LINE;
	return true;
}

/* False: nothing more can be done now. */
static bool step(struct session *s)
{
	switch (s->state) {
	case SESSION_LINE:
		return step_line(s);
	case SESSION_DATA:
	case SESSION_SKIP:
		return step_data(s);
	case SESSION_USES:
		session_use(s);
		return false;
	case SESSION_WAITS:
	case SESSION_CLOSING:
		return false;
	}
	return false;
}

static void forget(struct session *s)
{
	if (s->at == 0)
		return;
	memmove(s->in.p, s->in.p + s->at, s->in.n - s->at);
	s->in.n -= s->at;
	s->searched -= s->at;
	s->at = 0;
}

/* The other side has said all it had to say. */
static void end_of_input(struct session *s)
{
	if (s->state == SESSION_LINE && s->in.n > s->at)
		session_answer(s, CONTROL_BAD_SYNTAX, "The last line is not complete");
	else if (s->state == SESSION_DATA)
		session_answer(s, CONTROL_BAD_SYNTAX, "Not enough data");
	else if (s->state == SESSION_WAITS || s->state == SESSION_USES)
		return;
	s->state = SESSION_CLOSING;
}

static bool may_go_on(const struct session *s)
{
	return s->out.n < OUTPUT_MAX && !s->blob;
}

static void go_on(struct session *s)
{
	while (may_go_on(s) && step(s))
		;
	forget(s);
	if (s->at_end && may_go_on(s))
		end_of_input(s);
}

/* --- the transport's side --- */

struct session *session_new(struct instances *is, void (*changed)(void *arg), void *arg)
{
	struct session *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->all = is;
	s->changed = changed;
	s->arg = arg;
	text_add(&s->out, CONTROL_GREETING "\r\n");
	return s;
}

void session_free(struct session *s)
{
	if (!s)
		return;
	errand_leave(s->errand);
	text_fini(&s->in);
	text_fini(&s->line);
	text_fini(&s->out);
	free(s->data);
	free(s->blob);
	free(s);
}

size_t session_room(const struct session *s)
{
	if (s->at_end || s->state == SESSION_CLOSING || s->in.n >= INPUT_MAX)
		return 0;
	return INPUT_MAX - s->in.n;
}

void session_input(struct session *s, const void *p, size_t n)
{
	text_bytes(&s->in, p, n);
	go_on(s);
}

void session_end(struct session *s)
{
	s->at_end = true;
	go_on(s);
}

void session_go_on(struct session *s)
{
	go_on(s);
	if (s->changed)
		s->changed(s->arg);
}

struct str session_output(const struct session *s)
{
	if (s->out.n > 0 || !s->blob)
		return text_as_str(&s->out);
	return (struct str){ s->blob + s->blob_at, s->blob_n - s->blob_at };
}

static void blob_sent(struct session *s, size_t n)
{
	s->blob_at += n;
	if (s->blob_at < s->blob_n)
		return;
	free(s->blob);
	s->blob = NULL;
}

void session_sent(struct session *s, size_t n)
{
	if (s->out.n > 0) {
		memmove(s->out.p, s->out.p + n, s->out.n - n);
		s->out.n -= n;
	} else if (s->blob) {
		blob_sent(s, n);
	}
	go_on(s);
}

bool session_finished(const struct session *s)
{
	return s->state == SESSION_CLOSING && s->out.n == 0 && !s->blob;
}
