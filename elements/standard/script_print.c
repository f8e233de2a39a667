/* SPDX-License-Identifier: MIT */
/* script_print.c - the instructions that print, and those that call handlers. */
#include "elements/standard/script_ops.h"
#include "engine/lang/lang.h"
#include "engine/platform.h"
#include "engine/value_text.h"

/* --- output --- */

/* Where a print goes: a file, or standard output. */
struct output {
	struct file *file; /* NULL: standard output */
	struct filename name;
};

static void output_failed(const struct output *o, int r, struct error *err)
{
	fail(err, "%.*s: %s", STR(o->name.s), strerror(-r));
}

/* The name is a string: expanded values in it are quoted. */
static bool output_open(struct output *o, struct pool *pool, struct str name, bool append,
			struct error *err)
{
	int r;

	*o = (struct output){ .file = NULL };
	if (!name.n)
		return true;
	if (!parse_filename(name, pool, &o->name))
		return fail(err, "bad FILE '%.*s'", STR(name));
	if (str_is(o->name.s, "-"))
		return true;
	r = file_open(o->name.s.p, append ? FILE_APPEND : FILE_WRITE, &o->file);
	if (r < 0)
		output_failed(o, r, err);
	return r >= 0;
}

static void output_close(struct output *o, struct str text, struct error *err)
{
	int r, closed;

	if (!o->file) {
		platform_print(text);
		return;
	}
	r = file_write(o->file, text.p, text.n);
	closed = file_close(o->file);
	if (r < 0 || closed < 0)
		output_failed(o, r < 0 ? r : closed, err);
}

/* Prints what an operand has come to; without the newline when that met an error. */
static void print(const struct script_insn *i, struct output *o, struct text *out, bool failed,
		  struct error *err)
{
	if ((i->op->how & SCRIPT_NEWLINE) && !failed && (!out->n || out->p[out->n - 1] != '\n'))
		text_char(out, '\n');
	output_close(o, text_as_str(out), err);
	text_fini(out);
}

/* --- instructions that print --- */

/* Takes ">FILE" or ">>FILE" off the text. */
static struct str take_redirection(struct str *text, bool *append)
{
	*append = false;
	if (!str_char(text, '>'))
		return str_first(*text, 0);
	*append = str_char(text, '>');
	return conf_word(text);
}

static bool is_call(struct str text)
{
	char c = text.n ? text.p[0] : ' ', low = (char)(c | 32);

	return (low >= 'a' && low <= 'z') || c == '@' || c == '_';
}

/* What looks like a handler is called. Anything else is text, with values put in as strings. */
static void evaluate(struct script *s, struct script_insn *i, struct pool *pool, struct str text,
		     struct text *out, struct error *err)
{
	struct str value = script_expand(s, pool, text, !is_call(text), err);
	int status;

	if (is_call(text))
		script_call(s, false, value, i->op->unquote, out, err, &status);
	else
		text_str(out, conf_unquote(pool, value));
}

enum script_outcome script_do_print(struct script *s, struct script_insn *i, struct error *err)
{
	struct pool *pool = pool_new();
	struct str text = i->text, name;
	struct text out = { NULL, 0, 0 };
	unsigned errors = err->errors;
	struct output o;
	bool append;

	name = take_redirection(&text, &append);
	if (output_open(&o, pool, script_expand(s, pool, name, true, err), append, err)) {
		evaluate(s, i, pool, str_trim(text), &out, err);
		print(i, &o, &out, err->errors != errors, err);
	}
	pool_free(pool);
	return SCRIPT_GO;
}

enum script_outcome script_do_save(struct script *s, struct script_insn *i, struct error *err)
{
	struct pool *pool = pool_new();
	struct str rest = i->text, handler = conf_word(&rest), name;
	struct text out = { NULL, 0, 0 };
	unsigned errors = err->errors;
	struct output o;
	int status;

	name = script_expand(s, pool, str_trim(rest), true, err);
	handler = script_expand(s, pool, handler, false, err);
	if (output_open(&o, pool, name, i->op->how & SCRIPT_APPEND, err)) {
		script_call(s, false, handler, false, &out, err, &status);
		print(i, &o, &out, err->errors != errors, err);
	}
	pool_free(pool);
	return SCRIPT_GO;
}

/* --- calls --- */

/* How a handler is called in full: ELEMENT.NAME, or NAME. */
static void full_name(struct script *s, struct str word, struct text *out)
{
	struct element *e;
	struct str name;

	if (!handler_resolve(&s->base, word, &e, &name, NULL))
		return;
	if (e)
		text_add(out, "%s.", e->name);
	text_add(out, "%.*s:", STR(name));
}

enum script_outcome script_do_read(struct script *s, struct script_insn *i, struct error *err)
{
	struct pool *pool = pool_new();
	struct str text = script_expand(s, pool, i->text, false, err), rest = text;
	struct text out = { NULL, 0, 0 }, header = { NULL, 0, 0 };
	int status;

	if (script_call(s, false, text, i->op->unquote, &out, err, &status)) {
		full_name(s, conf_unquote(pool, conf_word(&rest)), &header);
		chatter_str(&s->base, text_as_str(&header));
		chatter_str(&s->base, text_as_str(&out));
	}
	text_fini(&header);
	text_fini(&out);
	pool_free(pool);
	return SCRIPT_GO;
}

enum script_outcome script_do_write(struct script *s, struct script_insn *i, struct error *err)
{
	struct pool *pool = pool_new();
	struct str text = script_expand(s, pool, i->text, false, err);
	int status = s->status;

	script_call(s, true, text, i->op->unquote, NULL, err, &status);
	s->status = status;
	pool_free(pool);
	return SCRIPT_GO;
}
