/* SPDX-License-Identifier: MIT */
/*
 * seccomp.c - lists of system calls, made into filters. No list has open, socket, clone, execve,
 * mmap or mprotect: descriptors and memory are what they were at the start.
 */
#include "monitor/seccomp.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/kvm.h>
#include <linux/if_tun.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/bits.h"
#include "monitor/memory.h"

#define VALUES 4
#define FILTER_MAX 128

struct rule {
	uint32_t nr;
	uint32_t arg;           /* which one is checked, when there are values */
	uint32_t value[VALUES]; /* those that it may have; 0: no more */
};

/* clang-format off */
static const struct rule vcpu_rules[] = {
	{ SYS_ioctl, 1, { KVM_RUN, KVM_GET_REGS, KVM_GET_SREGS, KVM_NMI } },
	{ .nr = SYS_rt_sigreturn }, /* the watchdog's ticks */
	{ .nr = SYS_timer_settime },
	{ SYS_madvise, 2, { MADV_POPULATE_WRITE } },
	{ .nr = SYS_futex },
	{ .nr = SYS_write },      /* the console, eventfds */
	{ .nr = SYS_pwrite64 },   /* the console's file, which is cut */
	{ .nr = SYS_pread64 },
	{ .nr = SYS_ftruncate },
	{ .nr = SYS_close },      /* the descriptor of `ready' */
	{ .nr = SYS_clock_gettime },
	{ .nr = SYS_restart_syscall },
};

static const struct rule io_rules[] = {
	{ .nr = SYS_epoll_wait }, /* or, of another C library */
	{ .nr = SYS_epoll_pwait },
	{ .nr = SYS_readv },
	{ .nr = SYS_writev },
	{ .nr = SYS_futex },
	{ .nr = SYS_write },
	{ .nr = SYS_read },       /* signals */
	{ .nr = SYS_poll },
	{ .nr = SYS_accept4 },
	{ SYS_epoll_ctl, 1, { 1 /* EPOLL_CTL_ADD */ } },
	{ .nr = SYS_close },
	{ .nr = SYS_pwrite64 },
	{ .nr = SYS_pread64 },
	{ .nr = SYS_ftruncate },
	{ SYS_ioctl, 1, { TUNSETOFFLOAD } },
	{ .nr = SYS_clock_gettime },
	{ .nr = SYS_restart_syscall },
	{ .nr = SYS_exit_group },
};
/* clang-format on */

struct filter {
	unsigned short n;
	struct sock_filter op[FILTER_MAX];
};

static void add(struct filter *f, uint16_t code, uint32_t k, uint8_t yes, uint8_t no)
{
	if (f->n < FILTER_MAX)
		f->op[f->n++] = (struct sock_filter){ code, yes, no, k };
}

static void load(struct filter *f, size_t offset)
{
	add(f, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

/* Goes on behind the next instruction when the loaded value is not k. */
static void unless(struct filter *f, uint32_t k, uint8_t skip)
{
	add(f, BPF_JMP | BPF_JEQ | BPF_K, k, 0, skip);
}

static void leave(struct filter *f, uint32_t action)
{
	add(f, BPF_RET | BPF_K, action, 0, 0);
}

/* The number is loaded. A checked argument: its low half; the kernel looks at no more of these. */
static void add_rule(struct filter *f, const struct rule *r)
{
	unsigned n = 0;

	while (n < VALUES && r->value[n])
		n++;
	unless(f, r->nr, (uint8_t)(n ? 2 * n + 2 : 1));
	if (n) {
		load(f, offsetof(struct seccomp_data, args) + 8 * r->arg);
		for (unsigned i = 0; i < n; i++) {
			unless(f, r->value[i], 1);
			leave(f, SECCOMP_RET_ALLOW);
		}
		leave(f, SECCOMP_RET_KILL_PROCESS);
	} else {
		leave(f, SECCOMP_RET_ALLOW);
	}
}

static void build(struct filter *f, const struct rule *r, size_t n)
{
	f->n = 0;
	load(f, offsetof(struct seccomp_data, arch));
	unless(f, AUDIT_ARCH_X86_64, 1);
	load(f, offsetof(struct seccomp_data, nr)); /* of another kind the arch is no number here */
	for (size_t i = 0; i < n; i++)
		add_rule(f, &r[i]);
	leave(f, SECCOMP_RET_KILL_PROCESS);
}

bool seccomp_enter(enum sandbox_thread thread)
{
	struct filter f;
	struct sock_fprog program;

	if (thread == SANDBOX_VCPU)
		build(&f, vcpu_rules, ARRAY_LEN(vcpu_rules));
	else
		build(&f, io_rules, ARRAY_LEN(io_rules));
	program = (struct sock_fprog){ .len = f.n, .filter = f.op };
	return f.n < FILTER_MAX && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}
