/* SPDX-License-Identifier: MIT */
/* console.h - a console device, shared by its control queues (console.c) and its channel (stream.c). */
#ifndef DRIVERS_VIRTIO_CONSOLE_H
#define DRIVERS_VIRTIO_CONSOLE_H

#include "drivers/channel.h"
#include "drivers/virtio/virtio.h"

#define CONSOLE_CHANNEL "org.clickos.control"

#define CONSOLE_PORTS 4     /* that we have queues for */
#define CONSOLE_RING 8      /* buffers of a port's queue, at most */
#define CONSOLE_MESSAGES 32 /* of a control queue */
#define CONSOLE_BUFFER 4096
#define STREAM_BUFFERS 4    /* each way; half with little memory */

struct stream { /* the port that is a channel */
	struct channel channel;
	bool changed; /* open or conversation, and nobody was told */
	bool closed, opened; /* and the host has no answer yet */
	bool left; /* we closed by ourselves: what comes until the host opens is for nobody */
	unsigned nbuffers;
	/* In: what was taken of the queue and not read yet. */
	uint8_t *in;
	uint32_t in_len, in_at;
	/* Out: buffers that wait for data, the last of them partly filled. */
	uint8_t *spare[STREAM_BUFFERS];
	unsigned nspare;
	uint32_t filled;
};

struct virtio_console {
	struct virtio *dev;
	unsigned nports;
	struct virtio_queue in[CONSOLE_PORTS], out[CONSOLE_PORTS], control_in, control_out;
	struct source control;
	uint8_t *in_message;
	struct virtio_console_control out_message[CONSOLE_MESSAGES];
	uint32_t host_open;    /* bit i: port i */
	uint32_t channel_port; /* 0: not known */
	uint8_t *output;       /* of port 0: what is being printed */
	struct stream stream;
	uint64_t ignored;      /* messages that made no sense, or could not be sent */
	const char *broken;
};

/* --- console.c --- */

/* Does what the host's messages say. */
void console_messages(struct virtio_console *);
/* Stops all when the queue is broken. */
void console_check(struct virtio_console *, const struct virtq *);
/* Our side of the channel's port is ready, or not; told by the next console_flush. */
void console_say_open(struct virtio_console *, bool open);
void console_flush(struct virtio_console *);

/* --- stream.c --- */

void console_stream_add(struct virtio_console *);
/* Port id is the channel. False: no memory. */
bool console_stream_start(struct virtio_console *, uint32_t id);
/* The host's side is there, or has gone. */
void console_stream_open(struct virtio_console *, bool open);
/* Tells the host that we have seen it; after the last message that there is. True: we said open. */
bool console_stream_answer(struct virtio_console *);
/* Makes the host look for bytes to send. */
void console_stream_kick(struct virtio_console *);
/* The device is of no use any more. */
void console_stream_end(struct virtio_console *);

#endif
