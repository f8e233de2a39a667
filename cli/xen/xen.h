/* SPDX-License-Identifier: MIT */
/*
 * xen.h - clickos-xen: what the command `clickos' needs of Xen's libraries, as a program of its own,
 * so that `clickos' runs where there are none. Messages on standard error; statuses 0, 1, 2 (usage).
 */
#ifndef CLI_XEN_XEN_H
#define CLI_XEN_XEN_H

#include <libxl.h>
#include <libxl_utils.h>
#include <xenstore.h>

#include "base/pool.h"
#include "base/text.h"

struct xen {
	struct pool *pool;
	xentoollog_logger *logger;
	libxl_ctx *ctx;
	struct xs_handle *store;
};

bool complain(const char *fmt, ...) __attribute__((format(printf, 1, 2))); /* false */

/* A node's path below a domain's own. */
const char *node_path(struct xen *, uint32_t domain, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* A node's value in the pool; NULL: there is none. */
const char *node_read(struct xen *, const char *path);
bool node_write(struct xen *, const char *path, struct str value);
/* Has it a node for our control channel: is it ours? */
bool domain_is_ours(struct xen *, uint32_t domain);
/* By name or number; false after a complaint. */
bool domain_find(struct xen *, const char *word, uint32_t *domain);

/* The verbs, with their words behind them. */
int xen_create(struct xen *, int argc, char **argv);
int xen_destroy(struct xen *, int argc, char **argv);
int xen_list(struct xen *, int argc, char **argv);
int xen_console(struct xen *, int argc, char **argv);
int xen_control(struct xen *, int argc, char **argv);

/* The terminal of a domain's console, open and raw, or -1. */
int console_open(struct xen *, uint32_t domain);

#endif
