/* SPDX-License-Identifier: MIT */
/*
 * virtio.h - constants and shapes of virtio 1.2: the split virtqueue (2.7), the MMIO (4.2) and PCI
 * (4.1) transports, the network device (5.1) and the console device (5.3). All little-endian.
 */
#ifndef ABI_VIRTIO_H
#define ABI_VIRTIO_H

#include <stdint.h>

/* --- 2.1, 6: status and feature bits of every device --- */

enum { VIRTIO_ACKNOWLEDGE = 1, VIRTIO_DRIVER = 2, VIRTIO_DRIVER_OK = 4, VIRTIO_FEATURES_OK = 8,
       VIRTIO_NEEDS_RESET = 64, VIRTIO_FAILED = 128 };

#define VIRTIO_F_INDIRECT_DESC (1ULL << 28)
#define VIRTIO_F_EVENT_IDX (1ULL << 29)
#define VIRTIO_F_VERSION_1 (1ULL << 32)

enum { VIRTIO_ID_NET = 1, VIRTIO_ID_CONSOLE = 3 };

/* --- 2.7: split virtqueues --- */

enum { VIRTQ_DESC_NEXT = 1, VIRTQ_DESC_WRITE = 2, VIRTQ_DESC_INDIRECT = 4 };

struct virtq_desc {
	uint64_t addr;
	uint32_t len;
	uint16_t flags, next;
};

enum { VIRTQ_AVAIL_NO_INTERRUPT = 1 };

struct virtq_avail {
	uint16_t flags, idx;
	uint16_t ring[]; /* [size], then used_event */
};

struct virtq_used_elem {
	uint32_t id, len;
};

enum { VIRTQ_USED_NO_NOTIFY = 1 };

struct virtq_used {
	uint16_t flags, idx;
	struct virtq_used_elem ring[]; /* [size], then uint16_t avail_event */
};

#define VIRTQ_SIZE_MAX 32768U
#define VIRTQ_AVAIL_BYTES(size) (4 + 2 * (size) + 2)
#define VIRTQ_USED_BYTES(size) (4 + 8 * (size) + 2)

/* 2.7.10: does the step from old to new pass the index that was asked for? */
static inline int virtq_need_event(uint16_t event, uint16_t new_idx, uint16_t old)
{
	return (uint16_t)(new_idx - event - 1) < (uint16_t)(new_idx - old);
}

/* --- 4.2.2: MMIO registers --- */

#define VIRTIO_MMIO_MAGIC_VALUE 0x74726976U

enum { VIRTIO_MMIO_MAGIC = 0x000, VIRTIO_MMIO_VERSION = 0x004, VIRTIO_MMIO_DEVICE_ID = 0x008,
       VIRTIO_MMIO_VENDOR_ID = 0x00c, VIRTIO_MMIO_DEVICE_FEATURES = 0x010,
       VIRTIO_MMIO_DEVICE_FEATURES_SEL = 0x014, VIRTIO_MMIO_DRIVER_FEATURES = 0x020,
       VIRTIO_MMIO_DRIVER_FEATURES_SEL = 0x024, VIRTIO_MMIO_QUEUE_SEL = 0x030,
       VIRTIO_MMIO_QUEUE_SIZE_MAX = 0x034, VIRTIO_MMIO_QUEUE_SIZE = 0x038,
       VIRTIO_MMIO_QUEUE_READY = 0x044, VIRTIO_MMIO_QUEUE_NOTIFY = 0x050,
       VIRTIO_MMIO_INTERRUPT_STATUS = 0x060, VIRTIO_MMIO_INTERRUPT_ACK = 0x064,
       VIRTIO_MMIO_STATUS = 0x070, VIRTIO_MMIO_QUEUE_DESC = 0x080,
       VIRTIO_MMIO_QUEUE_DRIVER = 0x090, VIRTIO_MMIO_QUEUE_DEVICE = 0x0a0,
       VIRTIO_MMIO_CONFIG_GENERATION = 0x0fc, VIRTIO_MMIO_CONFIG = 0x100 };

/* --- 4.1: PCI --- */

enum { VIRTIO_PCI_VENDOR = 0x1af4, VIRTIO_PCI_DEVICE_BASE = 0x1040 };
enum { VIRTIO_PCI_CAP_COMMON = 1, VIRTIO_PCI_CAP_NOTIFY = 2, VIRTIO_PCI_CAP_ISR = 3,
       VIRTIO_PCI_CAP_DEVICE = 4, VIRTIO_PCI_CAP_PCI = 5 };

struct virtio_pci_common { /* 4.1.4.3 */
	uint32_t device_feature_select, device_feature;
	uint32_t driver_feature_select, driver_feature;
	uint16_t config_msix_vector, num_queues;
	uint8_t device_status, config_generation;
	uint16_t queue_select, queue_size, queue_msix_vector, queue_enable, queue_notify_off;
	uint32_t queue_desc_lo, queue_desc_hi, queue_driver_lo, queue_driver_hi;
	uint32_t queue_device_lo, queue_device_hi;
};

_Static_assert(sizeof(struct virtio_pci_common) == 56, "as specified");

/* --- 5.1: network device --- */

#define VIRTIO_NET_F_CSUM (1ULL << 0)        /* device completes checksums we left open */
#define VIRTIO_NET_F_GUEST_CSUM (1ULL << 1)  /* we take frames with open checksums */
#define VIRTIO_NET_F_MTU (1ULL << 3)
#define VIRTIO_NET_F_MAC (1ULL << 5)
#define VIRTIO_NET_F_MRG_RXBUF (1ULL << 15)
#define VIRTIO_NET_F_STATUS (1ULL << 16)
#define VIRTIO_NET_F_CTRL_VQ (1ULL << 17)

enum { VIRTIO_NET_HDR_NEEDS_CSUM = 1, VIRTIO_NET_HDR_DATA_VALID = 2 };
enum { VIRTIO_NET_S_LINK_UP = 1 };

struct virtio_net_header { /* 5.1.6, with VERSION_1 always these 12 bytes */
	uint8_t flags, gso_type;
	uint16_t hdr_len, gso_size, csum_start, csum_offset;
	uint16_t num_buffers;
};

struct virtio_net_config {
	uint8_t mac[6];
	uint16_t status, max_pairs, mtu;
};

enum { VIRTIO_NET_RX = 0, VIRTIO_NET_TX = 1 };

/* --- 5.3: console --- */

#define VIRTIO_CONSOLE_F_MULTIPORT (1ULL << 1)

struct virtio_console_config {
	uint16_t cols, rows;
	uint32_t max_ports, emergency_write;
};

/* Queues: port 0 in, out; control in, out; port i > 0 in, out at 2 + 2 i. */
enum { VIRTIO_CONSOLE_CONTROL_IN = 2, VIRTIO_CONSOLE_CONTROL_OUT = 3 };

struct virtio_console_control { /* 5.3.6.2; PORT_NAME is followed by the name */
	uint32_t id;
	uint16_t event, value;
};

enum { VIRTIO_CONSOLE_DEVICE_READY = 0, VIRTIO_CONSOLE_PORT_ADD = 1,
       VIRTIO_CONSOLE_PORT_REMOVE = 2, VIRTIO_CONSOLE_PORT_READY = 3,
       VIRTIO_CONSOLE_CONSOLE_PORT = 4, VIRTIO_CONSOLE_RESIZE = 5,
       VIRTIO_CONSOLE_PORT_OPEN = 6, VIRTIO_CONSOLE_PORT_NAME = 7 };

#endif
