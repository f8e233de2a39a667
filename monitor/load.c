/* SPDX-License-Identifier: MIT */
/*
 * load.c - what is in a machine's memory when it starts: the image from its ELF file; at the top the
 * module, and below it what PVH says of machine, command line and module.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/pvh.h"
#include "base/error.h"
#include "monitor/options.h"
#include "monitor/vm.h"

#define PAGE 4096ULL
#define TOUCH_AHEAD (192ULL << 10) /* what a guest takes first: from its lowest memory on */
#define STACK_TOUCHED (8ULL << 10)
#define MAP_TOUCHED (4ULL << 10) /* its map of pages, behind the image */
#define SEGMENTS 16
#define HEADERS 4096 /* where the ELF file's headers and notes have to be */

struct elf {
	const char *path;
	int fd;
	uint64_t size;
	unsigned nsegments;
	Elf64_Phdr segment[SEGMENTS];
};

/* Exactly n bytes at an offset. */
static bool read_at(const struct elf *elf, void *p, uint64_t n, uint64_t at, struct error *err)
{
	while (n) {
		ssize_t r = pread(elf->fd, p, n, (off_t)at);

		if (r <= 0)
			return fail(err, "host: %s: %s", elf->path,
				    r < 0 ? strerror(errno) : "it ends too early");
		p = (char *)p + r;
		at += (uint64_t)r;
		n -= (uint64_t)r;
	}
	return true;
}

static bool read_headers(struct elf *elf, struct error *err)
{
	Elf64_Ehdr h;

	if (!read_at(elf, &h, sizeof(h), 0, err))
		return false;
	if (memcmp(h.e_ident, ELFMAG, SELFMAG) != 0 || h.e_ident[EI_CLASS] != ELFCLASS64 ||
	    h.e_machine != EM_X86_64 || h.e_type != ET_EXEC)
		return fail(err, "host: %s: not a fixed-address ELF program for x86-64", elf->path);
	if (h.e_phentsize != sizeof(Elf64_Phdr) || h.e_phnum == 0 || h.e_phnum > SEGMENTS)
		return fail(err, "host: %s: expected 1 to %d program headers", elf->path, SEGMENTS);
	elf->nsegments = h.e_phnum;
	return read_at(elf, elf->segment, h.e_phnum * sizeof(Elf64_Phdr), h.e_phoff, err);
}

static uint64_t align4(uint64_t n)
{
	return (n + 3) & ~3ULL;
}

static void take_note(struct vm *vm, const char *owner, uint32_t type, const void *desc, size_t n)
{
	if (strcmp(owner, PVH_NOTE_OWNER) == 0 && type == PVH_NOTE_PHYS32_ENTRY && n >= 4) {
		memcpy(&vm->pvh_entry, desc, 4);
	} else if (strcmp(owner, IMAGE_NOTE_OWNER) == 0 && type == IMAGE_NOTE_TYPE &&
		   n >= sizeof(vm->note)) {
		memcpy(&vm->note, desc, sizeof(vm->note));
		vm->direct = vm->note.version == IMAGE_VERSION;
	}
}

static bool read_notes(struct vm *vm, const struct elf *elf, const Elf64_Phdr *p, struct error *err)
{
	char notes[HEADERS];
	uint64_t n = p->p_filesz, at = 0;

	if (n > sizeof(notes))
		return fail(err, "host: %s: notes of %llu bytes", elf->path, (unsigned long long)n);
	if (!read_at(elf, notes, n, p->p_offset, err))
		return false;
	while (n - at >= sizeof(Elf64_Nhdr)) {
		Elf64_Nhdr h;
		uint64_t name = at + sizeof(h), desc;

		memcpy(&h, notes + at, sizeof(h));
		desc = name + align4(h.n_namesz);
		at = desc + align4(h.n_descsz);
		if (at > n || h.n_namesz == 0 || notes[name + h.n_namesz - 1] != '\0')
			return fail(err, "host: %s: a damaged note", elf->path);
		take_note(vm, notes + name, h.n_type, notes + desc, h.n_descsz);
	}
	return true;
}

/*
 * Whole pages of what the guest cannot write are the file's own, so all machines of one image share
 * them; a page that is written is copied then, as any private mapping. Returns the bytes that this
 * covers: the rest is to be read.
 */
static uint64_t share_pages(struct vm *vm, const struct elf *elf, const Elf64_Phdr *p)
{
	uint64_t n = p->p_filesz & ~(PAGE - 1);

	if ((p->p_flags & PF_W) || (p->p_paddr | p->p_offset) & (PAGE - 1) || n == 0)
		return 0;
	if (mmap(vm->memory.base + p->p_paddr, n, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE, elf->fd,
		 (off_t)p->p_offset) == MAP_FAILED)
		return 0;
	madvise(vm->memory.base + p->p_paddr, n, MADV_DONTDUMP);
	madvise(vm->memory.base + p->p_paddr, n, MADV_POPULATE_READ);
	return n;
}

/* The file's part is mapped or read; the rest is zero already, and made present. */
static bool load_segment(struct vm *vm, const struct elf *elf, const Elf64_Phdr *p,
			 struct error *err)
{
	uint64_t from = p->p_paddr, n = p->p_memsz, shared;

	if (from < MEMORY_DEVICE_MIN || from > vm->memory.size || n > vm->memory.size - from)
		return fail(err,
			    "host: %s: the segment at 0x%llx with %llu KiB does not fit into "
			    "%llu KiB of memory: --memory needs to be larger",
			    elf->path, (unsigned long long)from, (unsigned long long)n >> 10,
			    (unsigned long long)vm->memory.size >> 10);
	if (p->p_filesz > n || p->p_offset > elf->size || p->p_filesz > elf->size - p->p_offset)
		return fail(err, "host: %s: a segment that is not in the file", elf->path);
	if (from < vm->low)
		vm->low = from;
	if (from + n > vm->end)
		vm->end = from + n;
	shared = share_pages(vm, elf, p);
	if (!read_at(elf, vm->memory.base + from + shared, p->p_filesz - shared,
		     p->p_offset + shared, err))
		return false;
	if (p->p_flags & PF_W && p->p_filesz)
		memory_touch(&vm->memory, from, n);
	return true;
}

static bool load_segments(struct vm *vm, const struct elf *elf, struct error *err)
{
	vm->low = vm->memory.size;
	for (unsigned i = 0; i < elf->nsegments; i++) {
		const Elf64_Phdr *p = &elf->segment[i];

		if (p->p_type == PT_NOTE && !read_notes(vm, elf, p, err))
			return false;
		if (p->p_type == PT_LOAD && p->p_memsz && !load_segment(vm, elf, p, err))
			return false;
	}
	if (!vm->direct && !vm->pvh_entry)
		return fail(err, "host: %s: no ClickOS image: it has neither its note nor PVH's",
			    elf->path);
	if (vm->direct && (vm->low > IMAGE_BASE || vm->end < IMAGE_USER))
		return fail(err, "host: %s: its tables are not where the note says", elf->path);
	if (vm->direct && vm->note.end > vm->end && vm->note.end <= vm->memory.size)
		vm->end = vm->note.end;
	return true;
}

static bool load_image(struct vm *vm, const char *path, struct error *err)
{
	struct elf elf = { .path = path, .fd = open(path, O_RDONLY | O_CLOEXEC) };
	struct stat st;
	bool good;

	if (elf.fd < 0 || fstat(elf.fd, &st) < 0)
		return fail(err, "host: %s: %s", path, strerror(errno));
	elf.size = (uint64_t)st.st_size;
	good = read_headers(&elf, err) && load_segments(vm, &elf, err);
	close(elf.fd);
	return good;
}

/* The module ends at *top, which becomes its first byte. */
static bool load_module(struct vm *vm, const char *path, uint64_t *top, struct pvh_module *module,
			struct error *err)
{
	struct elf file = { .path = path, .fd = open(path, O_RDONLY | O_CLOEXEC) };
	struct stat st;
	bool good;

	if (file.fd < 0 || fstat(file.fd, &st) < 0)
		return fail(err, "host: %s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return fail(err, "host: %s: not a file, whose size is known", path);
	module->size = (uint64_t)st.st_size;
	if (module->size > *top - vm->end)
		return fail(err,
			    "host: %s: %llu KiB do not fit into the memory: --memory needs to be "
			    "larger",
			    path, (unsigned long long)module->size >> 10);
	*top = (*top - module->size) & ~(PAGE - 1);
	module->base = *top;
	good = *top >= vm->end && read_at(&file, vm->memory.base + *top, module->size, 0, err);
	close(file.fd);
	return good || fail(err, "host: %s does not fit", path);
}

/* What PVH has at the start. All in one piece. */
struct start {
	struct pvh_start_info info;
	struct pvh_module module;
	struct pvh_memory map[1];
	char cmdline[];
};

static bool write_start(struct vm *vm, const struct options *o, uint64_t top,
			const struct pvh_module *module, struct error *err)
{
	size_t n = sizeof(struct start) + strlen(o->cmdline) + 1;
	uint64_t at = (top - n) & ~(PAGE - 1);
	struct start *s;

	if (n > top - vm->end || at < vm->end)
		return fail(err, "host: image, module and command line do not fit into the memory: "
				 "--memory needs to be larger");
	s = (struct start *)(vm->memory.base + at);
	s->info = (struct pvh_start_info){
		.magic = PVH_MAGIC,
		.version = 1,
		.nmodules = module->size ? 1 : 0,
		.modules = at + offsetof(struct start, module),
		.cmdline = at + offsetof(struct start, cmdline),
		.memmap = at + offsetof(struct start, map),
		.nmemmap = 1,
	};
	s->module = *module;
	s->map[0] = (struct pvh_memory){ .size = vm->memory.size, .type = PVH_RAM };
	memcpy(s->cmdline, o->cmdline, strlen(o->cmdline) + 1);
	vm->start_info = at;
	return true;
}

/* The image has mapped 4 MiB. A last piece of less than 2 MiB is mapped with what is not there. */
static void map_rest(struct vm *vm)
{
	uint64_t *pd = (uint64_t *)(vm->memory.base + IMAGE_PD0);

	for (uint64_t i = 2; i << 21 < vm->memory.size; i++)
		pd[i] = i << 21 | IMAGE_PDE_RAM;
}

/* Of the stacks only what is used first. */
void vm_touch(struct vm *vm)
{
	if (vm->direct)
		memory_touch(&vm->memory, vm->note.stack - STACK_TOUCHED, STACK_TOUCHED);
	memory_touch(&vm->memory, vm->end - STACK_TOUCHED, STACK_TOUCHED + MAP_TOUCHED);
	memory_touch(&vm->memory, MEMORY_DEVICE_MIN, TOUCH_AHEAD);
}

bool vm_load(struct vm *vm, const struct options *o, struct error *err)
{
	struct pvh_module module = { .size = 0 };
	uint64_t top = vm->memory.size;

	if (!load_image(vm, o->image, err))
		return false;
	if (o->module && !load_module(vm, o->module, &top, &module, err))
		return false;
	if (!write_start(vm, o, top, &module, err))
		return false;
	if (vm->direct)
		map_rest(vm);
	vm->page->pretouched = MEMORY_DEVICE_MIN + TOUCH_AHEAD; /* the I/O thread will do it */
	return true;
}
