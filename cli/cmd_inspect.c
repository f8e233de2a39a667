/* SPDX-License-Identifier: MIT */
/* cmd_inspect.c - clickos inspect: all that is known of machines, as JSON. */
#include <stdlib.h>

#include "cli/commands.h"
#include "cli/facts.h"
#include "cli/file.h"

enum { JSON };

static const struct cli_option options[] = {
	{ "json", 0, NULL, "JSON, which it is anyway" },
	{ 0 },
};

static struct str take_line(struct str *s)
{
	size_t end = str_find(*s, '\n');
	struct str line = str_first(*s, end);

	*s = str_from(*s, end + 1);
	return line;
}

/* Numbers are numbers, but for those with more digits than readers of JSON keep. */
static void add_value(struct json_object *o, const char *key, struct str value)
{
	char z[17] = "";
	size_t whole, all;

	if (value.n < sizeof(z))
		memcpy(z, value.p, value.n);
	whole = strspn(z, "0123456789");
	all = strspn(z, "0123456789.");
	if (strcmp(key, "version") == 0)
		json_set_str(o, key, value);
	else if (value.n && whole == value.n)
		json_set_int(o, key, atoll(z));
	else if (whole && whole + 1 < all && all == value.n && !strchr(z + whole + 1, '.'))
		json_object_object_add(o, key, json_object_new_double_s(atof(z), z));
	else
		json_set_str(o, key, value);
}

/* Lines KEY VALUE. */
static void add_info(struct json_object *o, struct client *c)
{
	struct json_object *info = json_object_new_object();
	struct str rest = text_as_str(&c->answer.data);

	while (rest.n) {
		struct str line = take_line(&rest), key = str_word(&line);

		if (key.n)
			add_value(info, pool_cstr(c->vm->pool, key), line);
	}
	json_object_object_add(o, "info", info);
}

static void add_interface(struct json_object *array, struct str line)
{
	static const char *const keys[] = { "number",   "name",      "mac",
					    "driver",   "state",     "rx-frames",
					    "rx-drops", "tx-frames", "tx-drops" };
	struct json_object *o = json_object_new_object();

	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		struct str field = str_first(line, str_find(line, '\t'));

		if (i == 1)
			json_set_str(o, keys[i], field);
		else
			add_value(o, keys[i], field);
		line = str_from(line, field.n + 1);
	}
	json_object_array_add(array, o);
}

static bool ask(struct client *c, const char *what, const char *argument)
{
	return control_call(&c->control, &c->answer, (struct str){ 0 }, "%s%s%s", what,
			    argument ? " " : "", argument ? argument : "");
}

static void add_instances(struct json_object *o, struct client *c, struct facts *f)
{
	struct json_object *all = facts_instances(f);

	for (size_t i = 0; i < f->ninstances; i++) {
		struct json_object *one = json_object_array_get_idx(all, i);

		if (ask(c, "CONFIG", f->instance[i].name))
			json_set_str(one, "configuration", text_as_str(&c->answer.data));
		if (ask(c, "ERRORS", f->instance[i].name))
			json_set_str(one, "errors", text_as_str(&c->answer.data));
	}
	json_object_object_add(o, "instances", all);
}

static void add_files(struct json_object *o, struct client *c)
{
	struct json_object *all = json_object_new_array();
	struct str rest = text_as_str(&c->answer.data);

	while (rest.n) {
		struct str line = take_line(&rest);
		struct json_object *one = json_object_new_object();
		uint32_t size = 0;

		str_decimal(&line, &size);
		json_set_str(one, "path", str_trim(line));
		json_set_int(one, "size", size);
		json_object_array_add(all, one);
	}
	json_object_object_add(o, "machine-files", all);
}

static void add_live(struct json_object *o, struct vm *vm, struct facts *f)
{
	struct json_object *interfaces = json_object_new_array();
	struct client c;

	json_set_int(o, "pid", vm->guest.pid);
	json_object_object_add(o, "uptime", json_object_new_double(f->uptime));
	if (!client_try(&c, vm, CLIENT_TIMEOUT)) {
		json_object_put(interfaces);
		return;
	}
	add_instances(o, &c, f);
	if (ask(&c, "INFO", NULL))
		add_info(o, &c);
	if (ask(&c, "INTERFACES", NULL))
		for (struct str rest = text_as_str(&c.answer.data); rest.n;)
			add_interface(interfaces, take_line(&rest));
	json_object_object_add(o, "machine-interfaces", interfaces);
	if (ask(&c, "FILES", NULL))
		add_files(o, &c);
	client_leave(&c);
}

static struct json_object *inspect(struct vm *vm)
{
	struct json_object *o = vm_json(vm);
	struct text report = { 0 };
	struct facts f;

	facts_of(vm, &f);
	json_set(o, "state", vm_state_name(f.state));
	json_set(o, "directory", vm->dir);
	json_set(o, "control", pool_printf(vm->pool, "%s/control", vm->dir));
	if (f.state == VM_RUNNING)
		add_live(o, vm, &f);
	else if (file_read_at(vm->fd, "report", &report) == 0)
		json_set_str(o, "report", text_as_str(&report));
	else if (f.state == VM_FAILED)
		json_set(o, "report", f.why);
	text_fini(&report);
	return o;
}

static int run(struct call *call)
{
	struct json_object *all = json_object_new_array();
	int status = STATUS_OK;

	for (size_t i = 0; i < call->nwords; i++) {
		struct vm *vm = vm_open(call->pool, call->word[i], VM_LOOK);

		if (!vm) {
			status = STATUS_FAILED;
			continue;
		}
		json_object_array_add(all, inspect(vm));
		vm_close(vm);
	}
	json_print(all);
	return status;
}

const struct command command_inspect = {
	.name = "inspect",
	.usage = "VM...",
	.purpose = "Prints all that is known of VMs, as a JSON array.",
	.options = options,
	.min_words = 1,
	.max_words = 100000,
	.run = run,
};
