/* SPDX-License-Identifier: MIT */
/* file_test.c - files, plain and compressed: reading, seeking, damage. */
#include <bzlib.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "engine/platform.h"
#include "tests/unit/test.h"

#define SIZE 300000

static char content[SIZE];

static void write_file(const char *path, enum file_mode mode, const void *p, size_t n)
{
	struct file *f;

	CHECK_INT(file_open(path, mode, &f), 0);
	CHECK_INT(file_write(f, p, n), 0);
	CHECK_INT(file_close(f), 0);
}

/* Reads all of it in odd pieces; -1 when it is not content, else the number of bytes or error. */
static int64_t read_back(struct file *f)
{
	static char got[SIZE + 1];
	int64_t n = 1, sum = 0;

	for (int i = 0; n > 0 && sum <= SIZE; i++) {
		int64_t piece = i % 3 == 0 ? 100000 : 7001, room = SIZE + 1 - sum;

		n = file_read(f, got + sum, (size_t)(piece < room ? piece : room));
		sum += n > 0 ? n : 0;
	}
	if (n < 0)
		return n;
	return memcmp(got, content, sum) == 0 ? sum : -1;
}

static void check_reading(const char *path, int64_t size)
{
	struct file *f;
	char piece[10];

	CHECK_INT(file_open(path, FILE_READ, &f), 0);
	CHECK_INT(file_size(f), size);
	CHECK_INT(read_back(f), SIZE);
	CHECK_INT(file_read(f, piece, 10), 0);
	CHECK_INT(file_seek(f, 200000), 200000);
	CHECK_INT(file_read(f, piece, 10), 10);
	CHECK(memcmp(piece, content + 200000, 10) == 0);
	CHECK_INT(file_seek(f, 10), 10);
	CHECK_INT(file_read(f, piece, 10), 10);
	CHECK(memcmp(piece, content + 10, 10) == 0);
	CHECK(file_seek(f, -1) < 0);
	CHECK_INT(file_write(f, piece, 1), -EBADF);
	CHECK_INT(file_close(f), 0);
}

static void test_plain(void)
{
	struct file *f;

	write_file("plain", FILE_WRITE, content, 100000);
	write_file("plain", FILE_APPEND, content + 100000, SIZE - 100000);
	check_reading("plain", SIZE);
	CHECK_INT(file_open("nosuch/file", FILE_READ, &f), -ENOENT);
	CHECK_INT(file_open("nosuch/file", FILE_WRITE, &f), -ENOENT);
	CHECK_INT(file_open("/", FILE_READ, &f), -EISDIR);
	if (file_open("/dev/full", FILE_WRITE, &f) == 0) {
		CHECK_INT(file_write(f, content, 10), 0);
		CHECK_INT(file_flush(f), -ENOSPC);
		CHECK_INT(file_write(f, content, SIZE), -ENOSPC);
		CHECK_INT(file_close(f), -ENOSPC);
	}
}

static void test_directories(void)
{
	CHECK_INT(file_make_directory("d"), 0);
	CHECK_INT(file_make_directory("d"), 0);
	CHECK_INT(file_make_directory("d/e"), 0);
	CHECK_INT(file_make_directory("none/e"), -ENOENT);
	write_file("d/e/plain", FILE_WRITE, content, SIZE);
	check_reading("d/e/plain", SIZE);
}

/* Names decide how a file is written; appending adds a member. */
static void test_compressing(const char *name)
{
	struct file *f;

	write_file(name, FILE_WRITE, content, 100000);
	write_file(name, FILE_APPEND, content + 100000, SIZE - 100000);
	check_reading(name, -1);
	/* Opened and closed only, it stays what it was. */
	CHECK_INT(file_open(name, FILE_APPEND, &f), 0);
	CHECK_INT(file_close(f), 0);
	check_reading(name, -1);
}

/* Two members, one behind the other, are one file. */
static void test_gzip(void)
{
	static char data[SIZE];
	gzFile z = gzopen("a.gz", "wb");
	struct file *f;
	int64_t n;

	gzwrite(z, content, 1000);
	gzclose(z);
	z = gzopen("a.gz", "ab");
	gzwrite(z, content + 1000, SIZE - 1000);
	gzclose(z);
	check_reading("a.gz", -1);
	CHECK_INT(file_open("a.gz", FILE_READ, &f), 0);
	CHECK_INT(file_close(f), 0);
	/* What is cut off is an error, not an end. */
	CHECK_INT(file_open("a.gz", FILE_READ, &f), 0);
	file_close(f);
	n = 0;
	{
		FILE *in = fopen("a.gz", "rb");

		n = (int64_t)fread(data, 1, sizeof(data), in);
		fclose(in);
	}
	write_file("cut", FILE_WRITE, data, (size_t)n - 5000);
	CHECK_INT(file_open("cut", FILE_READ, &f), 0);
	CHECK_INT(read_back(f), -EILSEQ);
	CHECK_INT(file_close(f), 0);
	data[n / 2] ^= 0x55;
	write_file("bad", FILE_WRITE, data, (size_t)n);
	CHECK_INT(file_open("bad", FILE_READ, &f), 0);
	CHECK(read_back(f) < 0);
	CHECK_INT(file_close(f), 0);
	write_file("tiny", FILE_WRITE, "\x1f\x8b", 2);
	CHECK_INT(file_open("tiny", FILE_READ, &f), 0);
	CHECK(file_read(f, data, 10) < 0);
	CHECK_INT(file_close(f), 0);
}

static void test_bzip2(void)
{
	BZFILE *z = BZ2_bzopen("a.bz2", "wb");
	struct str all;
	struct pool *pool = pool_new();

	BZ2_bzwrite(z, content, SIZE);
	BZ2_bzclose(z);
	check_reading("a.bz2", -1);
	CHECK_INT(file_load(pool, "a.bz2", &all), 0);
	CHECK_INT(all.n, SIZE);
	CHECK(memcmp(all.p, content, SIZE) == 0);
	CHECK_INT(file_load(pool, "nosuch", &all), -ENOENT);
	pool_free(pool);
}

int main(void)
{
	char dir[] = "/tmp/file_test.XXXXXX", command[64];

	if (!mkdtemp(dir) || chdir(dir) < 0)
		return 1;
	for (uint32_t i = 0, x = 1; i < SIZE; i++, x = x * 1103515245 + 12345)
		content[i] = (char)(x >> 24 & 15);
	test_plain();
	test_directories();
	test_compressing("b.gz");
	test_compressing("b.bz2");
	test_gzip();
	test_bzip2();
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command) != 0 || test_end();
}
