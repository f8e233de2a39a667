/* SPDX-License-Identifier: MIT */
/*
 * guest_echo.c - an interface that answers: ARP for any address, ICMP echo, and UDP, which goes back
 * to where it came from with its checksum as open as it was. Stops at a frame of type 0x88b5.
 */
#include "tests/guest/guest.h"

static struct ring rx, tx;
static uint64_t frames;

struct frame {
	struct virtio_net_header header;
	uint8_t to[6], from[6];
	uint8_t type[2];
	uint8_t data[1500];
} __attribute__((packed));

static void swap(uint8_t *a, uint8_t *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint8_t t = a[i];

		a[i] = b[i];
		b[i] = t;
	}
}

/* Answers become of the questions, in place. Returns whether there is one. */
static int answer_arp(uint8_t *d, const uint8_t mac[6])
{
	if (d[7] != 1)
		return 0;
	d[7] = 2;
	swap(d + 8, d + 18, 10);
	copy(d + 8, mac, 6);
	return 1;
}

static int answer_ip(uint8_t *d)
{
	swap(d + 12, d + 16, 4);
	if (d[9] == 17) {
		swap(d + 20, d + 22, 2);
		return 1;
	}
	if (d[9] != 1 || d[20] != 8)
		return 0;
	d[20] = 0;
	d[22] = (uint8_t)(d[22] + 8); /* the checksum of 8 less, without its end-around carry */
	if (d[22] < 8 && ++d[23] == 0)
		d[22]++;
	return 1;
}

static int answer(struct frame *f, const uint8_t mac[6])
{
	int good = 0;

	if (f->type[0] == 0x88 && f->type[1] == 0xb5)
		power_off();
	if (f->type[0] == 8 && f->type[1] == 6)
		good = answer_arp(f->data, mac);
	else if (f->type[0] == 8 && f->type[1] == 0)
		good = answer_ip(f->data);
	copy(f->to, f->from, 6);
	copy(f->from, mac, 6);
	return good;
}

/* One frame, if there is one: its buffer goes back, the answer into the same of the other ring. */
static int turn(const struct monitor_device *d)
{
	uint32_t n, ignored;
	uint16_t old;
	int i = ring_take(&rx, &n);

	if (i < 0)
		return 0;
	frames++;
	while (ring_take(&tx, &ignored) >= 0)
		;
	if (answer((struct frame *)rx.buffer[i], d->mac)) {
		copy(tx.buffer[i], rx.buffer[i], n);
		old = tx.avail.idx;
		ring_give(&tx, (uint16_t)i, n, 0);
		ring_kick(&tx, 0, VIRTIO_NET_TX, old);
	}
	old = rx.avail.idx;
	ring_give(&rx, (uint16_t)i, BUFFER, VIRTQ_DESC_WRITE);
	ring_kick(&rx, 0, VIRTIO_NET_RX, old);
	return 1;
}

void main(const struct pvh_start_info *s, struct monitor_page *page)
{
	struct monitor_device *d = &page->device[0];

	(void)s;
	put("interface ");
	put(d->name);
	put(" mtu ");
	put_number(d->mtu);
	end_line();
	ring_fill(&rx);
	ring_offer(&d->queue[VIRTIO_NET_RX], &rx);
	ring_offer(&d->queue[VIRTIO_NET_TX], &tx);
	out8(MONITOR_PORT_ATTACH, 0);
	out8(MONITOR_PORT_READY, 1);
	for (;;) {
		if (!turn(d))
			wait_until(page, UINT64_MAX);
	}
}
