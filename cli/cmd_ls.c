/* SPDX-License-Identifier: MIT */
/* cmd_ls.c - clickos ls: all machines, a line each. */
#include <stdio.h>

#include "cli/backend.h"
#include "cli/client.h"
#include "cli/commands.h"
#include "cli/facts.h"
#include "cli/say.h"
#include "cli/size.h"
#include "cli/table.h"
#include "cli/vm_json.h"

enum { JSON, QUIET };

static const struct cli_option options[] = {
	{ "json", 0, NULL, "print it as JSON" },
	{ "quiet", 'q', NULL, "names only" },
	{ 0 },
};

static struct json_object *describe(struct vm *vm, const struct facts *f)
{
	struct json_object *o = vm_json(vm);

	json_set(o, "state", vm_state_name(f->state));
	if (f->state == VM_RUNNING) {
		json_set_int(o, "pid", vm->guest.pid);
		json_object_object_add(o, "uptime", json_object_new_double(f->uptime));
		json_object_object_add(o, "instances", facts_instances(f));
	}
	return o;
}

static void add_row(struct table *t, struct vm *vm, const struct facts *f)
{
	struct text s = { 0 };

	table_cell(t, "%s", vm->name);
	table_cell(t, "%s", vm->backend->name);
	table_cell(t, "%s", vm_state_name(f->state));
	size_text(&s, vm->memory);
	table_cell(t, "%.*s", STR(text_as_str(&s)));
	text_clear(&s);
	for (size_t i = 0; i < f->ninstances; i++)
		text_add(&s, "%s%s%s%s", i ? "," : "", f->instance[i].name,
			 strcmp(f->instance[i].state, "running") == 0 ? "" : "=",
			 strcmp(f->instance[i].state, "running") == 0 ? "" : f->instance[i].state);
	if (f->state == VM_RUNNING && !f->answers)
		text_add(&s, "(no answer)");
	table_cell(t, "%.*s", STR(s.n ? text_as_str(&s) : str_of("-")));
	text_clear(&s);
	for (size_t i = 0; i < vm->nnets; i++)
		text_add(&s, "%s%s=%s", i ? "," : "", vm->net[i].name,
			 net_what(vm->pool, &vm->net[i]));
	table_cell(t, "%.*s", STR(s.n ? text_as_str(&s) : str_of("-")));
	text_clear(&s);
	if (f->state == VM_RUNNING)
		age_text(&s, f->uptime);
	table_cell(t, "%.*s", STR(s.n ? text_as_str(&s) : str_of("-")));
	text_fini(&s);
}

static int run(struct call *c)
{
	static const char *const head[] = { "NAME",      "BACKEND",    "STATE", "MEMORY",
					    "INSTANCES", "INTERFACES", "UPTIME" };
	struct table t = { .pool = c->pool, .columns = COUNT_OF(head) };
	bool json = call_option(c, JSON), quiet = call_option(c, QUIET);
	struct json_object *all;
	const char **names;
	size_t n;

	if (!state_dir(c->pool))
		return STATUS_FAILED;
	all = json_object_new_array();
	n = vm_names(c->pool, &names);
	for (size_t i = 0; i < COUNT_OF(head); i++)
		table_cell(&t, "%s", head[i]);
	for (size_t i = 0; i < n; i++) {
		struct vm *vm = vm_open(c->pool, names[i], VM_TRY);
		struct facts f;

		if (quiet && !json) {
			printf("%s\n", names[i]);
		} else if (vm) {
			facts_of(vm, &f);
			if (json)
				json_object_array_add(all, describe(vm, &f));
			else
				add_row(&t, vm, &f);
		} else if (!json) {
			complain("VM `%s' cannot be read: clickos rm -f %s", names[i], names[i]);
		}
		if (vm)
			vm_close(vm);
	}
	if (json)
		json_print(all);
	else
		json_object_put(all);
	if (!json && !quiet)
		table_print(&t);
	return STATUS_OK;
}

const struct command command_ls = {
	.name = "ls",
	.usage = "[OPTION]...",
	.purpose = "Lists the VMs.",
	.options = options,
	.max_words = 0,
	.run = run,
};
