/* SPDX-License-Identifier: MIT */
/* facts.c - what is to be known of a machine at this moment. */
#include "cli/facts.h"

#include <stdlib.h>

#define PATIENCE 1000 /* ms */

void facts_of(struct vm *vm, struct facts *f)
{
	struct client c = { 0 };
	struct text why = { 0 };

	*f = (struct facts){ .state = vm_state(vm, &why) };
	f->why = pool_cstr(vm->pool, text_as_str(&why));
	text_fini(&why);
	if (f->state != VM_RUNNING)
		return;
	f->uptime = process_age(&vm->main);
	if (!client_try(&c, vm, PATIENCE))
		return;
	f->answers = client_list(&c, &f->instance, &f->ninstances);
	client_leave(&c);
}

struct json_object *facts_instances(const struct facts *f)
{
	struct json_object *a = json_object_new_array();

	for (size_t i = 0; i < f->ninstances; i++) {
		struct json_object *o = json_object_new_object();

		json_set_int(o, "number", atoi(f->instance[i].number));
		json_set(o, "name", f->instance[i].name);
		json_set(o, "state", f->instance[i].state);
		json_object_array_add(a, o);
	}
	return a;
}
