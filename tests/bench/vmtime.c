/* SPDX-License-Identifier: MIT */
/*
 * vmtime.c - what only a small program can time.
 *
 *	vmtime line PROGRAM [ARG...]          from exec to its first output
 *	vmtime packet OUT IN PROGRAM [ARG...] from exec to the first frame that comes in at IN of those
 *	                                      that are sent to OUT meanwhile, one each 0.1 ms
 *
 * Both print microseconds. The program gets SIGTERM afterwards in `line', and is waited for.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <stdbool.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TYPE 0x88b5    /* for experiments */
#define GAP 100000L    /* ns between frames */
#define PATIENCE 10000 /* ms */
#define FRAME 60

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "vmtime: %s: %s\n", what, strerror(errno));
	exit(1);
}

static pid_t start(char **argv, int out)
{
	pid_t pid = vfork();

	if (pid < 0)
		die("vfork");
	if (pid == 0) {
		if (out >= 0)
			dup2(out, 1);
		execv(argv[0], argv);
		_exit(127);
	}
	return pid;
}

static int line(char **argv)
{
	int fd[2];
	double begin;
	char buf[4096];
	pid_t pid;

	if (pipe(fd) < 0)
		die("pipe");
	begin = now();
	pid = start(argv, fd[1]);
	close(fd[1]);
	if (read(fd[0], buf, sizeof(buf)) <= 0)
		die("no output");
	printf("%.0f\n", now() - begin);
	kill(pid, SIGTERM);
	while (read(fd[0], buf, sizeof(buf)) > 0)
		;
	waitpid(pid, NULL, 0);
	return 0;
}

/* type: which frames it receives; 0: none. */
static int open_socket(const char *name, uint16_t type)
{
	struct sockaddr_ll a = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(type),
		.sll_ifindex = (int)if_nametoindex(name),
	};
	int s = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (s < 0 || a.sll_ifindex == 0 || bind(s, (struct sockaddr *)&a, sizeof(a)) < 0)
		die(name);
	return s;
}

/* Until a frame of another interface's comes in; false: none does. */
static bool wait_for_frame(int out, int in)
{
	static const uint8_t frame[FRAME] = { 255, 255, 255, 255, 255, 255,       2,
					      0,   0,   0,   0,   1,   TYPE >> 8, TYPE & 255 };
	const struct timespec gap = { 0, GAP };
	struct pollfd p = { .fd = in, .events = POLLIN };
	double end = now() + PATIENCE * 1e3;

	while (now() < end) {
		ssize_t sent = send(out, frame, sizeof(frame), MSG_DONTWAIT);

		(void)sent; /* nobody may listen yet */
		if (ppoll(&p, 1, &gap, NULL) > 0)
			return true;
	}
	return false;
}

static int packet(const char *out_name, const char *in_name, char **argv)
{
	int out = open_socket(out_name, 0), in = open_socket(in_name, TYPE);
	double begin = now();
	pid_t pid = start(argv, -1);

	if (!wait_for_frame(out, in)) {
		fprintf(stderr, "vmtime: nothing came within %d s\n", PATIENCE / 1000);
		return 1;
	}
	printf("%.0f\n", now() - begin);
	waitpid(pid, NULL, 0);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 2 && strcmp(argv[1], "line") == 0)
		return line(argv + 2);
	if (argc > 4 && strcmp(argv[1], "packet") == 0)
		return packet(argv[2], argv[3], argv + 4);
	fprintf(stderr, "usage: vmtime line PROGRAM...; vmtime packet OUT IN PROGRAM...\n");
	return 1;
}
