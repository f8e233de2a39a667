/* SPDX-License-Identifier: MIT */
/* control.h - a client of the control protocol (docs/control.md): one conversation. */
#ifndef CLI_CONTROL_H
#define CLI_CONTROL_H

#include "base/text.h"

struct control {
	int fd;
	int timeout;        /* ms for an answer */
	struct text in;     /* come, not yet used: from used on */
	size_t used;
	const char *broken; /* why the conversation cannot go on, or NULL */
};

struct answer {
	unsigned code; /* 0: there was none */
	struct text lines; /* each line's text and a newline; nothing that steers a terminal */
	struct text data;
	bool has_data;
};

/* Connects to the socket at path below dir, which must be a socket and no link to one: it may
 * stand where a machine can write. Waits up to timeout ms for the greeting. 0, or -errno. */
int control_open(struct control *, int dir, const char *path, int timeout);
/* On a connection that is there. */
int control_start(struct control *, int fd, int timeout);
void control_close(struct control *);

/* Sends a command line (without its end) and data, if there are any, and reads the answer, which
 * is cleared before. With data the line ends with their length, which the caller puts there. True:
 * success. On false either answer->code and its lines say why, or the code is 0 and
 * control->broken does. */
bool control_call(struct control *, struct answer *, struct str data, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

void answer_fini(struct answer *);

#endif
