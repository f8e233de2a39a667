/* SPDX-License-Identifier: MIT */
/*
 * xen.h - what a guest without interrupts and privileges uses of Xen's interface on x86-64: numbers
 * of hypercalls and their operations, and the structures that are shared with the hypervisor, with
 * the store, the console and network back ends. drivers/xen/abi_test.c compares them with Xen's.
 */
#ifndef ABI_XEN_H
#define ABI_XEN_H

#include <stdint.h>

#define XEN_PAGE 4096U
#define XEN_DOMID_SELF 0x7ff0U

/* Hypercalls: number in rax, arguments in rdi, rsi, rdx, r10, r8. */
enum {
	XEN_MEMORY_OP = 12,
	XEN_VERSION = 17,
	XEN_GRANT_TABLE_OP = 20,
	XEN_SCHED_OP = 29,
	XEN_EVENT_CHANNEL_OP = 32,
	XEN_HVM_OP = 34,
};

/* --- memory --- */

enum { XEN_MEM_ADD_TO_PHYSMAP = 7 };
enum { XEN_MAPSPACE_SHARED_INFO = 0, XEN_MAPSPACE_GRANT_TABLE = 1 };

struct xen_physmap_add {
	uint16_t domid;
	uint16_t size;
	uint32_t space;
	uint64_t index;
	uint64_t gpfn; /* where it shall appear */
};

/* --- parameters of a guest --- */

enum { XEN_HVM_GET_PARAM = 1 };
enum {
	XEN_PARAM_STORE_PFN = 1,
	XEN_PARAM_STORE_PORT = 2,
	XEN_PARAM_CONSOLE_PFN = 17,
	XEN_PARAM_CONSOLE_PORT = 18,
};

struct xen_param {
	uint16_t domid;
	uint16_t reserved;
	uint32_t index;
	uint64_t value;
};

/* --- scheduling --- */

enum { XEN_SCHED_YIELD = 0, XEN_SCHED_SHUTDOWN = 2, XEN_SCHED_POLL = 3 };
enum { XEN_SHUTDOWN_POWEROFF = 0, XEN_SHUTDOWN_REBOOT = 1, XEN_SHUTDOWN_CRASH = 3 };

struct xen_shutdown {
	uint32_t reason;
};

#define XEN_POLL_PORTS 128U /* the most that one call takes */

struct xen_poll {
	uint64_t ports;  /* address of 32-bit port numbers */
	uint32_t nports;
	uint32_t pad;
	uint64_t timeout; /* system time in ns; 0: none */
};

/* --- event channels --- */

enum {
	XEN_EVENT_CLOSE = 3,
	XEN_EVENT_SEND = 4,
	XEN_EVENT_ALLOC_UNBOUND = 6,
};

struct xen_event_port { /* of close and send */
	uint32_t port;
};

struct xen_event_alloc_unbound {
	uint16_t dom, remote_dom;
	uint32_t port; /* out */
};

/* --- the shared page --- */

struct xen_time { /* valid while version is even and does not change */
	uint32_t version;
	uint32_t pad0;
	uint64_t tsc_timestamp;
	uint64_t system_time; /* ns */
	uint32_t tsc_to_system_mul;
	int8_t tsc_shift;
	uint8_t flags;
	uint8_t pad1[2];
};

struct xen_vcpu {
	uint8_t upcall_pending;
	uint8_t upcall_mask;
	uint8_t pad[6];
	uint64_t pending_sel;
	uint64_t arch[2];
	struct xen_time time;
};

#define XEN_VCPUS 32
#define XEN_PORTS 4096U

struct xen_shared {
	struct xen_vcpu vcpu[XEN_VCPUS];
	uint64_t pending[64]; /* a bit for each port */
	uint64_t mask[64];
	uint32_t wc_version;  /* of the wall clock at system time 0, as xen_time's */
	uint32_t wc_sec, wc_nsec, wc_sec_hi;
};

/* --- grants --- */

enum { XEN_GRANT_QUERY_SIZE = 6 };

struct xen_grant_query_size {
	uint16_t dom;
	uint16_t pad;
	uint32_t frames, max_frames; /* out */
	int16_t status;              /* out; 0: good */
	uint16_t pad2;
};

#define XEN_GRANTS_RESERVED 8U /* the first ones belong to the tools */

enum {
	XEN_GRANT_ACCESS = 1 << 0,
	XEN_GRANT_READONLY = 1 << 2,
	XEN_GRANT_READING = 1 << 3, /* Xen: in use now */
	XEN_GRANT_WRITING = 1 << 4,
};

struct xen_grant { /* version 1 */
	uint16_t flags;
	uint16_t domid;
	uint32_t frame;
};

/* --- console --- */

struct xen_console {
	char in[1024];
	char out[2048];
	uint32_t in_cons, in_prod;
	uint32_t out_cons, out_prod;
};

/* --- store --- */

#define XEN_STORE_RING 1024U
#define XEN_STORE_PAYLOAD 4096U
#define XEN_STORE_PATH 2048U /* of relative paths */

struct xen_store {
	char req[XEN_STORE_RING];
	char rsp[XEN_STORE_RING];
	uint32_t req_cons, req_prod;
	uint32_t rsp_cons, rsp_prod;
	uint32_t features, connection, error;
};

enum xen_store_type {
	XEN_STORE_DIRECTORY = 1,
	XEN_STORE_READ = 2,
	XEN_STORE_WATCH = 4,
	XEN_STORE_UNWATCH = 5,
	XEN_STORE_BEGIN = 6,
	XEN_STORE_END = 7,
	XEN_STORE_WRITE = 11,
	XEN_STORE_MKDIR = 12,
	XEN_STORE_RM = 13,
	XEN_STORE_EVENT = 15,
	XEN_STORE_ERROR = 16,
};

struct xen_store_header {
	uint32_t type;
	uint32_t id; /* echoed in the answer */
	uint32_t tx; /* transaction; 0: none */
	uint32_t len;
};

/* States of the two ends of a device. */
enum xen_state {
	XEN_STATE_UNKNOWN,
	XEN_STATE_INITIALISING,
	XEN_STATE_INIT_WAIT,
	XEN_STATE_INITIALISED,
	XEN_STATE_CONNECTED,
	XEN_STATE_CLOSING,
	XEN_STATE_CLOSED,
	XEN_STATE_RECONFIGURING,
	XEN_STATE_RECONFIGURED,
};

/* --- network --- */

#define XEN_NET_RING 256U /* entries of a one-page ring, both kinds */
#define XEN_NET_SLOTS 18U /* that a frame may have */

struct xen_net_tx_request {
	uint32_t gref;
	uint16_t offset;
	uint16_t flags;
	uint16_t id;
	uint16_t size; /* in the first slot of a frame: of the whole frame */
};

struct xen_net_tx_response {
	uint16_t id;
	int16_t status;
};

struct xen_net_rx_request {
	uint16_t id;
	uint16_t pad;
	uint32_t gref;
};

struct xen_net_rx_response {
	uint16_t id;
	uint16_t offset;
	uint16_t flags;
	int16_t status; /* bytes, or an error when negative */
};

/* Takes the place of a request or response whose predecessor says EXTRA. */
struct xen_net_extra {
	uint8_t type;
	uint8_t flags; /* 1: another one follows */
	uint16_t u[3];
};

enum {
	XEN_NETTX_CSUM_BLANK = 1 << 0,
	XEN_NETTX_VALIDATED = 1 << 1,
	XEN_NETTX_MORE = 1 << 2,
	XEN_NETTX_EXTRA = 1 << 3,
};
enum {
	XEN_NETRX_VALIDATED = 1 << 0,
	XEN_NETRX_CSUM_BLANK = 1 << 1,
	XEN_NETRX_MORE = 1 << 2,
	XEN_NETRX_EXTRA = 1 << 3,
};
enum { XEN_NET_EXTRA_MORE = 1 << 0 };

struct xen_ring { /* in front of the entries */
	uint32_t req_prod, req_event;
	uint32_t rsp_prod, rsp_event;
	uint8_t pad[48];
};

struct xen_net_tx_ring {
	struct xen_ring head;
	union {
		struct xen_net_tx_request req;
		struct xen_net_tx_response rsp;
	} e[XEN_NET_RING];
};

struct xen_net_rx_ring {
	struct xen_ring head;
	union {
		struct xen_net_rx_request req;
		struct xen_net_rx_response rsp;
		struct xen_net_extra extra;
	} e[XEN_NET_RING];
};

_Static_assert(sizeof(struct xen_physmap_add) == 24, "struct xen_add_to_physmap");
_Static_assert(sizeof(struct xen_param) == 16, "struct xen_hvm_param");
_Static_assert(sizeof(struct xen_poll) == 24, "struct sched_poll");
_Static_assert(sizeof(struct xen_vcpu) == 64, "struct vcpu_info");
_Static_assert(sizeof(struct xen_shared) <= XEN_PAGE, "one page");
_Static_assert(sizeof(struct xen_grant) == 8, "struct grant_entry_v1");
_Static_assert(sizeof(struct xen_console) <= XEN_PAGE, "one page");
_Static_assert(sizeof(struct xen_store) <= XEN_PAGE, "one page");
_Static_assert(sizeof(struct xen_store_header) == 16, "struct xsd_sockmsg");
_Static_assert(sizeof(struct xen_ring) == 64, "the head of a ring");
_Static_assert(sizeof(struct xen_net_tx_ring) == 64 + 256 * 12, "12 bytes an entry");
_Static_assert(sizeof(struct xen_net_rx_ring) == 64 + 256 * 8, "8 bytes an entry");

#endif
