/* SPDX-License-Identifier: MIT */
/* package.h - element classes from shared objects. */
#ifndef PLATFORM_LINUX_PACKAGE_H
#define PLATFORM_LINUX_PACKAGE_H

#include "engine/run/router.h"

/* The classes of a shared object, an array that ends with NULL. NULL after an error. */
const struct element_class *const *package_open(const char *path, struct error *) MUST_CHECK;

/* Adds the classes of a shared object; its package is called as the file, without a suffix. */
bool package_load(struct engine *, const char *path, struct error *) MUST_CHECK;

/* Looks for NAME.uo and NAME.so: in D/lib/click, D/lib and D for each D of the CLICKPATH that the
 * engine has, then where packages are installed. */
bool package_require(struct engine *, struct str name, struct error *) MUST_CHECK;

#endif
