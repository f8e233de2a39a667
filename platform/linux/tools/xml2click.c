/* SPDX-License-Identifier: MIT */
/*
 * xml2click.c - from XML, as click2xml writes it, to a configuration.
 *
 * Classes are known by their ids, and names may stand for different classes at different places.
 * So that each name has one meaning, a compound is called NAME@@ID when its name means anything
 * else, too. (Elements are never called that.)
 */
#include "platform/linux/tools/tool.h"
#include "platform/linux/tools/xml.h"

enum { FLATTEN };

static const struct tool_option options[] = {
	{ "flatten", 'F', NULL, "expand compound elements" },
	{ 0 },
};

struct reader {
	struct job *j;
	struct str file;
	struct map taken; /* names that mean something: id of the compound, or "" */
	struct map names; /* class by id: what it is called in the text */
	struct map prev;  /* class by id: the tag that says what it extends */
	struct text out;
	struct open_class {
		struct str id;
		unsigned alternatives;
	} open[XML_DEPTH]; /* classes */
	unsigned depth;
	struct map declared; /* elements: "N NAME" for those of compound N */
	unsigned compound[XML_DEPTH + 1], inside, ncompounds; /* that are open; the file is 0 */
	bool formals; /* of an alternative have begun and not ended */
};

/* --- names --- */

static void *pooled(struct reader *r, struct str s)
{
	struct str *copy = pool_alloc(r->j->pool, sizeof(*copy));

	*copy = s;
	return copy;
}

/* id is empty for a primitive. */
static void take_name(struct reader *r, struct str name, struct str id)
{
	const struct str *old = map_get(&r->taken, name);

	if (!old)
		map_set(&r->taken, name, pooled(r, id));
	if (id.n)
		map_set(&r->names, id,
			pooled(r, name.n && (!old || str_eq(*old, id))
					  ? name
					  : str_of(pool_printf(r->j->pool, "%.*s@@%.*s", STR(name),
							       STR(id)))));
}

static bool is_word(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@/",
			    s.p[i]) ||
		    s.p[i] == '\0')
			return false;
	return s.n != 0;
}

/* Names go into the text as they are, so they have to be names. */
static bool check_word(struct reader *r, const struct xml_tag *t, const char *attribute)
{
	struct str s = xml_get(t, attribute);

	return is_word(s) ||
	       fail_at(&r->j->err, t->at, "<%.*s>: bad %s '%.*s'", STR(t->name), attribute, STR(s));
}

/* First the primitives: their names are what they are. */
static bool collect_primitive(struct reader *r, const struct xml_tag *t)
{
	if (t->end || !(str_is(t->name, "element") || str_is(t->name, "prevclass")) ||
	    xml_get(t, "classid").n != 0)
		return true;
	if (!check_word(r, t, "classname"))
		return false;
	take_name(r, xml_get(t, "classname"), str_of(""));
	return true;
}

static bool collect_class(struct reader *r, const struct xml_tag *t)
{
	struct str name = xml_get(t, "classname"), id = xml_get(t, "classid");

	if ((name.n && !check_word(r, t, "classname")) || !check_word(r, t, "classid"))
		return false;
	if (map_get(&r->names, id))
		return fail_at(&r->j->err, t->at, "two classes with classid '%.*s'", STR(id));
	take_name(r, name, id);
	r->open[r->depth++].id = id;
	return true;
}

static bool collect_compound(struct reader *r, const struct xml_tag *t)
{
	struct xml_tag *copy;

	if (str_is(t->name, "elementclass")) {
		if (!t->end)
			return collect_class(r, t);
		r->depth--;
	} else if (str_is(t->name, "prevclass") && !t->end) {
		if (r->depth == 0)
			return fail_at(&r->j->err, t->at,
				       "<prevclass> outside of an <elementclass>");
		copy = pool_alloc(r->j->pool, sizeof(*copy));
		*copy = *t;
		map_set(&r->prev, r->open[r->depth - 1].id, copy);
	}
	return true;
}

/* --- what the tags become --- */

static bool class_name(struct reader *r, const struct xml_tag *t, struct str *name)
{
	struct str id = xml_get(t, "classid");
	const struct str *known = map_get(&r->names, id);

	*name = known ? *known : xml_get(t, "classname");
	return id.n == 0 || known ||
	       fail_at(&r->j->err, t->at, "no class with classid '%.*s'", STR(id));
}

static void add_line(struct reader *r, const struct xml_tag *t)
{
	struct str file = xml_get(t, "file"), line = xml_get(t, "line");
	uint32_t n;

	if (file.n && str_decimal(&line, &n) && line.n == 0)
		text_add(&r->out, "# %u %.*s\n", n, STR(conf_quote(r->j->pool, file)));
}

static struct str scoped(struct reader *r, struct str name)
{
	return str_of(pool_printf(r->j->pool, "%u %.*s", r->compound[r->inside], STR(name)));
}

static bool check_end(struct reader *r, const struct xml_tag *t, const char *attribute)
{
	struct str name = xml_get(t, attribute);
	bool end = r->inside && (str_is(name, "input") || str_is(name, "output"));

	return end || map_get(&r->declared, scoped(r, name)) ||
	       fail_at(&r->j->err, t->at, "<connection>: no element '%.*s' here", STR(name));
}

static bool add_element(struct reader *r, const struct xml_tag *t)
{
	struct str config = xml_get(t, "config"), class;

	if (!check_word(r, t, "name") || !class_name(r, t, &class))
		return false;
	if (!conf_is_whole(config))
		return fail_at(&r->j->err, t->at, "'%.*s': config does not end where it should",
			       STR(xml_get(t, "name")));
	map_set(&r->declared, scoped(r, xml_get(t, "name")), r);
	add_line(r, t);
	text_add(&r->out, "%.*s :: %.*s", STR(xml_get(t, "name")), STR(class));
	if (config.n)
		text_add(&r->out, "(%.*s)", STR(config));
	text_add(&r->out, ";\n");
	return true;
}

static bool port(struct reader *r, const struct xml_tag *t, const char *attribute, uint32_t *n)
{
	struct str s = xml_get(t, attribute);

	*n = 0;
	return s.n == 0 || (str_decimal(&s, n) && s.n == 0) ||
	       fail_at(&r->j->err, t->at, "<connection>: bad %s", attribute);
}

static bool add_connection(struct reader *r, const struct xml_tag *t)
{
	uint32_t from, to;

	if (!check_end(r, t, "from") || !check_end(r, t, "to") || !port(r, t, "fromport", &from) ||
	    !port(r, t, "toport", &to))
		return false;
	text_add(&r->out, "%.*s [%u] -> [%u] %.*s;\n", STR(xml_get(t, "from")), from, to,
		 STR(xml_get(t, "to")));
	return true;
}

static bool add_pair(struct reader *r, const struct xml_tag *t, const char *keyword)
{
	struct str value = xml_get(t, "value");
	bool define = str_is(t->name, "define");

	if (!check_word(r, t, keyword))
		return false;
	if (!conf_is_whole(value))
		return fail_at(&r->j->err, t->at, "'%.*s': value does not end where it should",
			       STR(xml_get(t, keyword)));
	text_add(&r->out, define ? "define($%.*s %.*s);\n" : "require(%.*s %.*s);\n",
		 STR(xml_get(t, keyword)),
		 STR(define || value.n == 0 ? value : conf_quote(r->j->pool, value)));
	return true;
}

/* --- compounds --- */

static bool add_formal(struct reader *r, const struct xml_tag *t)
{
	struct str keyword = xml_get(t, "keyword");

	if (!r->formals)
		return fail_at(&r->j->err, t->at, "<formal> not at the start of a <compound>");
	if (!check_word(r, t, "name") || (keyword.n && !check_word(r, t, "keyword")))
		return false;
	text_add(&r->out, "%s%.*s%s$%.*s", r->out.p[r->out.n - 1] == '\n' ? "" : ", ", STR(keyword),
		 keyword.n ? " " : "", STR(xml_get(t, "name")));
	return true;
}

/* `...' needs the class to be there under this name before. */
static bool begin_class(struct reader *r, const struct xml_tag *t)
{
	struct str id = xml_get(t, "classid"), name, prev;
	const struct xml_tag *extends = map_get(&r->prev, id);

	if (!class_name(r, t, &name) || (extends && !class_name(r, extends, &prev)))
		return false;
	r->open[r->depth++] = (struct open_class){ .id = id };
	if (extends)
		text_add(&r->out, "elementclass %.*s %.*s;\n", STR(name), STR(prev));
	text_add(&r->out, "elementclass %.*s {\n", STR(name));
	return true;
}

static bool begin_compound(struct reader *r, const struct xml_tag *t)
{
	if (r->depth == 0)
		return fail_at(&r->j->err, t->at, "<compound> outside of an <elementclass>");
	if (r->open[r->depth - 1].alternatives++)
		text_add(&r->out, "||\n");
	r->formals = true;
	r->compound[++r->inside] = ++r->ncompounds;
	return true;
}

static void end_formals(struct reader *r)
{
	if (r->formals)
		text_add(&r->out, "|\n");
	r->formals = false;
}

/* --- the document --- */

static bool begin(struct reader *r, const struct xml_tag *t)
{
	if (str_is(t->name, "formal"))
		return add_formal(r, t);
	end_formals(r);
	if (str_is(t->name, "elementclass"))
		return begin_class(r, t);
	if (str_is(t->name, "compound"))
		return begin_compound(r, t);
	if (str_is(t->name, "element"))
		return add_element(r, t);
	if (str_is(t->name, "connection"))
		return add_connection(r, t);
	if (str_is(t->name, "define"))
		return add_pair(r, t, "name");
	if (str_is(t->name, "requirement"))
		return add_pair(r, t, "type");
	if (str_is(t->name, "prevclass"))
		text_add(&r->out, "|| ...\n");
	return true; /* others are none of ours */
}

static bool add_tag(struct reader *r, const struct xml_tag *t)
{
	if (!t->end)
		return begin(r, t);
	if (str_is(t->name, "formal"))
		return true;
	end_formals(r);
	if (str_is(t->name, "compound"))
		r->inside--;
	if (str_is(t->name, "elementclass")) {
		text_add(&r->out, "};\n");
		r->depth--;
	}
	return true;
}

static bool each_tag(struct reader *r, struct str text,
		     bool (*f)(struct reader *, const struct xml_tag *))
{
	unsigned errors = r->j->err.errors;
	bool document = false;
	struct xml_tag t;
	struct xml x;

	xml_init(&x, r->j->pool, text, r->file, &r->j->err);
	while (xml_next(&x, &t)) {
		document = document || str_is(t.name, "configuration");
		if (!document)
			return fail_at(&r->j->err, t.at, "not a <configuration>");
		if (!f(r, &t))
			return false;
	}
	if (!document && r->j->err.errors == errors)
		fail_at(&r->j->err, x.at, "not a <configuration>");
	return r->j->err.errors == errors;
}

/* What comes out is a configuration, or nothing does. */
static bool write_text(struct job *j, struct reader *r)
{
	struct graph *g = job_parse(j, text_as_str(&r->out), pool_cstr(j->pool, r->file));

	if (!g)
		return false;
	if (job_option(j, FLATTEN))
		job_write(j, g, true);
	else
		text_str(&j->out, text_as_str(&r->out));
	graph_free(g);
	return true;
}

static int run(struct job *j)
{
	struct reader *r = pool_alloc(j->pool, sizeof(*r));
	const char *name;
	struct str text;
	bool ok;

	r->j = j;
	ok = job_text(j, &text, &name);
	r->file = str_of(ok ? name : "");
	ok = ok && each_tag(r, text, collect_primitive) && each_tag(r, text, collect_compound) &&
	     each_tag(r, text, add_tag) && write_text(j, r);
	map_fini(&r->taken);
	map_fini(&r->names);
	map_fini(&r->prev);
	map_fini(&r->declared);
	text_fini(&r->out);
	return ok ? 0 : 1;
}

const struct tool tool_xml2click = {
	.name = "xml2click",
	.usage = "[OPTION]... [XMLFILE]",
	.purpose = "Writes a configuration from its XML form.",
	.options = options,
	.run = run,
};
