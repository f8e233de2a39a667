/* SPDX-License-Identifier: MIT */
/*
 * machine.c - `click --control': instances, each on a thread of its own, and clients of the
 * control protocol on a Unix socket, on the first.
 *
 * A client's session may go on when an instance has answered; then it is marked and served in the
 * loop, as serving may end it.
 */
#define _GNU_SOURCE
#include "platform/linux/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/bits.h"
#include "engine/control/instance.h"
#include "engine/control/session.h"
#include "platform/linux/linux.h"
#include "platform/linux/options.h"

#define CLIENTS_MAX 64
#define GRACE (3 * NS_PER_SEC)  /* for instances to end */
#define SLICE (NS_PER_SEC / 10) /* what it shrinks by at most, at a time */

struct machine {
	struct instances is;
	const char *path; /* of the socket */
	int home;         /* the directory that it is relative to */
	struct sockaddr_un at;
	struct watch listener;
	struct list clients;
	unsigned nclients;
	int64_t grace;  /* what is left for instances to end */
	int64_t looked; /* steady, at that; 0: it is not going down */
	int status;
};

struct client {
	struct list node;
	struct machine *m;
	struct watch watch;
	struct session *session;
	bool changed;
};

struct first { /* an instance from the command line */
	struct job job;
	struct machine *m;
	const char *name;
};

/* Signals that have come, and whom to wake. */
static uint64_t arrived;
static struct thread *control_thread;

static bool say(const char *what, const char *why)
{
	struct text t = { 0 };

	text_add(&t, "%s: %s", what, why);
	platform_message(text_as_str(&t));
	text_fini(&t);
	return false;
}

/* --- clients --- */

static void listen_on(struct machine *m, bool on)
{
	(void)platform_watch(&m->listener, on ? WATCH_READ : 0);
}

static void client_close(struct client *c)
{
	struct machine *m = c->m;

	(void)platform_watch(&c->watch, 0);
	close(c->watch.fd);
	session_free(c->session);
	list_remove(&c->node);
	free(c);
	m->nclients--;
	listen_on(m, true);
}

/* False when the connection broke. */
static bool client_send(struct client *c)
{
	struct str out;

	while ((out = session_output(c->session)).n > 0) {
		ssize_t n = send(c->watch.fd, out.p, out.n, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN;
		session_sent(c->session, (size_t)n);
	}
	return true;
}

/* Sends what there is. The client may be gone afterwards. */
static void client_serve(struct client *c)
{
	unsigned events = 0;

	c->changed = false;
	if (!client_send(c) || session_finished(c->session)) {
		client_close(c);
		return;
	}
	if (session_output(c->session).n > 0)
		events |= WATCH_WRITE;
	if (session_room(c->session) > 0)
		events |= WATCH_READ;
	(void)platform_watch(&c->watch, events);
}

/* False when the connection broke. */
static bool client_receive(struct client *c)
{
	size_t room = session_room(c->session);
	char buf[4096];
	ssize_t n;

	if (room == 0)
		return true;
	n = recv(c->watch.fd, buf, room < sizeof(buf) ? room : sizeof(buf), MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n == 0)
		session_end(c->session);
	else
		session_input(c->session, buf, (size_t)n);
	return true;
}

static void client_ready(struct element *e, struct watch *w, unsigned events)
{
	struct client *c = container_of(w, struct client, watch);

	(void)e;
	if (events & WATCH_READ && !client_receive(c))
		client_close(c);
	else
		client_serve(c);
}

static void client_changed(void *arg)
{
	struct client *c = arg;

	c->changed = true;
}

static void client_new(struct machine *m, int fd)
{
	struct client *c = calloc(1, sizeof(*c));

	if (c)
		c->session = session_new(&m->is, client_changed, c);
	if (!c || !c->session) {
		free(c);
		close(fd);
		return;
	}
	c->m = m;
	c->watch = (struct watch){ .fd = fd, .ready = client_ready, .thread = &m->is.thread };
	list_add_tail(&m->clients, &c->node);
	m->nclients++;
	client_serve(c);
}

/* When there can be no more clients for now, the next ones wait. */
static void accept_client(struct element *e, struct watch *w, unsigned events)
{
	struct machine *m = container_of(w, struct machine, listener);
	int fd = accept4(w->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)e, (void)events;
	if (fd >= 0)
		client_new(m, fd);
	if (m->nclients >= CLIENTS_MAX || (fd < 0 && errno == EMFILE))
		listen_on(m, m->nclients == 0);
}

static void serve_changed(struct machine *m)
{
	list_each(i, &m->clients)
	{
		struct client *c = container_of(i, struct client, node);

		if (c->changed)
			client_serve(c);
	}
}

/* --- the socket --- */

/* A process that was killed leaves its socket behind. */
static bool is_stale(const struct sockaddr_un *at)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct stat st;
	int was = errno;
	bool refused;

	refused = fd >= 0 && connect(fd, (const struct sockaddr *)at, sizeof(*at)) < 0 &&
		  errno == ECONNREFUSED;
	if (fd >= 0)
		close(fd);
	errno = was;
	return refused && stat(at->sun_path, &st) == 0 && S_ISSOCK(st.st_mode);
}

/* Whoever may use the socket may do anything with the machine: its owner only. */
static int bind_socket(int fd, const struct sockaddr_un *at)
{
	mode_t mask = umask(0177);
	int r = bind(fd, (const struct sockaddr *)at, sizeof(*at));

	if (r < 0 && errno == EADDRINUSE && is_stale(at)) {
		unlink(at->sun_path);
		r = bind(fd, (const struct sockaddr *)at, sizeof(*at));
	}
	r = r < 0 ? -errno : 0;
	umask(mask);
	return r;
}

static bool socket_open(struct machine *m)
{
	size_t n = strlen(m->path);
	int fd, r;

	m->at.sun_family = AF_UNIX;
	if (n >= sizeof(m->at.sun_path))
		return say(m->path, "the name is too long for a Unix socket");
	memcpy(m->at.sun_path, m->path, n);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return say(m->path, strerror(errno));
	r = bind_socket(fd, &m->at);
	if (r == 0 && listen(fd, CLIENTS_MAX) < 0)
		r = -errno;
	if (r < 0) {
		close(fd);
		return say(m->path, r == -EADDRINUSE ? "in use: by another process, or as a file"
						     : strerror(-r));
	}
	m->listener = (struct watch){ .fd = fd, .ready = accept_client, .thread = &m->is.thread };
	listen_on(m, true);
	return true;
}

/* --- instances from the command line --- */

/* What `click' would print, after the instance's name where there are several. */
static void first_done(struct job *j)
{
	struct first *f = container_of(j, struct first, job);
	struct str rest = text_as_str(&j->said);

	while (rest.n != 0) {
		size_t n = str_find(rest, '\n');

		instances_message(&f->m->is, str_first(rest, n));
		rest = str_from(rest, n + 1);
	}
	text_fini(&j->said);
	free(f);
}

static bool install(struct machine *m, const char *word)
{
	const char *equals = strchr(word, '=');
	struct str name = str_first(str_of(word), equals ? (size_t)(equals - word) : 0), config;
	struct pool *pool = pool_new();
	struct first *f = calloc(1, sizeof(*f));
	int r = equals && f ? file_load(pool, equals + 1, &config) : -EINVAL;

	if (r == 0) {
		f->m = m;
		f->job.done = first_done;
		if (instances_install(&m->is, name, config, &f->job) != CONTROL_OK) {
			say(word, str_trim(text_as_str(&f->job.said)).n ? f->job.said.p : "failed");
			text_fini(&f->job.said);
			r = -EEXIST;
		}
	} else {
		say(equals ? equals + 1 : word, equals ? strerror(-r) : "NAME=FILE is expected");
	}
	if (r < 0)
		free(f);
	pool_free(pool);
	return r == 0;
}

static bool install_first(struct machine *m, const struct words *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (!install(m, w->v[i]))
			return false;
	return true;
}

/* --- running --- */

static void note_signal(int signo)
{
	struct thread *t = __atomic_load_n(&control_thread, __ATOMIC_SEQ_CST);

	__atomic_fetch_or(&arrived, 1ULL << (signo & 63), __ATOMIC_SEQ_CST);
	if (t)
		platform_wake(t);
}

static void handle_signals(struct machine *m)
{
	uint64_t set = __atomic_exchange_n(&arrived, 0, __ATOMIC_SEQ_CST);

	for (int signo = 1; signo < 64; signo++) {
		if (!(set >> signo & 1))
			continue;
		if (signo == SIGINT || signo == SIGTERM)
			instances_halt(&m->is);
		else
			instances_signal(&m->is, signo);
	}
}

/* Time until those that do not end are left alone; -1: there is none. While this process stands still
 * so do they: that does not count. */
static int64_t time_left(struct machine *m)
{
	int64_t now, passed;

	if (!m->is.halting)
		return -1;
	now = platform_steady();
	passed = m->looked ? now - m->looked : 0;
	m->grace -= passed < SLICE ? passed : SLICE;
	m->looked = now;
	return m->grace > 0 ? m->grace : 0;
}

/* False: some instance has not ended in time. */
static bool loop(struct machine *m)
{
	int64_t left;

	while (!instances_halted(&m->is)) {
		left = time_left(m);
		if (left == 0)
			return false;
		platform_wait(&m->is.thread, left < SLICE ? left : SLICE);
		handle_signals(m);
		instances_run(&m->is);
		serve_changed(m);
	}
	return true;
}

/* A thread that hangs cannot be ended; the process can. */
static _Noreturn void abandon(struct machine *m)
{
	for (unsigned i = 0; i < CONTROL_INSTANCES; i++) {
		const struct instance *x = m->is.at[i];

		if (x && (instance_state(x) == INSTANCE_RUNNING ||
			  instance_state(x) == INSTANCE_STARTING))
			say(instance_name(x), "does not end; it is killed");
	}
	unlinkat(m->home, m->path, 0);
	console_flush();
	_exit(1);
}

int machine_run(const struct options *o, const struct engine_options *e,
		const struct element_class *const *const *loaded, size_t n)
{
	const struct instances_options options = { *e, loaded, n };
	struct machine *m = calloc(1, sizeof(*m));
	int r;

	if (!m)
		return 1;
	m->path = o->control;
	m->home = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	m->listener.fd = -1;
	m->grace = GRACE;
	list_init(&m->clients);
	interfaces_prepare();
	instances_init(&m->is, &options);
	control_thread = &m->is.thread;
	m->status = 1;
	if (!socket_open(m))
		goto out;
	thread_signals(note_signal);
	if (!install_first(m, &o->instances))
		instances_halt(&m->is);
	else if (o->files && (r = store_open(o->files)) < 0)
		say(o->files, strerror(-r)), instances_halt(&m->is);
	else
		m->status = 0;
	if (!loop(m))
		abandon(m);
	list_each(i, &m->clients) client_close(container_of(i, struct client, node));
	listen_on(m, false);
	close(m->listener.fd);
	unlinkat(m->home, m->path, 0);
out:
	close(m->home);
	r = m->status;
	/* A second signal may come at any time; threads that have caught one are joined below. */
	__atomic_store_n(&control_thread, NULL, __ATOMIC_SEQ_CST);
	instances_fini(&m->is);
	free(m);
	return r;
}
