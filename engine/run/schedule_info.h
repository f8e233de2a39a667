/* SPDX-License-Identifier: MIT */
/* schedule_info.h - task tickets that ScheduleInfo elements ask for. */
#ifndef ENGINE_RUN_SCHEDULE_INFO_H
#define ENGINE_RUN_SCHEDULE_INFO_H

#include "engine/value.h"

/* In e's scope, tasks of `name' get that weight (10 fraction bits, 1.0 is 1024 tickets). */
void schedule_define(struct element *e, struct str name, uint32_t fixed10);

/* The tickets for e's tasks: 1024 when nothing was defined, 0: they are not to start. */
int schedule_tickets(const struct element *e);

#endif
