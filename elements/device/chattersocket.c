/* SPDX-License-Identifier: MIT */
/*
 * ChatterSocket - copy messages to clients of a socket
 *
 * Listens on a TCP port or a Unix socket. Each client is greeted with
 * `Click::ChatterSocket/1.0', unless GREETING is false, and from then on gets
 * every message of the router, each with a newline. What it sends is ignored. A
 * client that is more than 500,000 bytes behind is disconnected.
 *
 * CHANNEL takes the messages of that channel instead; with QUIET_CHANNEL, which
 * is the default, they do not go to standard error any more. RETRIES and
 * hot-swapping are as for ControlSocket.
 *
 * Example: ChatterSocket(TCP, 7778)
 * See also: ControlSocket, Print
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "elements/device/server.h"
#include "elements/standard/spin.h"
#include "engine/platform.h"

#define BEHIND_MAX 500000

struct listener {
	struct list node;
	struct watch watch;
	struct text out;
	int fd;
};

struct chattersocket {
	struct element base;
	struct server server;
	struct word channel;
	bool quiet, greeting;
	struct chatter_sink sink;
	struct list listeners;
	struct task task;
	struct spin lock; /* of said: any thread may have something to say */
	struct text said; /* and not yet given to the listeners */
};
ELEMENT_SELF(struct chattersocket)

static void listener_close(struct listener *l)
{
	watch_end(&l->watch);
	close(l->fd);
	list_remove(&l->node);
	text_fini(&l->out);
	free(l);
}

/* Sends what can be sent; the listener may be gone afterwards. */
static void listener_send(struct listener *l)
{
	ssize_t n = 1;

	while (l->out.n > 0 && n > 0) {
		n = send(l->fd, l->out.p, l->out.n, MSG_NOSIGNAL);
		if (n > 0) {
			memmove(l->out.p, l->out.p + n, l->out.n - (size_t)n);
			l->out.n -= (size_t)n;
		}
	}
	if ((n < 0 && errno != EAGAIN && errno != EINTR) || l->out.n > BEHIND_MAX)
		listener_close(l);
	else
		watch_set(&l->watch, l->fd, WATCH_READ | (l->out.n ? WATCH_WRITE : 0));
}

static void listener_ready(struct element *e, struct watch *w, unsigned events)
{
	struct listener *l = container_of(w, struct listener, watch);
	char junk[512];
	ssize_t n = 1;

	(void)e;
	if (events & WATCH_READ)
		n = read(l->fd, junk, sizeof(junk));
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		listener_close(l);
	else
		listener_send(l);
}

/* To those who are connected now. */
static bool distribute(struct element *e)
{
	struct chattersocket *s = self(e);
	struct text said;

	spin_take(&s->lock);
	said = s->said;
	s->said = (struct text){ 0 };
	spin_free(&s->lock);
	list_each(i, &s->listeners)
	{
		struct listener *l = container_of(i, struct listener, node);

		text_str(&l->out, text_as_str(&said));
		listener_send(l);
	}
	text_fini(&said);
	return true;
}

static void connected(struct element *e, int fd, struct str peer)
{
	struct listener *l = calloc(1, sizeof(*l));

	(void)peer;
	distribute(e);
	if (!l) {
		close(fd);
		return;
	}
	l->fd = fd;
	list_add_tail(&self(e)->listeners, &l->node);
	watch_init(&l->watch, e, listener_ready);
	if (self(e)->greeting)
		text_add(&l->out, "Click::ChatterSocket/1.0\r\n");
	listener_send(l);
}

static void chat(struct element *e, struct str line)
{
	struct chattersocket *s = self(e);

	spin_take(&s->lock);
	text_str(&s->said, line);
	text_char(&s->said, '\n');
	spin_free(&s->lock);
	task_schedule(&s->task);
}

/* --- the element --- */

static void init(struct element *e)
{
	self(e)->server.fd = -1;
	list_init(&self(e)->listeners);
}

static bool configure(struct element *e, struct error *err)
{
	return server_configure(&self(e)->server, e, false, "`'", err);
}

static bool start(struct element *e, struct error *err)
{
	struct chattersocket *s = self(e);

	s->sink = (struct chatter_sink){ .channel = s->channel.s,
					 .e = e,
					 .quiet = s->quiet && !str_is(s->channel.s, "default"),
					 .line = chat };
	if (!server_start(&s->server, e, connected, err))
		return false;
	task_init(&s->task, e, distribute);
	chatter_sink_add(e, &s->sink);
	return true;
}

static void stop(struct element *e)
{
	struct chattersocket *s = self(e);

	if (s->sink.e)
		chatter_sink_remove(&s->sink);
	distribute(e);
	text_fini(&s->said);
	list_each(i, &s->listeners) listener_close(container_of(i, struct listener, node));
	server_stop(&s->server);
}

static bool take_state(struct element *e, struct element *old, struct error *err)
{
	struct chattersocket *s = self(e), *from = self(old);

	if (!server_same(&s->server, &from->server) || !str_eq(s->channel.s, from->channel.s))
		return fail(err, "incompatible ChatterSockets");
	if (s->server.fd >= 0)
		return fail(err, "already initialized, can't take state");
	server_take(&s->server, &from->server);
	list_each(i, &from->listeners)
	{
		struct listener *l = container_of(i, struct listener, node);

		watch_end(&l->watch);
		watch_init(&l->watch, e, listener_ready);
		list_remove(&l->node);
		list_add_tail(&s->listeners, &l->node);
		watch_set(&l->watch, l->fd, WATCH_READ | (l->out.n ? WATCH_WRITE : 0));
	}
	return true;
}

static const struct arg args[] = {
	ARG("TYPE", server.type_name, ARG_POSITIONAL | ARG_REQUIRED, "TCP or UNIX"),
	ARG("PORT", server.where, ARG_POSITIONAL, "port or file name"),
	ARG_OR("CHANNEL", channel, 0, "default", "whose messages"),
	ARG_OR("QUIET_CHANNEL", quiet, 0, "true", "messages of CHANNEL go to clients only"),
	ARG_OR("GREETING", greeting, 0, "true", "greet clients"),
	ARG_OR("RETRIES", server.retries, 0, "0", "tries, a second apart, to open the socket"),
	ARG_OR("RETRY_WARNINGS", server.retry_warnings, 0, "true", "report each failed try"),
};

const struct element_class chattersocket_class = {
	.name = "ChatterSocket",
	.ports = "0/0",
	.size = sizeof(self_t),
	.phase = PHASE_INFO,
	.args = TABLE(args),
	.init = init,
	.configure = configure,
	.start = start,
	.stop = stop,
	.take_state = take_state,
};
