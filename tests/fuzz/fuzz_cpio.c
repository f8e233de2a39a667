/* SPDX-License-Identifier: MIT */
/* fuzz_cpio.c - boot archives of any content: each file that they fill in can be read. */
#include <stdlib.h>

#include "kernel/machine.h"
#include "kernel/memory.h"
#include "platform/guest/guest.h"
#include "tests/unit/stub_kernel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

size_t memory_free_bytes(void)
{
	return 64U << 20;
}

void console_write(const char *p, size_t n)
{
	(void)p, (void)n;
}

struct first {
	char path[256];
	int64_t size;
};

static void keep_first(void *arg, const char *path, int64_t size)
{
	struct first *f = arg;

	if (f->path[0])
		return;
	strcpy(f->path, path);
	f->size = size;
}

static bool take_one(void)
{
	struct first f = { .size = 0 };
	char *copy;

	file_list("", keep_first, &f);
	if (!f.path[0])
		return false;
	if (file_get(f.path, &copy) != f.size || file_put(f.path, str_of("new")) < 0)
		abort();
	free(copy);
	return file_remove(f.path) == 0 || (abort(), false);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	stub_kernel.quiet = true;
	(void)files_unpack(data, n);
	while (take_one())
		;
	return 0;
}
