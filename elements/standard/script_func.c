/* SPDX-License-Identifier: MIT */
/* script_func.c - handlers of scripts for conditions, words, files and the machine. */
#include "elements/standard/script_func.h"

#include "engine/lang/lang.h"
#include "engine/platform.h"
#include "engine/value_text.h"

bool script_word(struct str *rest, struct pool *pool, struct str *word)
{
	struct str raw = conf_word(rest);

	*word = raw.n ? conf_unquote(pool, raw) : raw;
	return raw.n != 0;
}

/* --- conditions --- */

static bool truth(struct handler_call *c, bool b)
{
	text_add(c->out, b ? "true" : "false");
	return true;
}

static bool syntax_error(struct handler_call *c)
{
	return fail(c->err, "syntax error");
}

/* Takes the next word off, which is to be a condition. */
static bool take_bool(struct str *rest, bool *b)
{
	struct pool *pool = pool_new();
	struct str word;
	bool ok = script_word(rest, pool, &word) && parse_bool(word, b);

	pool_free(pool);
	return ok;
}

bool script_not(struct element *e, struct handler_call *c)
{
	struct str rest = c->value;
	bool b;

	(void)e;
	if (!take_bool(&rest, &b) || str_trim(rest).n)
		return syntax_error(c);
	return truth(c, !b);
}

/* The words behind the one that decides are not looked at. */
bool script_logic(struct element *e, struct handler_call *c)
{
	bool negated = c->name[0] == 'n';
	bool deciding = c->name[negated] == 'o';
	struct str rest = str_trim(c->value);
	bool b;

	(void)e;
	for (; rest.n; str_space(&rest)) {
		if (!take_bool(&rest, &b))
			return syntax_error(c);
		if (b == deciding)
			return truth(c, deciding != negated);
	}
	return truth(c, deciding == negated);
}

bool script_if(struct element *e, struct handler_call *c)
{
	struct str rest = c->value, yes, no;
	bool b;

	(void)e;
	if (!take_bool(&rest, &b))
		return syntax_error(c);
	yes = conf_word(&rest);
	no = conf_word(&rest);
	text_str(c->out, b ? yes : no);
	return true;
}

/* --- words --- */

bool script_in(struct element *e, struct handler_call *c)
{
	struct pool *pool = pool_new();
	struct str rest = c->value, first, word;
	bool found = false;

	(void)e;
	if (script_word(&rest, pool, &first))
		while (!found && script_word(&rest, pool, &word))
			found = str_eq(first, word);
	pool_free(pool);
	return truth(c, found);
}

bool script_first(struct element *e, struct handler_call *c)
{
	struct str rest = c->value;

	(void)e;
	text_str(c->out, conf_word(&rest));
	return true;
}

bool script_length(struct element *e, struct handler_call *c)
{
	(void)e;
	text_add(c->out, "%zu", c->value.n);
	return true;
}

bool script_unquote(struct element *e, struct handler_call *c)
{
	struct pool *pool = pool_new();

	(void)e;
	text_str(c->out, conf_unquote(pool, c->value));
	pool_free(pool);
	return true;
}

/* --- handlers --- */

static bool has_handler(struct element *e, struct str word, unsigned flag)
{
	struct element *found;
	const struct handler *h;
	struct str name;
	unsigned index;

	if (!handler_resolve(e, word, &found, &name, NULL))
		return false;
	h = found ? handler_find(found, name, &index) : handler_find_global(e->router, name);
	return h && (h->flags & flag);
}

bool script_access(struct element *e, struct handler_call *c)
{
	unsigned flag = c->name[0] == 'r' ? H_READ : H_WRITE;
	struct pool *pool = pool_new();
	struct str rest = c->value, word;
	bool all = true;

	while (all && script_word(&rest, pool, &word))
		all = has_handler(e, word, flag);
	pool_free(pool);
	return truth(c, all);
}

/* --- the machine --- */

bool script_cat(struct element *e, struct handler_call *c)
{
	struct pool *pool = pool_new();
	struct filename name;
	struct str data;
	bool ok = true;
	int r;

	(void)e;
	if (!parse_filename(str_trim(c->value), pool, &name)) {
		ok = fail(c->err, "bad FILE");
	} else if ((r = file_load(pool, name.s.p, &data)) < 0) {
		ok = fail(c->err, "%.*s: %s", STR(name.s), strerror(-r));
	} else {
		bool quoted = strcmp(c->name, "catq") == 0;

		text_str(c->out, quoted ? conf_quote(pool, data) : data);
	}
	pool_free(pool);
	return ok;
}

bool script_kill(struct element *e, struct handler_call *c)
{
	struct str rest = c->value, word = conf_word(&rest);
	uint32_t signo, pid;
	int r;

	(void)e;
	if (!script_signal(word, &signo))
		return fail(c->err, "bad SIGNO");
	word = conf_word(&rest);
	do {
		if (!parse_u32(word, &pid, NULL) || pid == 0 || pid > INT32_MAX)
			return fail(c->err, "bad PID");
		r = platform_kill((int)pid, (int)signo);
		if (r < 0)
			return fail(c->err, "kill(%u, %u): %s", pid, signo, strerror(-r));
		word = conf_word(&rest);
	} while (word.n);
	return true;
}
