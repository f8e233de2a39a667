/* SPDX-License-Identifier: MIT */
/* kerneltun.h - what KernelTun and KernelTap are: a tun or tap device with an input and an output. */
#ifndef ELEMENTS_DEVICE_KERNELTUN_H
#define ELEMENTS_DEVICE_KERNELTUN_H

#include "elements/device/tun.h"

struct kerneltun {
	struct element base;
	struct tun_address address;
	struct raw gateway_text;
	struct ether_addr ether;
	bool tap, ignore_overflows;
	uint32_t headroom, burst, mtu;
	struct str name, old_name;

	struct tun tun;
	struct watch watch;
	struct task task;
	struct signal signal;
	uint64_t selected_calls, packets;
	bool told_overflow;
};

void kerneltun_init(struct element *e);
bool kerneltun_configure(struct element *e, struct error *err);
bool kerneltun_start(struct element *e, struct error *err);
void kerneltun_stop(struct element *e);
bool kerneltun_take_state(struct element *e, struct element *old, struct error *err);
void kerneltun_push(struct element *e, unsigned port, struct batch *b);
void kerneltun_read_name(struct element *e, struct text *out);

#define KERNELTUN_ARGS                                                                             \
	ARG("ADDR", address.prefix, ARG_POSITIONAL | ARG_REQUIRED, "the host's address and mask"), \
	ARG("GATEWAY", gateway_text, ARG_POSITIONAL, "the host's default route"),                  \
	ARG("TAP", tap, 0, "Ethernet frames instead of IP packets"),                               \
	ARG_OR("HEADROOM", headroom, 0, "130", "bytes in front of the data"),                      \
	ARG_OR("BURST", burst, 0, "1", "packets read at a time"),                                  \
	ARG("ETHER", ether, 0, "the device's Ethernet address"),                                   \
	ARG_OR("IGNORE_QUEUE_OVERFLOWS", ignore_overflows, 0, "false",                             \
	       "do not report packets that the kernel has no room for"),                           \
	ARG_OR("MTU", mtu, 0, "1500", "the device's MTU"),                                         \
	ARG("DEVNAME", name, 0, "the device's name"),                                              \
	ARG("DEV_NAME", old_name, ARG_DEPRECATED, "old name of DEVNAME")

#define KERNELTUN_HANDLERS                                                                         \
	READ("dev_name", kerneltun_read_name, "the device's name"),                                \
	READ_FIELD("selected_calls", selected_calls, "times that the device had something"),       \
	READ_FIELD("packets", packets, "packets from the device"),                                 \
	READ_FIELD("drops", tun.drops, "large packets from the device that could not be cut"),     \
	TASK_HANDLERS(task, H_PULL)

#define KERNELTUN_CLASS                                                                            \
	.ports = "0-1/1-2", .processing = "a/h", .flow = "x/y", .size = sizeof(self_t),            \
	.phase = PHASE_PRIVILEGED, .args = TABLE(args), .handlers = TABLE(handlers),               \
	.configure = kerneltun_configure, .start = kerneltun_start, .stop = kerneltun_stop,        \
	.take_state = kerneltun_take_state, .push = kerneltun_push

#endif
