/* SPDX-License-Identifier: MIT */
/*
 * store.c - the files that a machine's control protocol reaches: those below one directory.
 *
 * A name is followed directory by directory, never through a link and never upwards, so it cannot
 * lead outside, also when somebody changes the tree meanwhile.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/control.h"
#include "platform/linux/linux.h"

static int top = -1; /* the directory */

int store_open(const char *dir)
{
	int r = chdir(dir) < 0 ? -errno : 0;

	if (r < 0)
		return r;
	top = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return top < 0 ? -errno : 0;
}

/* --- names --- */

/* Takes the next part of a path off it. False: it is none that may be used. */
static bool take_part(const char **path, char part[256])
{
	size_t n;

	while (**path == '/')
		++*path;
	n = strcspn(*path, "/");
	if (n == 0 || n >= 256)
		return false;
	memcpy(part, *path, n);
	part[n] = '\0';
	*path += n;
	return strcmp(part, ".") != 0 && strcmp(part, "..") != 0;
}

static int enter(int dir, const char *part, bool make)
{
	int fd;

	if (make && mkdirat(dir, part, 0777) < 0 && errno != EEXIST)
		return -errno;
	fd = openat(dir, part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOTDIR || errno == ELOOP ? -EPERM : -errno;
	return fd;
}

/* The directory that the file is in, to be closed, and its name there. */
static int open_parent(const char *path, bool make, char name[256])
{
	int dir = top < 0 ? -EPERM : dup(top), next;

	while (dir >= 0) {
		if (!take_part(&path, name)) {
			close(dir);
			return -EPERM;
		}
		if (!*path)
			return dir;
		next = enter(dir, name, make);
		close(dir);
		dir = next;
	}
	return dir;
}

/* Regular files only: nothing here ever waits for a peer. */
static int open_file(const char *path, int flags)
{
	char name[256];
	int dir = open_parent(path, flags & O_CREAT, name), fd, r = -EPERM;
	struct stat st;

	if (dir < 0)
		return dir;
	fd = openat(dir, name, flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0666);
	if (fd < 0)
		r = errno == ELOOP || errno == ENXIO ? -EPERM : -errno;
	close(dir);
	if (fd < 0 || (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)))
		return fd < 0 ? r : fd;
	close(fd);
	return r;
}

/* --- whole files --- */

static int64_t read_all(int fd, char *p, size_t size)
{
	size_t n = 0;

	while (n < size) {
		ssize_t r = read(fd, p + n, size - n);

		if (r < 0 && errno != EINTR)
			return -errno;
		if (r == 0)
			break;
		n += r > 0 ? (size_t)r : 0;
	}
	return (int64_t)n;
}

int64_t file_get(const char *path, char **data)
{
	int fd = open_file(path, O_RDONLY);
	int64_t n = -EFBIG;
	struct stat st;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) == 0 && st.st_size <= CONTROL_DATA_MAX) {
		*data = malloc((size_t)st.st_size + 1);
		n = *data ? read_all(fd, *data, (size_t)st.st_size) : -ENOMEM;
		if (*data && n < 0)
			free(*data);
	}
	close(fd);
	return n;
}

int file_put(const char *path, struct str data)
{
	int fd = open_file(path, O_WRONLY | O_CREAT), r = 0;

	if (fd < 0)
		return fd;
	if (ftruncate(fd, 0) < 0)
		r = -errno;
	while (data.n > 0 && r == 0) {
		ssize_t n = write(fd, data.p, data.n);

		if (n < 0 && errno != EINTR)
			r = -errno;
		else if (n > 0)
			data = str_from(data, (size_t)n);
	}
	close(fd);
	return r;
}

int file_remove(const char *path)
{
	char name[256];
	int dir = open_parent(path, false, name), r;

	if (dir < 0)
		return dir;
	r = unlinkat(dir, name, 0) < 0 ? -errno : 0;
	close(dir);
	return r == -EISDIR ? -EPERM : r;
}

/* --- which there are --- */

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

int file_list(const char *prefix, void (*each)(void *arg, const char *path, int64_t size),
	      void *arg)
{
	char here[] = ".", *const paths[] = { here, NULL };
	FTS *fts;

	if (top < 0)
		return -EPERM;
	while (*prefix == '/')
		prefix++;
	fts = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	if (!fts)
		return -errno;
	for (FTSENT *f; (f = fts_read(fts));) {
		const char *path = f->fts_path + 2;

		if (f->fts_info == FTS_F && str_starts(str_of(path), prefix))
			each(arg, path, f->fts_statp->st_size);
	}
	fts_close(fts);
	return 0;
}
