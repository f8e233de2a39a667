/* SPDX-License-Identifier: MIT */
/*
 * guest_hostile.c - does what a guest must not, the thing that its command line names. Whatever goes
 * on after it, ends with the line `survived'.
 */
#include "tests/guest/guest.h"

static struct ring tx;
static struct monitor_page *the_page;
static uint8_t number; /* of the console */

static struct monitor_device *console(void)
{
	return &the_page->device[number];
}

/* The console with one queue, for output. */
static void attach(void)
{
	for (unsigned i = 0; i < MONITOR_QUEUES; i++)
		console()->queue[i].size = 0;
	ring_offer(&console()->queue[1], &tx);
	out8(MONITOR_PORT_ATTACH, number);
}

static void kick(unsigned queue)
{
	out8((uint16_t)(MONITOR_PORT_KICK + number * 8 + queue), 0);
}

/* Attached with good rings, then this descriptor. */
static void descriptor(uint64_t address, uint32_t len, uint16_t flags, uint16_t next)
{
	attach();
	ring_give(&tx, 0, 4, 0);
	tx.avail.idx = 0;
	tx.desc[0] = (struct virtq_desc){ address, len, flags, next };
	tx.avail.idx = 1;
	kick(1);
}

static void queue_at(uint64_t desc, uint64_t driver, uint64_t device, uint16_t size)
{
	ring_offer(&console()->queue[1], &tx);
	for (unsigned i = 0; i < MONITOR_QUEUES; i++)
		console()->queue[i].size = 0;
	console()->queue[1] = (struct monitor_queue){ desc, driver, device, size, { 0 } };
	out8(MONITOR_PORT_ATTACH, number);
}

#define RINGS (uintptr_t) tx.desc, (uintptr_t)&tx.avail, (uintptr_t)&tx.used

static void ring_unaligned(void)
{
	queue_at((uintptr_t)tx.desc + 1, (uintptr_t)&tx.avail, (uintptr_t)&tx.used, RING);
}

static void ring_beyond(void)
{
	queue_at(the_page->memory, (uintptr_t)&tx.avail, (uintptr_t)&tx.used, RING);
}

static void ring_end(void)
{
	queue_at((uintptr_t)tx.desc, (uintptr_t)&tx.avail, the_page->memory - 64, RING);
}

static void ring_wraps(void)
{
	queue_at((uintptr_t)tx.desc, UINT64_MAX - 1, (uintptr_t)&tx.used, RING);
}

static void ring_page(void)
{
	queue_at((uintptr_t)tx.desc, (uintptr_t)&tx.avail, MONITOR_PAGE + 4, RING);
}

static void ring_size(void)
{
	queue_at(RINGS, 24);
}

static void ring_large(void)
{
	queue_at(RINGS, 32768);
}

static void features(void)
{
	console()->features = ~0ULL;
	attach();
}

static void features_none(void)
{
	console()->features = 0;
	attach();
}

static void no_device(void)
{
	out8(MONITOR_PORT_ATTACH, 200);
}

static void index_far(void)
{
	attach();
	tx.avail.idx = RING + 1;
	kick(1);
}

static void head(void)
{
	attach();
	tx.avail.ring[0] = 999;
	tx.avail.idx = 1;
	kick(1);
}

static void address_beyond(void)
{
	descriptor(the_page->memory, 1, 0, 0);
}

static void address_wraps(void)
{
	descriptor(UINT64_MAX - 10, 100, 0, 0);
}

static void address_page(void)
{
	descriptor(MONITOR_PAGE, 16, 0, 0);
}

static void length(void)
{
	descriptor((uintptr_t)tx.buffer, UINT32_MAX, 0, 0);
}

static void flags(void)
{
	descriptor((uintptr_t)tx.buffer, 4, 0xfff0, 0);
}

static void indirect(void)
{
	descriptor((uintptr_t)tx.buffer, 64, VIRTQ_DESC_INDIRECT, 0);
}

static void loop(void)
{
	descriptor((uintptr_t)tx.buffer, 4, VIRTQ_DESC_NEXT, 0);
}

static void next(void)
{
	descriptor((uintptr_t)tx.buffer, 4, VIRTQ_DESC_NEXT, 12345);
}

static void order(void)
{
	tx.desc[1] = (struct virtq_desc){ (uintptr_t)tx.buffer, 4, 0, 0 };
	descriptor((uintptr_t)tx.buffer, 4, VIRTQ_DESC_NEXT | VIRTQ_DESC_WRITE, 1);
}

static void no_message(void)
{
	for (unsigned i = 0; i < MONITOR_QUEUES; i++)
		console()->queue[i].size = 0;
	ring_offer(&console()->queue[VIRTIO_CONSOLE_CONTROL_OUT], &tx);
	out8(MONITOR_PORT_ATTACH, number);
	ring_give(&tx, 0, 3, 0);
	kick(VIRTIO_CONSOLE_CONTROL_OUT);
}

static void kick_nothing(void)
{
	kick(0);
}

static void kick_nobody(void)
{
	out8(MONITOR_PORT_KICK + 16 * 8, 0);
}

/* Allowed, and of use to nobody. */
static void kicks(void)
{
	attach();
	for (int i = 0; i < 2000; i++)
		kick((unsigned)i & 7);
}

static void waits(void)
{
	static const uint64_t deadlines[] = { 0, 1, 1ULL << 63, 12345 };

	attach();
	for (unsigned i = 0; i < 4; i++) {
		if (i != 2)
			wait_until(the_page, deadlines[i]);
	}
	wait_until(the_page, tsc() + 1);
	wait_until(the_page, tsc() + the_page->tsc_khz / 10);
}

/* The page is the guest's to write, and the host has read from it all that it needs. */
static void page_spoilt(void)
{
	uint64_t khz = the_page->tsc_khz;

	attach();
	attach(); /* of this one it waits for the end */
	for (uint8_t *p = (uint8_t *)the_page; p < (uint8_t *)(the_page + 1); p++)
		*p = 0;
	wait_until(the_page, tsc() + khz / 10);
}

static void messages(void)
{
	static struct virtio_console_control c[RING];

	for (unsigned i = 0; i < MONITOR_QUEUES; i++)
		console()->queue[i].size = 0;
	ring_offer(&console()->queue[VIRTIO_CONSOLE_CONTROL_OUT], &tx);
	out8(MONITOR_PORT_ATTACH, number);
	for (uint16_t i = 0; i < RING; i++) {
		c[i] = (struct virtio_console_control){ i, (uint16_t)(i % 9), i & 1 };
		copy(tx.buffer[i], &c[i], sizeof(c[i]));
		ring_give(&tx, i, sizeof(c[i]), 0);
		kick(VIRTIO_CONSOLE_CONTROL_OUT);
	}
}

static void output(void)
{
	static struct {
		uint32_t n;
		char text[60000];
	} all = { sizeof(all.text), "" };

	for (unsigned i = 0; i < sizeof(all.text); i++)
		all.text[i] = i % 60 == 59 ? '\n' : 'x';
	for (int i = 0; i < 50; i++)
		out32(MONITOR_PORT_PRINT, (uint32_t)(uintptr_t)&all);
}

/* One piece that is larger than a console's file may get, in memory that nobody uses. */
static void piece(void)
{
	char *text = (char *)0x480000;
	const unsigned n = 3 << 20;

	for (unsigned i = 0; i < n; i++)
		text[i] = i % 60 == 59 ? '\n' : 'x';
	text[n - 1] = '$';
	descriptor((uintptr_t)text, n, 0, 0);
	while (*(volatile uint16_t *)&tx.used.idx == 0)
		;
}

static void endless(void)
{
	say("endless");
	for (;;)
		output();
}

static void print_beyond(void)
{
	out32(MONITOR_PORT_PRINT, 0xfffffff0);
}

static void print_long(void)
{
	guest_line.n = 0x7fffffff;
	out32(MONITOR_PORT_PRINT, (uint32_t)(uintptr_t)&guest_line);
}

static uint64_t argument; /* of the command line */

static void port_read(void)
{
	in8((uint16_t)argument);
}

static void port_write(void)
{
	out8((uint16_t)argument, 0x5a);
}

static void port_wide(void)
{
	out16(MONITOR_PORT_WAIT, 0);
}

static void exit_code(void)
{
	out8(MONITOR_PORT_EXIT, 77);
}

static void mmio(void)
{
	*(volatile uint32_t *)0xc0001000 = 1;
}

static void mmio_read(void)
{
	(void)*(volatile uint32_t *)0xc0001000;
}

static void fault(void)
{
	*(volatile uint32_t *)0x7fff00000000 = 1;
}

static void ring0(void)
{
	__asm__ volatile("cli; hlt");
}

static void jump(void)
{
	((void (*)(void))0x123456789abcULL)();
}

static void no_stack(void)
{
	__asm__ volatile("xor %esp, %esp; push %rax; int $3");
}

static void panic(void)
{
	out8(MONITOR_PORT_EXIT, MONITOR_PANIC);
}

/* The watchdog's NMI finds no handler. */
static void hang(void)
{
	the_page->patience = 1;
	for (;;)
		;
}

static void spin(void)
{
	say("spinning");
	for (;;)
		;
}

/* Garbage in all of the page and the rings, from the clock. */
static void garbage(void)
{
	uint64_t x = tsc() | 1;
	uint8_t *p = (uint8_t *)the_page;

	for (unsigned i = 0; i < sizeof(*the_page); i++) {
		x = x * 6364136223846793005ULL + 1442695040888963407ULL;
		p[i] = (uint8_t)(x >> 56);
	}
	for (unsigned i = 0; i < 4; i++)
		out8(MONITOR_PORT_ATTACH, number);
	kick(1);
	wait_until(the_page, 1);
	wait_until(the_page, 1);
	out8(MONITOR_PORT_EXIT, 99);
}

static const struct {
	const char *name;
	void (*run)(void);
} attacks[] = {
	{ "ring-unaligned", ring_unaligned },
	{ "ring-beyond", ring_beyond },
	{ "ring-end", ring_end },
	{ "ring-wraps", ring_wraps },
	{ "ring-page", ring_page },
	{ "ring-size", ring_size },
	{ "ring-large", ring_large },
	{ "features", features },
	{ "features-none", features_none },
	{ "no-device", no_device },
	{ "index", index_far },
	{ "head", head },
	{ "address-beyond", address_beyond },
	{ "address-wraps", address_wraps },
	{ "address-page", address_page },
	{ "length", length },
	{ "flags", flags },
	{ "indirect", indirect },
	{ "loop", loop },
	{ "next", next },
	{ "order", order },
	{ "no-message", no_message },
	{ "kick-nothing", kick_nothing },
	{ "kick-nobody", kick_nobody },
	{ "kicks", kicks },
	{ "waits", waits },
	{ "page-spoilt", page_spoilt },
	{ "messages", messages },
	{ "output", output },
	{ "piece", piece },
	{ "endless", endless },
	{ "print-beyond", print_beyond },
	{ "print-long", print_long },
	{ "port-read", port_read },
	{ "port-write", port_write },
	{ "port-wide", port_wide },
	{ "exit-code", exit_code },
	{ "mmio", mmio },
	{ "mmio-read", mmio_read },
	{ "fault", fault },
	{ "ring0", ring0 },
	{ "jump", jump },
	{ "no-stack", no_stack },
	{ "panic", panic },
	{ "spin", spin },
	{ "hang", hang },
	{ "garbage", garbage },
};

/* The number behind the first word; the word ends there. */
static uint64_t split(char *line)
{
	uint64_t v = 0;

	while (*line && *line != ' ')
		line++;
	if (*line)
		*line++ = '\0';
	for (; *line; line++)
		v = v * 10 + (uint64_t)(*line - '0');
	return v;
}

void main(const struct pvh_start_info *s, struct monitor_page *page)
{
	char *line = (char *)s->cmdline;

	the_page = page;
	number = (uint8_t)(page->ndevices - 1);
	argument = split(line);
	for (unsigned i = 0; i < sizeof(attacks) / sizeof(attacks[0]); i++) {
		if (same(attacks[i].name, line)) {
			attacks[i].run();
			/* What the I/O thread finds, it finds a little later. */
			page->deadline = tsc() + 200 * page->tsc_khz;
			out8(MONITOR_PORT_WAIT, 0);
			say("survived");
			return;
		}
	}
	say("unknown");
}
