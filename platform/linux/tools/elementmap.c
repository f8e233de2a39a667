/* SPDX-License-Identifier: MIT */
/*
 * elementmap.c - classes that this program does not have, but an archive tells of.
 *
 *	<elementmap><entry name="C" portcount="1/1" processing="a" flowcode="x/x" /></elementmap>
 */
#include "engine/run/code.h"
#include "platform/linux/tools/tool.h"
#include "platform/linux/tools/xml.h"

/* NULL: what the attribute leaves to the default. */
static const char *code(struct job *j, const struct xml_tag *t, const char *attribute)
{
	struct str s = xml_get(t, attribute);

	return s.n ? pool_cstr(j->pool, s) : NULL;
}

static bool is_processing(const char *s)
{
	return !s || s[strspn(s, "hlaHLA/")] == '\0';
}

static bool add_entry(struct job *j, const struct xml_tag *t)
{
	struct str name = xml_get(t, "name"), drivers = xml_get(t, "drivers");
	struct element_class *c = pool_alloc(j->pool, sizeof(*c));
	const struct element_class *const list[] = { c, NULL };
	struct port_counts counts;

	c->name = pool_cstr(j->pool, name);
	c->ports = code(j, t, "portcount");
	c->processing = code(j, t, "processing");
	c->flow = code(j, t, "flowcode");
	c->size = sizeof(struct element);
	if (!c->ports)
		c->ports = "-/-";
	if (!c->processing)
		c->processing = "a/a";
	if (name.n == 0)
		return fail_at(&j->err, t->at, "entry without a name");
	if (!port_counts_parse(c->ports, &counts))
		return fail_at(&j->err, t->at, "%s: bad port count '%s'", c->name, c->ports);
	if (!is_processing(c->processing))
		return fail_at(&j->err, t->at, "%s: bad processing code '%s'", c->name,
			       c->processing);
	if ((drivers.n == 0 || str_is(drivers, "userlevel")) && !engine_class(j->engine, name))
		engine_add_classes(j->engine, list);
	return true;
}

static bool add_map(struct job *j, struct str text)
{
	unsigned errors = j->err.errors;
	struct xml_tag t;
	struct xml x;

	xml_init(&x, j->pool, text, str_of("elementmap.xml"), &j->err);
	while (xml_next(&x, &t))
		if (!t.end && str_is(t.name, "entry") && !add_entry(j, &t))
			return false;
	return j->err.errors == errors;
}

bool elementmap_add(struct job *j, const struct graph *g)
{
	for (size_t i = 0; i < g->nmembers; i++)
		if (str_is(g->member[i].name, "elementmap.xml") && !add_map(j, g->member[i].data))
			return false;
	return true;
}
