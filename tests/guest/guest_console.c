/* SPDX-License-Identifier: MIT */
/*
 * guest_console.c - both ports of the console: what is typed is printed in brackets; on the control
 * port each conversation gets a greeting with its number, then its own bytes back, until QUIT (the
 * guest closes), SHUTDOWN (it powers off), `flood' (200,000 bytes), or `sleep' (it hears nothing for two
 * seconds).
 */
#include "tests/guest/guest.h"

enum { CONSOLE_IN, CONSOLE_OUT, EVENTS_IN, EVENTS_OUT, CONTROL_IN, CONTROL_OUT, QUEUES };

static struct ring ring[QUEUES];
static unsigned device;
static struct monitor_page *the_page;
static unsigned conversations;
static int is_open;

/* Waits for a buffer when all are on their way. */
static void send(unsigned queue, const void *p, uint32_t n)
{
	struct ring *r = &ring[queue];
	uint16_t old = r->avail.idx;
	uint32_t ignored;

	while (ring_take(r, &ignored) >= 0)
		;
	while ((uint16_t)(r->avail.idx - r->seen) == RING) {
		wait_until(the_page, UINT64_MAX);
		ring_take(r, &ignored);
	}
	copy(r->buffer[old % RING], p, n);
	ring_give(r, old % RING, n, 0);
	ring_kick(r, device, queue, old);
}

static void give_back(unsigned queue, int i)
{
	uint16_t old = ring[queue].avail.idx;

	ring_give(&ring[queue], (uint16_t)i, BUFFER, VIRTQ_DESC_WRITE);
	ring_kick(&ring[queue], device, queue, old);
}

static void event(uint32_t port, uint16_t what, uint16_t value)
{
	struct virtio_console_control c = { port, what, value };

	send(EVENTS_OUT, &c, sizeof(c));
}

static void send_text(unsigned queue, const char *s)
{
	uint32_t n = 0;

	while (s[n])
		n++;
	send(queue, s, n);
}

static void opened(void)
{
	char greeting[] = "conversation 0\n";

	greeting[13] = (char)('0' + ++conversations % 10);
	is_open = 1;
	event(1, VIRTIO_CONSOLE_PORT_OPEN, 1);
	send_text(CONTROL_OUT, greeting);
}

static void closed(void)
{
	if (is_open)
		event(1, VIRTIO_CONSOLE_PORT_OPEN, 0);
	is_open = 0;
}

static void on_event(const struct virtio_console_control *c, uint32_t n)
{
	if (c->event == VIRTIO_CONSOLE_PORT_ADD)
		event(c->id, VIRTIO_CONSOLE_PORT_READY, 1);
	if (c->event == VIRTIO_CONSOLE_PORT_NAME) {
		put("port ");
		for (uint32_t i = sizeof(*c); i < n; i++)
			guest_line.text[guest_line.n++] = ((const char *)c)[i];
		end_line();
	}
	if (c->id == 1 && c->event == VIRTIO_CONSOLE_PORT_OPEN) {
		if (c->value)
			opened();
		else
			closed();
	}
}

static void flood(void)
{
	static char text[1000];

	for (unsigned i = 0; i < sizeof(text); i++)
		text[i] = (char)('a' + i % 26);
	for (int i = 0; i < 200; i++)
		send(CONTROL_OUT, text, sizeof(text));
}

static void sleep(void)
{
	uint64_t end = tsc() + 2000 * the_page->tsc_khz;

	while (tsc() < end)
		wait_until(the_page, end);
}

static void on_control(char *p, uint32_t n)
{
	p[n] = '\0';
	if (same(p, "SHUTDOWN\r\n"))
		power_off();
	if (same(p, "flood\n"))
		flood();
	else if (same(p, "sleep\n"))
		sleep();
	else if (same(p, "QUIT\r\n"))
		closed();
	else if (is_open)
		send(CONTROL_OUT, p, n);
}

static void on_typed(const char *p, uint32_t n)
{
	send_text(CONSOLE_OUT, "[");
	send(CONSOLE_OUT, p, n);
	send_text(CONSOLE_OUT, "]\n");
}

/* Events come first: what opens a conversation is ahead of its bytes. */
static int turn(void)
{
	static const unsigned order[] = { EVENTS_IN, CONTROL_IN, CONSOLE_IN };

	for (unsigned q = 0; q < 3; q++) {
		struct ring *r = &ring[order[q]];
		uint32_t n;
		int i = ring_take(r, &n);

		if (i < 0)
			continue;
		if (order[q] == EVENTS_IN)
			on_event((const struct virtio_console_control *)r->buffer[i], n);
		else if (order[q] == CONTROL_IN)
			on_control((char *)r->buffer[i], n);
		else
			on_typed((const char *)r->buffer[i], n);
		give_back(order[q], i);
		return 1;
	}
	return 0;
}

static void attach(struct monitor_device *d)
{
	static const unsigned in[] = { CONSOLE_IN, EVENTS_IN, CONTROL_IN };

	for (unsigned i = 0; i < 3; i++)
		ring_fill(&ring[in[i]]);
	for (unsigned i = 0; i < QUEUES; i++)
		ring_offer(&d->queue[i], &ring[i]);
	out8(MONITOR_PORT_ATTACH, (uint8_t)device);
}

static void detach(struct monitor_device *d)
{
	for (unsigned i = 0; i < QUEUES; i++)
		d->queue[i].size = 0;
	out8(MONITOR_PORT_ATTACH, (uint8_t)device);
	__asm__ volatile("rep stosb" : : "a"(0), "D"(ring), "c"(sizeof(ring)) : "memory");
}

void main(const struct pvh_start_info *s, struct monitor_page *page)
{
	(void)s;
	the_page = page;
	device = page->ndevices - 1;
	attach(&page->device[device]);
	detach(&page->device[device]); /* and once more, from the start */
	attach(&page->device[device]);
	event(0, VIRTIO_CONSOLE_DEVICE_READY, 1);
	send_text(CONSOLE_OUT, "up\n");
	for (;;) {
		if (!turn())
			wait_until(page, UINT64_MAX);
	}
}
