/* SPDX-License-Identifier: MIT */
/* stream_test.c - conversations over the store, with a host that reads late or not at all. */
#include <stdlib.h>

#include "abi/control.h"
#include "drivers/channel.h"
#include "drivers/xen/store.h"
#include "drivers/xen/xen.h"
#include "tests/unit/stub_kernel.h"
#include "tests/unit/test.h"
#include "tests/unit/xen_fake.h"

static unsigned ready_calls, wakes;

static void ready(void)
{
	ready_calls++;
}

static void wake(struct source *s)
{
	(void)s;
	wakes++;
}

static struct channel *boot(void)
{
	struct channel *c;

	fake_reset();
	fake.forbidden = "clickos";
	xen_init();
	ready_calls = wakes = 0;
	xen_control_start(ready);
	fake_settle();
	c = channel_first;
	CHECK(c && !c->next && !c->open);
	c->source.ready = wake;
	c->source.quiet = false;
	return c;
}

/* The host makes the node, and gives it in a second step. */
static void give(void)
{
	fake_write("clickos", "%s", "");
	fake_settle();
	CHECK_INT(ready_calls, 0);
	fake.forbidden = NULL;
	fake_write("clickos", "%s", "");
	fake_settle();
	CHECK_INT(ready_calls, 1);
	CHECK_STR(fake_read("clickos/version"), "1");
	xen_control_ready();
	CHECK_STR(fake_read("clickos/state"), "ready");
}

static void put(unsigned i, const char *text)
{
	char path[64];

	snprintf(path, sizeof(path), "clickos/stream/in/%u", i);
	fake_write(path, "%s", text);
}

static const char *get(unsigned i)
{
	static char path[64];

	snprintf(path, sizeof(path), "clickos/stream/out/%u", i);
	return fake_read(path);
}

static struct str read_all(struct channel *c)
{
	static char buf[65536];

	return (struct str){ buf, c->ops->read(c, buf, sizeof(buf)) };
}

static void test_conversation(void)
{
	struct channel *c = boot();
	unsigned conversation;

	give();
	conversation = c->conversation;
	fake_write("clickos/stream/open", "1");
	fake_settle();
	CHECK(c->open && c->conversation != conversation);
	CHECK(wakes > 0);
	CHECK_STR(fake_read("clickos/stream/opened"), "1");
	put(0, "hello ");
	put(1, "world");
	put(3, "later");
	fake_settle();
	CHECK_STR(read_all(c), "hello world");
	CHECK(fake_read("clickos/stream/in/0") == NULL);
	CHECK(fake_read("clickos/stream/in/3") != NULL);
	put(2, "and ");
	fake_settle();
	CHECK_STR(read_all(c), "and later");
	CHECK_INT(c->ops->write(c, "answer", 6), 6);
	CHECK(get(0) == NULL);
	c->ops->flush(c);
	fake_settle();
	CHECK_STR(get(0), "answer");
}

/* The machine ends one when the host has taken what it said. */
static void test_close(void)
{
	struct channel *c = boot();

	give();
	fake_write("clickos/stream/open", "1");
	fake_settle();
	CHECK_INT(c->ops->write(c, "bye", 3), 3);
	c->ops->close(c);
	fake_settle();
	CHECK_STR(get(0), "bye");
	CHECK_STR(fake_read("clickos/stream/opened"), "1");
	fake_remove("clickos/stream/out/0");
	fake_settle();
	CHECK(fake_read("clickos/stream/opened") == NULL);
	CHECK(!c->open);
	fake_write("clickos/stream/open", "%s", "");
	fake_settle();
	fake_write("clickos/stream/open", "2");
	fake_settle();
	CHECK(c->open);
	CHECK_STR(fake_read("clickos/stream/opened"), "2");
	/* One that has said nothing, too. */
	c->ops->close(c);
	fake_settle();
	CHECK(!c->open && fake_read("clickos/stream/opened") == NULL);
}

/* What was left of one is not in the next. */
static void test_next(void)
{
	struct channel *c = boot();
	unsigned conversation;

	give();
	fake_write("clickos/stream/open", "1");
	fake_settle();
	put(0, "unread");
	fake_settle();
	CHECK_INT(c->ops->write(c, "unsent", 6), 6);
	c->ops->flush(c);
	fake_settle();
	CHECK_STR(get(0), "unsent");
	conversation = c->conversation;
	fake_remove("clickos/stream/in");
	fake_write("clickos/stream/open", "2");
	fake_settle();
	CHECK(c->open && c->conversation != conversation);
	CHECK(get(0) == NULL);
	CHECK_STR(read_all(c), "");
	put(0, "second");
	fake_settle();
	CHECK_STR(read_all(c), "second");
	fake_write("clickos/stream/open", "%s", "");
	fake_settle();
	CHECK(!c->open);
	CHECK_INT(c->ops->write(c, "x", 1), 0);
}

/* A lot to say: 16 parts wait, and more bytes are taken up to a limit. */
static void test_window(void)
{
	struct channel *c = boot();
	static char lot[100000];
	size_t taken = 0, got = 0, n;
	unsigned next = 0;

	give();
	fake_write("clickos/stream/open", "1");
	fake_settle();
	for (size_t i = 0; i < sizeof(lot); i++)
		lot[i] = (char)('a' + i % 26);
	while (got < sizeof(lot)) {
		const char *part;
		char path[64];
		size_t len;

		do {
			n = c->ops->write(c, lot + taken, sizeof(lot) - taken);
			taken += n;
			c->ops->flush(c);
			c->want_room = taken < sizeof(lot);
			fake_settle();
		} while (n > 0 && taken < sizeof(lot) && taken - got < 40000);
		CHECK(get(next + STORE_WINDOW) == NULL);
		part = get(next);
		if (!part)
			break;
		len = strlen(part);
		CHECK(len <= STORE_PART && memcmp(part, lot + got, len) == 0);
		got += len;
		snprintf(path, sizeof(path), "clickos/stream/out/%u", next++);
		fake_remove(path);
		c->want_room = false;
		fake_settle();
	}
	CHECK_INT(got, sizeof(lot));
}

/* The host writes faster than anybody reads: it stays in the store. */
static void test_flood(void)
{
	struct channel *c = boot();
	char text[2001];
	size_t total = 0;
	struct str s;

	memset(text, 'x', 2000);
	text[2000] = '\0';
	give();
	fake_write("clickos/stream/open", "1");
	fake_settle();
	c->source.quiet = true;
	for (unsigned i = 0; i < 50; i++)
		put(i, text);
	fake_settle();
	CHECK(fake_read("clickos/stream/in/49") != NULL);
	stub_kernel_sources();
	c->source.pending(&c->source);
	while ((s = read_all(c)).n > 0) {
		total += s.n;
		fake_settle();
	}
	CHECK_INT(total, 100000);
}

int main(void)
{
	test_conversation();
	test_close();
	test_next();
	test_window();
	test_flood();
	return test_end();
}
