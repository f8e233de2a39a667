/* SPDX-License-Identifier: MIT */
/*
 * store.c - requests to the store and its watches, over one page with two rings of bytes.
 *
 * One request is under way at a time: a thread that wants to make another one waits its turn. Answers
 * and events share the ring of responses; each is put together as its bytes come, so a request never
 * waits for anything but its own answer. What is in the ring is the store's: each index, length and
 * text is read once and checked.
 */
#include "drivers/xen/store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "abi/xen.h"
#include "drivers/xen/event.h"
#include "kernel/clock.h"
#include "kernel/heap.h"
#include "kernel/kthread.h"
#include "kernel/machine.h"

#define TIMEOUT 5000000000LL /* ns that an answer may take */
#define EVENTS 256U          /* that may wait for the thread */

struct message {
	struct xen_store_header head;
	uint32_t got; /* bytes of head and payload so far */
	char payload[XEN_STORE_PAYLOAD + 1];
};

struct event {
	struct list node;
	uint32_t watch;
	char path[];
};

struct turn { /* a thread that waits for its request's turn */
	struct list node;
	struct kthread *thread;
};

const char *store_broken = "there is none";

static struct {
	struct xen_store *ring;
	uint32_t req_prod, rsp_cons; /* ours; the ring's are copies for the other side */
	uint32_t port;
	struct source source;
	struct kthread *thread; /* of the watches */
	struct message in;

	struct message answer;
	uint32_t id; /* of the request under way, or of the last one */
	bool answered, want_room;
	bool busy;
	struct kthread *waiter; /* whose request it is */
	struct list turns;

	struct list watches, events;
	uint32_t nevents, last_watch;
} store;

static void broken(const char *what)
{
	if (store_broken)
		return;
	store_broken = what;
	kprint("xenstore: %s; it is not used any more", what);
}

/* --- the rings --- */

/* Bytes of requests that fit in now. */
static uint32_t room(void)
{
	uint32_t used = store.req_prod - __atomic_load_n(&store.ring->req_cons, __ATOMIC_ACQUIRE);

	if (used > XEN_STORE_RING) {
		broken("its request ring's index is out of range");
		return 0;
	}
	return XEN_STORE_RING - used;
}

/* Bytes of responses that are there. */
static uint32_t waiting(void)
{
	uint32_t n = __atomic_load_n(&store.ring->rsp_prod, __ATOMIC_ACQUIRE) - store.rsp_cons;

	if (n > XEN_STORE_RING) {
		broken("its response ring's index is out of range");
		return 0;
	}
	return n;
}

static uint32_t at_most(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* Takes up to n bytes, not more than there are and not beyond the ring's end. */
static uint32_t take(void *to, uint32_t n)
{
	uint32_t at = store.rsp_cons % XEN_STORE_RING;

	n = at_most(n, at_most(waiting(), XEN_STORE_RING - at));
	memcpy(to, store.ring->rsp + at, n);
	store.rsp_cons += n;
	__atomic_store_n(&store.ring->rsp_cons, store.rsp_cons, __ATOMIC_RELEASE);
	return n;
}

static uint32_t put(const char *from, uint32_t n)
{
	uint32_t at = store.req_prod % XEN_STORE_RING;

	n = at_most(n, at_most(room(), XEN_STORE_RING - at));
	memcpy(store.ring->req + at, from, n);
	store.req_prod += n;
	__atomic_store_n(&store.ring->req_prod, store.req_prod, __ATOMIC_RELEASE);
	return n;
}

/* --- what comes --- */

static struct store_watch *watch_find(uint32_t id)
{
	list_each(i, &store.watches)
	{
		struct store_watch *w = container_of(i, struct store_watch, node);

		if (w->id == id)
			return w;
	}
	return NULL;
}

/* The payload is PATH NUL TOKEN NUL; our tokens are the watches' numbers. */
static void take_event(const struct message *m)
{
	struct str all = { m->payload, m->head.len };
	struct str path = str_first(all, str_find(all, '\0'));
	struct str token = str_from(all, path.n + 1);
	struct store_watch *w;
	struct event *e;
	unsigned owner;
	uint32_t id;

	if (!str_decimal(&token, &id))
		return;
	w = watch_find(id);
	if (!w)
		return;
	if (store.thread)
		kthread_wake(store.thread);
	/* Whichever thread it was that looked, it may end before the event is dispatched. */
	owner = heap_owner_set(0);
	e = store.nevents < EVENTS ? malloc(sizeof(*e) + path.n + 1) : NULL;
	heap_owner_set(owner);
	if (!e) {
		w->look = true;
		return;
	}
	e->watch = id;
	memcpy(e->path, path.p, path.n);
	e->path[path.n] = '\0';
	list_add_tail(&store.events, &e->node);
	store.nevents++;
}

static void take_message(const struct message *m)
{
	if (m->head.type == XEN_STORE_EVENT) {
		take_event(m);
	} else if (store.busy && !store.answered && m->head.id == store.id) {
		store.answer = *m;
		store.answered = true;
	}
	/* Anything else answers a request that nobody waits for any longer. */
}

/* Takes what has come. */
static void drain(void)
{
	struct message *m = &store.in;
	bool taken = false;

	while (!store_broken && waiting()) {
		taken = true;
		if (m->got < sizeof(m->head)) {
			m->got += take((char *)&m->head + m->got, sizeof(m->head) - m->got);
			if (m->got == sizeof(m->head) && m->head.len > XEN_STORE_PAYLOAD)
				broken("it sent a message of more than 4096 bytes");
		} else {
			uint32_t done = m->got - (uint32_t)sizeof(m->head);

			m->got += take(m->payload + done, m->head.len - done);
		}
		if (!store_broken && m->got >= sizeof(m->head) &&
		    m->got - sizeof(m->head) == m->head.len) {
			m->payload[m->head.len] = '\0';
			take_message(m);
			m->got = 0;
		}
	}
	/* It may have found the ring full just before, so it is always told. */
	if (taken)
		event_notify(store.port);
}

/* --- waiting --- */

static bool is_answered(void)
{
	return store.answered;
}

static bool has_room(void)
{
	return room() > 0;
}

static bool wait_until(bool (*done)(void), int64_t deadline)
{
	for (;;) {
		/* Before the scheduler runs, nobody else looks at the port. */
		if (!kthread_current)
			event_taken(store.port);
		drain();
		if (store_broken)
			return false;
		if (done())
			return true;
		if (clock_steady() >= deadline)
			return false;
		if (kthread_current)
			kthread_block(deadline);
		else
			event_wait_port(store.port, deadline);
	}
}

static bool await(bool (*done)(void), int64_t deadline)
{
	bool ok = wait_until(done, deadline);

	/* Wake-ups that were about something else have been used up: whoever called looks again. */
	if (kthread_current)
		kthread_wake(kthread_current);
	return ok;
}

static bool pending(struct source *s)
{
	(void)s;
	return !store_broken && (waiting() || (store.want_room && room()));
}

static bool arm(struct source *s)
{
	event_arm(store.port);
	return pending(s);
}

static void ready(struct source *s)
{
	(void)s;
	drain();
	if (store.waiter)
		kthread_wake(store.waiter);
}

/* --- requests --- */

static void turn_begin(void)
{
	while (store.busy) {
		struct turn t = { .thread = kthread_current };

		list_add_tail(&store.turns, &t.node);
		kthread_block(INT64_MAX);
		list_remove(&t.node);
	}
	store.busy = true;
	store.waiter = kthread_current;
}

static void turn_end(void)
{
	store.busy = false;
	store.waiter = NULL;
	if (!list_empty(&store.turns))
		kthread_wake(container_of(store.turns.next, struct turn, node)->thread);
}

/* All n bytes, waiting for room. False: it took too long, or the store broke. */
static bool send_bytes(const void *p, size_t n, int64_t deadline)
{
	const char *from = p;

	while (n > 0) {
		uint32_t taken = put(from, (uint32_t)n);

		from += taken;
		n -= taken;
		if (taken > 0)
			continue;
		event_notify(store.port);
		store.want_room = true;
		if (!await(has_room, deadline)) {
			store.want_room = false;
			return false;
		}
		store.want_room = false;
	}
	return true;
}

static int error_number(const char *name)
{
	static const struct {
		const char *name;
		int number;
	} errors[] = {
		{ "ENOENT", ENOENT }, { "EACCES", EACCES }, { "EAGAIN", EAGAIN },
		{ "EINVAL", EINVAL }, { "EEXIST", EEXIST }, { "E2BIG", E2BIG },
		{ "ENOSPC", ENOSPC }, { "EPERM", EPERM },   { "ENOSYS", ENOSYS },
		{ "EBUSY", EBUSY },   { "EROFS", EROFS },   { "ENOMEM", ENOMEM },
		{ "EISDIR", EISDIR }, { "EIO", EIO },
	};

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (strcmp(name, errors[i].name) == 0)
			return -errors[i].number;
	return -EIO;
}

static int answer_result(uint32_t type)
{
	if (store.answer.head.type == XEN_STORE_ERROR)
		return error_number(store.answer.payload);
	if (store.answer.head.type != type) {
		broken("it answered another question");
		return -EIO;
	}
	return 0;
}

static int exchange(const struct xen_store_header *h, const struct str part[2])
{
	int64_t deadline = clock_steady() + TIMEOUT;

	store.id = h->id;
	store.answered = false;
	if (room() == 0 && !await(has_room, deadline))
		return store_broken ? -EIO : -ETIMEDOUT;
	if (!send_bytes(h, sizeof(*h), deadline) || !send_bytes(part[0].p, part[0].n, deadline) ||
	    !send_bytes(part[1].p, part[1].n, deadline)) {
		broken("it took only half a request");
		return -EIO;
	}
	event_notify(store.port);
	if (!await(is_answered, deadline))
		return store_broken ? -EIO : -ETIMEDOUT;
	return answer_result(h->type);
}

/* The payload: path with its NUL, then more bytes. The answer's payload replaces reply's content. */
static int request(uint32_t type, uint32_t tx, const char *path, struct str more,
		   struct text *reply)
{
	static uint32_t last;
	struct str part[2] = { { path, strlen(path) + 1 }, more };
	struct xen_store_header h = { .type = type, .tx = tx };
	int r;

	if (part[0].n + more.n > XEN_STORE_PAYLOAD || part[0].n > XEN_STORE_PATH)
		return -E2BIG;
	if (store_broken)
		return -EIO;
	h.len = (uint32_t)(part[0].n + more.n);
	turn_begin();
	h.id = ++last;
	r = store_broken ? -EIO : exchange(&h, part);
	if (reply) {
		text_clear(reply);
		if (r == 0)
			text_bytes(reply, store.answer.payload, store.answer.head.len);
	}
	turn_end();
	return r;
}

int store_read(uint32_t tx, const char *path, struct text *value)
{
	return request(XEN_STORE_READ, tx, path, (struct str){ "", 0 }, value);
}

int store_write(uint32_t tx, const char *path, const void *value, size_t n)
{
	return request(XEN_STORE_WRITE, tx, path, (struct str){ value, n }, NULL);
}

int store_printf(uint32_t tx, const char *path, const char *fmt, ...)
{
	char value[256];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(value, sizeof(value), fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(value))
		return -E2BIG;
	return store_write(tx, path, value, (size_t)n);
}

int store_remove(uint32_t tx, const char *path)
{
	return request(XEN_STORE_RM, tx, path, (struct str){ "", 0 }, NULL);
}

int store_directory(uint32_t tx, const char *path, struct text *names)
{
	int r = request(XEN_STORE_DIRECTORY, tx, path, (struct str){ "", 0 }, names);

	if (r == 0 && names->n > 0 && names->p[names->n - 1] != '\0')
		text_char(names, '\0');
	return r;
}

/* The whole text as a number; -EINVAL: it is none. */
static int number(const struct text *t)
{
	struct str s = text_as_str(t);
	uint32_t v;

	s = str_first(s, str_find(s, '\0'));
	return str_decimal(&s, &v) && s.n == 0 && v <= INT32_MAX ? (int)v : -EINVAL;
}

int store_number(uint32_t tx, const char *path)
{
	struct text t = { 0 };
	int r = store_read(tx, path, &t);

	if (r == 0)
		r = number(&t);
	text_fini(&t);
	return r;
}

int store_begin(uint32_t *tx)
{
	struct text t = { 0 };
	int r = request(XEN_STORE_BEGIN, 0, "", (struct str){ "", 0 }, &t);
	struct str s = text_as_str(&t);

	if (r == 0 && (!str_decimal(&s, tx) || *tx == 0))
		r = -EIO;
	text_fini(&t);
	return r;
}

int store_end(uint32_t tx, bool commit)
{
	return request(XEN_STORE_END, tx, commit ? "T" : "F", (struct str){ "", 0 }, NULL);
}

/* --- watches --- */

static int watch_request(uint32_t type, const struct store_watch *w)
{
	char token[16];
	int n = snprintf(token, sizeof(token), "%u", (unsigned)w->id);

	return request(type, 0, w->path, (struct str){ token, (size_t)n + 1 }, NULL);
}

int store_watch(struct store_watch *w)
{
	int r;

	w->id = ++store.last_watch;
	w->look = false;
	/* The first event may come before the answer. */
	list_add_tail(&store.watches, &w->node);
	r = watch_request(XEN_STORE_WATCH, w);
	if (r < 0)
		list_remove(&w->node);
	return r;
}

void store_unwatch(struct store_watch *w)
{
	list_remove(&w->node);
	watch_request(XEN_STORE_UNWATCH, w);
}

void store_look(struct store_watch *w)
{
	w->look = true;
	if (store.thread)
		kthread_wake(store.thread);
}

static struct store_watch *watch_to_look(void)
{
	list_each(i, &store.watches)
	{
		struct store_watch *w = container_of(i, struct store_watch, node);

		if (w->look)
			return w;
	}
	return NULL;
}

/* One at a time, and the lists are looked at anew, since what is called may watch and unwatch. */
static bool dispatch_one(void)
{
	struct store_watch *w;

	if (!list_empty(&store.events)) {
		struct event *e = container_of(store.events.next, struct event, node);

		list_remove(&e->node);
		store.nevents--;
		w = watch_find(e->watch);
		if (w)
			w->changed(w, e->path);
		free(e);
		return true;
	}
	w = watch_to_look();
	if (!w)
		return false;
	w->look = false;
	w->changed(w, w->path);
	return true;
}

bool store_dispatch(void)
{
	bool any = false;

	while (dispatch_one())
		any = true;
	return any;
}

static void thread(void *arg)
{
	(void)arg;
	for (;;) {
		store_dispatch();
		kthread_block(INT64_MAX);
	}
}

bool store_start(void)
{
	store.thread = kthread_new("xenstore", thread, NULL);
	return store.thread != NULL;
}

void store_init(struct xen_store *ring, uint32_t port)
{
	memset(&store, 0, sizeof(store));
	list_init(&store.turns);
	list_init(&store.watches);
	list_init(&store.events);
	store.ring = ring;
	store.port = port;
	store.source = (struct source){ .pending = pending, .arm = arm, .ready = ready };
	store_broken = port ? NULL : "there is none";
	if (!port)
		return;
	/* A boot loader may have used it; what it left unread is not ours. */
	store.req_prod = ring->req_prod;
	store.rsp_cons = __atomic_load_n(&ring->rsp_prod, __ATOMIC_ACQUIRE);
	__atomic_store_n(&ring->rsp_cons, store.rsp_cons, __ATOMIC_RELEASE);
	source_add(&store.source);
}
