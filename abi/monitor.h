/* SPDX-License-Identifier: MIT */
/*
 * monitor.h - what our own monitor and its guest share besides virtio's rings: one page of memory
 * and a few I/O ports. It replaces the slow parts of a virtio handshake, the clock and idling.
 *
 * The page is at MONITOR_PAGE, below the image, and its address in RSI says that the monitor is
 * ours (other starts have 0 there). The host writes all of it before the start; the fields marked
 * guest's are read by the host, once for each use, and checked.
 */
#ifndef ABI_MONITOR_H
#define ABI_MONITOR_H

#include <stdint.h>

#define MONITOR_PAGE 0x1000ULL
#define MONITOR_MAGIC 0x6b63696c43ULL /* "Click" */
#define MONITOR_VERSION 2U

/*
 * I/O ports, in a block that nothing else uses. Writes are one byte unless said otherwise; every
 * other access to a port ends the machine.
 */
enum {
	MONITOR_PORT_SERIAL = 0x3f8, /* console output, one byte or a string (outsb) */
	MONITOR_PORT_WAIT = 0x600,   /* sleeps until page->deadline, or a queue has something new */
	MONITOR_PORT_ATTACH = 0x601, /* device number: its queues are from now on as the page says */
	MONITOR_PORT_READY = 0x602,  /* 1: all instances that were asked for run; 2: some failed */
	MONITOR_PORT_EXIT = 0x603,   /* enum monitor_exit: the end */
	MONITOR_PORT_PRINT = 0x604,  /* four bytes: address of a struct monitor_text for the console */
	MONITOR_PORT_TOUCH = 0x608,  /* four bytes: page number << 12 | how many: will be used, so they
				      * should be present; what is not memory is left out */
	MONITOR_PORT_KICK = 0x700,   /* + device * 8 + queue: the host should look at that ring */
};

enum monitor_exit { MONITOR_POWEROFF = 0, MONITOR_REBOOT = 1, MONITOR_PANIC = 2 };

/* A message in one exit; a string to the serial port is one exit for each byte. */
struct monitor_text {
	uint32_t n; /* at most MONITOR_TEXT_MAX */
	char text[];
};

#define MONITOR_TEXT_MAX 65536U

/*
 * Devices. VIRTIO_F_VERSION_1 and VIRTIO_F_EVENT_IDX are offered and must be taken; indirect
 * descriptors and mergeable buffers are not offered: without segmentation offload a frame with its
 * header fits one chain, which may have 64 descriptors. A console port that the host opens or closes
 * (VIRTIO_CONSOLE_PORT_OPEN) is opened or closed by the guest too, with the same message: the guest
 * gets no bytes before it has opened, and what it sends after it has closed, which it may do first,
 * belongs to the next conversation. A device that is attached again has let go
 * of its old queues when the write returns; with no queue that has a size it is attached no more.
 */
#define MONITOR_DEVICES 17
#define MONITOR_QUEUES 6 /* of a device */
#define MONITOR_NAME 16

struct monitor_queue {
	uint64_t desc, driver, device; /* guest's: addresses of the three parts */
	uint16_t size;                 /* host's: the largest; guest's: power of two, 0: not used */
	uint16_t reserved[3];
};

struct monitor_device {
	uint32_t id;              /* VIRTIO_ID_NET or VIRTIO_ID_CONSOLE */
	uint32_t nqueues;
	uint64_t features;        /* host's: what it offers; guest's: what it takes of that */
	char name[MONITOR_NAME];  /* of an interface; NUL-terminated */
	uint8_t mac[6];
	uint16_t mtu;
	struct monitor_queue queue[MONITOR_QUEUES];
};

struct monitor_page {
	uint64_t magic;
	uint32_t version;
	uint32_t ndevices;
	uint64_t memory;          /* bytes, from address 0 on */
	uint64_t tsc_khz;
	uint64_t wall;            /* ns since 1970 when the TSC was wall_tsc */
	uint64_t wall_tsc;
	uint64_t deadline;        /* guest's: TSC at which a wait ends; UINT64_MAX: none */
	uint64_t pretouched;      /* memory below it was made present in advance */
	/* The guest's: a guest that did not change `beats' for `patience' seconds of processor time
	 * gets an NMI, but not while the 4 bytes at address `critical' (0: none) are not 0. 0
	 * seconds: never. */
	uint32_t beats, patience;
	uint64_t critical;
	struct monitor_device device[MONITOR_DEVICES];
};

_Static_assert(sizeof(struct monitor_page) <= 4096, "one page");

#endif
