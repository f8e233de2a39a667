/* SPDX-License-Identifier: MIT */
/* cpuid.h - what the guest's processor says it is. */
#ifndef MONITOR_CPUID_H
#define MONITOR_CPUID_H

#include <stdbool.h>

struct error;

/*
 * The image is made for any x86-64 and is told of no more, but for the maker, model and address sizes
 * of the host's: so it is the same machine everywhere. (To ask KVM what else it could give is a tenth
 * of the time to start.)
 */
bool cpuid_set(int vcpu, struct error *);

#endif
