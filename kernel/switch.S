/* SPDX-License-Identifier: MIT */
/*
 * switch.S - how one thread stops and another goes on: void kthread_switch(uint64_t **from,
 * uint64_t *to). What a function must keep is on the stack that is left (System V ABI, 3.2.1).
 */
	.text
	.globl kthread_switch
kthread_switch:
	push %rbx
	push %rbp
	push %r12
	push %r13
	push %r14
	push %r15
	mov %rsp, (%rdi)
	mov %rsi, %rsp
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbp
	pop %rbx
	ret

	.section .note.GNU-stack, "", @progbits
