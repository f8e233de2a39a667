/* SPDX-License-Identifier: MIT */
/* report.h - what `click' says of a router after the run: -h and -x. */
#ifndef PLATFORM_LINUX_REPORT_H
#define PLATFORM_LINUX_REPORT_H

#include "base/error.h"

struct router;
struct words;

/* Prints these read handlers, each [ELEMENT.]HANDLER. False when one of them failed. */
bool report_handlers(struct router *, const struct words *, struct error *);
/* The exit status that this handler's value says; 255 after an error. */
int report_exit_status(struct router *, struct str handler, struct error *);

#endif
