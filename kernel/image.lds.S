/* SPDX-License-Identifier: MIT */
/*
 * image.lds.S - how clickos.elf is laid out, and its page tables: the first 4 MiB in pages of 4 KiB,
 * each with the rights of what is linked there, so that nothing is both writable and executable and
 * ring 0's pages are closed to ring 3.
 */
#include "abi/image.h"

OUTPUT_FORMAT("elf64-x86-64")
ENTRY(boot32)

PHDRS
{
	stubs PT_LOAD FLAGS(5);
	tables PT_LOAD FLAGS(6);
	text PT_LOAD FLAGS(5);
	rodata PT_LOAD FLAGS(4);
	data PT_LOAD FLAGS(6);
	stacks PT_LOAD FLAGS(6);
	tls PT_TLS FLAGS(4);
	note PT_NOTE FLAGS(4);
	stack PT_GNU_STACK FLAGS(6);
}

#define SUPERVISOR_CODE 0x21
#define SUPERVISOR_DATA 0x8000000000000063
#define USER_CODE 0x25
#define USER_CONST 0x8000000000000025
#define USER_DATA 0x8000000000000067
#define TABLE 0x67

#define WITHIN(a, from, to) ((a) >= (from) && (a) < (to))
#define RIGHTS(a) ( \
	(a) == 0 ? 0 : \
	WITHIN(a, IMAGE_STUBS, IMAGE_TABLES) || WITHIN(a, IMAGE_HYPERCALL, IMAGE_USER) \
		? (a) + SUPERVISOR_CODE : \
	WITHIN(a, IMAGE_TABLES, IMAGE_HYPERCALL) ? (a) + SUPERVISOR_DATA : \
	WITHIN(a, text_start, text_end) ? (a) + USER_CODE : \
	WITHIN(a, text_end, rodata_end) ? (a) + USER_CONST : \
	WITHIN(a, stacks_start, stacks_end) && ((a) - stacks_start) % 0x10000 == 0 ? 0 : \
	(a) + USER_DATA)
#define P1(a) QUAD(RIGHTS(a))
#define P4(a) P1(a) P1((a) + 0x1000) P1((a) + 0x2000) P1((a) + 0x3000)
#define P16(a) P4(a) P4((a) + 0x4000) P4((a) + 0x8000) P4((a) + 0xc000)
#define P64(a) P16(a) P16((a) + 0x10000) P16((a) + 0x20000) P16((a) + 0x30000)
#define P256(a) P64(a) P64((a) + 0x40000) P64((a) + 0x80000) P64((a) + 0xc0000)
#define P512(a) P256(a) P256((a) + 0x100000)

SECTIONS
{
	. = IMAGE_BASE;
	.stubs : { KEEP(*(.stubs)) . = ALIGN(0x1000); } :stubs
	.tables : {
		KEEP(*(.tables))
		. = IMAGE_CR3 - IMAGE_TABLES;
		QUAD(IMAGE_PDPT + TABLE)
		. = IMAGE_PDPT - IMAGE_TABLES;
		QUAD(IMAGE_PD0 + TABLE) QUAD(IMAGE_PD1 + TABLE)
		QUAD(IMAGE_PD2 + TABLE) QUAD(IMAGE_PD3 + TABLE)
		. = IMAGE_PD0 - IMAGE_TABLES;
		QUAD(IMAGE_PT0 + TABLE) QUAD(IMAGE_PT1 + TABLE)
		. = IMAGE_PT0 - IMAGE_TABLES;
		P512(0)
		P512(0x200000)
		. = IMAGE_USER - IMAGE_TABLES;
	} :tables
	text_start = .;
	.text : { *(.text.hot .text.hot.*) *(.text .text.*) . = ALIGN(0x1000); } :text
	text_end = .;
	.rodata : { *(.rodata .rodata.*) } :rodata
	.note : { KEEP(*(.note.pvh)) KEEP(*(.note.clickos)) } :rodata :note
	. = ALIGN(0x1000);
	rodata_end = .;
	.tdata : { *(.tdata .tdata.*) } :data :tls
	.tbss : { *(.tbss .tbss.*) } :data :tls
	.data : { *(.data .data.*) *(.init_array .init_array.*) } :data
	.bss : { *(.bss .bss.*) *(COMMON) . = ALIGN(0x1000); } :data
	stacks_start = .;
	.stacks (NOLOAD) : { KEEP(*(.stacks)) } :stacks
	stacks_end = .;
	image_end = ALIGN(0x1000);

	ASSERT(SIZEOF(.tdata) == 0, "thread-local variables begin as zero")
	ASSERT(SIZEOF(.tbss) <= 128, "struct kthread holds 128 bytes of thread-local variables")
	ASSERT(image_end <= 0x400000, "the first page tables end at 4 MiB")

	/DISCARD/ : { *(.comment) *(.eh_frame) *(.eh_frame_hdr) *(.gnu.*) *(.note.gnu.*) }
}
