/* SPDX-License-Identifier: MIT */
/* lex.c - tokens, comments, line directives, configuration strings. */
#include "engine/lang/lex.h"

#include <assert.h>

#include "engine/lang/conf.h"

static bool is_name(char c)
{
	return conf_is_var(c) || c == '@';
}

static char char_at(const struct lexer *l, size_t i)
{
	return i < l->text.n ? l->text.p[i] : '\0';
}

static bool is_newline(char c)
{
	return c == '\n' || c == '\r';
}

static struct landmark here(const struct lexer *l)
{
	return (struct landmark){ .file = l->file, .line = l->line };
}

/* Moves on to pos, counting the line ends (LF, CR LF, CR) on the way. */
static void advance(struct lexer *l, size_t pos)
{
	for (; l->pos < pos; l->pos++) {
		char c = l->text.p[l->pos];

		l->line += c == '\n' || (c == '\r' && char_at(l, l->pos + 1) != '\n');
	}
}

static void skip_blanks(struct str *s)
{
	while (str_char(s, ' ') || str_char(s, '\t'))
		;
}

static bool is_digit(struct str s)
{
	return s.n && s.p[0] >= '0' && s.p[0] <= '9';
}

/* `NUM', `NUM "FILE"', either behind `line'. */
static bool directive_parts(struct str s, unsigned *line, struct str *file)
{
	uint32_t number = UINT32_MAX;
	struct str f;

	skip_blanks(&s);
	if (str_starts(s, "line ") || str_starts(s, "line\t"))
		s = str_from(s, 5);
	skip_blanks(&s);
	if (!is_digit(s))
		return false;
	str_decimal(&s, &number);
	while (is_digit(s)) /* of a number that is too large */
		s = str_from(s, 1);
	*line = number;
	skip_blanks(&s);
	f = str_first(s, 1);
	for (size_t i = 1; f.n && f.p[0] == '"' && i < s.n; i++) {
		if (s.p[i] == '"')
			f.n = i + 1;
		if (s.p[i] == '"')
			break;
		i += s.p[i] == '\\';
	}
	*file = f.n > 1 ? f : (struct str){ "", 0 };
	return true;
}

/* At a `#' in column 1: takes the line, with its end. */
static void directive(struct lexer *l)
{
	size_t start = l->pos + 1, end = start;
	struct str file;
	unsigned line;
	bool ok;

	while (end < l->text.n && !is_newline(l->text.p[end]))
		end++;
	ok = directive_parts(str_range(l->text.p + start, l->text.p + end), &line, &file);
	if (!ok)
		fail_at(l->err, here(l), "unknown preprocessor directive");
	end += char_at(l, end) == '\r' && char_at(l, end + 1) == '\n';
	advance(l, end < l->text.n ? end + 1 : end);
	if (!ok)
		return;
	l->line = line;
	if (file.n) {
		file = conf_unquote(l->pool, file);
		l->file = file.n ? file : l->original;
	}
}

static bool at_directive(const struct lexer *l)
{
	return char_at(l, l->pos) == '#' && (l->pos == 0 || is_newline(l->text.p[l->pos - 1]));
}

static void skip_space(struct lexer *l)
{
	while (l->pos < l->text.n) {
		size_t comment = conf_comment_length(l->text, l->pos);

		if (comment)
			advance(l, l->pos + comment);
		else if (at_directive(l))
			directive(l);
		else if (conf_is_space(l->text.p[l->pos]))
			advance(l, l->pos + 1);
		else
			break;
	}
}

static int keyword(struct str s)
{
	if (str_is(s, "elementclass"))
		return T_ELEMENTCLASS;
	if (str_is(s, "require"))
		return T_REQUIRE;
	if (str_is(s, "provide"))
		return T_PROVIDE;
	return str_is(s, "define") ? T_DEFINE : T_NAME;
}

/* A slash belongs to a name when a character of the name follows. */
static size_t name_length(struct str s)
{
	size_t n = 0;

	while (n < s.n &&
	       (is_name(s.p[n]) || (n && s.p[n] == '/' && n + 1 < s.n && is_name(s.p[n + 1]))))
		n++;
	return n;
}

static size_t punctuation(struct str s, int *kind)
{
	static const struct {
		const char *text;
		int kind;
	} longer[] = { { "->", T_ARROW },
		       { "=>", T_DARROW },
		       { "::", T_COLONS },
		       { "||", T_BARS },
		       { "...", T_DOTS } };

	for (size_t i = 0; i < sizeof(longer) / sizeof(longer[0]); i++) {
		if (str_starts(s, longer[i].text)) {
			*kind = longer[i].kind;
			return strlen(longer[i].text);
		}
	}
	*kind = (unsigned char)s.p[0];
	return 1;
}

struct token lex_next(struct lexer *l)
{
	struct token t = { .kind = T_END };
	struct str rest;
	size_t n;

	if (l->nahead)
		return l->ahead[--l->nahead];
	skip_space(l);
	rest = str_from(l->text, l->pos);
	t.at = here(l);
	t.text = str_first(rest, 0);
	if (!rest.n)
		return t;
	n = name_length(rest);
	t.text = str_first(rest, n);
	if (n) {
		t.kind = keyword(t.text);
	} else if (rest.n > 1 && rest.p[0] == '$' && conf_is_var(rest.p[1])) {
		t.kind = T_VAR;
		for (n = 2; n < rest.n && conf_is_var(rest.p[n]);)
			n++;
		t.text = str_from(str_first(rest, n), 1);
	} else {
		n = punctuation(rest, &t.kind);
		t.text = str_first(rest, n);
		if (t.kind == T_END) /* a NUL byte: no more than any other stray character */
			t.kind = 255;
	}
	l->pos += n;
	return t;
}

void lex_back(struct lexer *l, struct token t)
{
	assert(l->nahead < 2);
	l->ahead[l->nahead++] = t;
}

int lex_peek(struct lexer *l)
{
	struct token t = lex_next(l);

	lex_back(l, t);
	return t.kind;
}

bool lex_accept(struct lexer *l, int kind)
{
	if (lex_peek(l) != kind)
		return false;
	lex_next(l);
	return true;
}

struct str lex_config(struct lexer *l)
{
	struct text cut = { NULL, 0, 0 }; /* used when directives are cut out */
	size_t start = l->pos, end, n;
	enum conf_unit what = UNIT_SPACE;
	struct str conf;

	assert(!l->nahead);
	for (unsigned depth = 0; l->pos < l->text.n; advance(l, l->pos + n)) {
		n = 0;
		if (at_directive(l)) {
			text_bytes(&cut, l->text.p + start, l->pos - start);
			directive(l);
			start = l->pos;
			continue;
		}
		n = conf_unit(l->text, l->pos, &what);
		if (what == UNIT_CHAR && l->text.p[l->pos] == '(')
			depth++;
		if (what == UNIT_CHAR && l->text.p[l->pos] == ')' && depth-- == 0)
			break;
	}
	end = l->pos;
	if (end < l->text.n)
		l->pos++;
	else
		fail_at(l->err, here(l), "expected ')'");
	if (!cut.cap)
		return str_range(l->text.p + start, l->text.p + end);
	text_bytes(&cut, l->text.p + start, end - start);
	conf = pool_str(l->pool, text_as_str(&cut));
	text_fini(&cut);
	return conf;
}
