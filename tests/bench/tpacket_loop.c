/* SPDX-License-Identifier: MIT */
/*
 * tpacket_loop.c - the least that forwards frames between two interfaces of Linux: a TPACKET_V3
 * ring to receive, one system call for each block to send. The yardstick for FromDevice and
 * ToDevice.
 *
 *	tpacket_loop FROM TO [SECONDS]
 *
 * forwards one way and prints received, sent and dropped frames at the end.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BLOCK_SIZE (1U << 18)
#define BLOCKS 32U
#define SEND_MAX 256

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int packet_socket(const char *device, int protocol)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_protocol = htons(protocol) };
	int fd = socket(AF_PACKET, SOCK_RAW, 0), one = 1;

	at.sll_ifindex = (int)if_nametoindex(device);
	if (fd < 0 || at.sll_ifindex == 0)
		die(device);
	setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0)
		die("bind");
	return fd;
}

static uint8_t *map_ring(int fd)
{
	struct tpacket_req3 req = {
		.tp_block_size = BLOCK_SIZE,
		.tp_block_nr = BLOCKS,
		.tp_frame_size = 2048,
		.tp_frame_nr = BLOCK_SIZE / 2048 * BLOCKS,
		.tp_retire_blk_tov = 1,
	};
	int version = TPACKET_V3;
	void *ring;

	if (setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) < 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &req, sizeof(req)) < 0)
		die("PACKET_RX_RING");
	ring = mmap(NULL, (size_t)BLOCK_SIZE * BLOCKS, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (ring == MAP_FAILED)
		die("mmap");
	return ring;
}

static unsigned send_all(int fd, struct mmsghdr *msg, unsigned n)
{
	unsigned sent = 0;

	while (sent < n) {
		int r = sendmmsg(fd, msg + sent, n - sent, MSG_DONTWAIT);

		if (r <= 0)
			break;
		sent += (unsigned)r;
	}
	return sent;
}

/* Sends what the block holds, straight from the ring. */
static unsigned forward_block(int fd, struct tpacket_block_desc *block)
{
	static struct mmsghdr msg[SEND_MAX];
	static struct iovec iov[SEND_MAX];
	uint8_t *at = (uint8_t *)block + block->hdr.bh1.offset_to_first_pkt;
	unsigned n = 0, sent = 0;

	for (unsigned left = block->hdr.bh1.num_pkts; left > 0; left--) {
		struct tpacket3_hdr *h = (struct tpacket3_hdr *)(void *)at;

		iov[n] = (struct iovec){ at + h->tp_mac, h->tp_snaplen };
		msg[n].msg_hdr.msg_iov = &iov[n];
		msg[n].msg_hdr.msg_iovlen = 1;
		if (++n == SEND_MAX || left == 1) {
			sent += send_all(fd, msg, n);
			n = 0;
		}
		at += h->tp_next_offset;
	}
	return sent;
}

int main(int argc, char **argv)
{
	unsigned long received = 0, sent = 0;
	struct tpacket_stats_v3 stats;
	socklen_t len = sizeof(stats);
	struct pollfd wait;
	uint8_t *ring;
	time_t end;
	int rx, tx;

	if (argc < 3) {
		fprintf(stderr, "usage: tpacket_loop FROM TO [SECONDS]\n");
		return 1;
	}
	rx = packet_socket(argv[1], ETH_P_ALL);
	tx = packet_socket(argv[2], 0);
	ring = map_ring(rx);
	wait = (struct pollfd){ .fd = rx, .events = POLLIN };
	end = time(NULL) + (argc > 3 ? atoi(argv[3]) : 10);
	for (unsigned i = 0; time(NULL) < end;) {
		struct tpacket_block_desc *block = (void *)(ring + (size_t)i * BLOCK_SIZE);

		if (!(__atomic_load_n(&block->hdr.bh1.block_status, __ATOMIC_ACQUIRE) &
		      TP_STATUS_USER)) {
			poll(&wait, 1, 100);
			continue;
		}
		received += block->hdr.bh1.num_pkts;
		sent += forward_block(tx, block);
		__atomic_store_n(&block->hdr.bh1.block_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
		i = (i + 1) % BLOCKS;
	}
	getsockopt(rx, SOL_PACKET, PACKET_STATISTICS, &stats, &len);
	printf("received %lu sent %lu dropped %u\n", received, sent, stats.tp_drops);
	return 0;
}
