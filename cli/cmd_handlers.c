/* SPDX-License-Identifier: MIT */
/* cmd_handlers.c - clickos handlers: what can be read and written. */
#include <stdio.h>

#include "cli/client.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "cli/say.h"
#include "cli/vm_json.h"

enum { JSON, INSTANCE };

static const struct cli_option options[] = {
	{ "json", 0, NULL, "print it as JSON" },
	{ "instance", 'i', "NAME", "of this instance (default: the only one)" },
	{ 0 },
};

struct listing {
	struct client c;
	const char *instance;
	struct json_object *array;
	struct table table;
};

static struct str next_line(struct str *s)
{
	size_t end = str_find(*s, '\n');
	struct str line = str_first(*s, end);

	*s = str_from(*s, end + 1);
	return line;
}

static void add_handler(struct listing *l, struct str element, struct str line)
{
	struct str name = str_word(&line), how = str_trim(line);
	struct json_object *o = json_object_new_object();

	json_set_str(o, "element", element);
	json_set_str(o, "handler", name);
	json_object_object_add(o, "read", json_object_new_boolean(str_find(how, 'r') < how.n));
	json_object_object_add(o, "write", json_object_new_boolean(str_find(how, 'w') < how.n));
	json_object_array_add(l->array, o);
	table_cell(&l->table, "%.*s%s%.*s", STR(element), element.n ? "." : "", STR(name));
	table_cell(&l->table, "%.*s", STR(how));
}

static bool add_element(struct listing *l, struct str element)
{
	struct str rest;

	if (!client_call(&l->c, "asking for handlers", "READ %s %.*s%shandlers", l->instance,
			 STR(element), element.n ? "." : ""))
		return false;
	for (rest = text_as_str(&l->c.answer.data); rest.n;)
		add_handler(l, element, next_line(&rest));
	return true;
}

/* The handler `list' says how many elements there are, and then their names. */
static bool element_names(struct listing *l, struct str_list *names)
{
	struct pool *pool = l->c.vm->pool;
	struct str rest;

	*names = (struct str_list){ 0 };
	if (!client_call(&l->c, "asking for elements", "READ %s list", l->instance))
		return false;
	rest = text_as_str(&l->c.answer.data);
	for (next_line(&rest); rest.n;) {
		names->v = pool_grow(pool, names->v, names->n, &names->cap, sizeof(*names->v));
		names->v[names->n++] = pool_str(pool, next_line(&rest));
	}
	return true;
}

static void suggest_element(struct listing *l, const char *element)
{
	struct str_list names;
	const char **v;

	if (!element_names(l, &names))
		return;
	v = pool_alloc(l->c.vm->pool, (names.n + 1) * sizeof(*v));
	for (size_t i = 0; i < names.n; i++)
		v[i] = names.v[i].p;
	suggest(element, v, names.n);
}

static bool list(struct listing *l, const char *element)
{
	struct str_list names;
	bool ok;

	if (element) {
		ok = add_element(l, str_of(element));
		if (!ok)
			suggest_element(l, element);
		return ok;
	}
	ok = add_element(l, (struct str){ 0 }) && element_names(l, &names);
	for (size_t i = 0; ok && i < names.n; i++)
		ok = add_element(l, names.v[i]);
	return ok;
}

static int run(struct call *call)
{
	struct listing l = { .table = { .pool = call->pool, .columns = 2 } };
	const char *word = call_word(call, 1);
	bool ok = false;

	if (!client_open(&l.c, call->pool, call->word[0]))
		return STATUS_FAILED;
	l.array = json_object_new_array();
	if (word && !call_option(call, INSTANCE)) {
		ok = client_handler(&l.c, word, &l.instance, &word);
	} else {
		l.instance = client_instance(&l.c, call_option(call, INSTANCE));
		ok = l.instance != NULL;
	}
	ok = ok && list(&l, word);
	if (ok && call_option(call, JSON))
		json_print(json_object_get(l.array));
	else if (ok)
		table_print(&l.table);
	json_object_put(l.array);
	client_close(&l.c);
	return ok ? STATUS_OK : STATUS_FAILED;
}

const struct command command_handlers = {
	.name = "handlers",
	.usage = "[OPTION]... VM [[INSTANCE/]ELEMENT]",
	.purpose = "Lists the handlers of a VM's elements: r can be read, w written.",
	.options = options,
	.min_words = 1,
	.max_words = 2,
	.run = run,
};
