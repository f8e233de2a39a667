/* SPDX-License-Identifier: MIT */
/*
 * ProgressBar - show on the terminal how far something is
 *
 * Draws a line on standard error every UPDATE: how much of the whole is done, as
 * a share and as a bar, the position, and the time that is left. POSHANDLER is a
 * list of read handlers whose values together are the position, SIZEHANDLER one
 * for the size of the whole, which FIXED_SIZE gives as a number instead. Without
 * a size a mark moves to and fro. Nothing is drawn unless standard error is a
 * terminal and this process is in its foreground; with CHECK_STDOUT also not when
 * standard output is a terminal. DELAY is the time before the first line.
 *
 * Write mark_done at the end, or mark_stopped where it ended before.
 *
 * Example: d :: FromDump(a.pcap, STOP true) -> Discard;
 *     ProgressBar(d.filepos, d.filesize, BANNER a.pcap)
 * See also: FromDump
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "engine/element.h"
#include "engine/lang/lang.h"
#include "engine/platform.h"

#define STALLED (5 * NS_PER_SEC)
#define COLUMNS 79U
#define BEHIND 25U /* columns right of the bar */

enum status { RUNNING, STOPPED, DONE };

struct calls { /* read handlers whose values are added */
	struct read_call *v;
	size_t n, cap;
};

struct progressbar {
	struct element base;
	struct raw pos_text, size_text;
	struct msecs update, delay;
	struct str banner;
	bool active, check_stdout;
	double fixed_size;

	struct calls pos_calls, size_calls;
	enum status status;
	bool size_known, drawn;
	double size, last_pos;
	int64_t begun, moved; /* steady; moved: when the position last changed */
	unsigned mark;        /* where the moving mark is */
	struct timer timer;
};
ELEMENT_SELF(struct progressbar)

/* --- the values --- */

static bool set_calls(struct element *e, struct str text, struct calls *to, struct error *err)
{
	struct calls c = { 0 };
	struct str word;

	for (word = conf_word(&text); word.n; word = conf_word(&text)) {
		c.v = pool_grow(e->conf, c.v, c.n, &c.cap, sizeof(*c.v));
		if (!hcall_parse(e, word, &c.v[c.n].c, err) ||
		    (router_running(e->router) && !hcall_resolve(e, &c.v[c.n].c, false, err)))
			return false;
		c.n++;
	}
	*to = c;
	return true;
}

/* False when one of them is not to be had, or is no number. */
static bool sum_calls(struct element *e, struct calls *c, double *sum)
{
	struct error err = { 0 };
	bool ok = c->n > 0;

	*sum = 0;
	for (size_t i = 0; i < c->n && ok; i++) {
		struct text t = { 0 };
		double v;

		ok = hcall_read(e, &c->v[i].c, &t, &err) &&
		     parse_double(str_trim(text_as_str(&t)), &v, NULL);
		*sum += ok ? v : 0;
		text_fini(&t);
	}
	error_fini(&err);
	return ok;
}

static void find_size(struct element *e)
{
	struct progressbar *b = self(e);

	if (b->size_known)
		return;
	b->size = b->fixed_size;
	b->size_known =
		b->fixed_size > 0 || (sum_calls(e, &b->size_calls, &b->size) && b->size > 0);
}

/* --- the line --- */

static unsigned columns(void)
{
	struct winsize w;

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 0 ? w.ws_col - 1U : COLUMNS;
}

static void repeat(struct text *t, char c, unsigned n)
{
	while (n-- > 0)
		text_char(t, c);
}

static void add_bar(struct progressbar *b, struct text *t, bool known, double part)
{
	unsigned used = (unsigned)t->n + 2 + BEHIND, all = columns();
	unsigned width = all > used + 3 ? all - used : 3, filled;

	text_char(t, '|');
	if (!known) {
		repeat(t, '-', width);
	} else if (b->size_known) {
		filled = (unsigned)(part * width);
		repeat(t, '*', filled);
		repeat(t, ' ', width - filled);
	} else {
		unsigned span = width - 3 ? 2 * (width - 3) : 1, at = b->mark++ % span;

		filled = at <= width - 3 ? at : span - at;
		repeat(t, ' ', filled);
		repeat(t, '*', 3);
		repeat(t, ' ', width - 3 - filled);
	}
	text_char(t, '|');
}

static void add_position(struct text *t, double pos)
{
	static const char units[] = " KMGTPE";
	unsigned i = 0;

	for (; pos >= 100000 && units[i + 1]; i++)
		pos /= 1024;
	text_add(t, " %5.0f%cB ", pos, units[i]);
}

static void add_time(struct text *t, int64_t ns, const char *behind)
{
	int64_t s = ns / NS_PER_SEC;

	if (s >= 3600)
		text_add(t, " %2d:%02d:%02d%s", (int)(s / 3600 % 1000), (int)(s / 60 % 60),
			 (int)(s % 60), behind);
	else
		text_add(t, "    %2d:%02d%s", (int)(s / 60), (int)(s % 60), behind);
}

static void add_left(const struct progressbar *b, struct text *t, double pos, int64_t now)
{
	int64_t spent = now - b->begun;

	if (b->status != RUNNING)
		add_time(t, spent, "    ");
	else if (now - b->moved >= STALLED)
		text_add(t, "  - stalled -");
	else if (!b->size_known || pos <= 0 || pos > b->size || spent <= 0)
		text_add(t, "    --:-- ETA");
	else
		add_time(t, (int64_t)((double)spent * (b->size - pos) / pos), " ETA");
}

static void compose(struct element *e, struct text *t)
{
	struct progressbar *b = self(e);
	int64_t now = time_steady(e);
	double pos, part = 0;
	bool known = sum_calls(e, &b->pos_calls, &pos);

	if (b->status == DONE && b->size_known) {
		pos = b->size;
		known = true;
	}
	if (pos > b->last_pos || !b->drawn)
		b->moved = now;
	b->last_pos = pos;
	if (b->size_known)
		part = pos >= b->size ? 1 : pos < 0 ? 0 : pos / b->size;
	text_char(t, '\r');
	if (b->banner.n)
		text_add(t, "%.*s ", STR(b->banner));
	if (known && b->size_known)
		text_add(t, "%3d%% ", (int)(part * 100));
	add_bar(b, t, known, part);
	add_position(t, pos);
	add_left(b, t, pos, now);
}

static bool may_draw(const struct progressbar *b)
{
	return isatty(STDERR_FILENO) && tcgetpgrp(STDERR_FILENO) == getpgrp() &&
	       !(b->check_stdout && isatty(STDOUT_FILENO));
}

static void draw(struct element *e)
{
	struct progressbar *b = self(e);
	struct text t = { 0 };

	find_size(e);
	if (may_draw(b)) {
		compose(e, &t);
		b->drawn = true;
		if (b->status != RUNNING)
			text_char(&t, '\n');
		if (write(STDERR_FILENO, t.p, t.n) < 0)
			b->active = false; /* nobody sees it */
	}
	text_fini(&t);
}

static void tick(struct element *e, struct timer *t)
{
	struct progressbar *b = self(e);

	if (!b->active || b->status != RUNNING)
		return;
	draw(e);
	timer_again(t, b->update.v * NS_PER_MSEC);
}

/* --- the element --- */

static void begin(struct element *e)
{
	struct progressbar *b = self(e);

	b->status = RUNNING;
	b->drawn = false;
	b->begun = time_steady(e);
	if (b->active)
		timer_after(&b->timer, b->delay.v * NS_PER_MSEC);
}

static bool start(struct element *e, struct error *err)
{
	struct progressbar *b = self(e);

	if (!set_calls(e, b->pos_text.s, &b->pos_calls, err) ||
	    !set_calls(e, b->size_text.s, &b->size_calls, err))
		return false;
	for (size_t i = 0; i < b->pos_calls.n; i++)
		if (!hcall_resolve(e, &b->pos_calls.v[i].c, false, err))
			return false;
	for (size_t i = 0; i < b->size_calls.n; i++)
		if (!hcall_resolve(e, &b->size_calls.v[i].c, false, err))
			return false;
	if (b->update.v == 0)
		b->update.v = 1;
	timer_init(&b->timer, e, tick);
	begin(e);
	return true;
}

static void stop(struct element *e)
{
	if (self(e)->drawn && self(e)->status == RUNNING && write(STDERR_FILENO, "\n", 1) < 0)
		self(e)->drawn = false;
}

/* --- handlers --- */

static bool end(struct element *e, enum status status)
{
	struct progressbar *b = self(e);

	if (b->status != RUNNING)
		return true;
	b->status = status;
	if (b->active)
		draw(e);
	return true;
}

static bool mark_stopped(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	return end(e, STOPPED);
}

static bool mark_done(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	return end(e, DONE);
}

static bool write_active(struct element *e, struct str value, struct error *err)
{
	struct progressbar *b = self(e);

	if (!parse_bool(value, &b->active))
		return fail(err, "type mismatch");
	if (b->active && b->status == RUNNING)
		timer_after(&b->timer, 0);
	return true;
}

static bool write_banner(struct element *e, struct str value, struct error *err)
{
	(void)err;
	self(e)->banner = pool_str(e->conf, value);
	return true;
}

static bool write_calls(struct element *e, struct str value, struct raw *text, struct calls *calls,
			struct error *err)
{
	struct str copy = pool_str(e->conf, value);

	if (!set_calls(e, copy, calls, err))
		return false;
	text->s = copy;
	return true;
}

static bool write_poshandler(struct element *e, struct str value, struct error *err)
{
	return write_calls(e, value, &self(e)->pos_text, &self(e)->pos_calls, err);
}

static bool write_sizehandler(struct element *e, struct str value, struct error *err)
{
	struct progressbar *b = self(e);

	b->fixed_size = 0;
	b->size_known = false;
	return write_calls(e, value, &b->size_text, &b->size_calls, err);
}

static void read_pos(struct element *e, struct text *out)
{
	double pos;

	if (sum_calls(e, &self(e)->pos_calls, &pos))
		print_double(out, pos);
}

static void read_size(struct element *e, struct text *out)
{
	find_size(e);
	if (self(e)->size_known)
		print_double(out, self(e)->size);
}

static bool write_size(struct element *e, struct str value, struct error *err)
{
	struct progressbar *b = self(e);

	if (!parse_double(value, &b->fixed_size, NULL))
		return fail(err, "type mismatch");
	b->size_known = false;
	return true;
}

static bool reset(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	self(e)->size_known = false;
	begin(e);
	return true;
}

static const struct arg args[] = {
	ARG("POSHANDLER", pos_text, ARG_POSITIONAL | ARG_REQUIRED, "read handlers: the position"),
	ARG("SIZEHANDLER", size_text, ARG_POSITIONAL, "read handlers: the size of the whole"),
	ARG_OR("UPDATE", update, 0, "0.25", "time between two lines"),
	ARG("BANNER", banner, 0, "text before the bar"),
	ARG_OR("ACTIVE", active, 0, "true", "draw at all"),
	ARG_OR("DELAY", delay, 0, "0", "time before the first line"),
	ARG_OR("CHECK_STDOUT", check_stdout, 0, "false", "not when standard output is a terminal"),
	ARG("FIXED_SIZE", fixed_size, 0, "the size of the whole"),
};

static const struct handler handlers[] = {
	WRITE("mark_stopped", mark_stopped, "it ended before it was done"),
	WRITE("mark_done", mark_done, "it is done"),
	FIELD_WRITE("active", active, write_active, H_CHECKBOX, "is the line drawn?"),
	FIELD_WRITE("banner", banner, write_banner, H_RAW, "the text before the bar"),
	FIELD_WRITE("poshandler", pos_text, write_poshandler, 0, "the POSHANDLER argument"),
	FIELD_WRITE("sizehandler", size_text, write_sizehandler, 0, "the SIZEHANDLER argument"),
	READ("pos", read_pos, "the position now"),
	RW("size", read_size, write_size, 0, "the size of the whole"),
	BUTTON("reset", reset, "begin anew"),
};

const struct element_class progressbar_class = {
	.name = "ProgressBar",
	.ports = "0/0",
	.size = sizeof(self_t),
	.phase = PHASE_LAST,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
	.start = start,
	.stop = stop,
};
