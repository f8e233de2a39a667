/* SPDX-License-Identifier: MIT */
/* report.c - registers as text. */
#include "monitor/report.h"

#include <linux/kvm.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/bits.h"
#include "monitor/machine.h"

#define STACK_WORDS 8

static int registers(char *to, size_t n, const struct kvm_regs *r, const struct kvm_sregs *s)
{
	const struct {
		const char *name;
		unsigned long long v;
	} all[] = {
		{ "rip", r->rip }, { "rflags", r->rflags },  { "rsp", r->rsp },
		{ "rbp", r->rbp }, { "rax", r->rax },        { "rbx", r->rbx },
		{ "rcx", r->rcx }, { "rdx", r->rdx },        { "rsi", r->rsi },
		{ "rdi", r->rdi }, { "r8", r->r8 },          { "r9", r->r9 },
		{ "r10", r->r10 }, { "r11", r->r11 },        { "r12", r->r12 },
		{ "r13", r->r13 }, { "r14", r->r14 },        { "r15", r->r15 },
		{ "cr0", s->cr0 }, { "cr2", s->cr2 },        { "cr3", s->cr3 },
		{ "cr4", s->cr4 }, { "cs", s->cs.selector }, { "ss", s->ss.selector },
	};
	int at = 0;

	for (unsigned i = 0; i < ARRAY_LEN(all); i++)
		at += snprintf(to + at, n - (size_t)at, "%-6s 0x%016llx%s", all[i].name, all[i].v,
			       i % 4 == 3 ? "\n" : "  ");
	return at;
}

/* Where the guest came from, for whoever has its symbols. Addresses are the same in both. */
static void stack(char *to, size_t n, const struct memory *m, uint64_t rsp)
{
	const char *p = memory_at(m, rsp, STACK_WORDS * 8);
	int at = snprintf(to, n, "stack ");

	for (int i = 0; p && i < STACK_WORDS; i++)
		at += snprintf(to + at, n - (size_t)at, " 0x%llx",
			       (unsigned long long)load64(p + 8 * i));
	snprintf(to + at, n - (size_t)at, "%s\n", p ? "" : " not in memory");
}

void report_guest(struct machine *m, const char *fmt, ...)
{
	struct kvm_regs r = { .rip = 0 };
	struct kvm_sregs s;
	char text[160], details[sizeof(m->end.details)];
	va_list ap;
	int at;

	memset(&s, 0, sizeof(s));
	ioctl(m->vcpu, KVM_GET_REGS, &r);
	ioctl(m->vcpu, KVM_GET_SREGS, &s);
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	at = registers(details, sizeof(details), &r, &s);
	stack(details + at, sizeof(details) - (size_t)at, &m->vm.memory, r.rsp);
	end_machine(&m->end, END_GUEST, details, "guest: %s at rip 0x%llx", text,
		    (unsigned long long)r.rip);
}
