/* SPDX-License-Identifier: MIT */
/* schedule_info.h - task tickets that ScheduleInfo elements ask for. */
#ifndef ENGINE_RUN_SCHEDULE_INFO_H
#define ENGINE_RUN_SCHEDULE_INFO_H

#include "engine/manage.h"

/* The tickets for e's tasks: 1024 when nothing was defined, 0: they are not to start. */
int schedule_tickets(const struct element *e);

#endif
