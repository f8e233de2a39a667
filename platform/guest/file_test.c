/* SPDX-License-Identifier: MIT */
/* file_test.c - the RAM file system, and the boot archive that fills it, whole and damaged. */
#include "base/pool.h"
#include "kernel/machine.h"
#include "kernel/memory.h"
#include "platform/guest/guest.h"
#include "tests/unit/stub_kernel.h"
#include "tests/unit/test.h"

#include <errno.h>
#include <stdlib.h>

/* --- the machine --- */

static size_t memory = 64U << 20, written;

size_t memory_free_bytes(void)
{
	return memory;
}

void console_write(const char *p, size_t n)
{
	(void)p;
	written += n;
}

/* --- archives as cpio(1) -H newc makes them --- */

static struct {
	char bytes[8192];
	size_t n;
} archive;

static void put(const void *p, size_t n)
{
	memcpy(archive.bytes + archive.n, p, n);
	archive.n += n;
	while (archive.n % 4)
		archive.bytes[archive.n++] = '\0';
}

static void member_sized(const char *name, unsigned mode, const void *data, size_t n, unsigned size)
{
	char head[512];
	int len = snprintf(head, sizeof(head),
			   "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%s", 1U, mode,
			   0U, 0U, 1U, 0U, size, 0U, 0U, 0U, 0U, (unsigned)strlen(name) + 1, 0U,
			   name);

	put(head, (size_t)len + 1);
	put(data, n);
}

static void member(const char *name, unsigned mode, const char *data)
{
	member_sized(name, mode, data, strlen(data), (unsigned)strlen(data));
}

static void trailer(void)
{
	member("TRAILER!!!", 0, "");
}

static void sample(void)
{
	archive.n = 0;
	member(".", 040755, "");
	member("./lib", 040755, "");
	member("lib/a.click", 0100644, "Idle -> Discard;\n");
	member("/etc/name", 0100600, "gateway");
	member("empty", 0100644, "");
	member("link", 0120777, "lib/a.click");
	trailer();
}

/* --- looking at files --- */

static const char *content(const char *path)
{
	static char text[4096];
	char *data;
	int64_t n = file_get(path, &data);

	if (n < 0)
		return strerror((int)-n);
	snprintf(text, sizeof(text), "%.*s", (int)n, data);
	free(data);
	return text;
}

static struct names {
	char text[1024];
	size_t n;
} names;

static void add_name(void *arg, const char *path, int64_t size)
{
	struct names *s = arg;

	s->n += (size_t)snprintf(s->text + s->n, sizeof(s->text) - s->n, "%s:%lld ", path,
				 (long long)size);
}

static const char *list(const char *prefix)
{
	names.n = 0;
	names.text[0] = '\0';
	file_list(prefix, add_name, &names);
	return names.text;
}

static void remove_first(void *arg, const char *path, int64_t size)
{
	char *first = arg;

	(void)size;
	if (!*first)
		snprintf(first, 256, "%s", path);
}

static void remove_all(void)
{
	char first[256];

	do {
		first[0] = '\0';
		file_list("", remove_first, first);
	} while (first[0] && file_remove(first) == 0);
	CHECK_STR(list(""), "");
}

/* --- tests --- */

static void test_unpack(void)
{
	sample();
	CHECK(files_unpack(archive.bytes, archive.n));
	CHECK_STR(list(""), "lib/a.click:17 etc/name:7 empty:0 ");
	CHECK_STR(list("/lib/"), "lib/a.click:17 ");
	CHECK_STR(content("lib/a.click"), "Idle -> Discard;\n");
	CHECK_STR(content("./lib/a.click"), "Idle -> Discard;\n");
	CHECK_STR(content("etc/name"), "gateway");
	CHECK_STR(content("/empty"), "");
	CHECK_STR(content("link"), strerror(ENOENT));
	archive.n = 0;
	member("empty", 0100644, "no longer"); /* the later one counts */
	trailer();
	CHECK(files_unpack(archive.bytes, archive.n));
	CHECK_STR(content("empty"), "no longer");
	remove_all();
}

/* Cut anywhere: what is whole before it is there, and it is said where it ends. */
static void test_cut(void)
{
	bool refused = true;
	char *copy;

	sample();
	for (size_t n = 0; n + 4 < archive.n; n++) {
		copy = malloc(n ? n : 1); /* a read too far is seen */
		memcpy(copy, archive.bytes, n);
		refused &= !files_unpack(copy, n) && strstr(stub_kernel.printed, "damaged at byte");
		remove_all();
		free(copy);
	}
	CHECK(refused);
}

static void damaged(const char *where)
{
	CHECK(!files_unpack(archive.bytes, archive.n));
	CHECK(strstr(stub_kernel.printed, where) != NULL);
	remove_all();
}

/* One member with a byte of its header changed. */
static void test_byte(size_t at, char c)
{
	sample();
	archive.bytes[at] = c;
	damaged("damaged at byte 0 of");
}

static void test_damaged(void)
{
	static char long_name[300];

	test_byte(0, '1');   /* another format */
	test_byte(5, '2');   /* one with checksums */
	test_byte(14, 'x');  /* mode */
	test_byte(54, 'f');  /* size */
	test_byte(94, 'f');  /* length of the name */
	test_byte(101, '0'); /* of zero */
	archive.n = 0;
	member_sized("much", 0100644, "few", 3, 0xffffffff);
	damaged("at byte 0 of");
	archive.n = 0;
	memset(long_name, 'n', sizeof(long_name) - 1);
	member(long_name, 0100644, "");
	damaged("at byte 0 of");
	archive.n = 0;
	member("ok", 0100644, "1234");
	member("/", 0100644, "no name");
	damaged("at byte 120 of");
}

static struct file *opened(const char *path, enum file_mode mode)
{
	struct file *f = NULL;

	CHECK_INT(file_open(path, mode, &f), 0);
	return f;
}

/* The archive's bytes stay as they are. */
static void test_write(void)
{
	static char before[sizeof(archive.bytes)];
	struct file *f, *r;
	char byte[4] = "";

	sample();
	memcpy(before, archive.bytes, sizeof(before));
	CHECK(files_unpack(archive.bytes, archive.n));
	f = opened("etc/name", FILE_APPEND);
	CHECK_INT(file_write(f, "!!", 2), 0);
	CHECK_INT(file_size(f), 9);
	CHECK_INT(file_read(f, byte, 1), -EBADF);
	CHECK_INT(file_close(f), 0);
	CHECK_STR(content("etc/name"), "gateway!!");
	r = opened("etc/name", FILE_READ);
	CHECK_INT(file_seek(r, 7), 7);
	CHECK_INT(file_seek(r, 10), -EINVAL);
	CHECK_INT(file_seek(r, -1), -EINVAL);
	CHECK_INT(file_put("etc/name", str_of("")), 0); /* while it is read */
	CHECK_INT(file_read(r, byte, 4), 0);
	CHECK_INT(file_write(r, "x", 1), -EBADF);
	CHECK_INT(file_remove("etc/name"), 0); /* it goes with its last user */
	CHECK_STR(content("etc/name"), strerror(ENOENT));
	CHECK_INT(file_read(r, byte, 4), 0);
	CHECK_INT(file_close(r), 0);
	CHECK_INT(file_remove("etc/name"), -ENOENT);
	CHECK(memcmp(before, archive.bytes, sizeof(before)) == 0);
	remove_all();
}

static void test_errors(void)
{
	static char long_name[300];
	struct file *f;

	memset(long_name, 'n', sizeof(long_name) - 1);
	CHECK_INT(file_open("nosuch", FILE_READ, &f), -ENOENT);
	CHECK_INT(file_open("-", FILE_READ, &f), -ENOTSUP);
	CHECK_INT(file_open("/", FILE_WRITE, &f), -EINVAL);
	CHECK_INT(file_open(long_name, FILE_WRITE, &f), -EINVAL);
	memory = 300000; /* the last 256 KiB are not for files */
	CHECK_INT(file_put("large", (struct str){ archive.bytes, sizeof(archive.bytes) }), 0);
	f = opened("large", FILE_APPEND);
	for (int i = 0; i < 3; i++)
		CHECK_INT(file_write(f, archive.bytes, 8000), 0);
	CHECK_INT(file_write(f, archive.bytes, 8000), -ENOSPC);
	CHECK_INT(file_size(f), sizeof(archive.bytes) + 3 * 8000);
	file_close(f);
	memory = 64U << 20;
	remove_all();
}

static void test_console(void)
{
	struct file *f = opened("-", FILE_WRITE);

	CHECK_INT(file_write(f, "four", 4), 0);
	CHECK_INT(written, 4);
	CHECK_INT(file_size(f), -ESPIPE);
	CHECK_INT(file_close(f), 0);
	CHECK_STR(list(""), "");
}

int main(void)
{
	stub_kernel_reset();
	test_unpack();
	test_cut();
	test_damaged();
	test_write();
	test_errors();
	test_console();
	return test_end();
}
