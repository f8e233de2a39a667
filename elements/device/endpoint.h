/* SPDX-License-Identifier: MIT */
/*
 * endpoint.h - TCP, UDP and Unix sockets between which packets go: what Socket, FromSocket and
 * ToSocket are.
 *
 * A server listens (streams) or is bound (datagrams) and has one peer at a time: the connection
 * it accepted, or who sent the last datagram. A client has the peer of its arguments.
 */
#ifndef ELEMENTS_DEVICE_ENDPOINT_H
#define ELEMENTS_DEVICE_ENDPOINT_H

#include <netinet/in.h>
#include <sys/un.h>

#include "engine/element.h"

enum endpoint_type { ENDPOINT_TCP, ENDPOINT_UDP, ENDPOINT_UNIX, ENDPOINT_UNIX_DGRAM };

union endpoint_address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_un un;
};

struct endpoint {
	struct element base;
	/* The arguments. A Unix socket's file names are in addr and port. */
	struct str type_name;
	struct raw addr_text, port_text, local_addr_text, local_port_text;
	bool verbose, timestamp, nodelay, client, proper;
	uint32_t snaplen, headroom;
	int32_t rcvbuf, sndbuf;
	struct element *allow, *deny;

	enum endpoint_type type;
	union endpoint_address remote, local, peer;
	socklen_t remote_len, local_len, peer_len; /* 0: none */
	char *unlink; /* the file of our Unix socket */
	int fd;       /* listening, or of datagrams; -1: none */
	int active;   /* packets go through it; -1: nobody is there */
	struct watch watch, active_watch;
	struct task task;
	struct signal signal;
	struct batch waiting; /* pulled and not yet sent */
	uint32_t sent;        /* bytes of the first of them, on a stream */
};

bool endpoint_configure(struct element *e, struct error *err);
bool endpoint_start(struct element *e, struct error *err);
void endpoint_stop(struct element *e);
void endpoint_push(struct element *e, unsigned port, struct batch *b);
void endpoint_init(struct element *e);

/* Between the halves: endpoint.c opens and closes, endpoint_io.c moves packets. */
void endpoint_ready(struct element *e, struct watch *w, unsigned events);
bool endpoint_run(struct element *e);
void endpoint_lost(struct endpoint *s); /* closes the connection; a server takes the next */
bool endpoint_admits(const struct endpoint *s, const union endpoint_address *from);
void endpoint_name(struct text *t, const union endpoint_address *a);

static inline bool endpoint_is_stream(const struct endpoint *s)
{
	return s->type == ENDPOINT_TCP || s->type == ENDPOINT_UNIX;
}

#define ENDPOINT_ARGS                                                                              \
	ARG("TYPE", type_name, ARG_POSITIONAL | ARG_REQUIRED, "TCP, UDP, UNIX or UNIX_DGRAM"),     \
	ARG("ADDR", addr_text, ARG_POSITIONAL | ARG_REQUIRED, "address, or file name"),            \
	ARG("PORT", port_text, ARG_POSITIONAL, "port, or local file name"),                        \
	ARG("LOCAL_ADDR", local_addr_text, ARG_POSITIONAL, "client's own address"),                \
	ARG("LOCAL_PORT", local_port_text, ARG_POSITIONAL, "client's own port"),                   \
	ARG_OR("VERBOSE", verbose, 0, "false", "report connections"),                              \
	ARG_OR("SNAPLEN", snaplen, 0, "2048", "bytes of a packet, at most"),                       \
	ARG_OR("HEADROOM", headroom, 0, "128", "bytes in front of the data"),                      \
	ARG_OR("TIMESTAMP", timestamp, 0, "true", "set the timestamp annotation"),                 \
	ARG_OR("RCVBUF", rcvbuf, 0, "-1", "receive buffer of the system"),                         \
	ARG_OR("SNDBUF", sndbuf, 0, "-1", "send buffer of the system"),                            \
	ARG_OR("NODELAY", nodelay, 0, "true", "TCP sends at once"),                                \
	ARG("CLIENT", client, 0, "connect instead of serving"),                                    \
	ARG_OR("PROPER", proper, 0, "false", "not used"),                                          \
	ARG("ALLOW", allow, 0, "route table of those who may connect"),                            \
	ARG("DENY", deny, 0, "route table of those who may not, unless in ALLOW")

#define ENDPOINT_CLASS                                                                             \
	.size = sizeof(self_t), .flow = "x/y", .phase = PHASE_PRIVILEGED, .args = TABLE(args),     \
	.init = endpoint_init, .configure = endpoint_configure, .start = endpoint_start,           \
	.stop = endpoint_stop

#endif
