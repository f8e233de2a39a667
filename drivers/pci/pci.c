/* SPDX-License-Identifier: MIT */
/* pci.c - PCI functions of bus 0. */
#include "drivers/pci/pci.h"

#include "drivers/io.h"
#include "kernel/memory.h"

#define PORT_ADDRESS 0xcf8
#define PORT_DATA 0xcfc

#define SLOTS 32
#define FUNCTIONS 8

enum {
	VENDOR = 0x00,
	COMMAND = 0x04,
	STATUS = 0x06,
	HEADER_TYPE = 0x0e,
	BAR0 = 0x10,
	CAPABILITIES = 0x34
};
enum { COMMAND_MEMORY = 2, COMMAND_MASTER = 4, COMMAND_NO_INTX = 0x400 };
enum { STATUS_CAPABILITIES = 0x10 };
enum { HEADER_MANY = 0x80, HEADER_KIND = 0x7f };
enum { BAR_IO = 1, BAR_KIND = 6, BAR_64 = 4 };

/* Where BARs go that the firmware has left alone: above its own windows' usual start, below the
 * I/O APIC. */
#define WINDOW_START 0xe0000000ULL
#define WINDOW_END 0xfe000000ULL
#define ROUNDS 64 /* of the search for such a place */

/* --- configuration space --- */

static uint32_t config_address(const struct pci_device *d, unsigned at)
{
	return 0x80000000U | (uint32_t)d->slot << 11 | (uint32_t)d->function << 8 | (at & 0xfc);
}

uint32_t pci_read32(const struct pci_device *d, unsigned at)
{
	port_write32(PORT_ADDRESS, config_address(d, at));
	return port_read32(PORT_DATA);
}

uint16_t pci_read16(const struct pci_device *d, unsigned at)
{
	return (uint16_t)(pci_read32(d, at) >> (at & 2) * 8);
}

uint8_t pci_read8(const struct pci_device *d, unsigned at)
{
	return (uint8_t)(pci_read32(d, at) >> (at & 3) * 8);
}

void pci_write32(const struct pci_device *d, unsigned at, uint32_t v)
{
	port_write32(PORT_ADDRESS, config_address(d, at));
	port_write32(PORT_DATA, v);
}

void pci_write16(const struct pci_device *d, unsigned at, uint16_t v)
{
	unsigned shift = (at & 2) * 8;
	uint32_t old = pci_read32(d, at);

	/* The status register shares a word with the command: its bits are cleared by ones. */
	if ((at & ~3U) == COMMAND)
		old &= 0xffff;
	pci_write32(d, at, (old & ~(0xffffU << shift)) | (uint32_t)v << shift);
}

unsigned pci_capability(const struct pci_device *d, uint8_t kind, unsigned after)
{
	unsigned at;

	if (!(pci_read16(d, STATUS) & STATUS_CAPABILITIES))
		return 0;
	at = pci_read8(d, after ? after + 1 : CAPABILITIES) & 0xfc;
	/* There is room for 48; more are a circle. */
	for (unsigned i = 0; i < 48 && at >= 0x40; i++) {
		if (pci_read8(d, at) == kind)
			return at;
		at = pci_read8(d, at + 1) & 0xfc;
	}
	return 0;
}

/* --- what there is --- */

static bool read_device(struct pci_device *d, unsigned slot, unsigned function)
{
	uint32_t id;

	*d = (struct pci_device){ .slot = (uint8_t)slot, .function = (uint8_t)function };
	id = pci_read32(d, VENDOR);
	d->vendor = (uint16_t)id;
	d->device = (uint16_t)(id >> 16);
	return d->vendor != 0xffff && d->vendor != 0;
}

void pci_scan(void (*each)(void *arg, const struct pci_device *), void *arg)
{
	struct pci_device d;

	for (unsigned slot = 0; slot < SLOTS; slot++) {
		unsigned functions = 1;

		for (unsigned i = 0; i < functions; i++) {
			if (!read_device(&d, slot, i))
				continue;
			if (i == 0 && pci_read8(&d, HEADER_TYPE) & HEADER_MANY)
				functions = FUNCTIONS;
			if ((pci_read8(&d, HEADER_TYPE) & HEADER_KIND) == 0)
				each(arg, &d);
		}
	}
}

/* --- memory --- */

struct range {
	uint64_t start, size; /* size 0: not memory */
	bool wide;            /* takes up the next BAR, too */
};

static uint32_t command(const struct pci_device *d, unsigned clear, unsigned add)
{
	uint16_t old = pci_read16(d, COMMAND);

	pci_write16(d, COMMAND, (uint16_t)((old & ~clear) | add));
	return old;
}

/* A write of ones shows which bits of the address are fixed. */
static uint32_t fixed_bits(const struct pci_device *d, unsigned at)
{
	uint32_t old = pci_read32(d, at), probe;

	pci_write32(d, at, 0xffffffff);
	probe = pci_read32(d, at);
	pci_write32(d, at, old);
	return probe;
}

static struct range read_bar(const struct pci_device *d, unsigned bar)
{
	unsigned at = BAR0 + bar * 4;
	uint32_t low = pci_read32(d, at);
	struct range r = { .wide = !(low & BAR_IO) && (low & BAR_KIND) == BAR_64 && bar < 5 };
	uint64_t mask;

	if (low & BAR_IO)
		return r;
	/* The device must not respond at the addresses that show its size. */
	command(d, COMMAND_MEMORY, 0);
	mask = fixed_bits(d, at) & ~15U;
	mask |= (uint64_t)(r.wide ? fixed_bits(d, at + 4) : 0xffffffff) << 32;
	r.start = low & ~15U;
	if (r.wide)
		r.start |= (uint64_t)pci_read32(d, at + 4) << 32;
	r.size = mask & -mask;
	if ((mask & 0xffffffff) == 0 && !r.wide)
		r.size = 0;
	return r;
}

struct search {
	uint64_t at, size;
	bool moved;
};

static void avoid(void *arg, const struct pci_device *d)
{
	struct search *s = arg;
	uint32_t old = command(d, 0, 0);

	for (unsigned i = 0; i < PCI_BARS; i++) {
		struct range r = read_bar(d, i);

		if (r.size > 0 && r.start < s->at + s->size && s->at < r.start + r.size) {
			s->at = (r.start + r.size + s->size - 1) & ~(s->size - 1);
			s->moved = true;
		}
		i += r.wide;
	}
	pci_write16(d, COMMAND, (uint16_t)old);
}

/* An address where no other BAR is; 0: there is none. */
static uint64_t free_address(uint64_t size)
{
	struct search s = { .at = (WINDOW_START + size - 1) & ~(size - 1), .size = size };
	unsigned rounds = 0;

	do {
		s.moved = false;
		pci_scan(avoid, &s);
	} while (s.moved && s.at + size <= WINDOW_END && ++rounds < ROUNDS);
	return !s.moved && s.at + size <= WINDOW_END ? s.at : 0;
}

static uint64_t assign(const struct pci_device *d, unsigned bar, const struct range *r)
{
	uint64_t at = free_address(r->size);

	if (at == 0)
		return 0;
	pci_write32(d, BAR0 + bar * 4, (uint32_t)at);
	if (r->wide)
		pci_write32(d, BAR0 + bar * 4 + 4, 0);
	return at;
}

static void map_bar(struct pci_device *d, unsigned bar)
{
	uint32_t old = command(d, 0, 0);
	struct range r = read_bar(d, bar);
	uint64_t at = r.start;

	if (r.size >= 16 && r.size <= WINDOW_END - WINDOW_START) {
		if (at == 0 || at + r.size > 1ULL << 32)
			at = assign(d, bar, &r);
		if (at != 0)
			d->bar[bar] = memory_map_device(at, r.size);
		if (d->bar[bar])
			d->bar_size[bar] = r.size;
	}
	pci_write16(d, COMMAND, (uint16_t)old);
}

uint8_t *pci_bar(struct pci_device *d, unsigned bar, uint64_t at, uint64_t n)
{
	if (bar >= PCI_BARS)
		return NULL;
	if (!d->bar[bar])
		map_bar(d, bar);
	if (!d->bar[bar] || at > d->bar_size[bar] || n > d->bar_size[bar] - at)
		return NULL;
	return d->bar[bar] + at;
}

void pci_enable(struct pci_device *d)
{
	command(d, 0, COMMAND_MEMORY | COMMAND_MASTER | COMMAND_NO_INTX);
}

/* --- interrupts --- */

bool pci_msix(struct pci_device *d, uint64_t address, uint32_t data)
{
	unsigned cap = pci_capability(d, PCI_CAP_MSIX, 0);
	uint32_t table;
	uint8_t *entry;

	if (cap == 0 || cap > 256 - 12)
		return false;
	table = pci_read32(d, cap + 4);
	entry = pci_bar(d, table & 7, table & ~7U, 16);
	if (!entry)
		return false;
	/* On, all masked; then the entry; then unmasked. */
	pci_write16(d, cap + 2, 0xc000);
	mmio_write32(entry, (uint32_t)address);
	mmio_write32(entry + 4, (uint32_t)(address >> 32));
	mmio_write32(entry + 8, data);
	mmio_write32(entry + 12, 0);
	pci_write16(d, cap + 2, 0x8000);
	return true;
}
