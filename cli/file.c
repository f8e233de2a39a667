/* SPDX-License-Identifier: MIT */
/* file.c - files and directories of the host. */
#define _GNU_SOURCE
#include "cli/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int file_read_fd(int fd, struct text *out)
{
	ssize_t n;

	do {
		n = read(fd, text_room(out, 65536), 65536);
		out->n += n > 0 ? (size_t)n : 0;
	} while (n > 0 || (n < 0 && errno == EINTR));
	text_room(out, 1)[0] = '\0';
	return n < 0 ? -errno : 0;
}

int file_write_fd(int fd, const void *p, size_t n)
{
	const char *at = p;

	while (n > 0) {
		ssize_t k = write(fd, at, n);

		if (k < 0 && errno != EINTR)
			return -errno;
		at += k > 0 ? k : 0;
		n -= k > 0 ? (size_t)k : 0;
	}
	return 0;
}

int file_read_at(int dir, const char *path, struct text *out)
{
	int fd, r;

	if (dir == AT_FDCWD && strcmp(path, "-") == 0)
		return file_read_fd(0, out);
	fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = file_read_fd(fd, out);
	close(fd);
	return r;
}

static int write_new(int dir, const char *path, const void *p, size_t n, mode_t mode)
{
	int fd = openat(dir, path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode);
	int r;

	if (fd < 0)
		return -errno;
	r = file_write_fd(fd, p, n);
	if (close(fd) < 0 && r == 0)
		r = -errno;
	return r;
}

int file_replace_at(int dir, const char *path, const void *p, size_t n, mode_t mode)
{
	char other[4096];
	int r;

	snprintf(other, sizeof(other), "%s.%d", path, (int)getpid());
	r = write_new(dir, other, p, n, mode);
	if (r == 0 && renameat(dir, other, dir, path) < 0)
		r = -errno;
	if (r < 0)
		unlinkat(dir, other, 0);
	return r;
}

static int make_parents(int dir, const char *path, mode_t mode)
{
	char part[4096];

	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		int n = (int)(slash - path);

		if (n == 0)
			continue;
		if ((size_t)n >= sizeof(part))
			return -ENAMETOOLONG;
		snprintf(part, sizeof(part), "%.*s", n, path);
		if (mkdirat(dir, part, mode) < 0 && errno != EEXIST)
			return -errno;
	}
	return 0;
}

int file_make_at(int dir, const char *path, const void *p, size_t n, mode_t mode)
{
	int r = make_parents(dir, path, 0755);

	return r < 0 ? r : write_new(dir, path, p, n, mode);
}

int dir_make(const char *path, mode_t mode)
{
	int r = make_parents(AT_FDCWD, path, mode);

	if (r == 0 && mkdir(path, mode) < 0 && errno != EEXIST)
		r = -errno;
	return r;
}

/* Directories below directories are taken one after the other, deepest first: depth is what
 * the caller made, and a machine has no right to make directories here. */
static int remove_entries(int dir, unsigned depth)
{
	DIR *d = fdopendir(dir);
	struct dirent *e;

	if (!d) {
		close(dir);
		return -errno;
	}
	while ((e = readdir(d))) {
		int fd;

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (unlinkat(dirfd(d), e->d_name, 0) == 0 || depth == 0)
			continue;
		fd = openat(dirfd(d), e->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd >= 0)
			remove_entries(fd, depth - 1);
		unlinkat(dirfd(d), e->d_name, AT_REMOVEDIR);
	}
	closedir(d);
	return 0;
}

int tree_remove_at(int dir, const char *path)
{
	int fd = openat(dir, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0)
		remove_entries(fd, 64);
	if (unlinkat(dir, path, AT_REMOVEDIR) == 0 || unlinkat(dir, path, 0) == 0)
		return 0;
	return errno == ENOENT ? 0 : -errno;
}

const char *inner_path(struct pool *pool, const char *path)
{
	struct str rest = str_of(path);
	struct text t = { 0 };
	const char *out = NULL;

	while (rest.n) {
		size_t slash = str_find(rest, '/');
		struct str part = str_first(rest, slash);

		rest = str_from(rest, slash + 1);
		if (part.n == 0 || str_is(part, "."))
			continue;
		if (str_is(part, ".."))
			goto out;
		text_add(&t, "%s%.*s", t.n ? "/" : "", STR(part));
	}
	if (t.n)
		out = pool_cstr(pool, text_as_str(&t));
out:
	text_fini(&t);
	return out;
}
