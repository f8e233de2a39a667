/* SPDX-License-Identifier: MIT */
/* vm_json.h - vm.json: what a machine was made of. */
#ifndef CLI_VM_JSON_H
#define CLI_VM_JSON_H

#include <json-c/json.h>

#include "cli/vm.h"

/* 0 or -errno. */
int vm_json_write(const struct vm *);
/* False after a complaint, or silently with quiet: there is none, or it is damaged. */
bool vm_json_read(struct vm *, bool quiet);
/* What it says, as an object of its own. */
struct json_object *vm_json(const struct vm *);

/* Prints it, pretty, to standard output and frees it. */
void json_print(struct json_object *);
/* Adds a string, an integer: json_object_object_add and making it in one. */
void json_set(struct json_object *, const char *key, const char *value); /* NULL: null */
void json_set_str(struct json_object *, const char *key, struct str value);
void json_set_int(struct json_object *, const char *key, int64_t value);

#endif
