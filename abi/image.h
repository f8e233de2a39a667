/* SPDX-License-Identifier: MIT */
/*
 * image.h - the fixed places in clickos.elf's memory, and how it is started.
 *
 * Physical and virtual addresses are the same. The first pages of the image belong to ring 0 and
 * are complete at link time: trap stubs, descriptor tables, page tables. So a monitor that sets
 * the registers itself can start the guest in ring 3, without one instruction in ring 0:
 *
 *	CR0 PE|MP|NE|WP|PG, CR4 PAE|OSFXSR|OSXMMEXCPT, EFER LME|LMA|NXE, CR3 IMAGE_CR3
 *	GDTR IMAGE_GDT, IDTR IMAGE_IDT, TR IMAGE_TSS (busy), CS, SS, DS, ES of ring 3 as below
 *	RIP, RSP and FS base from the note, RFLAGS 2
 *	RDI the address of struct pvh_start_info, RSI that of struct monitor_page
 *
 * Only the first 4 MiB are mapped then; the monitor adds the rest of memory to the page directory
 * at IMAGE_PD0 (entry i is MiB 2i; IMAGE_PDE_RAM), up to IMAGE_RAM_MAX. All other boot protocols
 * enter in 32-bit mode (abi/pvh.h), and the guest does it.
 *
 * This file is included by assembly.
 */
#ifndef ABI_IMAGE_H
#define ABI_IMAGE_H

#define IMAGE_BASE 0x100000
#define IMAGE_STUBS IMAGE_BASE            /* supervisor, executable */
#define IMAGE_TABLES (IMAGE_BASE + 0x1000) /* supervisor, writable: GDT, TSS, IDT */
#define IMAGE_GDT IMAGE_TABLES
#define IMAGE_GDT_SIZE 0x40
#define IMAGE_TSS (IMAGE_TABLES + 0x80)
#define IMAGE_TSS_SIZE 0x209              /* with the bitmap of I/O ports below 0xd00, all free */
#define IMAGE_IDT (IMAGE_TABLES + 0x300)
#define IMAGE_IDT_VECTORS 0x90
#define IMAGE_IDT_SIZE (IMAGE_IDT_VECTORS * 16)
#define IMAGE_CR3 (IMAGE_BASE + 0x2000)   /* PML4 */
#define IMAGE_PDPT (IMAGE_BASE + 0x3000)
#define IMAGE_PD0 (IMAGE_BASE + 0x4000)   /* 0 - 1 GiB */
#define IMAGE_PD1 (IMAGE_BASE + 0x5000)   /* 1 - 2 GiB */
#define IMAGE_PD2 (IMAGE_BASE + 0x6000)   /* 2 - 3 GiB */
#define IMAGE_PD3 (IMAGE_BASE + 0x7000)   /* 3 - 4 GiB: devices */
#define IMAGE_PT0 (IMAGE_BASE + 0x8000)   /* 0 - 2 MiB */
#define IMAGE_PT1 (IMAGE_BASE + 0x9000)   /* 2 - 4 MiB */
#define IMAGE_HYPERCALL (IMAGE_BASE + 0xa000) /* supervisor, executable: Xen's page */
#define IMAGE_USER (IMAGE_BASE + 0xb000)  /* from here on ring 3's */

/* A 2 MiB page of ordinary memory: present, writable, user, accessed, dirty, large, no execute. */
#define IMAGE_PDE_RAM 0x80000000000000e7
#define IMAGE_RAM_MAX 0xc0000000

/* Selectors. */
#define IMAGE_CS0 0x08
#define IMAGE_SS0 0x10
#define IMAGE_CS3 0x1b
#define IMAGE_SS3 0x23
#define IMAGE_TR 0x28 /* 16 bytes */

/* The note that a monitor of our own looks for: five 64-bit numbers. */
#define IMAGE_NOTE_OWNER "ClickOS"
#define IMAGE_NOTE_TYPE 1
#define IMAGE_VERSION 1

#ifndef __ASSEMBLER__
#include <stdint.h>

struct image_note {
	uint64_t version; /* IMAGE_VERSION */
	uint64_t entry;   /* ring 3 */
	uint64_t stack;   /* its top, 16-byte aligned */
	uint64_t fs_base;
	uint64_t end;     /* first byte behind the image and its zeroed data */
};
#endif

#endif
