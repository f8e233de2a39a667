/* SPDX-License-Identifier: MIT */
/* vm.h - a virtual machine: its memory, and what is in it when it starts. */
#ifndef MONITOR_VM_H
#define MONITOR_VM_H

#include "abi/image.h"
#include "monitor/memory.h"

struct error;
struct options;

struct vm {
	int kvm, fd;
	struct memory memory;
	struct monitor_page *page;  /* in memory */
	/* of the image */
	uint64_t start_info;        /* address of struct pvh_start_info */
	uint64_t low, end;          /* bytes that the image takes */
	bool direct;                /* it has our note: start in ring 3 as abi/image.h says */
	struct image_note note;
	uint32_t pvh_entry;
};

/* First what needs paths: KVM's device, */
bool vm_device(struct vm *, struct error *);
/* memory, */
bool vm_memory(struct vm *, const struct options *, struct error *);
/* and in it image, module and command line. */
bool vm_load(struct vm *, const struct options *, struct error *);
/* Makes present what the guest uses first. */
void vm_touch(struct vm *);
/* The machine itself. The process has to be the one that runs it. */
bool vm_open(struct vm *, struct error *);

#endif
