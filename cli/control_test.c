/* SPDX-License-Identifier: MIT */
/* control_test.c - the client of the control protocol, against what a machine may say: answers of
 * all forms, in pieces, and nonsense. What is said is put into the socket beforehand. */
#include "cli/control.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/test.h"

struct talk {
	struct control c;
	struct answer a;
	int machine;
};

/* A conversation in which the machine says this, and hangs up. */
static int begin(struct talk *t, const char *said, size_t n)
{
	int fd[2];

	*t = (struct talk){ 0 };
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd) < 0)
		return -errno;
	t->machine = fd[1];
	if (write(fd[1], said, n) != (ssize_t)n)
		return -EIO;
	shutdown(fd[1], SHUT_WR);
	return control_start(&t->c, fd[0], 2000);
}

static void end(struct talk *t)
{
	control_close(&t->c);
	answer_fini(&t->a);
	close(t->machine);
}

static bool call(struct talk *t, const char *said, const char *command)
{
	struct text all = { 0 };
	bool ok;

	text_add(&all, "ClickOS::Control/1.0\r\n%s", said);
	ok = begin(t, all.p, all.n) == 0;
	text_fini(&all);
	return ok && control_call(&t->c, &t->a, (struct str){ 0 }, "%s", command);
}

static void test_answers(void)
{
	struct talk t;
	char sent[64];

	CHECK(call(&t, "200 Good\r\n", "PING"));
	CHECK_INT(t.a.code, 200);
	CHECK_STR(text_as_str(&t.a.lines), "Good\n");
	CHECK_INT(read(t.machine, sent, sizeof(sent)), 6);
	CHECK_STR(str_first(str_of(sent), 6), "PING\r\n");
	end(&t);

	CHECK(call(&t, "200-One\n200 Two\nDATA 5\na\r\nbc200 Next\n", "READ fw c.count"));
	CHECK_STR(text_as_str(&t.a.data), "a\r\nbc");
	CHECK_STR(text_as_str(&t.a.lines), "One\nTwo\n");
	CHECK(control_call(&t.c, &t.a, (struct str){ 0 }, "STOP fw"));
	CHECK_STR(text_as_str(&t.a.lines), "Next\n");
	CHECK_INT(t.a.data.n, 0);
	end(&t);

	/* What a machine says goes to a person's terminal. */
	CHECK(!call(&t, "500-\033]0;title\a\x7f\tx\r\n500 \033[2J\n", "STOP fw"));
	CHECK_STR(text_as_str(&t.a.lines), "?]0;title??\tx\n?[2J\n");
	end(&t);

	CHECK(!call(&t, "552-fw:1: wrong\r\n552 Configuration in error\r\n", "INSTALL fw 0"));
	CHECK_INT(t.a.code, 552);
	CHECK_STR(text_as_str(&t.a.lines), "fw:1: wrong\nConfiguration in error\n");
	end(&t);
}

static void check_broken(const char *said, const char *command)
{
	struct talk t;

	CHECK(!call(&t, said, command));
	CHECK_INT(t.a.code, 0);
	CHECK(t.c.broken != NULL);
	/* From there on nothing is asked any more. */
	CHECK(!control_call(&t.c, &t.a, (struct str){ 0 }, "PING"));
	end(&t);
}

static void test_nonsense(void)
{
	check_broken("", "PING");
	check_broken("hello\r\n", "PING");
	check_broken("99 too small\r\n", "PING");
	check_broken("4294967296 too large\r\n", "PING");
	check_broken("200_neither\r\n", "PING");
	check_broken("200-more\r\n", "PING");
	check_broken("200 no data\r\n201 x\r\n", "LIST");
	check_broken("200 data\r\nDATA 99999999999\r\n", "LIST");
	check_broken("200 data\r\nDATA 99999999\r\n", "LIST");
	check_broken("200 data\r\nDATA -1\r\n", "LIST");
	check_broken("200 data\r\nDATA 10\r\nabc", "LIST");
	check_broken("200 fine\r\n", "READ a\nWRITE b");
}

static void test_greeting(void)
{
	static char endless[100000];
	struct talk t;

	CHECK_INT(begin(&t, "SSH-2.0\r\n", 9), -EPROTO);
	end(&t);
	CHECK_INT(begin(&t, "ClickOS", 7), -ECONNRESET);
	end(&t);
	memset(endless, 'x', sizeof(endless));
	CHECK(begin(&t, endless, sizeof(endless)) < 0);
	end(&t);
}

int main(void)
{
	test_answers();
	test_nonsense();
	test_greeting();
	return test_end();
}
