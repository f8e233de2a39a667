/* SPDX-License-Identifier: MIT */
/* console_test.c - consoles and their channel, over a device that is the test. */
#include "drivers/virtio/console.h"

#include "drivers/virtio/testing.h"
#include "tests/unit/stub_kernel.h"
#include "tests/unit/test.h"

#define PORT 2 /* that is the channel */

enum {
	IN = 2 + 2 * PORT,
	OUT,
	CONTROL_IN = VIRTIO_CONSOLE_CONTROL_IN,
	CONTROL_OUT = VIRTIO_CONSOLE_CONTROL_OUT
};

static struct model model;
static struct channel *ch;
static struct virtio_console *console;
static unsigned woken;

static void wake(struct source *s)
{
	(void)s;
	woken++;
}

static void start(uint64_t features, uint32_t max_ports, const char *cmdline)
{
	const struct virtio_console_config config = { .max_ports = max_ports };
	static struct channel *before[256] __attribute__((used)); /* drivers are for ever */
	static unsigned n;

	before[n++] = channel_first;
	stub_kernel_reset();
	stub_kernel.cmdline = cmdline;
	channel_first = NULL;
	model = (struct model){ .base = { .ops = &model_ops, .id = VIRTIO_ID_CONSOLE },
				.offered = features | VIRTIO_F_VERSION_1 | VIRTIO_F_EVENT_IDX,
				.max = 128,
				.nqueues = MODEL_QUEUES };
	memcpy(model.config, &config, sizeof(config));
	CHECK(virtio_found(&model.base));
	ch = channel_first;
	console = NULL;
	if (!ch)
		return;
	console = container_of(ch, struct virtio_console, stream.channel);
	ch->source.ready = wake;
	ch->source.quiet = false;
	woken = 0;
}

/* The host's message; name: what follows it, n bytes. */
static bool tell(uint32_t id, uint16_t event, uint16_t value, const char *name, size_t n)
{
	struct virtio_console_control m = { .id = id, .event = event, .value = value };
	uint8_t bytes[128];

	memcpy(bytes, &m, sizeof(m));
	memcpy(bytes + sizeof(m), name, n);
	return model_fill(&model.queue[CONTROL_IN], bytes, (uint32_t)(sizeof(m) + n));
}

/* What the guest says next: id * 10000 + event * 100 + value; -1: nothing. */
static int said(void)
{
	struct model_queue *q = &model.queue[CONTROL_OUT];
	struct virtio_console_control m;
	struct model_buffer b;

	if (!model_take(q, &b))
		return -1;
	CHECK_INT(b.d.len, sizeof(m));
	memcpy(&m, model_bytes(&b), sizeof(m));
	model_use(q, b.id, 0);
	model_publish(q);
	return (int)(m.id * 10000 + m.event * 100U + m.value);
}

static int says(uint32_t id, uint32_t event, uint32_t value)
{
	return (int)(id * 10000 + event * 100 + value);
}

/* Until nothing is pending. */
static void run(void)
{
	for (unsigned i = 0; i < 10 && stub_kernel_sources() > 0; i++)
		;
}

static void send(const char *z)
{
	CHECK(model_fill(&model.queue[IN], z, (uint32_t)strlen(z)));
}

static struct str sent(void)
{
	static char bytes[CONSOLE_BUFFER];
	struct model_queue *q = &model.queue[OUT];
	struct model_buffer b;

	if (!model_take(q, &b))
		return str_of("");
	memcpy(bytes, model_bytes(&b), b.d.len);
	model_use(q, b.id, 0);
	model_publish(q);
	return (struct str){ bytes, b.d.len };
}

static struct str get(size_t max)
{
	static char bytes[4 * CONSOLE_BUFFER];

	return (struct str){ bytes, ch->ops->read(ch, bytes, max) };
}

/* As hosts do it: ports, their names, and that somebody is there. */
static void greet(void)
{
	CHECK_INT(said(), says(0, VIRTIO_CONSOLE_DEVICE_READY, 1));
	tell(0, VIRTIO_CONSOLE_PORT_ADD, 1, "", 0);
	tell(PORT, VIRTIO_CONSOLE_PORT_ADD, 1, "", 0);
	tell(9, VIRTIO_CONSOLE_PORT_ADD, 1, "", 0);
	run();
	CHECK_INT(said(), says(0, VIRTIO_CONSOLE_PORT_READY, 1));
	CHECK_INT(said(), says(0, VIRTIO_CONSOLE_PORT_OPEN, 1));
	CHECK_INT(said(), says(PORT, VIRTIO_CONSOLE_PORT_READY, 1));
	CHECK_INT(said(), says(9, VIRTIO_CONSOLE_PORT_READY, 0));
	tell(0, VIRTIO_CONSOLE_CONSOLE_PORT, 1, "", 0);
	tell(0, VIRTIO_CONSOLE_RESIZE, 0, "\120\0\031\0", 4);
	tell(1, VIRTIO_CONSOLE_PORT_NAME, 1, "org.other", 9);
	tell(PORT, VIRTIO_CONSOLE_PORT_NAME, 1, CONSOLE_CHANNEL, sizeof(CONSOLE_CHANNEL));
	run();
	CHECK_INT(said(), -1);
	CHECK(!ch->open);
	model.queue[IN].kicks = 0;
	tell(PORT, VIRTIO_CONSOLE_PORT_OPEN, 1, "", 0);
	run();
	CHECK_INT(said(), says(PORT, VIRTIO_CONSOLE_PORT_OPEN, 1));
	CHECK_INT(said(), -1);
	CHECK_INT(model.queue[IN].kicks, 1);
	CHECK(ch->open);
	CHECK_INT(woken, 1);
}

static void test_conversation(void)
{
	unsigned conversation;

	start(VIRTIO_CONSOLE_F_MULTIPORT, 31, "");
	CHECK_INT(console->nports, CONSOLE_PORTS);
	greet();
	conversation = ch->conversation;
	send("one ");
	send("two three");
	run();
	CHECK_STR(get(6), "one tw");
	CHECK_STR(get(100), "o three");
	CHECK_STR(get(100), "");
	CHECK_INT(ch->ops->write(ch, "abc", 3), 3);
	CHECK_INT(ch->ops->write(ch, "de", 2), 2);
	CHECK_STR(sent(), "");
	model_want_kick(&model.queue[OUT], 0);
	ch->ops->flush(ch);
	CHECK_INT(model.queue[OUT].kicks, 1);
	CHECK_STR(sent(), "abcde");
	CHECK_STR(sent(), "");
	CHECK_INT(ch->conversation, conversation);
	CHECK_INT(console->ignored, 1);
}

/* What one client left behind does not get to the next. */
static void test_next_conversation(void)
{
	unsigned conversation;

	start(VIRTIO_CONSOLE_F_MULTIPORT, 3, "");
	greet();
	conversation = ch->conversation;
	send("left");
	send("behind");
	run();
	CHECK_STR(get(2), "le");
	CHECK_INT(ch->ops->write(ch, "unsent", 6), 6);
	tell(PORT, VIRTIO_CONSOLE_PORT_OPEN, 0, "", 0);
	woken = 0;
	/* Reading finds it even before the scheduler does. */
	CHECK_STR(get(100), "");
	CHECK(!ch->open);
	run();
	CHECK_INT(woken, 1);
	CHECK_INT(said(), says(PORT, VIRTIO_CONSOLE_PORT_OPEN, 0));
	CHECK_INT(ch->ops->write(ch, "x", 1), 0);
	CHECK_STR(get(100), "");
	tell(PORT, VIRTIO_CONSOLE_PORT_OPEN, 1, "", 0);
	send("new");
	run();
	CHECK_INT(said(), says(PORT, VIRTIO_CONSOLE_PORT_OPEN, 1));
	CHECK(ch->open && ch->conversation != conversation);
	CHECK_STR(get(100), "new");
	CHECK_INT(ch->ops->write(ch, "y", 1), 1);
	ch->ops->flush(ch);
	CHECK_STR(sent(), "y");
	/* All buffers are in their rings again. */
	CHECK_INT(model_available(&model.queue[IN]), STREAM_BUFFERS);
	/* The next one comes so soon that both are seen at once: what it said stays. */
	conversation = ch->conversation;
	send("old");
	CHECK_STR(get(1), "o");
	tell(PORT, VIRTIO_CONSOLE_PORT_OPEN, 0, "", 0);
	tell(PORT, VIRTIO_CONSOLE_PORT_OPEN, 1, "", 0);
	send("soon");
	run();
	CHECK_INT(said(), says(PORT, VIRTIO_CONSOLE_PORT_OPEN, 0));
	CHECK_INT(said(), says(PORT, VIRTIO_CONSOLE_PORT_OPEN, 1));
	CHECK(ch->open && ch->conversation != conversation);
	CHECK_STR(get(100), "soon");
	tell(PORT, VIRTIO_CONSOLE_PORT_REMOVE, 0, "", 0);
	run();
	CHECK(!ch->open);
	CHECK_INT(said(), says(PORT, VIRTIO_CONSOLE_PORT_OPEN, 0));
}

/* The machine ends one: what it said goes out, and what comes until the host opens is for nobody. */
static void test_close(void)
{
	unsigned conversation;

	start(VIRTIO_CONSOLE_F_MULTIPORT, 3, "");
	greet();
	conversation = ch->conversation;
	send("unread");
	CHECK_INT(ch->ops->write(ch, "bye", 3), 3);
	ch->ops->close(ch);
	CHECK(!ch->open);
	CHECK_STR(sent(), "bye");
	CHECK_INT(said(), says(PORT, VIRTIO_CONSOLE_PORT_OPEN, 0));
	ch->ops->close(ch);
	CHECK_INT(said(), -1);
	CHECK_INT(ch->ops->write(ch, "x", 1), 0);
	/* The client had gone at the same time: there is no second answer. */
	tell(PORT, VIRTIO_CONSOLE_PORT_OPEN, 0, "", 0);
	send("still on its way");
	run();
	CHECK_INT(said(), -1);
	CHECK_STR(get(100), "");
	tell(PORT, VIRTIO_CONSOLE_PORT_OPEN, 1, "", 0);
	run();
	CHECK_INT(said(), says(PORT, VIRTIO_CONSOLE_PORT_OPEN, 1));
	CHECK(ch->open && ch->conversation != conversation);
	CHECK_STR(get(100), "");
	send("new");
	CHECK_STR(get(100), "new");
	ch->ops->flush(ch);
	CHECK_INT(model_available(&model.queue[IN]), STREAM_BUFFERS);
}

static void test_full(void)
{
	static char big[5 * CONSOLE_BUFFER];
	struct model_queue *q = &model.queue[OUT];
	uint16_t old;

	start(VIRTIO_CONSOLE_F_MULTIPORT, 3, "");
	greet();
	memset(big, 'x', sizeof(big));
	CHECK_INT(ch->ops->write(ch, big, sizeof(big)), STREAM_BUFFERS * CONSOLE_BUFFER);
	CHECK_INT(ch->ops->write(ch, big, 1), 0);
	ch->want_room = true;
	CHECK_INT(stub_kernel_sources(), 0);
	CHECK(!stub_kernel_arm());
	old = q->used;
	CHECK_INT(sent().n, CONSOLE_BUFFER);
	CHECK(model_interrupts(q, old));
	CHECK_INT(stub_kernel_sources(), 1);
	CHECK_INT(ch->ops->write(ch, big, 100), 100);
	/* The other way: the host fills all there is; and it is woken for more. */
	for (unsigned i = 0; i < STREAM_BUFFERS; i++)
		CHECK(model_fill(&model.queue[IN], big, CONSOLE_BUFFER));
	CHECK(!model_fill(&model.queue[IN], big, 1));
	CHECK_INT(get(3 * CONSOLE_BUFFER).n, 3 * CONSOLE_BUFFER);
	CHECK_INT(get(3 * CONSOLE_BUFFER).n, CONSOLE_BUFFER);
	ch->ops->flush(ch);
	CHECK_INT(model_available(&model.queue[IN]), STREAM_BUFFERS);
}

static void test_nonsense(void)
{
	static const char name[] = CONSOLE_CHANNEL;
	uint8_t part[7] = { 0 };

	start(VIRTIO_CONSOLE_F_MULTIPORT, 3, "");
	said();
	CHECK(model_fill(&model.queue[CONTROL_IN], part, sizeof(part)));
	run();
	CHECK_INT(console->ignored, 1);
	tell(3, VIRTIO_CONSOLE_PORT_OPEN, 1, "", 0);
	tell(UINT32_MAX, VIRTIO_CONSOLE_PORT_OPEN, 1, "", 0);
	tell(UINT32_MAX, VIRTIO_CONSOLE_PORT_NAME, 1, name, sizeof(name));
	tell(0, 77, 1, "", 0);
	run();
	CHECK_INT(console->ignored, 4);
	tell(PORT, VIRTIO_CONSOLE_PORT_NAME, 1, "", 0);
	tell(PORT, VIRTIO_CONSOLE_PORT_NAME, 1, name, 10);
	tell(0, VIRTIO_CONSOLE_PORT_NAME, 1, name, sizeof(name));
	run();
	CHECK_INT(console->channel_port, 0);
	/* Not terminated, and it may open before it has its name. */
	tell(PORT, VIRTIO_CONSOLE_PORT_OPEN, 1, "", 0);
	tell(PORT, VIRTIO_CONSOLE_PORT_NAME, 1, name, sizeof(name) - 1);
	run();
	CHECK(ch->open);
	CHECK_INT(console->channel_port, PORT);
	/* A second one does not take its place. */
	tell(1, VIRTIO_CONSOLE_PORT_NAME, 1, name, sizeof(name));
	run();
	CHECK_INT(console->channel_port, PORT);
	/* More questions than answers fit: they are dropped. */
	for (unsigned i = 0; i < 100; i++) {
		CHECK(tell(0, VIRTIO_CONSOLE_PORT_ADD, 1, "", 0));
		run();
	}
	CHECK(console->ignored > 100);
	CHECK(!console->broken);
}

static void test_broken(void)
{
	start(VIRTIO_CONSOLE_F_MULTIPORT, 3, "");
	greet();
	model_use(&model.queue[CONTROL_IN], 77, 8);
	model_publish(&model.queue[CONTROL_IN]);
	run();
	CHECK(console->broken);
	CHECK(!ch->open);
	CHECK(strstr(stub_kernel.printed, "stopped: the device used a buffer"));
	CHECK_INT(ch->ops->write(ch, "x", 1), 0);
	CHECK_STR(get(1), "");
	ch->ops->flush(ch);
	CHECK(!stub_kernel_arm());

	start(VIRTIO_CONSOLE_F_MULTIPORT, 3, "");
	greet();
	model_use(&model.queue[IN], 0, CONSOLE_BUFFER + 1);
	model_publish(&model.queue[IN]);
	CHECK_STR(get(10), "");
	CHECK(console->broken && !ch->open);
}

static void test_output(void)
{
	struct model_queue *q = &model.queue[1];
	struct model_buffer b;

	start(0, 0, "console=virtio");
	CHECK(!ch);
	CHECK(stub_kernel.console);
	stub_kernel.console("hello\n", 6);
	CHECK(model_take(q, &b) && b.d.len == 6 && memcmp(model_bytes(&b), "hello\n", 6) == 0);
	model_use(q, b.id, 0);
	model_publish(q);
	stub_kernel.console("again", 5);
	CHECK(model_take(q, &b) && b.d.len == 5);
	/* The host does not take it: what follows is lost, and nothing else. */
	stub_kernel.console("lost", 4);
	CHECK(!model_take(q, &b));
}

int main(void)
{
	test_output();
	test_conversation();
	test_next_conversation();
	test_close();
	test_full();
	test_nonsense();
	test_broken();
	return test_end();
}
