/* SPDX-License-Identifier: MIT */
#include "engine/control/session.h"

#include <stdlib.h>

#include "engine/element.h"
#include "tests/unit/instances.h"

struct client {
	struct session *s;
	struct text said; /* by the machine */
	unsigned changed;
};

static void changed(void *arg)
{
	struct client *c = arg;

	c->changed++;
}

/* Takes at most `max' bytes of what is said. */
static void hear(struct client *c, size_t max)
{
	struct str out = session_output(c->s);

	while (out.n > 0 && max > 0) {
		size_t n = out.n < max ? out.n : max;

		text_bytes(&c->said, out.p, n);
		session_sent(c->s, n);
		max -= n;
		out = session_output(c->s);
	}
}

static void meet(struct instances *is, struct client *c)
{
	*c = (struct client){ 0 };
	c->s = session_new(is, changed, c);
	hear(c, SIZE_MAX);
	CHECK_STR(text_as_str(&c->said), "ClickOS::Control/1.0\r\n");
	text_clear(&c->said);
}

/* Says it in pieces, as far as it is listened to; what was heard since is in c->said. */
static void say_in(struct instances *is, struct client *c, struct str what, size_t piece)
{
	text_clear(&c->said);
	for (int idle = 0; idle < 4;) {
		size_t room = session_room(c->s), n = what.n < piece ? what.n : piece;
		size_t heard = c->said.n;

		n = n < room ? n : room;
		if (n > 0)
			session_input(c->s, what.p, n);
		what = str_from(what, n);
		hear(c, SIZE_MAX);
		if (n == 0)
			machine_settle(is);
		hear(c, SIZE_MAX);
		idle = n > 0 || c->said.n > heard ? 0 : idle + 1;
	}
}

static void say(struct instances *is, struct client *c, const char *what)
{
	say_in(is, c, str_of(what), SIZE_MAX);
}

/* The same answer, however the question is cut. */
static void ask(struct instances *is, struct client *c, const char *what, const char *answer)
{
	say(is, c, what);
	CHECK_STR(text_as_str(&c->said), answer);
}

static void leave(struct client *c)
{
	session_free(c->s);
	text_fini(&c->said);
}

static void test_lines(void)
{
	struct instances is;
	struct client c;

	machine_begin(&is);
	meet(&is, &c);
	ask(&is, &c, "PING\r\n", "200 \r\n");
	ask(&is, &c, "\n  \r\nping  a  b \n", "200 a  b\r\n");
	ask(&is, &c, "PIN\n", "501 Command 'PIN' unimplemented\r\n");
	ask(&is, &c, "LIST x\n", "500 Wrong number of arguments\r\n");
	ask(&is, &c, "LIST\nLIST\n", "200 Instances\r\nDATA 0\r\n200 Instances\r\nDATA 0\r\n");
	ask(&is, &c, "PING \x01\t\n", "200 ^A\r\n");
	ask(&is, &c, "STOP a\n", "550 No instance named 'a'\r\n");
	ask(&is, &c, "INSTALL 9 2\nxxPING\n", "500 Bad instance name\r\n200 \r\n");
	ask(&is, &c, "PUT x 67108865\n", "521 Data too big\r\n");
	leave(&c);

	meet(&is, &c);
	ask(&is, &c, "PUT x 4294967296\nLIST\n", "500 Bad length\r\n");
	CHECK(session_finished(c.s));
	leave(&c);

	/* What was to be data is not taken for commands. */
	meet(&is, &c);
	ask(&is, &c, "WRITEDATA a b c 7\nSTOP x\n", "500 Wrong number of arguments\r\n");
	CHECK(session_finished(c.s));
	leave(&c);

	meet(&is, &c);
	ask(&is, &c, "INSTALL a\nLIST\n", "500 Wrong number of arguments\r\n");
	CHECK(session_finished(c.s));
	leave(&c);

	meet(&is, &c);
	ask(&is, &c, "QUIT\nLIST\n", "200 Goodbye!\r\n");
	CHECK(session_finished(c.s));
	leave(&c);
	machine_end(&is);
}

/* The data that are too much are skipped, and the conversation goes on. */
static void test_skip(void)
{
	static char junk[65536];
	struct instances is;
	struct client c;

	machine_begin(&is);
	meet(&is, &c);
	say(&is, &c, "PUT x 67108865\n");
	for (size_t left = 67108865; left > 0;) {
		size_t n = left < sizeof(junk) ? left : sizeof(junk);

		CHECK(session_room(c.s) >= n);
		session_input(c.s, junk, n);
		left -= n;
	}
	ask(&is, &c, "PING on\n", "200 on\r\n");
	leave(&c);
	machine_end(&is);
}

static void test_long_line(void)
{
	struct instances is;
	struct client c;
	char *line = malloc(CONTROL_LINE_MAX + 10);

	machine_begin(&is);
	memset(line, 'x', CONTROL_LINE_MAX + 10);
	memcpy(line, "PING ", 5);
	line[CONTROL_LINE_MAX - 1] = '\n';
	meet(&is, &c);
	say_in(&is, &c, (struct str){ line, CONTROL_LINE_MAX }, 999);
	CHECK_INT(c.said.n, CONTROL_LINE_MAX - 6 + 6);
	line[CONTROL_LINE_MAX - 1] = 'x';
	say_in(&is, &c, (struct str){ line, CONTROL_LINE_MAX + 10 }, 999);
	CHECK_STR(text_as_str(&c.said), "500 Line too long\r\n");
	CHECK(session_finished(c.s));
	leave(&c);
	free(line);
	machine_end(&is);
}

/* What the other side leaves unfinished is not done. */
static void test_unfinished(void)
{
	static const struct {
		const char *said, *answer;
	} v[] = {
		{ "", "" },
		{ "LIST\n", "200 Instances\r\nDATA 0\r\n" },
		{ "PING", "500 The last line is not complete\r\n" },
		{ "PUT x 5\nabc", "500 Not enough data\r\n" },
		{ "INSTALL a 16\nIdle -> Discard;", "200 Instance 'a' is running\r\n" },
	};
	struct instances is;
	struct client c;

	machine_begin(&is);
	meet(&is, &c);
	session_end(c.s);
	CHECK_STR(session_output(c.s), "");
	CHECK(session_finished(c.s));
	leave(&c);
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		meet(&is, &c);
		session_input(c.s, v[i].said, strlen(v[i].said));
		session_end(c.s);
		machine_settle(&is);
		hear(&c, SIZE_MAX);
		CHECK_STR(text_as_str(&c.said), v[i].answer);
		CHECK(session_finished(c.s));
		leave(&c);
	}
	machine_end(&is);
}

#define DIALOGUE                                                   \
	"INSTALL a 40\r\nc :: Counter; Idle -> c -> Discard; //ok" \
	"LIST\r\n"                                                 \
	"READ a c.count\r\n"                                       \
	"READ 0 c.nosuch\r\n"                                      \
	"READ a nosuch.count\r\n"                                  \
	"READDATA a ClickOSControl.read 7\r\nc.count"              \
	"WRITE a c.count 7\r\n"                                    \
	"WRITE a c.reset\r\n"                                      \
	"WRITEDATA a c.count_call 3\r\nx y"                        \
	"INSTALL a 0\r\n"                                          \
	"INSTALL b 1\r\n;"                                         \
	"SWAP a 6\r\nNonsen"                                       \
	"CONFIG a\r\n"                                             \
	"SWAP a 36\r\nc :: Counter; Idle -> c -> Discard;\n"       \
	"READ a c.count\r\n"                                       \
	"ERRORS a\r\n"                                             \
	"START a\r\n"                                              \
	"STOP a\r\n"                                               \
	"STOP a\r\n"                                               \
	"READ a c.count\r\n"                                       \
	"START a\r\n"                                              \
	"REMOVE a\r\n"                                             \
	"REMOVE a\r\n"

#define ANSWERS                                                                             \
	"200 Instance 'a' is running\r\n"                                                   \
	"200 Instances\r\nDATA 12\r\n0\ta\trunning\n"                                       \
	"200 Read handler 'c.count' OK\r\nDATA 1\r\n0"                                      \
	"511 No handler named 'c.nosuch'\r\n"                                               \
	"510 No element named 'nosuch'\r\n"                                                 \
	"200 Read handler 'ClickOSControl.read' OK\r\nDATA 1\r\n0"                          \
	"530 Handler 'c.count' read-only\r\n"                                               \
	"200 Write handler 'c.reset' OK\r\n"                                                \
	"520-Write handler 'c.count_call' error:\r\n520 'count_call' first word should be " \
	"unsigned (count)\r\n"                                                              \
	"551 There is an instance of that name\r\n"                                         \
	"200 Instance 'b' is running\r\n"                                                   \
	"552-a:1: undeclared element 'Nonsen'\r\n552-  Nonsen\r\n552-  ^\r\n"               \
	"552 Configuration in error\r\n"                                                    \
	"200 Configuration\r\nDATA 40\r\nc :: Counter; Idle -> c -> Discard; //ok"          \
	"200 Instance 'a' has the new configuration\r\n"                                    \
	"200 Read handler 'c.count' OK\r\nDATA 1\r\n0"                                      \
	"200 Errors\r\nDATA 0\r\n"                                                          \
	"553 Instance 'a' is running\r\n"                                                   \
	"200 Instance 'a' is stopped\r\n"                                                   \
	"553 Instance 'a' is stopped already\r\n"                                           \
	"553 Instance 'a' is stopped\r\n"                                                   \
	"200 Instance 'a' is running\r\n"                                                   \
	"200 Instance 'a' is removed\r\n"                                                   \
	"550 No instance named 'a'\r\n"

/* However it is cut. */
static void test_dialogue(void)
{
	static const size_t pieces[] = { 1, 2, 3, 7, 64, SIZE_MAX };
	struct instances is;
	struct client c;

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		machine_begin(&is);
		meet(&is, &c);
		say_in(&is, &c, str_of(DIALOGUE), pieces[i]);
		CHECK_STR(text_as_str(&c.said), ANSWERS);
		leave(&c);
		machine_end(&is);
	}
}

static void test_files(void)
{
	struct instances is;
	struct client c;

	machine_begin(&is);
	meet(&is, &c);
	ask(&is, &c, "GET file\n", "554 file: No such file or directory\r\n");
	stub.file = str_of("content");
	ask(&is, &c, "GET \"a file\"\n", "200 File\r\nDATA 7\r\ncontent");
	ask(&is, &c, "FILES f\n", "200 Files\r\nDATA 7\r\n7\tfile\n");
	ask(&is, &c, "FILES g\n", "200 Files\r\nDATA 0\r\n");
	ask(&is, &c, "PUT \"a file\" 3\nabcPING\n", "200 Written\r\n200 \r\n");
	ask(&is, &c, "DELETE file\n", "200 Removed\r\n");
	ask(&is, &c, "DELETE file\n", "554 file: No such file or directory\r\n");
	leave(&c);
	machine_end(&is);
}

/* Another client is answered while one waits, and one that goes takes nothing along. */
static void test_several(void)
{
	static const char install[] = "INSTALL a 16\nIdle -> Discard;READ a list\n";
	struct instances is;
	struct client c, d;

	machine_begin(&is);
	meet(&is, &c);
	meet(&is, &d);
	session_input(c.s, install, strlen(install));
	CHECK_INT(session_output(c.s).n, 0);
	CHECK_INT(c.changed, 0);
	session_input(d.s, "LIST\n", 5);
	hear(&d, SIZE_MAX);
	CHECK_STR(text_as_str(&d.said), "200 Instances\r\nDATA 13\r\n0\ta\tstarting\n");
	leave(&c);
	machine_settle(&is);
	ask(&is, &d, "LIST\n", "200 Instances\r\nDATA 12\r\n0\ta\trunning\n");
	leave(&d);
	machine_end(&is);
}

#define USED                                           \
	"Click::ControlSocket/1.3\r\n"                 \
	"200 Read handler 'c.count' OK\r\nDATA 1\r\n0" \
	"200 Write handler 'c.reset' OK\r\n"           \
	"501 Command 'LIST' unimplemented\r\n"         \
	"200 Goodbye!\r\n"

static void test_use(void)
{
	struct instances is;
	struct client c, d;

	machine_begin(&is);
	meet(&is, &c);
	say(&is, &c, "INSTALL a 35\nc :: Counter; Idle -> c -> Discard;");
	ask(&is, &c, "USE a\nREAD c.count\nWRITEDATA c.reset 3\nabcLIST\nQUIT\n", USED);
	CHECK(session_finished(c.s));
	leave(&c);

	/* It ends with the instance. */
	meet(&is, &c);
	meet(&is, &d);
	ask(&is, &c, "USE a\n", "Click::ControlSocket/1.3\r\n");
	ask(&is, &d, "STOP a\nUSE a\n",
	    "200 Instance 'a' is stopped\r\n553 Instance 'a' is stopped\r\n");
	ask(&is, &c, "READ c.count\n", "");
	CHECK(session_finished(c.s));
	leave(&c);
	leave(&d);
	machine_end(&is);
}

/* Nothing is executed while a client does not listen. */
static void test_deaf(void)
{
	struct instances is;
	struct client c;
	size_t sent = 0;

	machine_begin(&is);
	meet(&is, &c);
	for (int i = 0; i < 100000 && session_room(c.s) >= 5; i++) {
		session_input(c.s, "HELP\n", 5);
		sent++;
	}
	CHECK(session_room(c.s) < 5);
	CHECK(session_output(c.s).n < 200000);
	CHECK(sent < 100000);
	hear(&c, SIZE_MAX);
	CHECK(session_room(c.s) > 60000);
	ask(&is, &c, "PING\n", "200 \r\n");
	leave(&c);
	machine_end(&is);
}

/* An element that tells whose its memory would be. */
struct owned {
	struct element base;
	unsigned writer;
};
ELEMENT_SELF(struct owned)

static bool write_owner(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	self(e)->writer = stub.memory;
	return true;
}

static void read_owners(struct element *e, struct text *out)
{
	text_add(out, "%s %s", stub.memory ? "own" : "machine's",
		 self(e)->writer == stub.memory ? "same" : "other");
}

static const struct handler owned_handlers[] = {
	WRITE("write", write_owner, "notes whose memory is set"),
	READ("read", read_owners, "whose is set, and was"),
};

static const struct element_class owned_class = {
	.name = "Owned",
	.ports = "0/0",
	.size = sizeof(self_t),
	.handlers = TABLE(owned_handlers),
};

/* What a handler allocates goes with the instance; what the conversation does, stays. */
static void test_memory(void)
{
	static const struct element_class *const classes[] = { &owned_class, NULL };
	static const struct element_class *const *const all[] = { classes };
	static const struct instances_options options = { .engine.packets = 256,
							  .classes = all,
							  .nclasses = 1 };
	struct instances is;
	struct client c;

	stub.quiet = true;
	coroutines_init();
	instances_init(&is, &options);
	meet(&is, &c);
	say(&is, &c, "INSTALL a 11\no :: Owned;");
	text_clear(&c.said);
	ask(&is, &c, "WRITE a o.write\n", "200 Write handler 'o.write' OK\r\n");
	ask(&is, &c, "READ a o.read\n", "200 Read handler 'o.read' OK\r\nDATA 8\r\nown same");
	CHECK_INT(stub.memory, 0);
	ask(&is, &c, "USE a\nREAD o.read\n",
	    "Click::ControlSocket/1.3\r\n200 Read handler 'o.read' OK\r\nDATA 8\r\nown same");
	leave(&c);
	machine_end(&is);
}

static void test_shutdown(void)
{
	struct instances is;
	struct client c;

	machine_begin(&is);
	meet(&is, &c);
	say(&is, &c, "INSTALL a 16\nIdle -> Discard;");
	CHECK(!instances_halted(&is));
	ask(&is, &c, "SHUTDOWN\nLIST\n", "200 Going down\r\n");
	CHECK(session_finished(c.s));
	machine_settle(&is);
	CHECK(instances_halted(&is));
	leave(&c);
	machine_end(&is);
}

int main(void)
{
	test_lines();
	test_skip();
	test_long_line();
	test_unfinished();
	test_dialogue();
	test_files();
	test_several();
	test_use();
	test_deaf();
	test_memory();
	test_shutdown();
	return test_end();
}
