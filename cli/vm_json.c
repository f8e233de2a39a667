/* SPDX-License-Identifier: MIT */
/* vm_json.c - vm.json: what a machine was made of. */
#include "cli/vm_json.h"

#include <errno.h>
#include <stdio.h>

#include "cli/backend.h"
#include "cli/config.h"
#include "cli/file.h"
#include "cli/say.h"

void json_set_str(struct json_object *o, const char *key, struct str value)
{
	json_object_object_add(o, key, json_object_new_string_len(value.p, (int)value.n));
}

void json_set(struct json_object *o, const char *key, const char *value)
{
	json_object_object_add(o, key, value ? json_object_new_string(value) : NULL);
}

void json_set_int(struct json_object *o, const char *key, int64_t value)
{
	json_object_object_add(o, key, json_object_new_int64(value));
}

void json_print(struct json_object *o)
{
	printf("%s\n",
	       json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
							 JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(o);
}

/* --- writing --- */

static struct json_object *strings(const char *const v[], size_t n)
{
	struct json_object *a = json_object_new_array();

	for (size_t i = 0; i < n; i++)
		json_object_array_add(a, json_object_new_string(v[i]));
	return a;
}

static struct json_object *nets(const struct vm *vm)
{
	struct json_object *a = json_object_new_array();

	for (size_t i = 0; i < vm->nnets; i++) {
		const struct net *n = &vm->net[i];
		struct json_object *o = json_object_new_object();

		json_set(o, "name", n->name);
		json_set(o, "net", net_what(vm->pool, n));
		if (n->outer)
			json_set(o, "host-interface", n->outer);
		json_set(o, "mac", net_mac_text(vm->pool, n->mac));
		json_object_array_add(a, o);
	}
	return a;
}

struct json_object *vm_json(const struct vm *vm)
{
	struct json_object *o = json_object_new_object(), *vars = json_object_new_object();

	json_set(o, "name", vm->name);
	json_set(o, "backend", vm->backend->name);
	json_set_int(o, "memory-kib", (int64_t)vm->memory);
	json_set(o, "image", vm->image);
	json_set_int(o, "created", vm->created);
	json_object_object_add(o, "interfaces", nets(vm));
	json_object_object_add(o, "configurations", strings(vm->config, vm->nconfigs));
	json_object_object_add(o, "files", strings(vm->file, vm->nfiles));
	for (size_t i = 0; i < vm->nvars; i++)
		json_set_str(vars, pool_cstr(vm->pool, vm->var[i].name), vm->var[i].value);
	json_object_object_add(o, "variables", vars);
	return o;
}

int vm_json_write(const struct vm *vm)
{
	struct json_object *o = vm_json(vm);
	const char *s = json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY |
								  JSON_C_TO_STRING_SPACED);
	int r = file_replace_at(vm->fd, "vm.json", s, strlen(s), 0644);

	json_object_put(o);
	return r;
}

/* --- reading --- */

/* A string in the pool; NULL when it is missing or something else. */
static const char *get(struct pool *pool, struct json_object *o, const char *key)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, key, &v) || !json_object_is_type(v, json_type_string))
		return NULL;
	return pool_cstr(pool, str_of(json_object_get_string(v)));
}

static struct json_object *array(struct json_object *o, const char *key, size_t *n)
{
	struct json_object *v;

	*n = 0;
	if (!json_object_object_get_ex(o, key, &v) || !json_object_is_type(v, json_type_array))
		return NULL;
	*n = json_object_array_length(v);
	return v;
}

static bool read_strings(struct vm *vm, struct json_object *o, const char *key, const char ***v,
			 size_t *n)
{
	struct json_object *a = array(o, key, n);

	*v = pool_alloc(vm->pool, (*n + 1) * sizeof(**v));
	for (size_t i = 0; i < *n; i++) {
		struct json_object *s = json_object_array_get_idx(a, i);

		if (!json_object_is_type(s, json_type_string))
			return false;
		(*v)[i] = pool_cstr(vm->pool, str_of(json_object_get_string(s)));
	}
	return a != NULL;
}

static bool read_net(struct vm *vm, struct json_object *o, struct net *n)
{
	const char *what = get(vm->pool, o, "net"), *mac = get(vm->pool, o, "mac");
	const char *name = get(vm->pool, o, "name"), *outer = get(vm->pool, o, "host-interface");

	if (!what || !mac || !name || !net_name_ok(name) || !net_parse(vm->pool, what, n))
		return false;
	if (n->kind != NET_NONE && (!outer || !net_name_ok(outer)))
		return false;
	n->name = name;
	n->outer = n->kind == NET_NONE ? NULL : outer;
	return net_mac_parse(mac, n->mac);
}

static bool read_nets(struct vm *vm, struct json_object *o)
{
	struct json_object *a = array(o, "interfaces", &vm->nnets);

	vm->net = pool_alloc(vm->pool, (vm->nnets + 1) * sizeof(*vm->net));
	for (size_t i = 0; i < vm->nnets; i++)
		if (!read_net(vm, json_object_array_get_idx(a, i), &vm->net[i]))
			return false;
	return a != NULL;
}

static void read_vars(struct vm *vm, struct json_object *o)
{
	struct json_object *vars;
	size_t cap = 0;

	if (!json_object_object_get_ex(o, "variables", &vars) ||
	    !json_object_is_type(vars, json_type_object))
		return;
	json_object_object_foreach(vars, key, value)
	{
		vm->var = pool_grow(vm->pool, vm->var, vm->nvars, &cap, sizeof(*vm->var));
		vm->var[vm->nvars++] =
			(struct lang_var){ pool_str(vm->pool, str_of(key)),
					   pool_str(vm->pool,
						    str_of(json_object_get_string(value))) };
	}
}

static bool read_object(struct vm *vm, struct json_object *o)
{
	const char *backend = get(vm->pool, o, "backend");
	struct json_object *v;

	vm->backend = backend ? backend_find(backend) : NULL;
	vm->image = get(vm->pool, o, "image");
	if (json_object_object_get_ex(o, "memory-kib", &v))
		vm->memory = (uint64_t)json_object_get_int64(v);
	if (json_object_object_get_ex(o, "created", &v))
		vm->created = json_object_get_int64(v);
	read_vars(vm, o);
	if (!vm->backend || !vm->memory || !read_nets(vm, o) ||
	    !read_strings(vm, o, "configurations", &vm->config, &vm->nconfigs) ||
	    !read_strings(vm, o, "files", &vm->file, &vm->nfiles))
		return false;
	for (size_t i = 0; i < vm->nconfigs; i++)
		if (!config_name_ok(vm->config[i]))
			return false;
	return true;
}

bool vm_json_read(struct vm *vm, bool quiet)
{
	struct text t = { 0 };
	struct json_object *o = NULL;
	bool ok;

	if (file_read_at(vm->fd, "vm.json", &t) == 0)
		o = json_tokener_parse(t.p);
	ok = json_object_is_type(o, json_type_object) && read_object(vm, o);
	json_object_put(o);
	text_fini(&t);
	if (ok || quiet)
		return ok;
	complain("%s/vm.json is damaged", vm->dir);
	return advise("remove the directory %s", vm->dir);
}
