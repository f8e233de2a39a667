/* SPDX-License-Identifier: MIT */
/*
 * relay.c - clickos-xen control: a Unix socket in front of the stream nodes of the store
 * (docs/control.md), for as long as the domain is there; one client at a time, each a conversation
 * of its own. It also keeps the console's log and, as nobody else does, destroys the domain when it
 * has ended.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "abi/control.h"
#include "base/error.h"
#include "cli/xen/xen.h"
#include "monitor/sink.h"

enum { DOMAIN, CONSOLE, OPENED, STREAM, TOKENS };

/* What is watched. */
static const char *const tokens_text[] = { "domain", "console", "opened", "stream" };

struct relay {
	struct xen *x;
	uint32_t domain;
	const char *log_file, *report_file, *socket;
	int listener, client, console;
	struct sink log;       /* bounded, as the monitor's */
	unsigned conversation; /* the value of stream/open */
	bool opened;           /* the guest has begun it, too */
	bool ending;           /* the client has gone: what it said goes to the guest yet */
	bool closed;           /* by the guest: the client gets what there is yet */
	unsigned in, out;      /* the next of each */
	struct text to_client; /* what it has not taken yet */
	bool ended;
};

static const char *stream(struct relay *r, const char *which, unsigned i)
{
	return node_path(r->x, r->domain, STORE_NODE "/stream/%s/%u", which, i);
}

static void forget(struct relay *r, const char *what)
{
	xs_rm(r->x->store, XBT_NULL, node_path(r->x, r->domain, STORE_NODE "/stream/%s", what));
}

/* --- conversations --- */

static bool write_open(struct relay *r, const char *value)
{
	return node_write(r->x, node_path(r->x, r->domain, STORE_NODE "/stream/open"),
			  str_of(value));
}

static void hang_up(struct relay *r)
{
	if (r->client < 0)
		return;
	close(r->client);
	r->client = -1;
	r->opened = r->ending = r->closed = false;
	text_clear(&r->to_client);
	write_open(r, "");
}

static void greet(struct relay *r)
{
	char number[16];

	r->client = accept4(r->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (r->client < 0)
		return;
	forget(r, "in");
	r->in = r->out = 0;
	snprintf(number, sizeof(number), "%u", ++r->conversation);
	if (!write_open(r, number))
		hang_up(r);
}

/* Until the guest has begun it, parts that are there may be of the last conversation; when it takes
 * the number away, it has ended it. */
static void look_at_opened(struct relay *r)
{
	const char *n;

	if (r->client < 0)
		return;
	n = node_read(r->x, node_path(r->x, r->domain, STORE_NODE "/stream/opened"));
	if (n && strtoul(n, NULL, 10) == r->conversation)
		r->opened = true;
	else if (r->opened)
		r->closed = true;
}

/* So many parts may wait for the guest. */
static bool has_room(struct relay *r)
{
	return r->in < STORE_WINDOW ||
	       node_read(r->x, stream(r, "in", r->in - STORE_WINDOW)) == NULL;
}

static void take_from_client(struct relay *r)
{
	char part[STORE_PART];
	ssize_t n = recv(r->client, part, sizeof(part), 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0)
		r->ending = true;
	else if (!node_write(r->x, stream(r, "in", r->in++), (struct str){ part, (size_t)n }))
		hang_up(r);
}

static bool is_taken(struct relay *r)
{
	return r->in == 0 || node_read(r->x, stream(r, "in", r->in - 1)) == NULL;
}

static void send_to_client(struct relay *r)
{
	ssize_t n;

	if (r->client < 0 || r->to_client.n == 0)
		return;
	n = send(r->client, r->to_client.p, r->to_client.n, MSG_NOSIGNAL);
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		hang_up(r);
	if (n <= 0)
		return;
	r->to_client.n -= (size_t)n;
	memmove(r->to_client.p, r->to_client.p + n, r->to_client.n);
}

/* Only as much as the client takes: what stays in the store holds the guest back. */
static void take_from_guest(struct relay *r)
{
	while (r->opened && r->to_client.n < STORE_PART * STORE_WINDOW) {
		const char *path = stream(r, "out", r->out);
		unsigned n;
		char *part = xs_read(r->x->store, XBT_NULL, path, &n);

		if (!part)
			return;
		text_bytes(&r->to_client, part, n);
		free(part);
		xs_rm(r->x->store, XBT_NULL, path);
		r->out++;
		send_to_client(r);
	}
}

/* --- the domain --- */

static void report(struct relay *r, const char *text)
{
	FILE *f = r->report_file ? fopen(r->report_file, "we") : NULL;

	if (!f)
		return;
	fprintf(f, "%s\n", text);
	fclose(f);
}

static const char *reason(const libxl_dominfo *d)
{
	if (d->shutdown_reason == LIBXL_SHUTDOWN_REASON_POWEROFF)
		return "poweroff";
	return d->shutdown_reason == LIBXL_SHUTDOWN_REASON_REBOOT ? "reboot" : "guest: crash";
}

static void look_at_domain(struct relay *r)
{
	libxl_dominfo d;
	int e;

	libxl_dominfo_init(&d);
	e = libxl_domain_info(r->x->ctx, &d, r->domain);
	if (e != 0 || d.dying) {
		report(r, "the domain was destroyed");
		r->ended = true;
	} else if (d.shutdown) {
		report(r, reason(&d));
		libxl_domain_destroy(r->x->ctx, r->domain, NULL);
		r->ended = true;
	}
	libxl_dominfo_dispose(&d);
}

static void copy_console(struct relay *r)
{
	char buf[4096];
	ssize_t n = read(r->console, buf, sizeof(buf));

	if (n > 0)
		sink_write(&r->log, buf, (size_t)n);
	if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)))
		return;
	close(r->console);
	r->console = -1;
}

/* The tokens of all events that wait, in which one bit stands for each. */
static unsigned take_tokens(struct relay *r)
{
	unsigned tokens = 0;
	char **event;

	while ((event = xs_check_watch(r->x->store)) != NULL) {
		for (unsigned i = 0; i < TOKENS; i++)
			if (strcmp(event[XS_WATCH_TOKEN], tokens_text[i]) == 0)
				tokens |= 1U << i;
		free(event);
	}
	return tokens;
}

static void take_events(struct relay *r)
{
	unsigned tokens = take_tokens(r);

	/* What paths and values the pool holds is of no use any more. */
	pool_free(r->x->pool);
	r->x->pool = pool_new();
	if (tokens & 1U << DOMAIN)
		look_at_domain(r);
	if (r->console < 0 && r->log.out >= 0 && !r->ended)
		r->console = console_open(r->x, r->domain);
	if (tokens & 1U << OPENED)
		look_at_opened(r);
	take_from_guest(r);
}

/* --- running --- */

static void serve(struct relay *r)
{
	enum { STORE_FD, LISTENER_FD, CLIENT_FD, CONSOLE_FD, FDS };

	while (!r->ended) {
		struct pollfd p[FDS] = {
			[STORE_FD] = { .fd = xs_fileno(r->x->store), .events = POLLIN },
			[LISTENER_FD] = { .fd = r->client < 0 ? r->listener : -1,
					  .events = POLLIN },
			[CLIENT_FD] = { .fd = r->opened && !r->ending ? r->client : -1 },
			[CONSOLE_FD] = { .fd = r->console, .events = POLLIN },
		};

		if (has_room(r))
			p[CLIENT_FD].events |= POLLIN;
		if (r->to_client.n)
			p[CLIENT_FD].events |= POLLOUT;
		if (poll(p, FDS, -1) < 0 && errno != EINTR)
			return;
		if (p[CLIENT_FD].revents & POLLOUT)
			send_to_client(r), take_from_guest(r);
		if (p[CLIENT_FD].revents & (POLLIN | POLLHUP | POLLERR) && r->client >= 0)
			take_from_client(r);
		if (r->ending && is_taken(r))
			hang_up(r);
		if (p[CONSOLE_FD].revents)
			copy_console(r);
		if (p[LISTENER_FD].revents)
			greet(r);
		if (p[STORE_FD].revents)
			take_events(r);
		if (r->closed && r->to_client.n == 0)
			hang_up(r);
	}
}

static bool open_socket(struct relay *r)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	if (strlen(r->socket) >= sizeof(at.sun_path))
		return complain("%s: too long for a socket's name", r->socket);
	strcpy(at.sun_path, r->socket);
	unlink(r->socket);
	r->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (r->listener >= 0 && bind(r->listener, (struct sockaddr *)&at, sizeof(at)) == 0 &&
	    listen(r->listener, 16) == 0)
		return true;
	return complain("%s: %s", r->socket, strerror(errno));
}

/* The first events come at once, for each watch one. */
static bool watch(struct relay *r)
{
	struct xs_handle *s = r->x->store;

	return (xs_watch(s, "@releaseDomain", tokens_text[DOMAIN]) &&
		xs_watch(s, node_path(r->x, r->domain, STORE_NODE "/stream/opened"),
			 tokens_text[OPENED]) &&
		xs_watch(s, node_path(r->x, r->domain, STORE_NODE "/stream"),
			 tokens_text[STREAM]) &&
		xs_watch(s, node_path(r->x, r->domain, "console"), tokens_text[CONSOLE])) ||
	       complain("the store cannot be watched");
}

static int run(struct relay *r)
{
	struct error err = { 0 };
	const char *last;
	bool ok;

	signal(SIGPIPE, SIG_IGN);
	if (!sink_open(&r->log, r->log_file, NULL, &err))
		complain("%.*s", (int)err.out.n - 1, err.out.p);
	error_fini(&err);
	last = node_read(r->x, node_path(r->x, r->domain, STORE_NODE "/stream/open"));
	r->conversation = last ? (unsigned)strtoul(last, NULL, 10) : 0;
	ok = open_socket(r) && watch(r);
	if (ok)
		serve(r);
	hang_up(r);
	text_fini(&r->to_client);
	unlink(r->socket);
	return ok ? 0 : 1;
}

int xen_control(struct xen *x, int argc, char **argv)
{
	static const struct option options[] = {
		{ "console", required_argument, NULL, 'c' },
		{ "report", required_argument, NULL, 'r' },
		{ 0 },
	};
	struct relay r = { .x = x, .listener = -1, .client = -1, .console = -1 };
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'c')
			r.log_file = optarg;
		else if (c == 'r')
			r.report_file = optarg;
		else
			return 2;
	}
	if (argc - optind != 2)
		return 2;
	r.socket = argv[optind + 1];
	if (!domain_find(x, argv[optind], &r.domain))
		return 1;
	if (!domain_is_ours(x, r.domain)) {
		complain("domain %u is not one of ours", r.domain);
		return 1;
	}
	return run(&r);
}
