/* SPDX-License-Identifier: MIT */
/*
 * start.S - the smallest start of a guest: tables that are complete when it is linked, for the start
 * in ring 3 (abi/image.h); no traps: the first one is a triple fault.
 */
#include "abi/image.h"

#define USER 7 /* present, writable, user */
#define TABLE 7
#define STACK 16384

	.section .ring0, "aw"
	.balign 4096
stubs:
	.code32
	.globl pvh_entry
pvh_entry: /* 32-bit mode, no paging: a line to the console, and the end */
	mov $pvh_text, %esi
	mov $0x3f8, %dx
1:	mov (%esi), %al
	out %al, (%dx)
	inc %esi
	cmp $'\n', %al
	jne 1b
	mov $0x603, %dx
	xor %eax, %eax
	out %al, (%dx)
pvh_text:
	.ascii "pvh\n"
	.code64

	.org IMAGE_GDT - IMAGE_BASE
	.quad 0
	.quad 0x00af9b000000ffff /* ring 0 code */
	.quad 0x00cf93000000ffff /* ring 0 data */
	.quad 0x00affb000000ffff /* ring 3 code */
	.quad 0x00cff3000000ffff /* ring 3 data */
	.org IMAGE_GDT - IMAGE_BASE + IMAGE_TR
	.word IMAGE_TSS_SIZE - 1, IMAGE_TSS & 0xffff
	.byte IMAGE_TSS >> 16, 0x89, 0, 0
	.quad 0
	.org IMAGE_TSS - IMAGE_BASE + 0x66
	.word 0x68 /* the bitmap: zero, each port is allowed */
	.org IMAGE_TSS - IMAGE_BASE + IMAGE_TSS_SIZE - 1
	.byte 0xff
	.org IMAGE_CR3 - IMAGE_BASE
	.quad IMAGE_PDPT + TABLE
	.org IMAGE_PDPT - IMAGE_BASE
	.quad IMAGE_PD0 + TABLE, IMAGE_PD1 + TABLE, IMAGE_PD2 + TABLE, IMAGE_PD3 + TABLE
	.org IMAGE_PD0 - IMAGE_BASE
	.quad IMAGE_PT0 + TABLE, IMAGE_PT1 + TABLE
	.org IMAGE_PD3 - IMAGE_BASE
	.quad 0xc00000e7 /* a page of devices, to be probed */
	.org IMAGE_PT0 - IMAGE_BASE
	.set i, 0
	.rept 1024
	.quad i * 4096 + USER
	.set i, i + 1
	.endr
	.org IMAGE_USER - IMAGE_BASE

	.text
start:
	call main
	mov $0x603, %dx
	xor %eax, %eax
	out %al, (%dx)
1:	jmp 1b

	.section .note.clickos, "a"
	.balign 4
	.long 4, 4, 18
	.asciz "Xen"
	.long pvh_entry
	.long 8, 40, IMAGE_NOTE_TYPE
	.asciz IMAGE_NOTE_OWNER
	.quad IMAGE_VERSION, start, stack_top, 0, image_end

	.bss
	.balign 16
	.skip STACK
stack_top:
