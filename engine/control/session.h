/* SPDX-License-Identifier: MIT */
/*
 * session.h - the machine's side of one conversation in the protocol of docs/control.md, apart
 * from any transport: bytes in, bytes out. All on the control thread.
 *
 * The transport gives what it received, at most session_room bytes, to session_input; sends
 * session_output and takes off what went out with session_sent; and closes when session_finished
 * says so. Commands that wait for an instance go on from instances_run: then `changed' is called,
 * and there may be output, room, or the end.
 */
#ifndef ENGINE_CONTROL_SESSION_H
#define ENGINE_CONTROL_SESSION_H

#include "base/str.h"

struct instances;
struct session;

/* NULL: no memory. Says the greeting. changed may be NULL; it must not free the session. */
struct session *session_new(struct instances *, void (*changed)(void *arg), void *arg);
/* At any time; what it waits for goes on by itself. NULL is fine. */
void session_free(struct session *);

size_t session_room(const struct session *); /* 0: enough is waiting, read no more for now */
void session_input(struct session *, const void *p, size_t n);
void session_end(struct session *); /* the other side sends no more */

struct str session_output(const struct session *);
void session_sent(struct session *, size_t n); /* may go on with what waited for this */
bool session_finished(const struct session *); /* all was answered and sent: close */

#endif
