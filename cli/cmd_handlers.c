/* SPDX-License-Identifier: MIT */
/* cmd_handlers.c - clickos handlers: what can be read and written. */
#include <stdio.h>

#include "abi/control.h"
#include "cli/commands.h"
#include "cli/handlers.h"
#include "cli/table.h"
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

static void add_handler(struct listing *l, struct str element, struct str *rest)
{
	struct str how, name = handlers_next(rest, &how);
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

	if (!handlers_ask(&l->c, l->instance, element))
		return false;
	for (rest = text_as_str(&l->c.answer.data); rest.n;)
		add_handler(l, element, &rest);
	return true;
}

static bool list(struct listing *l, const char *element)
{
	struct str_list names;
	bool ok;

	if (element) {
		ok = add_element(l, str_of(element));
		if (!ok && l->c.answer.code == CONTROL_NO_ELEMENT)
			handlers_advise_element(&l->c, l->instance, element);
		return ok;
	}
	ok = add_element(l, (struct str){ 0 }) && handlers_elements(&l->c, l->instance, &names);
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
