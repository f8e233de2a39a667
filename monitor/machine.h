/* SPDX-License-Identifier: MIT */
/* machine.h - all of one machine: what its two threads share. */
#ifndef MONITOR_MACHINE_H
#define MONITOR_MACHINE_H

#include <sys/types.h>

#include "monitor/device/console.h"
#include "monitor/device/net.h"
#include "monitor/end.h"
#include "monitor/options.h"
#include "monitor/sink.h"
#include "monitor/vm.h"
#include "monitor/wake.h"
#include "monitor/watchdog.h"

struct machine {
	struct options options;
	struct vm vm;
	struct end end;
	struct sink sink;
	struct wake wake;
	struct console_device console;
	struct net_device net[OPTIONS_NETS];
	unsigned ndevices;
	struct device *device[MONITOR_DEVICES];

	/* From the vCPU thread to the I/O thread: devices whose queues the guest has filled in. */
	uint32_t attach;          /* bits, cleared when it is done */
	int attach_wake;          /* eventfd */
	struct wake attach_done;
	uint32_t attached;        /* bits; the vCPU thread's own */

	struct watchdog watchdog; /* the vCPU thread's own */
	int vcpu;              /* descriptor */
	uint64_t tsc_khz;      /* as the page had it at the start; the guest may write there */
	struct kvm_run *run;
	int epoll, signals;    /* of the I/O thread */
	bool has_io;           /* it was started */
	bool opened;           /* and has opened all that the machine needs, when `outside' came */
	struct wake outside;

	/* The sandbox: the first process, and whether there are namespaces. */
	pid_t pid;
	int parent, network; /* network: a namespace, or -1 */
	bool namespaces;
	struct wake moved;     /* the I/O thread has taken the process out of its files */
	struct wake sandboxed; /* it is locked in */
};

#endif
