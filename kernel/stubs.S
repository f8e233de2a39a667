/* SPDX-License-Identifier: MIT */
/*
 * stubs.S - all of ring 0: the PVH entry, the trap stubs and the services of kernel/ring0.h; and its
 * tables, complete at link time. Page tables are in kernel/image.lds.S.
 *
 * Each instruction here may cost 4 us under software KVM: there are no loops but TRAP_MAP's.
 */
#include "abi/image.h"
#include "kernel/ring0.h"

#define EFER 0xc0000080
#define FS_BASE 0xc0000100
#define RFLAGS_IF 0x200
#define IRQ_TIMER_STUB 0x6c0 /* where that is in the page */

	.section .stubs, "ax"
	.balign 4096
stubs:
	/* Exceptions: stub i is at 16 i, so that the IDT is constant. */
	.set i, 0
	.rept IRQ_FIRST
	.org i * 16
	.if i == 6
	jmp invalid
	.endif
	.if i != 8 && i != 17 && i != 21 && i != 29 && i != 30 && (i < 10 || i > 14)
	push $0 /* the CPU gives the others an error code */
	.endif
	push $i
	jmp fault
	.set i, i + 1
	.endr

	/* A device's interrupt only ever ends a halt. It goes back with interrupts off: a line that is
	 * still up when its level is looked at again, with this EOI, would else never let go. A
	 * spurious one may come in ring 3, and is nothing. */
	.org IRQ_FIRST * 16
stub_irq:
	push %rax
	mov $IRQ_EOI, %eax
	movl $0, (%rax)
	testb $3, 16(%rsp)
	jz end_halt
	jmp resume

	.org 0x320
hypercall:
	shl $5, %eax
	add $IMAGE_HYPERCALL, %eax
	call *%rax
	iretq

	/* A call of kernel/ring0.h goes on behind its ud2. */
invalid:
	lea -RING0_MAGIC(%r11), %r11
	cmp $RING0_CALLS, %r11
	jae 1f
	addq $2, (%rsp)
	jmp *calls(, %r11, 8)
1:	lea RING0_MAGIC(%r11), %r11
	push $0
	push $6
	jmp fault
	.balign 8
calls:
	.quad call_map, call_halt, call_wrmsr, call_rdmsr, call_interrupts

	/* Only the tables can be written: anything else is a fault. */
call_map:
	mov %rdi, %rax
	sub $IMAGE_CR3, %rax
	cmp $(IMAGE_HYPERCALL - IMAGE_CR3), %rax
	jae 2f
1:	mov %rsi, (%rdi)
	add $8, %rdi
	add %rcx, %rsi
	dec %rdx
	jnz 1b
	mov %cr3, %rax
	mov %rax, %cr3
	iretq
2:	ud2

	/* Devices interrupt here alone: elsewhere their priority is too low. */
call_halt:
	test %edi, %edi
	jz 1f
	mov $IRQ_COUNT, %r11d
	mov %edi, (%r11)
1:	xor %r11d, %r11d
	mov %r11, %cr8
sleep:	sti
	hlt
	mov $(IRQ_FIRST >> 4), %r11d
	mov %r11, %cr8
	iretq

call_interrupts:
	orl $RFLAGS_IF, 16(%rsp)
	iretq

call_wrmsr:
	wrmsr
	iretq

call_rdmsr:
	rdmsr
	iretq

	/* Saves all registers as struct trap_frame, and goes on in ring 3. */
	.org 0x4c0
fault:
	push %rax
	push %rcx
	push %rdx
	push %rbx
	push %rbp
	push %rsi
	push %rdi
	push %r8
	push %r9
	push %r10
	push %r11
	push %r12
	push %r13
	push %r14
	push %r15
	mov %rsp, %rdi
	mov %cr2, %rsi
	cld
	push $IMAGE_SS3
	push $trap_stack_top
	push $2
	push $IMAGE_CS3
	push $trap_start
	iretq

	.org 0x600
	.code32
	.globl boot32
boot32:
	cli
	cld
	lgdt gdt_pointer
	mov $0x620, %eax /* PAE, OSFXSR, OSXMMEXCPT */
	mov %eax, %cr4
	mov $IMAGE_CR3, %eax
	mov %eax, %cr3
	mov $EFER, %ecx
	rdmsr
	or $0x900, %eax /* LME, NXE */
	wrmsr
	mov $0x80010033, %eax /* PG, WP, NE, ET, MP, PE */
	mov %eax, %cr0
	ljmp $IMAGE_CS0, $boot64
	.code64
boot64:
	mov $IMAGE_SS3, %eax
	mov %eax, %ds
	mov %eax, %es
	mov $IMAGE_SS0, %eax
	mov %eax, %ss
	xor %eax, %eax
	mov %eax, %fs
	mov %eax, %gs
	lidt idt_pointer
	mov $IMAGE_TR, %eax
	ltr %ax
	mov $FS_BASE, %ecx
	mov $tls_base, %eax
	xor %edx, %edx
	wrmsr
	mov $ring0_stack_top, %esp
	mov %ebx, %edi
	xor %esi, %esi
	push $IMAGE_SS3
	push $boot_stack_top
	push $2
	push $IMAGE_CS3
	push $guest_start
	iretq

	/*
	 * The timer ends a halt, unless it counts to a tick: then it goes on sleeping, without one. In
	 * ring 3 a tick looks whether the scheduler has had a round. When it has had none for long
	 * enough, and the thread may be ended, this is as the NMI from our own monitor.
	 */
	.org IRQ_TIMER_STUB
stub_timer:
	push %rax
	mov $IRQ_EOI, %eax
	movl $0, (%rax)
	testb $3, 16(%rsp)
	jnz tick
	cmpl $0, watchdog + WATCHDOG_ARMED
	je end_halt
	movl $0, watchdog + WATCHDOG_ARMED
	movq $sleep, 8(%rsp)
end_halt:
	andl $~RFLAGS_IF, 24(%rsp)
resume:	pop %rax
	iretq

tick:
	cmpl $0, watchdog + WATCHDOG_ASLEEP
	je 1f
	movl $0, watchdog + WATCHDOG_ARMED
	jmp resume
1:	mov watchdog + WATCHDOG_BEATS, %eax
	cmp %eax, watchdog + WATCHDOG_SEEN
	je silent
	mov %eax, watchdog + WATCHDOG_SEEN
	mov watchdog + WATCHDOG_PATIENCE, %eax
	mov %eax, watchdog + WATCHDOG_LEFT
1:	mov watchdog + WATCHDOG_TICK, %eax
2:	movabs %eax, IRQ_COUNT
	jmp resume
silent:
	decl watchdog + WATCHDOG_LEFT
	jg 1b
	mov watchdog + WATCHDOG_AGAIN, %eax
	cmpl $0, watchdog + WATCHDOG_CRITICAL
	jne 2b
	pop %rax
	push $0
	push $2
	jmp fault

	.balign 8
	.word 0
gdt_pointer:
	.word IMAGE_GDT_SIZE - 1
	.quad IMAGE_GDT
	.balign 8
	.word 0
idt_pointer:
	.word IMAGE_IDT_SIZE - 1
	.quad IMAGE_IDT

/* --- tables --- */

	.section .tables, "aw"
	.balign 4096
tables:
	.quad 0
	.quad 0x00af9b000000ffff /* CS0 */
	.quad 0x00cf93000000ffff /* SS0 */
	.quad 0x00affb000000ffff /* CS3 */
	.quad 0x00cff3000000ffff /* SS3 */
	.quad 0x0000890000000000 | (IMAGE_TSS & 0xffffff) << 16 | (IMAGE_TSS_SIZE - 1)
	.quad 0

	.org IMAGE_TSS - IMAGE_TABLES
	.long 0
	.quad ring0_stack_top /* RSP0 */
	.org IMAGE_TSS - IMAGE_TABLES + 0x66
	.word 0x68 /* the bitmap, zero: all ports are allowed */
	.org IMAGE_TSS - IMAGE_TABLES + IMAGE_TSS_SIZE - 1
	.byte 0xff

#define GATE(address, type) \
	.word (address) & 0xffff, IMAGE_CS0; \
	.byte 0, type; \
	.word (address) >> 16; \
	.quad 0

	.org IMAGE_IDT - IMAGE_TABLES
	.set i, 0
	.rept IRQ_FIRST
	GATE(IMAGE_STUBS + i * 16, 0x8e)
	.set i, i + 1
	.endr
	.rept IRQ_LAST + 1 - IRQ_FIRST
	GATE(IMAGE_STUBS + IRQ_FIRST * 16, 0x8e)
	.endr
	GATE(IMAGE_STUBS + IRQ_TIMER_STUB, 0x8e)
	.org IMAGE_IDT - IMAGE_TABLES + TRAP_HYPERCALL * 16
	GATE(IMAGE_STUBS + 0x320, 0xee) /* ring 3 may call it */
	.org IMAGE_IDT - IMAGE_TABLES + IMAGE_IDT_SIZE

/* --- notes --- */

	.section .note.pvh, "a"
	.balign 4
	.long 4, 4, 18
	.asciz "Xen"
	.long boot32

	.section .note.clickos, "a"
	.balign 4
	.long 8, 40, IMAGE_NOTE_TYPE
	.asciz "ClickOS"
	.quad IMAGE_VERSION, guest_start, boot_stack_top, tls_base, image_end

/* --- ring 3: where it begins, where faults arrive --- */

	.text
	.globl guest_start
guest_start:
	xor %ebp, %ebp
	call guest_main
	ud2

trap_start:
	xor %ebp, %ebp
	call trap_entry
	ud2

/* Where ring 0 saves the registers of what faulted: ring 3 reads them there. */
	.bss
	.balign 4096
	.skip 4096
ring0_stack_top:
	.skip 16384
trap_stack_top:

/* The thread-local variables of the thread that runs, below what FS points to; behind it, what libc
 * keeps of a thread, which begins with a pointer to itself. */
	.data
	.balign 64
	.globl tls_vars, tls_base
tls_vars:
	.skip 128
tls_base:
	.quad tls_base
	.skip 504

/* Stacks that cost nothing to make: below each is a page that is not mapped (kernel/image.lds.S). */
	.section .stacks, "aw", @nobits
	.balign 4096
	.globl boot_stack_top, spare_stacks_end
	.skip 0x10000
boot_stack_top:
	.skip 0x10000 * 2
spare_stacks_end:

	.section .note.GNU-stack, "", @progbits
