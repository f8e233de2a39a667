/* SPDX-License-Identifier: MIT */
/*
 * file.c - the RAM file system: names and bytes. There are no directories: a path is a name, and a
 * leading / makes no difference.
 *
 * Files of the boot archive stay where the archive is; the first write copies them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "engine/platform.h"
#include "kernel/heap.h"
#include "kernel/machine.h"
#include "kernel/memory.h"
#include "platform/guest/guest.h"

#define NAME_MAX_BYTES 255
#define RESERVE (256U << 10) /* files never take the last memory */

struct ram_file {
	struct list node;
	char *name;
	uint8_t *data;
	size_t size, cap; /* cap 0: the bytes are the archive's */
	unsigned users;   /* who has it open; a removed file goes with its last */
	bool removed;
};

struct file {
	struct ram_file *f;
	enum file_mode mode;
	bool console; /* "-" for writing */
	size_t at;
};

static struct list files = { &files, &files };

static struct str plain_name(const char *path)
{
	struct str name = str_of(path);

	while (str_prefix(&name, "./") || str_char(&name, '/'))
		;
	return name;
}

static struct ram_file *find(const char *path)
{
	struct str name = plain_name(path);

	list_each(i, &files)
	{
		struct ram_file *f = container_of(i, struct ram_file, node);

		if (str_is(name, f->name))
			return f;
	}
	return NULL;
}

/* Files are the machine's, whoever writes them. */
static void *file_alloc(size_t n)
{
	unsigned owner = heap_owner_set(0);
	void *p = malloc(n);

	heap_owner_set(owner);
	return p;
}

static int make(struct str name, struct ram_file **made)
{
	struct ram_file *f;

	if (name.n == 0 || name.n > NAME_MAX_BYTES)
		return -EINVAL;
	f = file_alloc(sizeof(*f));
	if (!f)
		return -ENOSPC;
	*f = (struct ram_file){ 0 };
	f->name = file_alloc(name.n + 1);
	if (!f->name) {
		free(f);
		return -ENOSPC;
	}
	memcpy(f->name, name.p, name.n);
	f->name[name.n] = '\0';
	list_add_tail(&files, &f->node);
	*made = f;
	return 0;
}

static void empty(struct ram_file *f)
{
	if (f->cap)
		free(f->data);
	f->data = NULL;
	f->size = f->cap = 0;
}

static void end(struct ram_file *f)
{
	list_remove(&f->node);
	empty(f);
	free(f->name);
	free(f);
}

/* Room for n bytes in all; what is there stays. */
static int make_room(struct ram_file *f, size_t n)
{
	size_t cap = f->cap ? f->cap : 1024;
	uint8_t *data;

	if (n <= f->cap)
		return 0;
	while (cap < n)
		cap *= 2;
	if (cap + RESERVE > memory_free_bytes())
		cap = n;
	if (cap + RESERVE > memory_free_bytes())
		return -ENOSPC;
	data = file_alloc(cap);
	if (!data)
		return -ENOSPC;
	if (f->size)
		memcpy(data, f->data, f->size);
	if (f->cap)
		free(f->data);
	f->data = data;
	f->cap = cap;
	return 0;
}

/* --- engine/platform.h --- */

int file_open(const char *path, enum file_mode mode, struct file **opened)
{
	bool console = strcmp(path, "-") == 0;
	struct ram_file *f = console ? NULL : find(path);
	int r = 0;

	if (console && mode == FILE_READ)
		return -ENOTSUP;
	if (!console && !f)
		r = mode == FILE_READ ? -ENOENT : make(plain_name(path), &f);
	if (r < 0)
		return r;
	*opened = calloc(1, sizeof(**opened));
	if (!*opened)
		return -ENOMEM;
	if (f && mode == FILE_WRITE)
		empty(f);
	if (f)
		f->users++;
	**opened = (struct file){ .f = f, .mode = mode, .console = console };
	return 0;
}

int64_t file_read(struct file *f, void *p, size_t n)
{
	size_t left;

	if (f->mode != FILE_READ)
		return -EBADF;
	left = f->at < f->f->size ? f->f->size - f->at : 0;
	n = n < left ? n : left;
	if (n)
		memcpy(p, f->f->data + f->at, n);
	f->at += n;
	return (int64_t)n;
}

int file_write(struct file *f, const void *p, size_t n)
{
	int r;

	if (f->console) {
		console_write(p, n);
		return 0;
	}
	if (f->mode == FILE_READ)
		return -EBADF;
	r = make_room(f->f, f->f->size + n);
	if (r < 0)
		return r;
	if (n)
		memcpy(f->f->data + f->f->size, p, n);
	f->f->size += n;
	return 0;
}

/* Names may be of any directory. */
int file_make_directory(const char *path)
{
	(void)path;
	return 0;
}

int file_flush(struct file *f)
{
	(void)f;
	return 0;
}

int file_close(struct file *f)
{
	if (f->f && --f->f->users == 0 && f->f->removed)
		end(f->f);
	free(f);
	return 0;
}

int64_t file_size(struct file *f)
{
	return f->f ? (int64_t)f->f->size : -ESPIPE;
}

int64_t file_seek(struct file *f, int64_t offset)
{
	if (f->mode != FILE_READ || offset < 0 || (uint64_t)offset > f->f->size)
		return -EINVAL;
	f->at = (size_t)offset;
	return offset;
}

int file_load(struct pool *pool, const char *path, struct str *data)
{
	const struct ram_file *f = find(path);
	char *copy;

	if (!f)
		return -ENOENT;
	copy = pool_try(pool, f->size + 1);
	if (!copy)
		return -ENOMEM;
	if (f->size)
		memcpy(copy, f->data, f->size);
	*data = (struct str){ copy, f->size };
	return 0;
}

int64_t file_get(const char *path, char **data)
{
	const struct ram_file *f = find(path);

	if (!f)
		return -ENOENT;
	*data = malloc(f->size + 1);
	if (!*data)
		return -ENOMEM;
	if (f->size)
		memcpy(*data, f->data, f->size);
	return (int64_t)f->size;
}

/* Whoever has the file open goes on with the old bytes no longer: they are replaced in place. */
int file_put(const char *path, struct str data)
{
	struct file *f;
	int r = file_open(path, FILE_WRITE, &f);

	if (r < 0)
		return r;
	r = file_write(f, data.p, data.n);
	file_close(f);
	return r;
}

int file_remove(const char *path)
{
	struct ram_file *f = find(path);

	if (!f)
		return -ENOENT;
	if (f->users == 0) {
		end(f);
		return 0;
	}
	list_remove(&f->node);
	f->removed = true;
	return 0;
}

int file_list(const char *prefix, void (*each)(void *arg, const char *path, int64_t size),
	      void *arg)
{
	struct str begin = plain_name(prefix);

	list_each(i, &files)
	{
		const struct ram_file *f = container_of(i, struct ram_file, node);
		struct str name = str_of(f->name);

		if (str_eq(str_first(name, begin.n), begin))
			each(arg, f->name, (int64_t)f->size);
	}
	return 0;
}

/* --- the boot archive: cpio's "newc" format, cpio(5) --- */

struct cpio_header {
	char magic[6], ino[8], mode[8], uid[8], gid[8], nlink[8], mtime[8], size[8], devmajor[8],
		devminor[8], rdevmajor[8], rdevminor[8], namesize[8], check[8];
};

_Static_assert(sizeof(struct cpio_header) == 110, "as specified");

static bool hex8(const char digits[8], uint32_t *v)
{
	*v = 0;
	for (int i = 0; i < 8; i++) {
		int c = digits[i], letter = (c | 32) - 'a';
		int d = c >= '0' && c <= '9' ? c - '0' : letter >= 0 ? letter + 10 : 16;

		if (d > 15)
			return false;
		*v = *v << 4 | (unsigned)d;
	}
	return true;
}

static size_t round4(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

static bool add_member(const char *name, uint32_t mode, const uint8_t *data, uint32_t size)
{
	struct ram_file *f = find(name);

	if ((mode & 0170000) != 0100000)
		return true; /* directories and the like mean nothing here */
	if (!f && make(plain_name(name), &f) < 0)
		return false;
	empty(f);
	f->data = (uint8_t *)(uintptr_t)data;
	f->size = size;
	return true;
}

bool files_unpack(const void *archive, size_t n)
{
	const uint8_t *p = archive;
	size_t at = 0;

	while (n - at >= sizeof(struct cpio_header)) {
		const struct cpio_header *h = (const void *)(p + at);
		uint32_t size, namesize, mode;
		size_t data;
		const char *name = (const char *)(h + 1);

		if (memcmp(h->magic, "070701", 6) != 0 || !hex8(h->size, &size) ||
		    !hex8(h->namesize, &namesize) || !hex8(h->mode, &mode))
			break;
		data = round4(at + sizeof(*h) + namesize);
		if (namesize == 0 || namesize > NAME_MAX_BYTES + 1 || data > n || size > n - data ||
		    name[namesize - 1] != '\0')
			break;
		if (strcmp(name, "TRAILER!!!") == 0)
			return true;
		if (!add_member(name, mode, p + data, size))
			break;
		at = round4(data + size);
		if (at > n)
			at = n;
	}
	kprint("the boot archive is damaged at byte %zu of %zu", at, n);
	return false;
}
