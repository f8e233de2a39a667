/* SPDX-License-Identifier: MIT */
/* manage.h - what the few elements that manage others, or the run, ask of the engine. */
#ifndef ENGINE_MANAGE_H
#define ENGINE_MANAGE_H

#include "engine/value.h"

/* e takes driver stop events: the router has one such element. */
bool router_set_driver(struct element *e, struct error *err) MUST_CHECK;

/* Flow code in force for e, in place of its class's; the text must live as long as the router. */
void element_set_flow(struct element *e, const char *code);

/* In e's scope, tasks of `name' get that weight (10 fraction bits, 1.0 is 1024 tickets). */
void schedule_define(struct element *e, struct str name, uint32_t fixed10);

/* e may move tasks of its router to other threads while they run. */
void router_set_moving(struct element *e);

/* The instance of a machine that e is part of; false: there are no instances. */
bool router_instance(const struct element *e, unsigned *number, const char **name);

/* Signals that elements catch, until released or the router ends. */
void signal_catch(struct element *e, int signo, void (*fn)(struct element *, int));
void signal_release(struct element *e, int signo);

#endif
