/* SPDX-License-Identifier: MIT */
/*
 * console.h - a virtio console with two ports: 0 is the console, 1 the control channel, which
 * clients of a Unix socket use one after the other.
 */
#ifndef MONITOR_DEVICE_CONSOLE_H
#define MONITOR_DEVICE_CONSOLE_H

#include "monitor/device/device.h"

struct sink;

#define CONSOLE_EVENTS 16 /* control messages that may wait for the guest */

enum conversation {
	CONVERSATION_NONE,    /* the guest's port is closed */
	CONVERSATION_OPEN,
	CONVERSATION_CLOSING, /* the client has gone; the guest has not closed yet */
	CONVERSATION_ENDING,  /* the guest has closed; the client has not got all of it yet */
};

struct console_device {
	struct device base;
	struct sink *sink;
	int listener;          /* or -1 */
	int client;            /* or -1 */
	bool typed, arrived, readable, writable; /* input, client, its bytes: there may be some */
	bool announced;        /* the guest knows of the ports */
	bool port_ready;       /* it takes conversations */
	bool answered;         /* it has opened this one, too: from then on it takes bytes */
	enum conversation state;
	bool ended;            /* the client has said all */
	bool shutdown;         /* the guest is to be asked, when the port is free */
	const char *own;       /* what the monitor itself says to the guest, or NULL */
	struct chain reply;    /* for a client that could not take it all */
	uint32_t replied;
	bool replying;
	unsigned nevents;
	struct virtio_console_control event[CONSOLE_EVENTS];
};

void console_init(struct console_device *, struct sink *, int listener);
/* Asks the guest to shut down, as the next client would. False: it has no control port. */
bool console_shutdown(struct console_device *);

/* A Unix socket that listens at path, in place of an old socket there; -1, and errno. */
int console_listen(const char *path);
/* Removes it; what is no socket stays. */
void console_unlink(const char *path);

#endif
