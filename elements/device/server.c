/* SPDX-License-Identifier: MIT */
/* server.c - listening sockets of elements. */
#define _GNU_SOURCE
#include "elements/device/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "engine/platform.h"

#define BACKLOG 32
#define NEXT_PORTS 11

/* --- the arguments --- */

static bool find_type(struct str name, bool has_fd, enum server_type *type)
{
	static const char *const names[] = { "tcp", "unix", "socket" };

	for (int i = 0; i < (has_fd ? 3 : 2); i++)
		if (str_is_nocase(name, names[i])) {
			*type = (enum server_type)i;
			return true;
		}
	return false;
}

static bool unknown_type(struct str name, const char quotes[2], struct error *err)
{
	char upper[64];
	size_t n = name.n < sizeof(upper) ? name.n : sizeof(upper);

	for (size_t i = 0; i < n; i++)
		upper[i] =
			(char)(name.p[i] >= 'a' && name.p[i] <= 'z' ? name.p[i] - 32 : name.p[i]);
	return fail(err, "unknown socket type %c%.*s%c", quotes[0], (int)n, upper, quotes[1]);
}

static bool configure_port(struct server *s, const struct element *e, struct error *err)
{
	struct str text = str_trim(s->where.s);

	s->next_ports = str_ends(text, "+");
	if (s->next_ports)
		text.n--;
	return parse_port(text, IPPROTO_TCP, e, &s->port, NULL) ||
	       fail(err, "PORT requires TCP port");
}

static bool configure_path(struct server *s, const struct element *e, struct error *err)
{
	struct sockaddr_un un;

	error_prefix(err, "FILENAME: ");
	if (!value_parse(KIND_FILENAME, s->where.s, &s->path, NULL, e, e->conf, err)) {
		if (err && err->errors == 0)
			fail(err, "parse error");
		error_leave(err);
		return false;
	}
	error_leave(err);
	return s->path.s.n < sizeof(un.sun_path) || fail(err, "filename too long");
}

bool server_configure(struct server *s, struct element *e, bool has_fd, const char quotes[2],
		      struct error *err)
{
	static const char *const what[] = { "PORT", "FILENAME", "FD" };
	int64_t fd;

	s->fd = -1;
	if (!find_type(s->type_name, has_fd, &s->type))
		return unknown_type(s->type_name, quotes, err);
	if (s->where.s.n == 0)
		return fail(err, "%s: required argument missing", what[s->type]);
	if (s->type == SERVER_TCP)
		return configure_port(s, e, err);
	if (s->type == SERVER_UNIX)
		return configure_path(s, e, err);
	if (!parse_int(s->where.s, 0, UINT16_MAX, &fd, NULL))
		return fail(err, "FD: invalid number");
	s->port = (uint16_t)fd;
	return true;
}

/* --- opening --- */

static int bind_tcp(int fd, const struct server *s, uint16_t port)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(s->localhost ? INADDR_LOOPBACK : INADDR_ANY),
	};
	int one = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	return bind(fd, (struct sockaddr *)&sin, sizeof(sin));
}

/* Does anyone listen there? A process that was killed leaves its socket file behind. */
static bool is_stale(const struct sockaddr_un *un, int type)
{
	struct stat st;
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool refused = fd >= 0 && connect(fd, (const struct sockaddr *)un, sizeof(*un)) < 0 &&
		       errno == ECONNREFUSED;

	if (fd >= 0)
		close(fd);
	return refused && lstat(un->sun_path, &st) == 0 && S_ISSOCK(st.st_mode);
}

int unix_bind(int fd, const struct sockaddr_un *un)
{
	int r = bind(fd, (const struct sockaddr *)un, sizeof(*un)), type;
	socklen_t len = sizeof(type);

	if (r == 0 || errno != EADDRINUSE)
		return r;
	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 && is_stale(un, type)) {
		unlink(un->sun_path);
		return bind(fd, (const struct sockaddr *)un, sizeof(*un));
	}
	errno = EADDRINUSE;
	return -1;
}

static int bind_unix(int fd, struct server *s)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int r;

	memcpy(un.sun_path, s->path.s.p, s->path.s.n);
	r = unix_bind(fd, &un);
	s->bound = r == 0;
	return r;
}

static int bind_any(int fd, struct server *s)
{
	uint16_t port = s->port;
	unsigned left = s->next_ports ? NEXT_PORTS : 0;

	if (s->type == SERVER_UNIX)
		return bind_unix(fd, s);
	while (bind_tcp(fd, s, port) < 0) {
		if (left-- == 0 || errno != EADDRINUSE || port == UINT16_MAX)
			return -1;
		port++;
	}
	s->port = port;
	return 0;
}

static void note_port(struct server *s)
{
	struct sockaddr_in sin;
	socklen_t len = sizeof(sin);

	if (s->type == SERVER_TCP && getsockname(s->fd, (struct sockaddr *)&sin, &len) == 0)
		s->port = ntohs(sin.sin_port);
}

/* NULL, or the call that failed, with errno. */
static const char *open_listening(struct server *s)
{
	int fd = socket(s->type == SERVER_TCP ? AF_INET : AF_UNIX,
			SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	const char *failed = NULL;
	int saved;

	if (fd < 0)
		return "socket";
	if (bind_any(fd, s) < 0)
		failed = "bind";
	else if (listen(fd, BACKLOG) < 0)
		failed = "listen";
	if (failed) {
		saved = errno;
		close(fd);
		errno = saved;
		return failed;
	}
	s->fd = fd;
	note_port(s);
	return NULL;
}

/* --- clients --- */

static void peer_name(int fd, struct text *t)
{
	struct sockaddr_in sin;
	socklen_t len = sizeof(sin);

	if (getpeername(fd, (struct sockaddr *)&sin, &len) < 0 || sin.sin_family != AF_INET)
		return;
	print_ip(t, sin.sin_addr.s_addr);
	text_add(t, ".%u", ntohs(sin.sin_port));
}

static void greet(struct server *s, int fd)
{
	struct text peer = { 0 };

	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	peer_name(fd, &peer);
	s->connected(s->e, fd, text_as_str(&peer));
	text_fini(&peer);
}

/* Without a descriptor for the next client its waiting would keep the watch ready for ever. */
static void accept_client(struct element *e, struct watch *w, unsigned events)
{
	struct server *s = container_of(w, struct server, watch);
	int fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)e, (void)events;
	if (fd >= 0) {
		greet(s, fd);
	} else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
		watch_set(&s->watch, s->fd, 0);
		timer_after(&s->timer, NS_PER_SEC);
	}
}

static void tell_failure(struct server *s, struct error *err, const char *call, bool last)
{
	const char *why = strerror(errno);

	if (last)
		fail(err, "%s: %s", call, why);
	else if (s->retry_warnings)
		warn(err, "%s: %s (%d %s left)", call, why, s->retries,
		     s->retries == 1 ? "try" : "tries");
}

static void listening(struct server *s)
{
	watch_set(&s->watch, s->fd, WATCH_READ);
}

static bool is_listening(int fd)
{
	int on = 0;
	socklen_t len = sizeof(on);

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &len) == 0 && on;
}

/* SOCKET: the descriptor is a client, or where clients come from. */
static void open_given(struct server *s)
{
	if (is_listening(s->port)) {
		s->fd = s->port;
		fcntl(s->fd, F_SETFL, fcntl(s->fd, F_GETFL) | O_NONBLOCK);
		listening(s);
	} else {
		greet(s, s->port);
	}
}

static void try_again(struct element *e, struct timer *t)
{
	struct server *s = container_of(t, struct server, timer);
	struct error err = { 0 };
	const char *failed;

	if (s->fd >= 0) {
		listening(s);
		return;
	}
	if (s->type == SERVER_FD) {
		open_given(s);
		return;
	}
	failed = open_listening(s);
	if (!failed) {
		listening(s);
		return;
	}
	s->retries--;
	error_enter(&err, e->at, "While initializing '%s :: %s':", e->name, e->class->name);
	tell_failure(s, &err, failed, s->retries <= 0);
	error_leave(&err);
	chatter_error(e, &err);
	error_fini(&err);
	if (s->retries > 0)
		timer_after(&s->timer, NS_PER_SEC);
	else
		router_stop(e->router, 1);
}

/* A descriptor waits until the router is at work: an older one may hand it over before. */
bool server_start(struct server *s, struct element *e,
		  void (*connected)(struct element *, int fd, struct str peer), struct error *err)
{
	const char *failed;

	s->e = e;
	s->fd = -1;
	s->connected = connected;
	timer_init(&s->timer, e, try_again);
	watch_init(&s->watch, e, accept_client);
	if (s->type == SERVER_FD) {
		if (fcntl(s->port, F_GETFD) < 0)
			return fail(err, "fd %u: %s", s->port, strerror(errno));
		timer_after(&s->timer, 0);
		return true;
	}
	failed = open_listening(s);
	if (failed) {
		tell_failure(s, err, failed, s->retries <= 0);
		timer_after(&s->timer, NS_PER_SEC);
		return s->retries > 0;
	}
	listening(s);
	return true;
}

void server_stop(struct server *s)
{
	if (!s->e || s->fd < 0)
		return;
	watch_set(&s->watch, s->fd, 0);
	close(s->fd);
	s->fd = -1;
	if (s->bound)
		unlink(s->path.s.p);
}

/* --- hot-swap --- */

bool server_same(const struct server *s, const struct server *old)
{
	if (s->type != old->type)
		return false;
	if (s->type == SERVER_UNIX)
		return str_eq(s->path.s, old->path.s);
	return str_eq(str_trim(s->where.s), str_trim(old->where.s));
}

void server_take(struct server *s, struct server *old)
{
	if (s->fd >= 0 || (old->fd < 0 && s->type != SERVER_FD))
		return;
	timer_cancel(&s->timer);
	if (old->fd < 0)
		return;
	watch_set(&old->watch, old->fd, 0);
	s->fd = old->fd;
	s->port = old->port;
	s->bound = old->bound;
	old->fd = -1;
	listening(s);
}

void watch_end(struct watch *w)
{
	if (!w->e)
		return;
	watch_set(w, w->fd, 0);
	list_remove(&w->all);
	w->e = NULL;
}
