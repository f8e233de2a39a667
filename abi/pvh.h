/* SPDX-License-Identifier: MIT */
/*
 * pvh.h - the PVH boot protocol: what a 64-bit hypervisor hands to a guest (Xen's
 * docs/misc/pvh and public/arch-x86/hvm/start_info.h). The guest is entered in 32-bit protected
 * mode without paging at the address in its PHYS32_ENTRY note, with a pointer in ebx.
 */
#ifndef ABI_PVH_H
#define ABI_PVH_H

#include <stdint.h>

#define PVH_NOTE_OWNER "Xen"
#define PVH_NOTE_PHYS32_ENTRY 18

#define PVH_MAGIC 0x336ec578U

struct pvh_start_info {
	uint32_t magic;
	uint32_t version;      /* 1 has the memory map */
	uint32_t flags;
	uint32_t nmodules;
	uint64_t modules;      /* struct pvh_module[] */
	uint64_t cmdline;      /* NUL-terminated; 0: none */
	uint64_t rsdp;
	uint64_t memmap;       /* struct pvh_memory[] */
	uint32_t nmemmap;
	uint32_t reserved;
};

struct pvh_module {
	uint64_t base, size;
	uint64_t cmdline;
	uint64_t reserved;
};

enum { PVH_RAM = 1, PVH_RESERVED = 2, PVH_ACPI = 3 };

struct pvh_memory {
	uint64_t base, size;
	uint32_t type;         /* PVH_RAM and so on: E820's numbers */
	uint32_t reserved;
};

_Static_assert(sizeof(struct pvh_start_info) == 56, "as specified");
_Static_assert(sizeof(struct pvh_module) == 32, "as specified");
_Static_assert(sizeof(struct pvh_memory) == 24, "as specified");

#endif
