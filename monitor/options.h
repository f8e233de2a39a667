/* SPDX-License-Identifier: MIT */
/* options.h - the monitor's command line. */
#ifndef MONITOR_OPTIONS_H
#define MONITOR_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/monitor.h"

struct error;

#define OPTIONS_NETS (MONITOR_DEVICES - 1) /* one device is the console */

struct net_option {
	char name[MONITOR_NAME];   /* as the guest calls it */
	char tap[MONITOR_NAME];
	char bridge[MONITOR_NAME]; /* empty: none */
	bool none;                 /* connected to nothing; no TAP */
	uint8_t mac[6];
};

struct options {
	const char *name, *image, *cmdline, *module; /* cmdline "" and module NULL: none */
	const char *console, *control, *report, *pidfile, *chroot, *cgroup; /* NULL: none */
	uint64_t memory;  /* bytes, whole pages */
	uint32_t uid, gid;
	bool has_user, no_sandbox;
	int ready_fd;     /* -1: none */
	unsigned nnets;
	struct net_option net[OPTIONS_NETS];
};

/* Strings are argv's. False with one message that says what is wrong and what would be right. */
bool options_parse(struct options *, int argc, char **argv, struct error *);

extern const char options_usage[];

#endif
