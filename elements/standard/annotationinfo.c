/* SPDX-License-Identifier: MIT */
/*
 * AnnotationInfo - name packet annotations and check that they do not overlap
 *
 * An argument `NAME OFFSET [SIZE]' names annotation bytes; OFFSET may be a number or another
 * name. `CHECK_OVERLAP NAME NAME...' fails when two of these annotations share bytes.
 *
 * Example: AnnotationInfo(COLOR 16 1, HOPS 17 1, CHECK_OVERLAP COLOR HOPS PAINT)
 * See also: Paint, SetAnnoByte
 */
#include "engine/element.h"
#include "engine/lang/lang.h"

struct annotationinfo {
	struct element base;
	struct str_list checks; /* the arguments that CHECK_OVERLAP had */
};
ELEMENT_SELF(struct annotationinfo)

static bool is_name(struct str s)
{
	if (!s.n || (s.p[0] >= '0' && s.p[0] <= '9'))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i], low = (char)(c | 32);

		if (!(low >= 'a' && low <= 'z') && !(c >= '0' && c <= '9') && c != '_')
			return false;
	}
	return true;
}

/* The size of a named annotation stays; a number has the size that is said here. */
static bool parse_entry(struct element *e, struct str offset, struct str size, struct anno *anno)
{
	uint64_t n = 0;

	if (!parse_anno(offset, 0, e, anno))
		return false;
	if (!size.n)
		return true;
	if (!parse_u64(size, ANNO_SIZE, &n, NULL) || anno->offset + n > ANNO_SIZE ||
	    (anno->size && n && anno->size != n))
		return false;
	if (n)
		anno->size = (uint8_t)n;
	return true;
}

static bool add_entry(struct element *e, struct str text, struct error *err)
{
	struct str name = conf_word(&text), offset = conf_word(&text), size = conf_word(&text);
	struct anno anno;
	uint32_t code;

	if (!is_name(name) || anno_builtin(name, &anno))
		return fail(err, "bad NAME '%.*s'", STR(name));
	if (!parse_entry(e, offset, size, &anno) || conf_word(&text).n)
		return fail(err, "bad entry for '%.*s'", STR(name));
	code = (uint32_t)anno.size << 16 | anno.offset;
	name_define(e, NAME_ANNO, name, &code, sizeof(code));
	return true;
}

static bool add(struct element *e, struct str text, struct error *err)
{
	struct str_list *checks = &self(e)->checks;
	struct str rest = text;

	if (!text.n || text.p[0] == '#')
		return true;
	if (!str_is(conf_word(&rest), "CHECK_OVERLAP"))
		return add_entry(e, text, err);
	checks->v = pool_grow(e->conf, checks->v, checks->n, &checks->cap, sizeof(*checks->v));
	checks->v[checks->n++] = pool_str(e->conf, rest);
	return true;
}

static bool overlap(struct anno a, struct anno b)
{
	unsigned a_end = a.offset + (a.size ? a.size : 1U);
	unsigned b_end = b.offset + (b.size ? b.size : 1U);

	return a.offset < b_end && b.offset < a_end;
}

/* Does the first of these share bytes with any other? Takes it off the list. */
static bool check_first(struct element *e, struct str *names, struct error *err)
{
	struct str first = conf_word(names), rest = *names, name;
	struct anno a, b;
	bool ok = true;

	if (!parse_anno(first, 0, e, &a))
		return fail(err, "bad ANNO '%.*s'", STR(first));
	for (name = conf_word(&rest); name.n; name = conf_word(&rest))
		if (parse_anno(name, 0, e, &b) && overlap(a, b))
			ok = fail(err, "annotations '%.*s' and '%.*s' conflict", STR(first),
				  STR(name));
	return ok;
}

static bool start(struct element *e, struct error *err)
{
	struct str_list *checks = &self(e)->checks;
	bool ok = true;

	for (size_t i = 0; i < checks->n; i++)
		for (struct str rest = str_trim(checks->v[i]); rest.n; str_space(&rest))
			ok &= check_first(e, &rest, err);
	return ok;
}

static const struct arg args[] = {
	ARG_EACH("NAME OFFSET [SIZE]", add, "a name, or CHECK_OVERLAP and names"),
};

const struct element_class annotationinfo_class = {
	.name = "AnnotationInfo",
	.ports = "0/0",
	.size = sizeof(self_t),
	.phase = PHASE_FIRST,
	.start = start,
	.args = TABLE(args),
};
