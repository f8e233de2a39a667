/* SPDX-License-Identifier: MIT */
/* tcpbuffer.h - what TCPBuffer tells TCPAck: cast "TCPGaps". */
#ifndef ELEMENTS_LOCAL_TCPBUFFER_H
#define ELEMENTS_LOCAL_TCPBUFFER_H

#include <stdint.h>

struct element;

struct tcp_gaps {
	/* The first sequence number from seq on that is not in the buffer. */
	uint32_t (*next)(const struct element *buffer, uint32_t seq);
};

#endif
