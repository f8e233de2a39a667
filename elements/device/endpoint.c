/* SPDX-License-Identifier: MIT */
/* endpoint.c - opening, accepting and closing the sockets of elements. */
#define _GNU_SOURCE
#include "elements/device/endpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "elements/device/server.h"
#include "elements/ip/iproutetable.h"
#include "engine/platform.h"

#define BACKLOG 2

static struct endpoint *self(const struct element *e)
{
	return (struct endpoint *)(uintptr_t)e;
}

/* --- the arguments --- */

static bool configure_inet(struct endpoint *s, const struct element *e, bool local,
			   struct error *err)
{
	struct str addr = local ? s->local_addr_text.s : s->addr_text.s;
	struct str port = local ? s->local_port_text.s : s->port_text.s;
	int proto = s->type == ENDPOINT_TCP ? IPPROTO_TCP : IPPROTO_UDP;
	struct sockaddr_in *in = local ? &s->local.in : &s->remote.in;
	const char *prefix = local ? "LOCAL_" : "";
	struct ip_addr a = { 0 };
	uint16_t p = 0;

	if (addr.n && !parse_ip(addr, e, &a))
		return fail(err, "%sADDR: parse error", prefix);
	if (!local && port.n == 0)
		return fail(err, "PORT: required argument missing");
	if (port.n && !parse_port(port, proto, e, &p, NULL))
		return fail(err, "%sPORT: parse error", prefix);
	*in = (struct sockaddr_in){ .sin_family = AF_INET,
				    .sin_port = htons(p),
				    .sin_addr.s_addr = a.v };
	*(local ? &s->local_len : &s->remote_len) = sizeof(*in);
	return true;
}

static bool configure_unix(struct endpoint *s, struct element *e, bool local, struct error *err)
{
	struct str text = local ? s->port_text.s : s->addr_text.s;
	struct sockaddr_un *un = local ? &s->local.un : &s->remote.un;
	struct filename name;

	if (!value_parse(KIND_FILENAME, text, &name, NULL, e, e->conf, NULL))
		return fail(err, "%sFILENAME: parse error", local ? "LOCAL_" : "");
	if (name.s.n >= sizeof(un->sun_path))
		return fail(err, "%s filename '%.*s' too long", local ? "local" : "remote",
			    STR(name.s));
	*un = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(un->sun_path, name.s.p, name.s.n);
	*(local ? &s->local_len : &s->remote_len) = sizeof(*un);
	return true;
}

static bool configure_addresses(struct endpoint *s, struct element *e, struct error *err)
{
	bool inet = s->type == ENDPOINT_TCP || s->type == ENDPOINT_UDP;

	s->remote_len = s->local_len = 0;
	if (inet)
		return configure_inet(s, e, false, err) &&
		       ((s->local_addr_text.s.n == 0 && s->local_port_text.s.n == 0) ||
			configure_inet(s, e, true, err));
	return configure_unix(s, e, false, err) &&
	       (s->port_text.s.n == 0 || configure_unix(s, e, true, err));
}

static bool check_table(struct element *table, struct error *err)
{
	return !table || element_cast(table, "IPRouteTable") ||
	       fail(err, "%s is not an IPRouteTable", table->name);
}

bool endpoint_configure(struct element *e, struct error *err)
{
	static const char *const names[] = { "tcp", "udp", "unix", "unix_dgram" };
	struct endpoint *s = self(e);
	size_t i = 0;

	while (i < ARRAY_LEN(names) && !str_is_nocase(s->type_name, names[i]))
		i++;
	if (i == ARRAY_LEN(names)) {
		char upper[32];
		size_t n = s->type_name.n < sizeof(upper) ? s->type_name.n : sizeof(upper);

		for (size_t k = 0; k < n; k++) {
			char c = s->type_name.p[k];

			upper[k] = (char)(c >= 'a' && c <= 'z' ? c - 32 : c);
		}
		return fail(err, "unknown socket type `%.*s'", (int)n, upper);
	}
	s->type = (enum endpoint_type)i;
	return configure_addresses(s, e, err) && check_table(s->allow, err) &&
	       check_table(s->deny, err);
}

void endpoint_init(struct element *e)
{
	self(e)->fd = self(e)->active = -1;
}

/* --- who may connect --- */

static bool in_table(struct element *table, uint32_t addr)
{
	const struct ip_route_table *t = table ? element_cast(table, "IPRouteTable") : NULL;
	uint32_t gw;

	return t && t->lookup(table, addr, &gw) >= 0;
}

bool endpoint_admits(const struct endpoint *s, const union endpoint_address *from)
{
	uint32_t addr;

	if (from->any.sa_family != AF_INET)
		return true;
	addr = from->in.sin_addr.s_addr;
	return in_table(s->allow, addr) || !in_table(s->deny, addr);
}

void endpoint_name(struct text *t, const union endpoint_address *a)
{
	if (a->any.sa_family == AF_UNIX) {
		text_add(t, "%.*s", (int)sizeof(a->un.sun_path), a->un.sun_path);
		return;
	}
	print_ip(t, a->in.sin_addr.s_addr);
	text_add(t, ":%u", ntohs(a->in.sin_port));
}

/* "DECL: BEFORE FD BEHIND A:P"; with fd_last the descriptor is behind, in parentheses. */
static void tell(const struct endpoint *s, const char *before, int fd, const char *behind,
		 const union endpoint_address *a, bool fd_last)
{
	struct text t = { 0 }, name = { 0 };

	if (!s->verbose)
		return;
	if (a)
		endpoint_name(&name, a);
	element_declaration(&s->base, &t);
	text_add(&t, ": %s", before);
	if (!fd_last)
		text_add(&t, " %d", fd);
	if (name.n) /* Unix clients mostly have none */
		text_add(&t, "%s%s", behind, name.p);
	if (fd_last)
		text_add(&t, " (%d)", fd);
	chatter_str(&s->base, text_as_str(&t));
	text_fini(&t);
	text_fini(&name);
}

/* --- connections --- */

static void use(struct endpoint *s, int fd)
{
	s->active = fd;
	watch_set(&s->active_watch, fd, WATCH_READ);
	if (s->base.nin > 0 && !input_is_push(&s->base, 0))
		task_schedule(&s->task);
}

static void accept_peer(struct element *e, struct watch *w, unsigned events)
{
	struct endpoint *s = self(e);
	socklen_t len = sizeof(s->peer);
	int fd = accept4(s->fd, &s->peer.any, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);
	int one = 1;

	(void)events;
	if (fd < 0)
		return;
	if (!endpoint_admits(s, &s->peer)) {
		tell(s, "denied connection", fd, " from ", &s->peer, false);
		close(fd);
		return;
	}
	tell(s, "opened connection", fd, " from ", &s->peer, false);
	if (s->type == ENDPOINT_TCP && s->nodelay)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	watch_set(w, s->fd, 0); /* one at a time */
	use(s, fd);
}

void endpoint_lost(struct endpoint *s)
{
	if (s->active < 0)
		return;
	tell(s, "closed connection", s->active, "", NULL, false);
	watch_set(&s->active_watch, s->active, 0);
	close(s->active);
	batch_drop(&s->waiting);
	s->sent = 0;
	s->active = -1;
	if (s->fd >= 0)
		watch_set(&s->watch, s->fd, WATCH_READ);
}

/* --- opening --- */

static bool syscall_failed(struct error *err, const char *call)
{
	return fail(err, "%s: %s", call, strerror(errno));
}

static bool set_options(const struct endpoint *s, int fd, struct error *err)
{
	int one = 1;

	if (s->type == ENDPOINT_TCP && s->nodelay &&
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) < 0)
		return syscall_failed(err, "setsockopt(TCP_NODELAY)");
	if (s->sndbuf >= 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &s->sndbuf, sizeof(s->sndbuf)) < 0)
		return syscall_failed(err, "setsockopt(SO_SNDBUF)");
	if (s->rcvbuf >= 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &s->rcvbuf, sizeof(s->rcvbuf)) < 0)
		return syscall_failed(err, "setsockopt(SO_RCVBUF)");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	return true;
}

static int bind_address(struct endpoint *s, int fd, const union endpoint_address *a, socklen_t len)
{
	if (a->any.sa_family != AF_UNIX)
		return bind(fd, &a->any, len);
	if (unix_bind(fd, &a->un) < 0)
		return -1;
	s->unlink = pool_cstr(s->base.conf, str_of(a->un.sun_path));
	return 0;
}

static bool open_server(struct endpoint *s, int fd, struct error *err)
{
	s->fd = fd;
	if (bind_address(s, fd, &s->remote, s->remote_len) < 0)
		return syscall_failed(err, "bind");
	if (!endpoint_is_stream(s)) {
		s->active = fd;
		watch_set(&s->active_watch, fd, WATCH_READ);
		return true;
	}
	if (listen(fd, BACKLOG) < 0)
		return syscall_failed(err, "listen");
	tell(s, "listening for connections on", fd, " ", &s->remote, true);
	watch_set(&s->watch, fd, WATCH_READ);
	return true;
}

/* A stream connects before the router runs, and may take its time. */
static bool open_client(struct endpoint *s, int fd, struct error *err)
{
	s->active = fd;
	if (s->local_len && bind_address(s, fd, &s->local, s->local_len) < 0)
		return syscall_failed(err, "bind");
	if (endpoint_is_stream(s)) {
		if (connect(fd, &s->remote.any, s->remote_len) < 0)
			return syscall_failed(err, "connect");
		tell(s, "opened connection", fd, " to ", &s->remote, false);
	}
	s->peer = s->remote;
	s->peer_len = s->remote_len;
	watch_set(&s->active_watch, fd, WATCH_READ);
	return true;
}

bool endpoint_start(struct element *e, struct error *err)
{
	struct endpoint *s = self(e);
	bool inet = s->type == ENDPOINT_TCP || s->type == ENDPOINT_UDP;
	int fd;

	watch_init(&s->watch, e, accept_peer);
	watch_init(&s->active_watch, e, endpoint_ready);
	if (!arg_given(e, "CLIENT"))
		s->client = e->nout == 0;
	fd = socket(inet ? AF_INET : AF_UNIX,
		    (endpoint_is_stream(s) ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return syscall_failed(err, "socket");
	if (!set_options(s, fd, err)) {
		close(fd);
		return false;
	}
	if (!(s->client ? open_client(s, fd, err) : open_server(s, fd, err)))
		return false;
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	if (e->nin > 0 && !input_is_push(e, 0)) {
		task_init(&s->task, e, endpoint_run);
		signal_upstream(e, 0, &s->signal, &s->task);
		task_schedule(&s->task);
	}
	return true;
}

void endpoint_stop(struct element *e)
{
	struct endpoint *s = self(e);

	watch_set(&s->active_watch, s->active, 0);
	watch_set(&s->watch, s->fd, 0);
	if (s->active >= 0 && s->active != s->fd)
		close(s->active);
	if (s->fd >= 0)
		close(s->fd);
	if (s->unlink)
		unlink(s->unlink);
	s->fd = s->active = -1;
	s->unlink = NULL;
	batch_drop(&s->waiting);
}
