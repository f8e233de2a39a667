/* SPDX-License-Identifier: MIT */
/* scope.c - what names mean: classes and elements, anonymous names, unknown ones. */
#include "engine/lang/parse.h"

enum { HINTS = 10, HINT_LINE = 160, HINT_DISTANCE = 2 };

struct body *scope_new(struct parser *p, struct landmark at, struct str name)
{
	struct body *b = pool_alloc(p->pool, sizeof(*b));

	b->at = at;
	b->name = name;
	b->outer = p->scope;
	b->link = p->bodies;
	b->id = p->nbodies++;
	p->bodies = b;
	return b;
}

static unsigned add_item(struct parser *p, struct item item)
{
	struct body *b = p->scope;

	b->item = pool_grow(p->pool, b->item, b->nitems, &b->item_cap, sizeof(*b->item));
	b->item[b->nitems] = item;
	return (unsigned)b->nitems++;
}

/* CLASS@N with the first free N from the item's own number on. When names were taken, the last
 * number tried is remembered by class: numbers only rise, so that the next search starts there. */
static void name_item(struct parser *p, struct map *tried, struct item *item)
{
	struct str base = item->class ? item->class->name : (struct str){ "", 0 };
	size_t n = item->number, last, taken;
	struct str name;

	if (index_get(tried, base, &last) && last >= n)
		n = last + 1;
	for (;; n++) {
		name = str_of(pool_printf(p->graph->pool, "%.*s@%zu", STR(base), n));
		if (!index_get(&p->scope->names, name, &taken))
			break;
	}
	if (n != item->number)
		map_set(tried, base, index_value(n));
	item->name = name;
	map_set(&p->scope->names, name, index_value((size_t)(item - p->scope->item)));
}

void scope_close(struct parser *p)
{
	struct map tried = { NULL, 0, 0 };

	for (size_t i = 0; i < p->scope->nitems; i++) {
		if (p->scope->item[i].number)
			name_item(p, &tried, &p->scope->item[i]);
	}
	map_fini(&tried);
	map_fini(&p->scope->names);
	if (p->scope->outer)
		map_fini(&p->scope->classes);
}

/* The line of a token that is in the file being read, and a caret under it. */
static void show_place(struct parser *p, struct str token)
{
	const char *text = p->lex->text.p, *end = text + p->lex->text.n;
	const char *from = token.p, *to = token.p;
	struct text line = { NULL, 0, 0 }, caret = { NULL, 0, 0 };

	if (token.p < text || token.p > end)
		return;
	while (from > text && from[-1] != '\n' && from[-1] != '\r')
		from--;
	while (to < end && *to != '\n' && *to != '\r')
		to++;
	if (to - from > HINT_LINE)
		return;
	for (const char *c = from; c < to; c++) {
		text_char(&line, *c == '\t' || (unsigned char)*c >= ' ' ? *c : '?');
		if (c < token.p)
			text_char(&caret, *c == '\t' ? '\t' : ' ');
	}
	note(p->err, "  %.*s", STR(text_as_str(&line)));
	note(p->err, "  %.*s^", STR(text_as_str(&caret)));
	text_fini(&line);
	text_fini(&caret);
}

/* A declared element that may be meant. Everything is near to a very short name: no hint then. */
static struct str near_element(const struct body *b, struct str name)
{
	unsigned best = name.n < 3 ? 0 : name.n == 3 ? HINT_DISTANCE : HINT_DISTANCE + 1;
	struct str found = { "", 0 };

	for (size_t i = 0; i < b->nitems; i++) {
		unsigned d = b->item[i].name.n ? str_distance(b->item[i].name, name) : best;

		if (d < best) {
			best = d;
			found = b->item[i].name;
		}
	}
	return found;
}

/* Help below a message about an unknown name; not when there are many of them. */
static void hint(struct parser *p, struct token name, bool element)
{
	const struct lang_host *h = p->host;
	struct str near = { "", 0 };

	if (p->helped++ >= HINTS)
		return;
	show_place(p, name.text);
	if (element)
		near = near_element(p->scope, name.text);
	if (!near.n && h->suggest)
		near = h->suggest(h->arg, name.text);
	if (near.n)
		note(p->err, "  did you mean '%.*s'?", STR(near));
}

static const struct class *add_primitive(struct parser *p, struct str name, bool dummy)
{
	struct class *c = pool_alloc(p->pool, sizeof(*c));

	c->name = c->primitive = name;
	c->dummy = dummy;
	map_set(&p->primitives, name, c);
	return c;
}

static const struct class *find_primitive(struct parser *p, struct str name)
{
	const struct class *c = map_get(&p->primitives, name);

	if (!c && p->host->is_class && p->host->is_class(p->host->arg, name))
		c = add_primitive(p, name, false);
	return c;
}

const struct class *scope_find_class(struct parser *p, struct str name, bool dummies)
{
	const struct class *c = NULL;

	for (const struct body *b = p->scope; b && !c; b = b->outer)
		c = map_get(&b->classes, name);
	if (!c)
		c = find_primitive(p, name);
	return c && c->dummy && !dummies ? NULL : c;
}

const struct class *scope_class(struct parser *p, struct token name)
{
	const struct class *c = scope_find_class(p, name.text, true);

	if (c)
		return c;
	if (p->source->any_class)
		return add_primitive(p, name.text, false);
	fail_at(p->err, name.at, "unknown element class '%.*s'", STR(name.text));
	hint(p, name, false);
	return add_primitive(p, name.text, true);
}

void scope_define_class(struct parser *p, struct class *class)
{
	map_set(&p->scope->classes, class->name, class);
}

/* `input' and `output' inside braces and groups. */
static bool find_end(const struct parser *p, struct str name, unsigned *item)
{
	bool in = str_is(name, "input");

	*item = in ? p->ends.in : p->ends.out;
	return p->ends.open && (in || str_is(name, "output"));
}

static bool has_digit_component(struct str name)
{
	while (name.n) {
		struct str part = str_first(name, str_find(name, '/'));
		struct str digits = part;

		while (digits.n && digits.p[0] >= '0' && digits.p[0] <= '9')
			digits = str_from(digits, 1);
		if (!digits.n)
			return true;
		name = str_from(name, part.n + 1);
	}
	return false;
}

unsigned scope_declare(struct parser *p, struct token name, const struct class *class,
		       struct str config)
{
	unsigned item;
	size_t old;

	if (has_digit_component(name.text))
		fail_at(p->err, name.at, "element name '%.*s' has all-digit component",
			STR(name.text));
	if (find_end(p, name.text, &item)) {
		fail_at(p->err, name.at, "redeclaration of element '%.*s'", STR(name.text));
		return item;
	}
	if (scope_find_class(p, name.text, false))
		fail_at(p->err, name.at, "class '%.*s' used as element name", STR(name.text));
	if (index_get(&p->scope->names, name.text, &old)) {
		fail_at(p->err, name.at, "redeclaration of element '%.*s'", STR(name.text));
		fail_at(p->err, p->scope->item[old].at, "element '%.*s' previously declared here",
			STR(name.text));
		return (unsigned)old;
	}
	p->scope->made++;
	item = add_item(
		p, (struct item){
			   .name = name.text, .class = class, .config = config, .at = name.at });
	map_set(&p->scope->names, name.text, index_value(item));
	return item;
}

unsigned scope_anonymous(struct parser *p, struct landmark at, const struct class *class,
			 struct str config)
{
	return add_item(p, (struct item){ .class = class,
					  .config = config,
					  .at = at,
					  .number = ++p->scope->made });
}

unsigned scope_group(struct parser *p, struct landmark at)
{
	unsigned group = add_item(
		p, (struct item){ .kind = ITEM_GROUP, .at = at, .number = p->scope->made + 1 });

	add_item(p, (struct item){ .kind = ITEM_INPUT, .at = at, .group = group });
	add_item(p, (struct item){ .kind = ITEM_OUTPUT, .at = at, .group = group });
	p->scope->made += 3;
	return group;
}

/* A class comes before an element of that name, as far as anybody declared it a class. */
unsigned scope_refer(struct parser *p, struct token name, bool has_config, struct str config)
{
	const struct class *class = NULL;
	bool declared, end;
	unsigned item = 0;
	size_t old = 0;

	declared = index_get(&p->scope->names, name.text, &old);
	end = find_end(p, name.text, &item);
	if (!end)
		class = scope_find_class(p, name.text, !declared);
	if (!class && p->source->any_class && !declared && !end)
		class = scope_class(p, name);
	if (class)
		return scope_anonymous(p, name.at, class, config);
	if (has_config && (end || declared))
		fail_at(p->err, name.at, "configuration string ignored on element reference");
	if (end || declared)
		return end ? item : (unsigned)old;
	fail_at(p->err, name.at, "undeclared element '%.*s'", STR(name.text));
	hint(p, name, true);
	class = add_primitive(p, name.text, true);
	return scope_anonymous(p, name.at, class, config);
}
