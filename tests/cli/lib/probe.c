/* SPDX-License-Identifier: MIT */
/*
 * probe.c - runs in the place of `click' in the sandbox, tries what must not be possible, and says
 * what was: a line each. The last one is `done'.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void try(const char *what, long r)
{
	if (r >= 0)
		printf("possible: %s\n", what);
}

static void files(void)
{
	static const char *const paths[] = {
		"/etc/passwd", "/proc/self/status", "/sys/class/net", "/dev/null",
		"/dev/kvm",    "/bin/sh",           "/tmp",           "/root",
		"..",          "../../etc/passwd"
	};
	struct stat above, top;

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]) - 2; i++)
		try(paths[i], open(paths[i], O_RDONLY));
	try(paths[9], open(paths[9], O_RDONLY));
	if (stat("/..", &above) == 0 && stat("/", &top) == 0 && above.st_ino != top.st_ino)
		printf("possible: leaving the root\n");
	/* What it may do: its own files. */
	if (open("own", O_WRONLY | O_CREAT, 0600) < 0)
		printf("impossible: writing its own file\n");
}

static void processes(void)
{
	char *const argv[] = { NULL };

	try("fork", fork());
	try("exec", execve("/lib64/ld-linux-x86-64.so.2", argv, argv));
	try("ptrace", ptrace(PTRACE_ATTACH, 1, NULL, NULL));
	try("kill", kill(-1, 0));
	try("another process", kill(2, 0));
	if (getpid() != 1)
		printf("possible: seeing other processes\n");
}

static void rights(void)
{
	try("mount", mount("x", "/", "tmpfs", 0, NULL));
	try("unshare", unshare(CLONE_NEWUSER));
	try("chroot", chroot("/"));
	try("setuid", setuid(1));
	try("bpf", syscall(SYS_bpf, 0, NULL, 0));
	try("reboot", syscall(SYS_reboot, 0, 0, 0, NULL));
	try("io_uring", syscall(SYS_io_uring_setup, 1, NULL));
	try("userfaultfd", syscall(SYS_userfaultfd, 0));
	try("keyctl", syscall(SYS_keyctl, 0, 0));
	try("prctl", prctl(PR_CAPBSET_READ, 0));
	try("IPv6 sockets", socket(AF_INET6, SOCK_DGRAM, 0));
	try("vsock", socket(AF_VSOCK, SOCK_STREAM, 0));
	try("netfilter", socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER));
}

/* The ends of its own interfaces, and nothing else. */
static void network(void)
{
	struct if_nameindex *all = if_nameindex();
	int fd = socket(AF_PACKET, SOCK_RAW, 0);
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(80) };

	if (fd < 0)
		printf("impossible: packet sockets\n");
	for (struct if_nameindex *i = all; i && i->if_index; i++)
		printf("interface: %s\n", i->if_name);
	inet_pton(AF_INET, "10.7.0.2", &to.sin_addr);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	try("routing", connect(fd, (struct sockaddr *)&to, sizeof(to)));
}

static void limits(void)
{
	struct rlimit l;

	if (getrlimit(RLIMIT_CORE, &l) < 0 || l.rlim_cur != 0)
		printf("possible: core dumps\n");
	/* Memory that nobody bounds would be the host's. */
	if (malloc((size_t)1 << 34))
		printf("possible: 16 GiB of memory\n");
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	files();
	processes();
	rights();
	network();
	limits();
	printf("done\n");
	return 3;
}
