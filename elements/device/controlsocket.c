/* SPDX-License-Identifier: MIT */
/*
 * ControlSocket - serve handler reads and writes over a socket
 *
 * Listens on a TCP port of this machine, or on a Unix socket, for clients that
 * speak the protocol Click::ControlSocket/1.3: lines such as `READ e.count' and
 * `WRITE e.reset', answered with a code and a text. With SOCKET it serves a
 * descriptor that is already open instead. PORT+ also tries the 11 ports after
 * PORT. Who can connect can change the router: say LOCALHOST true, or READONLY
 * true, unless the network is trusted.
 *
 * RETRIES lets it try again each second to open its socket; when it never can,
 * the router stops. A configuration that replaces this one takes over the socket
 * and its connections, when it has a ControlSocket of the same name and place.
 *
 * Example: ControlSocket(TCP, 7777, LOCALHOST true)
 * See also: ChatterSocket
 */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>
#include <stdlib.h>

#include "engine/control/protocol.h"
#include "elements/device/server.h"
#include "engine/platform.h"

#define READ_SIZE 65536

struct client {
	struct list node;
	struct watch watch;
	struct control control;
	int fd;
};

struct controlsocket {
	struct element base;
	struct server server;
	struct element *proxy;
	bool read_only, verbose;
	struct control_access access;
	struct list clients;
	struct timer resume; /* clients that installed a configuration which never came */
};
ELEMENT_SELF(struct controlsocket)

/* --- clients --- */

static void client_close(struct client *c)
{
	struct element *e = c->watch.e;

	watch_end(&c->watch);
	if (self(e)->verbose)
		chatter(e, "%s :: %s: closed connection %d", e->name, e->class->name, c->fd);
	close(c->fd);
	list_remove(&c->node);
	control_fini(&c->control);
	free(c);
}

/* False when the connection broke. */
static bool client_send(struct client *c)
{
	while (c->control.out.n > 0) {
		ssize_t n = send(c->fd, c->control.out.p, c->control.out.n, MSG_NOSIGNAL);

		if (n < 0 && errno == ENOTSOCK)
			n = write(c->fd, c->control.out.p, c->control.out.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN;
		control_sent(&c->control, (size_t)n);
	}
	return true;
}

static bool client_receive(struct client *c)
{
	char buf[READ_SIZE / 128];
	ssize_t n;

	/* Bounded: other clients, and packets, want their turn. */
	for (int i = 0; i < 128 && !control_full(&c->control); i++) {
		n = read(c->fd, buf, sizeof(buf));
		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		if (n == 0) {
			control_end(&c->control);
			break;
		}
		control_input(&c->control, buf, (size_t)n);
	}
	return true;
}

static void client_watch(struct client *c)
{
	const struct control *k = &c->control;
	unsigned events = k->out.n > 0 ? WATCH_WRITE : 0;

	if (!k->at_end && !k->paused && k->state != CONTROL_CLOSING && !control_full(k))
		events |= WATCH_READ;
	watch_set(&c->watch, c->fd, events);
}

/* Executes what has come, sends what can be sent. The client may be gone afterwards. */
static void client_run(struct client *c)
{
	struct element *e = c->watch.e;
	bool more, ok;

	do {
		more = control_run(&c->control);
		ok = client_send(c);
	} while (ok && more && !control_full(&c->control));
	if (!ok || control_finished(&c->control)) {
		client_close(c);
		return;
	}
	if (c->control.paused)
		timer_after(&self(e)->resume, NS_PER_SEC / 10);
	client_watch(c);
}

static void client_ready(struct element *e, struct watch *w, unsigned events)
{
	struct client *c = container_of(w, struct client, watch);

	(void)e;
	if (events & WATCH_READ && !c->control.at_end && !client_receive(c))
		client_close(c);
	else
		client_run(c);
}

static void resume(struct element *e, struct timer *t)
{
	(void)t;
	list_each(i, &self(e)->clients)
	{
		struct client *c = container_of(i, struct client, node);

		if (c->control.paused) {
			c->control.paused = false;
			client_run(c);
		}
	}
}

static void connected(struct element *e, int fd, struct str peer)
{
	struct controlsocket *s = self(e);
	struct client *c = calloc(1, sizeof(*c));

	if (!c) {
		close(fd);
		return;
	}
	c->fd = fd;
	control_init(&c->control, &s->access);
	list_add_tail(&s->clients, &c->node);
	watch_init(&c->watch, e, client_ready);
	if (s->verbose)
		chatter(e, "%s :: %s: opened connection %d%s%.*s", e->name, e->class->name, fd,
			peer.n ? " from " : "", STR(peer));
	client_run(c);
}

/* --- the element --- */

static void init(struct element *e)
{
	self(e)->server.fd = -1;
	list_init(&self(e)->clients);
}

static bool configure(struct element *e, struct error *err)
{
	return server_configure(&self(e)->server, e, true, "''", err);
}

static bool start(struct element *e, struct error *err)
{
	struct controlsocket *s = self(e);

	s->access = (struct control_access){
		.router = e->router,
		.proxy = s->proxy,
		.read_only = s->read_only,
	};
	timer_init(&s->resume, e, resume);
	return server_start(&s->server, e, connected, err);
}

static void stop(struct element *e)
{
	struct controlsocket *s = self(e);

	list_each(i, &s->clients)
	{
		struct client *c = container_of(i, struct client, node);

		client_send(c);
		client_close(c);
	}
	server_stop(&s->server);
}

/* What its clients sent behind the new configuration is for this one. */
static bool take_state(struct element *e, struct element *old, struct error *err)
{
	struct controlsocket *s = self(e), *from = self(old);

	(void)err;
	if (!server_same(&s->server, &from->server))
		return true;
	server_take(&s->server, &from->server);
	list_each(i, &from->clients)
	{
		struct client *c = container_of(i, struct client, node);

		watch_end(&c->watch);
		watch_init(&c->watch, e, client_ready);
		list_remove(&c->node);
		list_add_tail(&s->clients, &c->node);
		c->control.access = &s->access;
		client_watch(c);
		if (c->control.paused)
			timer_after(&s->resume, 0);
	}
	return true;
}

static void read_port(struct element *e, struct text *out)
{
	const struct server *s = &self(e)->server;

	if (s->type == SERVER_TCP && s->fd >= 0)
		text_add(out, "%u", s->port);
}

static void read_filename(struct element *e, struct text *out)
{
	const struct server *s = &self(e)->server;

	if (s->type == SERVER_UNIX)
		text_str(out, s->path.s);
}

static const struct arg args[] = {
	ARG("TYPE", server.type_name, ARG_POSITIONAL | ARG_REQUIRED, "TCP, UNIX or SOCKET"),
	ARG("PORT", server.where, ARG_POSITIONAL, "port, file name or descriptor"),
	ARG_OR("READONLY", read_only, 0, "false", "clients cannot write"),
	ARG("PROXY", proxy, 0, "element whose handlers are served instead"),
	ARG_OR("VERBOSE", verbose, 0, "false", "report connections"),
	ARG_OR("RETRIES", server.retries, 0, "0", "tries, a second apart, to open the socket"),
	ARG_OR("RETRY_WARNINGS", server.retry_warnings, 0, "true", "report each failed try"),
	ARG_OR("LOCALHOST", server.localhost, 0, "false", "only for clients on this machine"),
};

static const struct handler handlers[] = {
	READ("port", read_port, "TCP port in use"),
	READ("filename", read_filename, "name of the Unix socket"),
};

const struct element_class controlsocket_class = {
	.name = "ControlSocket",
	.ports = "0/0",
	.size = sizeof(self_t),
	.phase = PHASE_PRIVILEGED,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
	.init = init,
	.configure = configure,
	.start = start,
	.stop = stop,
	.take_state = take_state,
};
