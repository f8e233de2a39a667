/* SPDX-License-Identifier: MIT */
/*
 * pci.h - PCI functions of bus 0: their configuration space (through ports 0xcf8 and 0xcfc), their
 * memory, and their message-signalled interrupts.
 */
#ifndef DRIVERS_PCI_PCI_H
#define DRIVERS_PCI_PCI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PCI_BARS 6

enum { PCI_CAP_VENDOR = 0x09, PCI_CAP_MSIX = 0x11 };

struct pci_device {
	uint8_t slot, function;
	uint16_t vendor, device;
	uint8_t *bar[PCI_BARS]; /* mapped by pci_bar */
	size_t bar_size[PCI_BARS];
};

/* Calls each for the functions of bus 0, in the order of their numbers. */
void pci_scan(void (*each)(void *arg, const struct pci_device *), void *arg);

/* Of configuration space; at < 256. */
uint8_t pci_read8(const struct pci_device *, unsigned at);
uint16_t pci_read16(const struct pci_device *, unsigned at);
uint32_t pci_read32(const struct pci_device *, unsigned at);
void pci_write16(const struct pci_device *, unsigned at, uint16_t v);
void pci_write32(const struct pci_device *, unsigned at, uint32_t v);

/* Where the next capability of that kind is, after the one at `after' (0: the first). 0: none. */
unsigned pci_capability(const struct pci_device *, uint8_t kind, unsigned after);

/* The n bytes at offset `at' of a memory BAR, mapped; it gets an address when the firmware has given
 * it none, or one out of reach. NULL: there are no such bytes. */
uint8_t *pci_bar(struct pci_device *, unsigned bar, uint64_t at, uint64_t n);

/* Lets the device respond, and reach memory. */
void pci_enable(struct pci_device *);
/* MSI-X with all its messages through entry 0. False: it has none. */
bool pci_msix(struct pci_device *, uint64_t address, uint32_t data);

#endif
