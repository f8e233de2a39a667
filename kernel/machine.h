/* SPDX-License-Identifier: MIT */
/*
 * machine.h - on what the image has been started, and what differs there: found once at boot.
 */
#ifndef KERNEL_MACHINE_H
#define KERNEL_MACHINE_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum machine_kind {
	MACHINE_MONITOR, /* our own monitor */
	MACHINE_KVM,     /* QEMU, Firecracker and others with KVM */
	MACHINE_XEN,     /* a PVH guest of Xen */
	MACHINE_BARE,    /* nobody says: QEMU's emulation */
};

struct monitor_page;
struct pvh_start_info;

struct machine {
	enum machine_kind kind;
	const char *name;              /* "monitor", "kvm", "xen", "qemu" */
	uint32_t hypervisor_leaf;      /* CPUID base; 0: none */
	struct monitor_page *page;     /* of our own monitor, else NULL */
	struct pvh_start_info *start;  /* what it points to is kept */
	/* Sleeps until a source that was armed has something, or steady time `deadline'
	 * (INT64_MAX: none). May return early. */
	void (*wait)(int64_t deadline);
	void (*console)(const char *p, size_t n);
	void (*off)(int code) __attribute__((noreturn)); /* enum monitor_exit */
	/* Changed by the scheduler each time that it runs: for whoever watches that it does. */
	uint32_t *beats;
};

extern struct machine machine;

void machine_find(struct pvh_start_info *, struct monitor_page *);

/* The value of KEY=VALUE on the command line, pooled for ever; p NULL: there is none. "a.b=c d" in
 * double quotes is one word. */
struct str machine_option(const char *key);
/* Calls each for the words that begin with prefix, with what follows it. */
void machine_options(const char *prefix, void (*each)(void *arg, struct str rest), void *arg);

/* Prints to the console what printf would; a line of its own, kept for LOG. */
void kprint(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void console_write(const char *p, size_t n);
/* Switches to a console that came up later; what was printed before it goes there too when
 * nothing could print it. */
void console_set(void (*write)(const char *p, size_t n));
/* The serial port, as a PC has it. */
void console_serial(void);
/* The last messages, oldest first: two pieces. */
void console_log(struct str part[2]);

/* Reports and ends the machine. */
_Noreturn void panic(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
