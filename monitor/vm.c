/* SPDX-License-Identifier: MIT */
/* vm.c - the virtual machine and its memory: one memfd, one region from address 0 on. */
#define _GNU_SOURCE
#include "monitor/vm.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "monitor/options.h"

/* Three pages for what Intel's processors need in real mode; no guest's memory is there. */
#define TSS_ADDRESS 0xfffbd000UL
#define PAGE 4096ULL

bool vm_device(struct vm *vm, struct error *err)
{
	vm->kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	return vm->kvm >= 0 || fail(err, "host: /dev/kvm: %s: %s", strerror(errno),
				    errno == ENOENT ? "this host has no KVM"
						    : "the user needs to be in the group `kvm'");
}

bool vm_memory(struct vm *vm, const struct options *o, struct error *err)
{
	uint64_t size = o->memory;
	int fd = memfd_create("guest", MFD_CLOEXEC);
	void *p;

	if (fd < 0 || ftruncate(fd, (off_t)size) < 0)
		return fail(err, "host: %llu KiB of memory: %s", (unsigned long long)size >> 10,
			    strerror(errno));
	p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd, 0);
	close(fd);
	if (p == MAP_FAILED)
		return fail(err, "host: %llu KiB of memory: %s", (unsigned long long)size >> 10,
			    strerror(errno));
	madvise(p, size, MADV_DONTDUMP);
	vm->memory = (struct memory){ .base = p, .size = size };
	vm->page = (struct monitor_page *)(vm->memory.base + MONITOR_PAGE);
	return true;
}

void memory_touch(const struct memory *m, uint64_t from, uint64_t n)
{
	uint64_t to = (from + n + PAGE - 1) & ~(PAGE - 1);

	from &= ~(PAGE - 1);
	to = to < m->size ? to : m->size;
	if (from < to)
		madvise(m->base + from, to - from, MADV_POPULATE_WRITE);
}

bool vm_open(struct vm *vm, struct error *err)
{
	int version = ioctl(vm->kvm, KVM_GET_API_VERSION, 0);
	struct kvm_userspace_memory_region region = {
		.memory_size = vm->memory.size,
		.userspace_addr = (uintptr_t)vm->memory.base,
	};

	if (version != KVM_API_VERSION)
		return fail(err, "host: /dev/kvm: version %d, expected %d", version,
			    KVM_API_VERSION);
	do {
		vm->fd = ioctl(vm->kvm, KVM_CREATE_VM, 0);
	} while (vm->fd < 0 && errno == EINTR);
	if (vm->fd < 0)
		return fail(err, "host: KVM cannot make a machine: %s", strerror(errno));
	ioctl(vm->fd, KVM_SET_TSS_ADDR,
	      TSS_ADDRESS); /* not on all machines, and not needed there */
	if (ioctl(vm->fd, KVM_SET_USER_MEMORY_REGION, &region) < 0)
		return fail(err, "host: KVM does not take the memory: %s", strerror(errno));
	return true;
}
