/* SPDX-License-Identifier: MIT */
/* console.h - showing what a machine says. */
#ifndef CLI_CONSOLE_H
#define CLI_CONSOLE_H

#include "cli/vm.h"

/* Where the last n > 0 lines of the log begin; its end. */
int64_t console_tail(const struct vm *, uint32_t n);
int64_t console_end(const struct vm *);
/* Prints from that place on what is there. */
void console_print(const struct vm *, int64_t from);

enum console_reason { CONSOLE_ENDED, CONSOLE_INTERRUPTED };
/* The same and goes on, until the machine has ended or SIGINT, SIGTERM or SIGHUP comes, which
 * stay blocked. */
enum console_reason console_follow(struct vm *, int64_t from);

#endif
