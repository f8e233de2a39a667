/* SPDX-License-Identifier: MIT */
/*
 * packet_socket.h - a packet socket (packet(7)) with its ring to receive: slots that the kernel
 * fills, TPACKET_V2 of Documentation/networking/packet_mmap.rst.
 */
#ifndef PLATFORM_LINUX_PACKET_SOCKET_H
#define PLATFORM_LINUX_PACKET_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/if_packet.h>

#define LARGE_SIZE (1U << 18) /* bytes of a frame too large for a slot, at most */

struct packet_socket {
	int fd;
	uint8_t *ring; /* NULL: there is none */
	size_t ring_size;
	uint32_t slots, slot_size, at; /* a power of two; at: the one that is filled next */
	bool vnet;                     /* the kernel's header stands before each frame */
	uint8_t *large;                /* LARGE_SIZE bytes */
	uint64_t drops;
};

/* Not bound, without a ring. NULL, and errno. */
struct packet_socket *packet_socket_new(void);
void packet_socket_free(struct packet_socket *s);

/* Of a slot for what is wanted, snaplen bytes at most, of the frames of an interface. */
uint32_t packet_slot_size(uint32_t mtu, uint32_t snaplen);

/* Makes the ring. NULL, or what failed, and errno. */
const char *packet_socket_map(struct packet_socket *s, uint32_t slot_size);

/* One with a ring of such slots will soon be wanted: begins to make it, in a thread. Whatever is
 * wrong is found again when it is made then. */
void packet_socket_prepare(uint32_t slot_size);
/* That one, when it is ready. NULL: there is none. */
struct packet_socket *packet_socket_take(uint32_t slot_size);

static inline struct tpacket2_hdr *packet_slot(const struct packet_socket *s, uint32_t i)
{
	return (void *)(s->ring + (size_t)(i & (s->slots - 1)) * s->slot_size);
}

#endif
