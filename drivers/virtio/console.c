/* SPDX-License-Identifier: MIT */
/*
 * console.c - console devices (virtio 1.2, 5.3): port 0 may be the machine's console, and the port
 * that the host names org.clickos.control is a channel.
 *
 * Each port has a queue each way. All must exist before the device starts, and which of them is the
 * channel is said only afterwards: so all get small queues, and that port gets buffers.
 */
#include <errno.h>
#include <stdlib.h>

#include "drivers/virtio/console.h"
#include "kernel/machine.h"
#include "kernel/memory.h"

#define MESSAGE_SIZE 128    /* of the control queues' buffers: a message, and a name behind it */
#define OUTPUT_LOOKS 100000 /* for the host to take what was printed */

static struct virtio_console *of_control(struct source *s)
{
	return container_of(s, struct virtio_console, control);
}

/* --- messages of the control queues --- */

static void say(struct virtio_console *c, uint32_t port, uint16_t event, uint16_t value)
{
	struct virtq *q = &c->control_out.q;
	struct virtio_console_control *m;

	while (virtq_waiting(q) > 0 && virtq_take_read(q))
		;
	if (virtq_room(q) == 0) {
		c->ignored++;
		return;
	}
	m = &c->out_message[q->free[q->next & q->mask]];
	*m = (struct virtio_console_control){ .id = port, .event = event, .value = value };
	virtq_add(q, m, (uint8_t *)m, sizeof(*m), 0);
}

static void add_port(struct virtio_console *c, uint32_t id)
{
	bool have = id < c->nports;

	say(c, id, VIRTIO_CONSOLE_PORT_READY, have);
	if (id == 0)
		say(c, 0, VIRTIO_CONSOLE_PORT_OPEN, 1);
	c->ignored += !have;
}

static void name_port(struct virtio_console *c, uint32_t id, struct str name)
{
	name = str_first(name, str_find(name, '\0'));
	if (id == 0 || id >= c->nports || c->channel_port != 0 || !str_is(name, CONSOLE_CHANNEL))
		return;
	if (!console_stream_start(c, id))
		kprint("%s: no memory for the control channel", c->dev->where);
	else if (c->host_open & 1U << id)
		console_stream_open(c, true);
}

static void open_port(struct virtio_console *c, uint32_t id, bool open)
{
	if (open)
		c->host_open |= 1U << id;
	else
		c->host_open &= ~(1U << id);
	if (id == c->channel_port && id != 0)
		console_stream_open(c, open);
}

void console_say_open(struct virtio_console *c, bool open)
{
	say(c, c->channel_port, VIRTIO_CONSOLE_PORT_OPEN, open);
}

static void handle(struct virtio_console *c, const struct virtio_console_control *m,
		   struct str rest)
{
	switch (m->event) {
	case VIRTIO_CONSOLE_PORT_ADD:
		add_port(c, m->id);
		return;
	case VIRTIO_CONSOLE_PORT_NAME:
		name_port(c, m->id, rest);
		return;
	case VIRTIO_CONSOLE_PORT_REMOVE:
	case VIRTIO_CONSOLE_PORT_OPEN:
		if (m->id < c->nports) {
			open_port(c, m->id, m->event == VIRTIO_CONSOLE_PORT_OPEN && m->value == 1);
			return;
		}
		break;
	case VIRTIO_CONSOLE_CONSOLE_PORT:
	case VIRTIO_CONSOLE_RESIZE:
		return;
	}
	c->ignored++;
}

static void receive_message(struct virtio_console *c, struct virtq_slot *slot, uint32_t len)
{
	uint8_t copy[MESSAGE_SIZE], *buffer = slot->data;
	struct virtio_console_control m;

	memcpy(copy, buffer, len);
	virtq_add(&c->control_in.q, NULL, buffer, MESSAGE_SIZE, VIRTQ_DESC_WRITE);
	if (len < sizeof(m)) {
		c->ignored++;
		return;
	}
	memcpy(&m, copy, sizeof(m));
	handle(c, &m, (struct str){ (char *)copy + sizeof(m), len - sizeof(m) });
}

void console_flush(struct virtio_console *c)
{
	virtio_flush(c->dev, &c->control_in);
	virtio_flush(c->dev, &c->control_out);
}

void console_check(struct virtio_console *c, const struct virtq *q)
{
	if (LIKELY(!q->broken) || c->broken)
		return;
	c->broken = q->broken;
	kprint("%s: stopped: %s", c->dev->where, c->broken);
	c->dev->ops->reset(c->dev);
	console_stream_end(c);
}

void console_messages(struct virtio_console *c)
{
	struct virtq *q = &c->control_in.q;
	struct virtq_slot *slot;
	/* So many and no more: the device may refill the ring as fast as we empty it. */
	unsigned n = c->broken ? 0 : virtq_waiting(q);
	uint32_t len;

	for (unsigned i = 0; i < n && !c->broken; i++) {
		slot = virtq_take_written(q, &len);
		if (!slot)
			break;
		receive_message(c, slot, len);
	}
	console_check(c, q);
	if (n > 0 && !c->broken) {
		bool opened = console_stream_answer(c);

		console_flush(c);
		/* QEMU, which reads nothing before we say open, does not look again by itself. */
		if (opened)
			console_stream_kick(c);
	}
	console_check(c, &c->control_out.q);
}

static bool control_pending(struct source *s)
{
	const struct virtio_console *c = of_control(s);

	return !c->broken && virtq_pending(&c->control_in.q);
}

static void control_ready(struct source *s)
{
	struct virtio_console *c = of_control(s);

	virtq_disarm(&c->control_in.q);
	console_messages(c);
}

static bool control_arm(struct source *s)
{
	struct virtio_console *c = of_control(s);

	if (c->broken)
		return false;
	if (c->dev->ops->acknowledge)
		c->dev->ops->acknowledge(c->dev);
	return virtq_arm(&c->control_in.q, 0);
}

/* --- port 0 as the machine's console --- */

static struct virtio_console *output; /* console_set takes no argument */

static void output_wait(struct virtio_console *c)
{
	struct virtq *q = &c->out[0].q;

	/* A message at a time, and the host gets a while to take it: so there is one buffer, and
	 * nothing to be freed while the machine ends. */
	for (unsigned i = 0; i < OUTPUT_LOOKS && virtq_outstanding(q) > 0; i++) {
		while (virtq_waiting(q) > 0 && virtq_take_read(q))
			;
		__builtin_ia32_pause();
	}
	if (q->broken && !c->broken)
		c->broken = q->broken;
}

static void output_write(const char *p, size_t n)
{
	struct virtio_console *c = output;

	while (n > 0 && !c->broken) {
		size_t part = n < CONSOLE_BUFFER ? n : CONSOLE_BUFFER;

		output_wait(c);
		if (c->broken || virtq_outstanding(&c->out[0].q) > 0)
			return;
		memcpy(c->output, p, part);
		virtq_add(&c->out[0].q, NULL, c->output, (uint32_t)part, 0);
		virtio_flush(c->dev, &c->out[0]);
		p += part;
		n -= part;
	}
}

static void output_start(struct virtio_console *c)
{
	if (output || !str_is(machine_option("console"), "virtio"))
		return;
	c->output = page_alloc(CONSOLE_BUFFER / PAGE_SIZE);
	if (!c->output)
		return;
	output = c;
	console_set(output_write);
}

/* --- setting up --- */

/* Port 0 has queues 0 and 1, the others those behind the control queues. */
static int make_ports(struct virtio_console *c)
{
	int r = 0;

	for (unsigned i = 0; i < c->nports && r == 0; i++) {
		unsigned first = i == 0 ? 0 : 2 + 2 * i;

		r = virtio_queue_init(c->dev, &c->in[i], first, CONSOLE_RING);
		if (r == 0)
			r = virtio_queue_init(c->dev, &c->out[i], first + 1, CONSOLE_RING);
	}
	return r;
}

static int make_control(struct virtio_console *c)
{
	int r = virtio_queue_init(c->dev, &c->control_in, VIRTIO_CONSOLE_CONTROL_IN,
				  CONSOLE_MESSAGES);

	if (r == 0)
		r = virtio_queue_init(c->dev, &c->control_out, VIRTIO_CONSOLE_CONTROL_OUT,
				      CONSOLE_MESSAGES);
	c->in_message = page_alloc(CONSOLE_MESSAGES * MESSAGE_SIZE / PAGE_SIZE);
	return r < 0 || c->in_message ? r : -ENOMEM;
}

static void start_control(struct virtio_console *c)
{
	struct virtq *q = &c->control_in.q;

	for (unsigned i = 0; virtq_room(q) > 0; i++)
		virtq_add(q, NULL, c->in_message + i * MESSAGE_SIZE, MESSAGE_SIZE,
			  VIRTQ_DESC_WRITE);
	say(c, 0, VIRTIO_CONSOLE_DEVICE_READY, 1);
	c->control.pending = control_pending;
	c->control.ready = control_ready;
	c->control.arm = control_arm;
	source_add(&c->control);
	console_stream_add(c);
	console_flush(c);
}

static int start(struct virtio_console *c)
{
	struct virtio_console_config config;
	bool many;
	int r = virtio_negotiate(c->dev, VIRTIO_CONSOLE_F_MULTIPORT | VIRTIO_F_EVENT_IDX);

	if (r < 0)
		return r;
	many = virtio_has(c->dev, VIRTIO_CONSOLE_F_MULTIPORT);
	c->dev->ops->config(c->dev, &config, sizeof(config));
	c->nports = !many || config.max_ports == 0     ? 1
		    : config.max_ports < CONSOLE_PORTS ? config.max_ports
						       : CONSOLE_PORTS;
	r = make_ports(c);
	if (r == 0 && many)
		r = make_control(c);
	if (r == 0)
		r = virtio_start(c->dev);
	if (r == 0 && many)
		start_control(c);
	return r;
}

static void release(struct virtio_console *c)
{
	c->dev->ops->reset(c->dev);
	for (unsigned i = 0; i < CONSOLE_PORTS; i++) {
		virtq_fini(&c->in[i].q);
		virtq_fini(&c->out[i].q);
	}
	virtq_fini(&c->control_in.q);
	virtq_fini(&c->control_out.q);
	if (c->in_message)
		page_free(c->in_message, CONSOLE_MESSAGES * MESSAGE_SIZE / PAGE_SIZE);
	free(c);
}

int virtio_console_init(struct virtio *dev)
{
	struct virtio_console *c = calloc(1, sizeof(*c));
	int r;

	if (!c)
		return -ENOMEM;
	c->dev = dev;
	r = start(c);
	if (r < 0)
		release(c);
	else
		output_start(c);
	return r;
}
