/* SPDX-License-Identifier: MIT */
/* directive.c - elementclass, define, require, and the libraries that are read for it. */
#include "engine/lang/parse.h"

#include "engine/lang/conf.h"

void parse_elementclass(struct parser *p)
{
	struct token name = lex_next(p->lex), t;
	struct class *class;

	if (name.kind != T_NAME) {
		parse_error_near(p, name);
		if (name.kind != ';')
			lex_back(p->lex, name);
		return;
	}
	t = lex_next(p->lex);
	if (t.kind == '{') {
		class = parse_compound(p, name.text);
	} else if (t.kind == T_NAME) {
		class = pool_alloc(p->pool, sizeof(*class));
		*class = *scope_class(p, t);
		class->name = name.text;
	} else {
		parse_error_near(p, t);
		if (t.kind != ';')
			lex_back(p->lex, t);
		return;
	}
	scope_define_class(p, class);
}

/* The configuration string behind a keyword; false, after a message, when there is none. */
static bool keyword_config(struct parser *p, struct str *config)
{
	struct token t = lex_next(p->lex);

	if (t.kind == '(') {
		*config = lex_config(p->lex);
		return true;
	}
	parse_error_near(p, t);
	lex_back(p->lex, t);
	return false;
}

const struct lang_var *parse_setting(const struct parser *p, struct str name)
{
	for (size_t i = 0; i < p->source->nvars; i++) {
		if (str_eq(p->source->vars[i].name, name))
			return &p->source->vars[i];
	}
	return NULL;
}

static void keep_define(struct graph *g, struct str text)
{
	g->define = pool_grow(g->pool, g->define, g->ndefines, &g->define_cap, sizeof(*g->define));
	g->define[g->ndefines++] = pool_str(g->pool, text);
}

static void define(struct parser *p, struct str arg, struct landmark at)
{
	struct str rest = arg, name = conf_word(&rest);
	struct body *b = p->scope;
	bool good = str_char(&name, '$') && name.n;
	size_t old;

	for (size_t i = 0; i < name.n; i++)
		good &= conf_is_var(name.p[i]);
	if (!good) {
		fail_at(p->err, at, "bad 'define' declaration: not a variable");
		return;
	}
	if (index_get(&b->vars, name, &old)) {
		fail_at(p->err, at, "parameter '$%.*s' multiply defined", STR(name));
		return;
	}
	map_set(&b->vars, name, index_value(b->nformals + b->ndefines));
	b->define = pool_grow(p->pool, b->define, b->ndefines, &b->define_cap, sizeof(*b->define));
	b->define[b->ndefines++] = (struct lang_var){ name, rest };
	if (!b->outer && !parse_setting(p, name))
		keep_define(p->graph, arg);
}

void parse_define(struct parser *p)
{
	struct landmark at = { .file = p->lex->file, .line = p->lex->line };
	struct str_list args;
	struct str config;

	if (!keyword_config(p, &config))
		return;
	conf_args(p->pool, config, &args);
	for (size_t i = 0; i < args.n; i++)
		define(p, args.v[i], at);
}

static struct str directory_of(struct str file)
{
	size_t n = file.n;

	while (n && file.p[n - 1] != '/')
		n--;
	return n ? str_first(file, n > 1 ? n - 1 : 1) : str_of(".");
}

/* Reads path unless it was read before. */
static bool read_library(struct parser *p, struct str path)
{
	const struct lang_host *h = p->host;
	struct pool *pool = p->graph->pool;
	struct lexer *l;
	struct str data;
	char *z;

	if (map_get(&p->libraries, path))
		return true;
	z = pool_cstr(pool, path);
	if (!h->read_file || !h->read_file(h->arg, pool, z, &data))
		return false;
	l = pool_alloc(p->pool, sizeof(*l));
	*l = (struct lexer){ .outer = p->lex,
			     .pool = pool,
			     .err = p->err,
			     .text = data,
			     .original = str_of(z),
			     .file = str_of(z),
			     .line = 1 };
	map_set(&p->libraries, str_of(z), l);
	p->lex = l;
	p->size += data.n;
	return true;
}

/* Tries the places that one entry of CLICKPATH stands for. */
static bool search_entry(struct parser *p, struct str entry, struct str file)
{
	static const char *const place[] = { "/conf/click/", "/conf/", "/" };
	struct str from = entry.n ? entry : directory_of(p->lex->original);

	for (unsigned i = entry.n ? 0 : 2; i < 3; i++) {
		const char *slash = str_is(from, "/") && i == 2 ? "" : place[i];

		if (read_library(p, str_of(pool_printf(p->pool, "%.*s%s%.*s", STR(from), slash,
						       STR(file)))))
			return true;
	}
	return false;
}

static void require_library(struct parser *p, struct str file, struct landmark at)
{
	struct str path = str_of(p->host->clickpath ? p->host->clickpath : "");
	bool found = false;

	if (p->braces || p->groups) {
		fail_at(p->err, at, "'require library' must be used at file scope");
		return;
	}
	if (file.n && file.p[0] == '/')
		found = read_library(p, file);
	else
		for (bool more = file.n; more && !found;) {
			size_t colon = str_find(path, ':');

			found = search_entry(p, str_first(path, colon), file);
			more = colon < path.n;
			path = str_from(path, colon + 1);
		}
	if (!found)
		fail_at(p->err, at, "library '%.*s' not found in CLICKPATH/conf", STR(file));
}

static void add_requirement(struct parser *p, const char *type, struct str value)
{
	struct graph *g = p->graph;

	g->requirement = pool_grow(g->pool, g->requirement, g->nrequirements, &g->requirement_cap,
				   sizeof(*g->requirement));
	g->requirement[g->nrequirements++] =
		(struct graph_requirement){ str_of(type), pool_str(g->pool, value) };
}

static void require_package(struct parser *p, struct str name, struct landmark at)
{
	const struct lang_host *h = p->host;

	if (h->require && !h->require(h->arg, name, p->err))
		fail_at(p->err, at, "requirement '%.*s' not available", STR(name));
	add_requirement(p, "package", name);
}

static void require(struct parser *p, struct str item, struct landmark at)
{
	struct str type, value;
	struct str_list words;

	conf_words(p->pool, item, &words);
	for (size_t i = 0; i < words.n; i++)
		words.v[i] = conf_unquote(p->pool, words.v[i]);
	type = words.n ? words.v[0] : str_of("");
	value = words.n > 1 ? words.v[1] : str_of("");
	if (words.n == 2 && str_is(type, "package") && value.n) {
		require_package(p, value, at);
	} else if (words.n == 2 && str_is(type, "library") && value.n) {
		require_library(p, value, at);
	} else if (words.n == 1 && str_is(type, "compact_config")) {
		p->graph->compact = true;
		add_requirement(p, "compact_config", value);
	} else if (words.n == 1 && type.n && !str_is(type, "package") && !str_is(type, "library")) {
		require_package(p, type, at);
	} else {
		fail_at(p->err, at, "syntax error at requirement");
	}
}

void parse_require(struct parser *p)
{
	struct landmark at = { .file = p->lex->file, .line = p->lex->line };
	struct str_list args;
	struct str config;

	if (!keyword_config(p, &config))
		return;
	conf_args(p->pool, config, &args);
	for (size_t i = 0; i < args.n; i++)
		require(p, args.v[i], at);
}
