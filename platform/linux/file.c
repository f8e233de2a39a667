/* SPDX-License-Identifier: MIT */
/*
 * file.c - files, read through gzip and bzip2 where their first bytes say so, and written so
 * where their names do.
 *
 * Reading fills `in' from the descriptor; a decoder, when there is one, turns that into what is
 * read. Writing collects in `out'; an encoder turns that into `in', which goes to the descriptor.
 * Standard input is never decompressed; what goes to standard output keeps its place among what
 * platform_print says.
 */
#include <bzlib.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/text.h"
#include "platform/linux/linux.h"

#define IN_SIZE 65536U
#define OUT_SIZE 262144U

enum coding { PLAIN, GZIP, BZIP2 };

struct file {
	int fd;
	bool writes, console, at_end; /* at_end: the descriptor has no more */
	enum coding coding;
	bool member; /* a compressed member has begun: the end would come too early */
	int error;   /* what a write met; reported once more by close */
	int64_t size, pos;
	char *in, *in_at; /* bytes from the descriptor: in_at .. in_at + in_n */
	size_t in_n;
	char *out; /* to be written */
	size_t out_n;
	union {
		z_stream gz;
		bz_stream bz;
	};
};

/* --- from the descriptor --- */

static int fill(struct file *f)
{
	ssize_t r;

	if (f->at_end || f->in_n > 0)
		return 0;
	f->in_at = f->in;
	do
		r = read(f->fd, f->in, IN_SIZE);
	while (r < 0 && errno == EINTR);
	if (r < 0)
		return -errno;
	f->at_end = r == 0;
	f->in_n = (size_t)r;
	return 0;
}

static int64_t read_plain(struct file *f, char *p, size_t n)
{
	ssize_t r;

	if (f->in_n == 0 && n >= IN_SIZE) {
		do
			r = read(f->fd, p, n);
		while (r < 0 && errno == EINTR);
		return r < 0 ? -errno : r;
	}
	if (fill(f) < 0)
		return -errno;
	n = n < f->in_n ? n : f->in_n;
	memcpy(p, f->in_at, n);
	f->in_at += n;
	f->in_n -= n;
	return (int64_t)n;
}

/* --- decoders: consume from in, produce at most n bytes at p --- */

static int decoder_init(struct file *f)
{
	f->member = false;
	if (f->coding == GZIP) {
		memset(&f->gz, 0, sizeof(f->gz));
		return inflateInit2(&f->gz, 15 + 16) == Z_OK ? 0 : -ENOMEM;
	}
	memset(&f->bz, 0, sizeof(f->bz));
	return BZ2_bzDecompressInit(&f->bz, 0, 0) == BZ_OK ? 0 : -ENOMEM;
}

static void coder_fini(struct file *f)
{
	if (f->coding == GZIP && f->writes)
		deflateEnd(&f->gz);
	else if (f->coding == GZIP)
		inflateEnd(&f->gz);
	else if (f->coding == BZIP2 && f->writes)
		BZ2_bzCompressEnd(&f->bz);
	else if (f->coding == BZIP2)
		BZ2_bzDecompressEnd(&f->bz);
}

/* Compressed files may be several, one behind the other. */
static int decode_gzip(struct file *f, char *p, unsigned n, unsigned *made)
{
	int r;

	f->gz.next_in = (Bytef *)f->in_at;
	f->gz.avail_in = (unsigned)f->in_n;
	f->gz.next_out = (Bytef *)p;
	f->gz.avail_out = n;
	r = inflate(&f->gz, Z_NO_FLUSH);
	f->in_at += f->in_n - f->gz.avail_in;
	f->in_n = f->gz.avail_in;
	*made = n - f->gz.avail_out;
	if (r == Z_STREAM_END) {
		f->member = false;
		r = inflateReset(&f->gz);
	}
	return r == Z_OK || r == Z_BUF_ERROR ? 0 : -EILSEQ;
}

static int decode_bzip2(struct file *f, char *p, unsigned n, unsigned *made)
{
	int r;

	f->bz.next_in = f->in_at;
	f->bz.avail_in = (unsigned)f->in_n;
	f->bz.next_out = p;
	f->bz.avail_out = n;
	r = BZ2_bzDecompress(&f->bz);
	f->in_at += f->in_n - f->bz.avail_in;
	f->in_n = f->bz.avail_in;
	*made = n - f->bz.avail_out;
	if (r == BZ_STREAM_END) {
		BZ2_bzDecompressEnd(&f->bz);
		return decoder_init(f);
	}
	return r == BZ_OK ? 0 : -EILSEQ;
}

/* Junk behind the last member ends the file, as it does for zcat. */
static int64_t read_coded(struct file *f, char *p, size_t n)
{
	unsigned room = n < (1U << 30) ? (unsigned)n : 1U << 30, made = 0;
	bool inside;
	int r;

	do {
		inside = f->member;
		r = fill(f);
		if (r < 0)
			return r;
		if (f->in_n == 0 && f->at_end && !inside)
			return 0;
		f->member = true;
		r = f->coding == GZIP ? decode_gzip(f, p, room, &made)
				      : decode_bzip2(f, p, room, &made);
		if (r < 0)
			return inside || f->pos == 0 ? r : 0;
		if (made == 0 && f->in_n == 0 && f->at_end && f->member)
			return -EILSEQ;
	} while (made == 0);
	return made;
}

static enum coding signature(const char *p, size_t n)
{
	if (n >= 2 && memcmp(p, "\x1f\x8b", 2) == 0)
		return GZIP;
	if (n >= 10 && memcmp(p, "BZh", 3) == 0 && p[3] >= '0' && p[3] <= '9' &&
	    (memcmp(p + 4, "1AY&SY", 6) == 0 || p[4] == 0x17))
		return BZIP2;
	return PLAIN;
}

/* --- to the descriptor --- */

static int write_through(struct file *f, const char *p, size_t n)
{
	while (n > 0 && f->error == 0) {
		ssize_t r = write(f->fd, p, n);

		if (r < 0 && errno == EAGAIN)
			usleep(1000);
		else if (r < 0 && errno != EINTR)
			f->error = -errno;
		if (r > 0) {
			p += r;
			n -= (size_t)r;
		}
	}
	return f->error;
}

/* --- encoders --- */

static int encoder_init(struct file *f, const char *path)
{
	enum coding coding = str_ends(str_of(path), ".gz")    ? GZIP
			     : str_ends(str_of(path), ".bz2") ? BZIP2
							      : PLAIN;
	bool ok = true;

	if (coding == PLAIN || f->console)
		return 0;
	f->in = malloc(IN_SIZE);
	if (!f->in)
		return -ENOMEM;
	if (coding == GZIP)
		ok = deflateInit2(&f->gz, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8,
				  Z_DEFAULT_STRATEGY) == Z_OK;
	else
		ok = BZ2_bzCompressInit(&f->bz, 9, 0, 0) == BZ_OK;
	if (ok)
		f->coding = coding;
	return ok ? 0 : -ENOMEM;
}

/* One step of the encoder: what it makes goes to the descriptor. True when there is more. */
static bool encode_step(struct file *f, bool finish)
{
	size_t made;
	bool more;
	int r;

	if (f->coding == GZIP) {
		f->gz.next_out = (Bytef *)f->in;
		f->gz.avail_out = IN_SIZE;
		r = deflate(&f->gz, finish ? Z_FINISH : Z_NO_FLUSH);
		made = IN_SIZE - f->gz.avail_out;
		more = finish ? r == Z_OK : f->gz.avail_out == 0;
	} else {
		f->bz.next_out = f->in;
		f->bz.avail_out = IN_SIZE;
		r = BZ2_bzCompress(&f->bz, finish ? BZ_FINISH : BZ_RUN);
		made = IN_SIZE - f->bz.avail_out;
		more = finish ? r == BZ_FINISH_OK : f->bz.avail_in != 0;
	}
	return write_through(f, f->in, made) == 0 && more;
}

static int encode(struct file *f, const char *p, size_t n, bool finish)
{
	if (f->coding == GZIP) {
		f->gz.next_in = (Bytef *)(uintptr_t)p;
		f->gz.avail_in = (unsigned)n;
	} else {
		f->bz.next_in = (char *)(uintptr_t)p;
		f->bz.avail_in = (unsigned)n;
	}
	if (n == 0 && !finish)
		return f->error;
	while (encode_step(f, finish))
		;
	return f->error;
}

/* --- opening and closing --- */

static int open_fd(const char *path, enum file_mode mode)
{
	static const int flags[] = {
		[FILE_READ] = O_RDONLY,
		[FILE_WRITE] = O_WRONLY | O_CREAT | O_TRUNC,
		[FILE_APPEND] = O_WRONLY | O_CREAT | O_APPEND,
	};
	int fd;

	if (strcmp(path, "-") == 0)
		return mode == FILE_READ ? STDIN_FILENO : STDOUT_FILENO;
	fd = open(path, flags[mode] | O_CLOEXEC, 0666);
	return fd < 0 ? -errno : fd;
}

static int start_reading(struct file *f)
{
	struct stat st;
	int r;

	f->size = fstat(f->fd, &st) == 0 && S_ISREG(st.st_mode) ? st.st_size : -1;
	if (f->console)
		return 0;
	r = fill(f);
	if (r < 0)
		return r;
	f->coding = signature(f->in_at, f->in_n);
	if (f->coding == PLAIN)
		return 0;
	f->size = -1;
	return decoder_init(f);
}

static void release(struct file *f)
{
	coder_fini(f);
	if (f->fd > STDERR_FILENO)
		close(f->fd);
	free(f->in);
	free(f->out);
	free(f);
}

int file_open(const char *path, enum file_mode mode, struct file **file)
{
	struct file *f = calloc(1, sizeof(*f));
	int r;

	if (!f)
		return -ENOMEM;
	f->size = -1;
	f->writes = mode != FILE_READ;
	f->console = strcmp(path, "-") == 0;
	r = f->fd = open_fd(path, mode);
	if (r < 0)
		goto out;
	r = -ENOMEM;
	if (f->writes && !f->console && !(f->out = malloc(OUT_SIZE)))
		goto out;
	if (!f->writes && !(f->in = f->in_at = malloc(IN_SIZE)))
		goto out;
	r = f->writes ? encoder_init(f, path) : start_reading(f);
	if (r < 0)
		goto out;
	*file = f;
	return 0;
out:
	release(f);
	return r;
}

int file_close(struct file *f)
{
	int r = f->writes ? file_flush(f) : 0;

	if (f->writes && f->coding != PLAIN && f->pos != 0)
		r = encode(f, NULL, 0, true);
	release(f);
	return r;
}

/* --- reading and writing --- */

int64_t file_read(struct file *f, void *p, size_t n)
{
	int64_t r;

	if (f->writes)
		return -EBADF;
	if (n == 0)
		return 0;
	r = f->coding == PLAIN ? read_plain(f, p, n) : read_coded(f, p, n);
	f->pos += r > 0 ? r : 0;
	return r;
}

int file_make_directory(const char *path)
{
	return mkdir(path, 0777) < 0 && errno != EEXIST ? -errno : 0;
}

int file_flush(struct file *f)
{
	size_t n = f->out_n;

	if (!f->writes)
		return 0;
	if (f->console) {
		console_flush();
		return f->error;
	}
	f->out_n = 0;
	return f->coding == PLAIN ? write_through(f, f->out, n) : encode(f, f->out, n, false);
}

int file_write(struct file *f, const void *p, size_t n)
{
	if (!f->writes)
		return -EBADF;
	f->pos += (int64_t)n;
	if (f->console)
		return f->error = f->error < 0 ? f->error : console_write(p, n);
	if (n > OUT_SIZE - f->out_n && file_flush(f) < 0)
		return f->error;
	if (n >= OUT_SIZE)
		return f->coding == PLAIN ? write_through(f, p, n) : encode(f, p, n, false);
	memcpy(f->out + f->out_n, p, n);
	f->out_n += n;
	return f->error;
}

int64_t file_size(struct file *f)
{
	return f->size;
}

/* Back to the beginning, with the decoder as new. */
static int rewind_coded(struct file *f)
{
	if (lseek(f->fd, 0, SEEK_SET) < 0)
		return -errno;
	f->in_n = 0;
	f->pos = 0;
	f->at_end = false;
	coder_fini(f);
	return decoder_init(f);
}

static int64_t skip_to(struct file *f, int64_t offset)
{
	char *junk = malloc(IN_SIZE);
	int64_t r = junk ? 1 : -ENOMEM;

	while (r > 0 && f->pos < offset) {
		int64_t left = offset - f->pos;

		r = file_read(f, junk, left < IN_SIZE ? (size_t)left : IN_SIZE);
	}
	free(junk);
	return r < 0 ? r : f->pos;
}

int64_t file_seek(struct file *f, int64_t offset)
{
	int r = 0;

	if (offset < 0)
		return -EINVAL;
	if (f->writes && file_flush(f) < 0)
		return f->error;
	if (f->coding == PLAIN && lseek(f->fd, offset, SEEK_SET) >= 0) {
		f->in_n = 0;
		f->at_end = false;
		return f->pos = offset;
	}
	if (f->writes)
		return -ESPIPE;
	if (offset < f->pos)
		r = f->coding == PLAIN ? -ESPIPE : rewind_coded(f);
	return r < 0 ? r : skip_to(f, offset);
}

int file_load(struct pool *pool, const char *path, struct str *data)
{
	struct text t = { 0 };
	struct file *f;
	int64_t n;
	int r = file_open(path, FILE_READ, &f);

	if (r < 0)
		return r;
	do {
		char *to = text_room(&t, IN_SIZE);

		n = file_read(f, to, IN_SIZE);
		t.n += n > 0 ? (size_t)n : 0;
	} while (n > 0);
	if (n == 0)
		*data = pool_str(pool, text_as_str(&t));
	text_fini(&t);
	file_close(f);
	return (int)n;
}
