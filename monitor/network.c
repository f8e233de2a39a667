/* SPDX-License-Identifier: MIT */
/* network.c - kept as ip-netns(8) does it: a mount of the namespace on a file. */
#define _GNU_SOURCE
#include "monitor/network.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define OWN "/proc/self/ns/net"

/* Is it the network that we are in? */
static bool is_own(int fd)
{
	struct stat own, other;

	return stat(OWN, &own) < 0 || fstat(fd, &other) < 0 ||
	       (own.st_dev == other.st_dev && own.st_ino == other.st_ino);
}

/* The file without a mount is one that another mount namespace has left. */
static int open_shared(void)
{
	int fd = open(NETWORK_FILE, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return -1;
	if (ioctl(fd, NS_GET_NSTYPE) == CLONE_NEWNET && !is_own(fd))
		return fd;
	close(fd);
	return -1;
}

/* Where it cannot be mounted each machine has its own. */
static void keep(void)
{
	int fd = open(NETWORK_FILE, O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0);

	if (fd < 0)
		return;
	close(fd);
	if (mount(OWN, NETWORK_FILE, "none", MS_BIND, NULL) < 0)
		unlink(NETWORK_FILE);
}

/* Goes into a new one, and back. */
static int make(void)
{
	int before = open(OWN, O_RDONLY | O_CLOEXEC), fd = -1;

	if (before < 0)
		return -1;
	if (unshare(CLONE_NEWNET) == 0) {
		fd = open(OWN, O_RDONLY | O_CLOEXEC);
		keep();
		if (setns(before, CLONE_NEWNET) < 0)
			_exit(1);
	}
	close(before);
	return fd;
}

int network_open(void)
{
	int fd = open_shared();

	return fd >= 0 ? fd : make();
}
