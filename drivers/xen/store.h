/* SPDX-License-Identifier: MIT */
/*
 * store.h - the Xen store: a tree of small texts that all domains share, each with its rights.
 *
 * Requests wait for their answer, for a few seconds at most; other threads run meanwhile. Watches are
 * called from a thread of their own, which may make requests. Paths that do not begin with / are
 * below /local/domain/N. All results are 0, or -errno: -ENOENT, -EACCES, -E2BIG (more than 4,096
 * bytes with the path), -ETIMEDOUT, -EIO (the store broke its protocol, and is not used any more).
 */
#ifndef DRIVERS_XEN_STORE_H
#define DRIVERS_XEN_STORE_H

#include "base/list.h"
#include "base/text.h"

struct xen_store;

/* With port 0 there is no store. */
void store_init(struct xen_store *ring, uint32_t port);
/* Starts the thread that calls watches. False: no memory. */
bool store_start(void);

/* tx: of store_begin, or 0. What is read replaces the text's content. */
int store_read(uint32_t tx, const char *path, struct text *value);
int store_write(uint32_t tx, const char *path, const void *value, size_t n);
int store_printf(uint32_t tx, const char *path, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int store_remove(uint32_t tx, const char *path); /* with all below it */
/* Names, each ended by a NUL. */
int store_directory(uint32_t tx, const char *path, struct text *names);
/* An unsigned number, at most INT32_MAX; -EINVAL: it is none. */
int store_number(uint32_t tx, const char *path);

/* A transaction: all of it happens or, when another one was in the way, nothing and -EAGAIN. */
int store_begin(uint32_t *tx);
int store_end(uint32_t tx, bool commit);

struct store_watch {
	const char *path;
	/* Something at `path' or below it has changed; also once after store_watch. path: where, the
	 * watch's own when it is not known (events are dropped when there are many). */
	void (*changed)(struct store_watch *, const char *path);
	void *arg;
	/* the store's: */
	struct list node;
	uint32_t id;
	bool look;
};

/* It may be watched before it exists. w and w->path stay until store_unwatch. */
int store_watch(struct store_watch *w);
void store_unwatch(struct store_watch *w);
/* Has the thread call `changed' soon. */
void store_look(struct store_watch *w);

/* Calls the watches that have events; what the thread does. False: there were none. */
bool store_dispatch(void);

/* NULL: it works. */
extern const char *store_broken;

#endif
