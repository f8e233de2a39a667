/* SPDX-License-Identifier: MIT */
/* client.h - what commands ask of a machine that runs, with complaints in a person's words. */
#ifndef CLI_CLIENT_H
#define CLI_CLIENT_H

#include "cli/control.h"
#include "cli/vm.h"

#define CLIENT_TIMEOUT 20000 /* ms */

/* A machine, and a conversation with it. */
struct client {
	struct vm *vm;
	struct control control;
	struct answer answer;
};

/* The machine of that name, which must run; a name with a slash is the path of a control socket,
 * and then vm->dir is NULL. False after a complaint. */
bool client_open(struct client *, struct pool *, const char *name);
void client_close(struct client *);
/* The same for a machine that is open and stays so, in silence, with an own time limit. */
bool client_try(struct client *, struct vm *, int timeout);
void client_leave(struct client *);

/* control_call with complaints. what: what was to be done, for the message. With data. */
#define client_call(c, what, ...) client_send(c, what, (struct str){ 0 }, __VA_ARGS__)
bool client_send(struct client *, const char *what, struct str data, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

struct instance {
	const char *number, *name, *state;
};
/* All instances; false after a complaint, or in silence. */
bool client_instances(struct client *, struct instance **, size_t *n);
bool client_list(struct client *, struct instance **, size_t *n);
/* The one of that name or number; NULL: the only one there is. NULL after a complaint. */
const char *client_instance(struct client *, const char *name);
/* Takes [INSTANCE/]ELEMENT.HANDLER apart; names of elements may have slashes too, so only what is
 * an instance is taken for one. False after a complaint. */
bool client_handler(struct client *, const char *word, const char **instance,
		    const char **handler);

/* Installs (SWAP: swaps) a configuration from a file of the host, its libraries before it. */
bool client_install(struct client *, const char *verb, const char *instance, const char *file,
		    struct str text);
/* After a start: waits until the machine answers; false after a complaint, when it ended. */
bool client_wait(struct vm *);
/* The same, and installs what it starts with. */
bool client_install_all(struct vm *);
/* After a start with the configurations given at boot: waits, and sees whether they all run. */
bool client_check_all(struct vm *);
/* Asks it to end, with ms for its greeting and for its answer. False: it cannot be asked. */
bool client_shutdown(struct vm *, int ms);

#endif
