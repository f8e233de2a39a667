/* SPDX-License-Identifier: MIT */
/* cpuid.c - Intel SDM vol. 2, CPUID; AMD APM vol. 3, appendix E. */
#include "monitor/cpuid.h"

#include <cpuid.h>
#include <errno.h>
#include <linux/kvm.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/error.h"

/* What each processor of this architecture has, in the bits of its leaves. */
#define FEATURES_1_EDX                                                                        \
	(1U << 0 /* FPU */ | 1U << 4 /* TSC */ | 1U << 5 /* MSR */ | 1U << 6 /* PAE */ |      \
	 1U << 8 /* CX8 */ | 1U << 13 /* PGE */ | 1U << 15 /* CMOV */ | 1U << 24 /* FXSR */ | \
	 1U << 25 /* SSE */ | 1U << 26 /* SSE2 */)
#define FEATURES_1_ECX (1U << 31) /* a hypervisor */
#define FEATURES_80000001_EDX (1U << 11 /* SYSCALL */ | 1U << 20 /* NX */ | 1U << 29 /* LM */)

enum { CPUID_VENDOR, CPUID_FEATURES, CPUID_MORE, CPUID_MORE_FEATURES, CPUID_SIZES, CPUID_LEAVES };

bool cpuid_set(int vcpu, struct error *err)
{
	_Alignas(struct kvm_cpuid2) char
		space[sizeof(struct kvm_cpuid2) + CPUID_LEAVES * sizeof(struct kvm_cpuid_entry2)];
	struct kvm_cpuid2 *c = memset(space, 0, sizeof(space));
	struct kvm_cpuid_entry2 *leaf = c->entries;
	static const uint32_t function[CPUID_LEAVES] = {
		[CPUID_FEATURES] = 1,
		[CPUID_MORE] = 0x80000000,
		[CPUID_MORE_FEATURES] = 0x80000001,
		[CPUID_SIZES] = 0x80000008,
	};

	c->nent = CPUID_LEAVES;
	for (unsigned i = 0; i < CPUID_LEAVES; i++) {
		struct kvm_cpuid_entry2 *e = &leaf[i];

		e->function = function[i];
		__cpuid(e->function, e->eax, e->ebx, e->ecx, e->edx);
	}
	leaf[CPUID_VENDOR].eax = 1;
	leaf[CPUID_MORE].eax = 0x80000008;
	leaf[CPUID_FEATURES].ebx = 0; /* its number */
	leaf[CPUID_FEATURES].ecx = FEATURES_1_ECX;
	leaf[CPUID_FEATURES].edx = FEATURES_1_EDX;
	leaf[CPUID_MORE_FEATURES].ecx = 0;
	leaf[CPUID_MORE_FEATURES].edx = FEATURES_80000001_EDX;
	return ioctl(vcpu, KVM_SET_CPUID2, c) == 0 ||
	       fail(err, "host: KVM's CPUID: %s", strerror(errno));
}
