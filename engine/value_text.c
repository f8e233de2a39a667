/* SPDX-License-Identifier: MIT */
/* value_text.c - strings, words, keywords, file names. */
#include "engine/value_text.h"

#include "engine/lang/lang.h"
#include "engine/platform.h"
#include "engine/value.h"

bool parse_string(struct str s, struct pool *pool, struct str *v)
{
	struct str rest = s, item = conf_word(&rest);

	if (!s.n || item.n != s.n)
		return false;
	*v = pool_str(pool, conf_unquote(pool, item));
	return true;
}

bool parse_word(struct str s, struct pool *pool, struct str *v)
{
	struct str word;

	if (!parse_string(s, pool, &word) || !word.n)
		return false;
	for (size_t i = 0; i < word.n; i++) {
		char c = word.p[i];

		if (c < 33 || c > 126 || c == '"' || c == '\'' || c == '\\' || c == ',')
			return false;
	}
	*v = word;
	return true;
}

static bool is_keyword_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("_.:?!", c));
}

bool parse_keyword(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_keyword_char(s.p[i]))
			return false;
	return s.n != 0;
}

/* "~" and "~user" in front become a directory, when it is known. */
static void add_home(struct str *s, struct text *out)
{
	struct str rest = *s, user;

	if (!str_char(&rest, '~'))
		return;
	user = str_first(rest, str_find(rest, '/'));
	if (platform_home(user, out))
		*s = str_from(rest, user.n);
}

bool parse_filename(struct str s, struct pool *pool, struct filename *v)
{
	struct text out = { NULL, 0, 0 };
	struct str name;

	if (!parse_string(s, pool, &name) || !name.n)
		return false;
	add_home(&name, &out);
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] != '/' || !out.n || out.p[out.n - 1] != '/')
			text_char(&out, name.p[i]);
	v->s = pool_str(pool, text_as_str(&out));
	text_fini(&out);
	return true;
}
