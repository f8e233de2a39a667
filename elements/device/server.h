/* SPDX-License-Identifier: MIT */
/*
 * server.h - a listening TCP or Unix socket of an element: opened with retries, taken over when
 * the configuration changes. Shared by ControlSocket and ChatterSocket.
 */
#ifndef ELEMENTS_DEVICE_SERVER_H
#define ELEMENTS_DEVICE_SERVER_H

#include "engine/element.h"

enum server_type { SERVER_TCP, SERVER_UNIX, SERVER_FD };

struct server {
	/* The element's arguments. */
	struct str type_name;
	struct raw where;
	int32_t retries;
	bool retry_warnings, localhost;

	struct element *e;
	enum server_type type;
	uint16_t port;           /* actual */
	bool next_ports;         /* PORT+: one of those behind it will do */
	struct filename path;
	bool bound;              /* the Unix socket's file is ours to remove */
	int fd;                  /* listening; -1: not yet, or SERVER_FD's own */
	struct watch watch;
	struct timer timer;      /* tries again; accepts again when descriptors had run out */
	void (*connected)(struct element *, int fd, struct str peer);
};

/* "TCP", "UNIX" and, when has_fd, "SOCKET"; quotes go around an unknown type in its message. */
bool server_configure(struct server *, struct element *e, bool has_fd, const char quotes[2],
		      struct error *);
/* Listens, or tries to later; afterwards connected() gets each client, non-blocking. */
bool server_start(struct server *, struct element *e,
		  void (*connected)(struct element *, int fd, struct str peer), struct error *);
void server_stop(struct server *);

/* Do both listen at the same place? */
bool server_same(const struct server *, const struct server *old);
/* Takes the listening socket over, unless it has one. */
void server_take(struct server *, struct server *old);

/* bind, also over the file of a process that is gone. */
struct sockaddr_un;
int unix_bind(int fd, const struct sockaddr_un *un);

/* Ends a watch for good, before its memory goes or another element takes its descriptor. */
void watch_end(struct watch *);

#endif
