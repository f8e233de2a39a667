/* SPDX-License-Identifier: MIT */
/* process_test.c - children that wait at a gate; signals that are held back. */
#include "cli/process.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/interrupt.h"
#include "tests/unit/test.h"

/* A command that opens the gate or ends before; what its child says on out: '1' for an open gate. */
static void command(bool opens, int out)
{
	int gate;
	pid_t pid = process_fork(&gate);

	if (pid == 0) {
		char c = gate_wait(gate) ? '1' : '0';

		_exit(write(out, &c, 1) != 1);
	}
	if (pid > 0 && opens)
		gate_open(gate);
	_exit(pid < 0);
}

static char gate_says(bool opens)
{
	char c = '?';
	int fd[2];
	pid_t pid;

	if (pipe(fd) < 0)
		return c;
	pid = fork();
	if (pid == 0)
		command(opens, fd[1]);
	close(fd[1]);
	waitpid(pid, NULL, 0);
	if (read(fd[0], &c, 1) != 1)
		c = '-';
	close(fd[0]);
	return c;
}

static void test_interrupts(void)
{
	int fd = interrupt_fd();
	struct pollfd p = { .fd = fd, .events = POLLIN };

	interrupt_hold();
	CHECK(!interrupt_waits());
	CHECK_INT(poll(&p, 1, 0), 0);
	raise(SIGTERM);
	CHECK(interrupt_waits());
	CHECK_INT(poll(&p, 1, 0), 1);
	signal(SIGTERM, SIG_IGN);
	interrupt_release();
	CHECK(!interrupt_waits());
	close(fd);
}

int main(void)
{
	CHECK_INT(gate_says(true), '1');
	CHECK_INT(gate_says(false), '0');
	test_interrupts();
	return test_end();
}
