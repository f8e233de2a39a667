/* SPDX-License-Identifier: MIT */
/* device.h - network devices of Linux: what the ways to reach one have in common. */
#ifndef PLATFORM_LINUX_DEVICE_H
#define PLATFORM_LINUX_DEVICE_H

#include "base/list.h"
#include "engine/packet.h"
#include "engine/platform.h"

struct device_method;

struct device {
	struct list node; /* of all that are open */
	char name[16];
	int ifindex;
	unsigned users;
	bool receives, sends;
	bool filtered;        /* the kernel's own handling of its packets was switched off */
	struct device_options options; /* of who receives, else of who opened it */
	struct device_info info;
	const struct device_method *method;
	void *state; /* the method's own */
	bool warned; /* of frames that are too large */
	struct packet *first, **last; /* segments that found no room in a batch yet */
};

struct device_method {
	const char *name;
	bool exclusive; /* of an interface there can be one only: all its users share it */
	int (*open)(struct device *, struct error *);
	void (*close)(struct device *);
	/* This interface will soon be received from: begins what takes time, elsewhere. NULL: nothing
	 * does. Only name, ifindex and info are set. */
	void (*prepare_receive)(const struct device *);
	int (*start_receive)(struct device *, struct error *);
	int (*start_send)(struct device *, struct error *);
	int (*receive)(struct device *, struct batch *, unsigned max);
	int (*send)(struct device *, struct batch *);
	uint64_t (*drops)(struct device *);
};

extern const struct device_method device_packet, device_pcap, device_xdp;

/* "NAME: WHAT: reason" and -error; what can be done about it, where that is known. */
int device_fail(const struct device *, struct error *, const char *what, int error);

/* The program for a BPF expression; free(f->filter) afterwards. */
struct sock_fprog;
int device_compile(const struct device *, const char *expression, struct sock_fprog *f,
		   struct error *);

/* What the kernel was told of a frame: the header that virtio and packet sockets share. */
struct virtio_net_hdr;

/* Appends the frame to b (what b has no room for waits in the device): with its checksum filled
 * in, a large one cut into what goes over the wire. tci: of the VLAN tag that stood apart, tpid
 * 0: none. A frame that is not understood is dropped, once with a message. */
struct device_frame {
	const uint8_t *data;
	uint32_t len, wire_len; /* captured, and as it was */
	const struct virtio_net_hdr *offload; /* NULL: none */
	uint16_t tpid, tci;
	uint8_t type; /* enum packet_type */
	int64_t timestamp;
};
void device_deliver(struct device *, struct batch *b, unsigned max, const struct device_frame *);
/* What waits in the device, first. */
void device_take_pending(struct device *, struct batch *b, unsigned max);

#endif
