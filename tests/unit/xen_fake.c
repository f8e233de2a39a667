/* SPDX-License-Identifier: MIT */
/* xen_fake.c - a hypervisor, a store and network back ends within the process of a test. */
#include "tests/unit/xen_fake.h"

#include <errno.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "abi/monitor.h"
#include "drivers/channel.h"
#include "drivers/xen/event.h"
#include "drivers/xen/hypercall.h"
#include "drivers/xen/netfront.h"
#include "drivers/xen/store.h"
#include "kernel/clock.h"
#include "kernel/kthread.h"
#include "kernel/machine.h"
#include "kernel/memory.h"
#include "tests/unit/stub_kernel.h"

#define DOMAIN "/local/domain/7/"
#define STORE_PFN 0xfeffcU
#define CONSOLE_PFN 0xfeffdU
#define STORE_PORT 1U
#define CONSOLE_PORT 2U
#define PORTS 256U
#define FRAMES 8U

struct xen_fake fake;

/* --- what the kernel has besides the stub's --- */

struct machine machine;
struct kthread *kthread_current;
uint64_t xen_hypercalls;

void *memory_hole(size_t n)
{
	return page_alloc(n);
}

size_t memory_free_bytes(void)
{
	return memory_total();
}

struct kthread *kthread_new(const char *name, void (*run)(void *), void *arg)
{
	static struct kthread one;

	(void)name, (void)run, (void)arg;
	return &one;
}

/* There is one thread, and fake_settle does what the store's would. */
void kthread_block(int64_t deadline)
{
	(void)deadline;
	abort();
}

void kthread_wake(struct kthread *t)
{
	(void)t;
}

static int64_t fake_clock(void)
{
	return fake.now;
}

void clock_set_scale(uint64_t base_tsc, uint64_t base_ns, uint32_t mul, int8_t shift)
{
	(void)base_tsc, (void)mul, (void)shift;
	fake.now = (int64_t)base_ns;
}

void clock_set_wall(int64_t at)
{
	(void)at;
}

void panic(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	abort();
}

/* --- ports and grants --- */

static struct {
	bool open[PORTS];
	uint32_t next_port;
	struct xen_grant *grants[FRAMES];
	uintptr_t high; /* bits of an address that a grant has no room for */
} xen;

static void *map(uint64_t base, size_t size)
{
	(void)size;
	if (base == (uint64_t)STORE_PFN * XEN_PAGE)
		return fake.store;
	return base == (uint64_t)CONSOLE_PFN * XEN_PAGE ? (void *)fake.console : NULL;
}

bool fake_port_open(uint32_t port)
{
	return port < PORTS && xen.open[port];
}

void fake_ring(uint32_t port)
{
	if (fake.shared)
		fake.shared->pending[port / 64] |= 1ULL << port % 64;
}

static struct xen_grant *grant(uint32_t gref)
{
	struct xen_grant *table = gref / 512 < FRAMES ? xen.grants[gref / 512] : NULL;

	return table ? &table[gref % 512] : NULL;
}

uint8_t *fake_grant(uint32_t gref, bool write)
{
	struct xen_grant *g = grant(gref);

	if (!g || !(g->flags & XEN_GRANT_ACCESS) || (write && g->flags & XEN_GRANT_READONLY))
		return NULL;
	return (uint8_t *)(xen.high | (uintptr_t)g->frame * XEN_PAGE);
}

void fake_grant_use(uint32_t gref, bool in_use)
{
	struct xen_grant *g = grant(gref);

	if (in_use)
		g->flags |= XEN_GRANT_READING;
	else
		g->flags &= (uint16_t)~XEN_GRANT_READING;
}

/* --- the store --- */

struct node {
	struct list node;
	char *path, *value;
	size_t n;
};

struct watch {
	struct list node;
	char *path, *token; /* as they were registered */
};

static struct {
	struct list nodes, watches;
	struct text in, out;
	uint32_t transactions;
} db;

static const char *absolute(const char *path)
{
	static char buf[XEN_STORE_PAYLOAD + 64];

	if (path[0] == '/')
		return path;
	snprintf(buf, sizeof(buf), DOMAIN "%s", path);
	return buf;
}

static bool at_or_below(const char *path, const char *top)
{
	size_t n = strlen(top);

	return strncmp(path, top, n) == 0 && (path[n] == '\0' || path[n] == '/');
}

static struct node *find(const char *path)
{
	path = absolute(path);
	list_each(i, &db.nodes)
	{
		struct node *n = container_of(i, struct node, node);

		if (strcmp(n->path, path) == 0)
			return n;
	}
	return NULL;
}

static void send(uint32_t type, uint32_t id, uint32_t tx, const void *p, size_t n)
{
	struct xen_store_header h = { type, id, tx, (uint32_t)n };

	text_bytes(&db.out, &h, sizeof(h));
	text_bytes(&db.out, p, n);
}

static void fire(const char *path, const struct watch *w)
{
	struct text t = { 0 };

	/* Relative watches have relative events. */
	if (w->path[0] != '/' && strncmp(path, DOMAIN, sizeof(DOMAIN) - 1) == 0)
		path += sizeof(DOMAIN) - 1;
	text_bytes(&t, path, strlen(path) + 1);
	text_bytes(&t, w->token, strlen(w->token) + 1);
	send(XEN_STORE_EVENT, 0, 0, t.p, t.n);
	text_fini(&t);
}

static void fire_all(const char *path)
{
	char *changed = strdup(path);

	list_each(i, &db.watches)
	{
		struct watch *w = container_of(i, struct watch, node);

		if (at_or_below(changed, absolute(w->path)))
			fire(changed, w);
	}
	free(changed);
}

/* Watches of what goes with its parent. */
static void fire_exactly(const char *path)
{
	list_each(i, &db.watches)
	{
		struct watch *w = container_of(i, struct watch, node);

		if (strcmp(path, absolute(w->path)) == 0)
			fire(path, w);
	}
}

static void set(const char *path, const void *p, size_t n)
{
	struct node *d = find(path);

	if (!d) {
		d = calloc(1, sizeof(*d));
		d->path = strdup(absolute(path));
		list_add_tail(&db.nodes, &d->node);
	}
	free(d->value);
	d->value = malloc(n + 1);
	memcpy(d->value, p, n);
	d->value[n] = '\0';
	d->n = n;
	fire_all(d->path);
}

static void drop(struct node *d)
{
	list_remove(&d->node);
	free(d->path);
	free(d->value);
	free(d);
}

static bool cut(const char *path)
{
	char *top = strdup(absolute(path));
	bool any = false;

	list_each(i, &db.nodes)
	{
		struct node *d = container_of(i, struct node, node);

		if (at_or_below(d->path, top)) {
			any = true;
			fire_exactly(d->path);
			drop(d);
		}
	}
	if (any)
		fire_all(top);
	free(top);
	return any;
}

/* The names one step below a path, each once. */
static bool names_below(const char *path, struct text *out)
{
	char *top = strdup(absolute(path));
	size_t n = strlen(top);
	bool any = false;

	list_each(i, &db.nodes)
	{
		const struct node *d = container_of(i, struct node, node);
		const char *name = d->path + n + 1;
		size_t len;
		bool have = false;

		any |= at_or_below(d->path, top);
		if (!at_or_below(d->path, top) || d->path[n] == '\0')
			continue;
		len = strcspn(name, "/");
		for (size_t at = 0; at < out->n; at += strlen(out->p + at) + 1)
			have |= strlen(out->p + at) == len && !memcmp(out->p + at, name, len);
		if (!have) {
			text_bytes(out, name, len);
			text_char(out, '\0');
		}
	}
	free(top);
	return any;
}

static void add_watch(const char *path, const char *token)
{
	struct watch *w = calloc(1, sizeof(*w));

	w->path = strdup(path);
	w->token = strdup(token);
	list_add_tail(&db.watches, &w->node);
	fire(absolute(path), w);
}

static void drop_watch(struct watch *w)
{
	list_remove(&w->node);
	free(w->path);
	free(w->token);
	free(w);
}

static void remove_watch(const char *path, const char *token)
{
	list_each(i, &db.watches)
	{
		struct watch *w = container_of(i, struct watch, node);

		if (strcmp(w->path, path) == 0 && strcmp(w->token, token) == 0)
			drop_watch(w);
	}
}

static bool permitted(const char *path)
{
	char *top = fake.forbidden ? strdup(absolute(fake.forbidden)) : NULL;
	bool ok = !top || !at_or_below(absolute(path), top);

	free(top);
	return ok;
}

static const char *change(uint32_t type, const char *path, const char *more, size_t nmore)
{
	if (!permitted(path))
		return "EACCES";
	if (type == XEN_STORE_WRITE)
		set(path, more, nmore);
	else if (type == XEN_STORE_MKDIR && !find(path))
		set(path, "", 0);
	else if (type == XEN_STORE_RM && !cut(path))
		return "ENOENT";
	return NULL;
}

/* The guest may not look whether there is something in a directory that is not its own. */
static const char *missing(const char *path)
{
	char *dir = strdup(absolute(path));
	char *slash = strrchr(dir, '/');
	struct text names = { 0 };
	bool known;

	*slash = '\0';
	known = str_starts(str_of(dir), DOMAIN) || names_below(dir, &names);
	text_fini(&names);
	free(dir);
	return known ? "ENOENT" : "EACCES";
}

static const char *end_transaction(void)
{
	if (fake.conflicts == 0)
		return NULL;
	fake.conflicts--;
	return "EAGAIN";
}

/* An error's name, or NULL and the answer in out. Transactions take effect at once. */
static const char *execute(const struct xen_store_header *h, const char *p, struct text *out)
{
	size_t n = strlen(p) + 1;
	struct node *d;

	switch (h->type) {
	case XEN_STORE_READ:
		d = find(p);
		if (!d)
			return missing(p);
		text_bytes(out, d->value, d->n);
		return NULL;
	case XEN_STORE_DIRECTORY:
		return names_below(p, out) ? NULL : "ENOENT";
	case XEN_STORE_WATCH:
		add_watch(p, p + n);
		break;
	case XEN_STORE_UNWATCH:
		remove_watch(p, p + n);
		break;
	case XEN_STORE_BEGIN:
		text_add(out, "%u", (unsigned)++db.transactions);
		text_char(out, '\0');
		return NULL;
	case XEN_STORE_END: {
		const char *error = end_transaction();

		if (error)
			return error;
		break;
	}
	case XEN_STORE_WRITE:
	case XEN_STORE_MKDIR:
	case XEN_STORE_RM: {
		const char *error = change(h->type, p, p + n, h->len - n);

		if (error)
			return error;
		break;
	}
	default:
		return "ENOSYS";
	}
	text_bytes(out, "OK", 3);
	return NULL;
}

static void answer(const struct xen_store_header *h, const char *p)
{
	struct text out = { 0 };
	const char *error = execute(h, p, &out);

	if (error)
		send(XEN_STORE_ERROR, h->id, h->tx, error, strlen(error) + 1);
	else
		send(h->type, h->id, h->tx, out.p ? out.p : "", out.n);
	text_fini(&out);
}

size_t fake_store_raw(const void *p, size_t n)
{
	struct xen_store *s = fake.store;
	size_t done = 0;

	for (; done < n && s->rsp_prod - s->rsp_cons < XEN_STORE_RING; done++)
		s->rsp[s->rsp_prod++ % XEN_STORE_RING] = ((const char *)p)[done];
	fake_ring(STORE_PORT);
	return done;
}

static bool store_run(void)
{
	struct xen_store *s = fake.store;
	struct xen_store_header h;
	size_t n;
	bool any = false;

	/* A fuzzer may have moved an index: not more than a ring can hold. */
	for (unsigned i = 0; i < XEN_STORE_RING && s->req_cons != s->req_prod; i++, any = true)
		text_char(&db.in, s->req[s->req_cons++ % XEN_STORE_RING]);
	while (db.in.n >= sizeof(h)) {
		memcpy(&h, db.in.p, sizeof(h));
		if (db.in.n - sizeof(h) < h.len)
			break;
		text_char(&db.in, '\0');
		db.in.n--;
		answer(&h, db.in.p + sizeof(h));
		n = sizeof(h) + h.len;
		memmove(db.in.p, db.in.p + n, db.in.n - n);
		db.in.n -= n;
	}
	n = db.out.n ? fake_store_raw(db.out.p, db.out.n) : 0;
	if (n > 0) {
		memmove(db.out.p, db.out.p + n, db.out.n - n);
		db.out.n -= n;
	}
	return any || n > 0;
}

void fake_settle(void)
{
	for (unsigned i = 0; i < 10000; i++) {
		bool any = store_run();

		stub_kernel_sources();
		any |= store_dispatch();
		if (!any)
			return;
	}
	abort();
}

void fake_write(const char *path, const char *fmt, ...)
{
	char value[XEN_STORE_PAYLOAD + 1];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(value, sizeof(value), fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(value))
		abort(); /* the store would not take it */
	set(path, value, (size_t)n);
}

void fake_remove(const char *path)
{
	cut(path);
}

const char *fake_read(const char *path)
{
	const struct node *d = find(path);

	return d ? d->value : NULL;
}

unsigned fake_nodes(void)
{
	unsigned n = 0;

	list_each(i, &db.nodes) n++;
	return n;
}

/* --- hypercalls --- */

static long memory_op(const struct xen_physmap_add *a)
{
	void *p = (void *)(uintptr_t)(a->gpfn * XEN_PAGE);

	if (a->space == XEN_MAPSPACE_SHARED_INFO)
		fake.shared = p;
	else if (a->index < FRAMES)
		xen.grants[a->index] = p;
	else
		return -ENOSPC;
	return 0;
}

static long get_param(struct xen_param *p)
{
	static const uint64_t values[] = {
		[XEN_PARAM_STORE_PFN] = STORE_PFN,
		[XEN_PARAM_STORE_PORT] = STORE_PORT,
		[XEN_PARAM_CONSOLE_PFN] = CONSOLE_PFN,
		[XEN_PARAM_CONSOLE_PORT] = CONSOLE_PORT,
	};

	p->value = p->index < sizeof(values) / sizeof(values[0]) ? values[p->index] : 0;
	return 0;
}

static long event_op(unsigned op, void *arg)
{
	struct xen_event_alloc_unbound *a = arg;
	struct xen_event_port *p = arg;

	switch (op) {
	case XEN_EVENT_ALLOC_UNBOUND:
		if (xen.next_port >= PORTS)
			return -ENOSPC;
		a->port = xen.next_port++;
		xen.open[a->port] = true;
		return 0;
	case XEN_EVENT_SEND:
		if (!fake_port_open(p->port))
			return -EINVAL;
		fake.last_port = p->port;
		fake.rung++;
		if (p->port == STORE_PORT && !fake.store_silent)
			store_run();
		return 0;
	case XEN_EVENT_CLOSE:
		if (!fake_port_open(p->port))
			return -EINVAL;
		xen.open[p->port] = false;
		return 0;
	}
	return -ENOSYS;
}

static long sched_op(unsigned op, void *arg)
{
	const struct xen_poll *p = arg;
	const uint32_t *port;

	if (op == XEN_SCHED_SHUTDOWN) {
		fake.shutdown = (int)((struct xen_shutdown *)arg)->reason;
		exit(0);
	}
	if (op != XEN_SCHED_POLL || p->nports > XEN_POLL_PORTS)
		return -EINVAL;
	port = (const uint32_t *)(uintptr_t)p->ports;
	for (uint32_t i = 0; i < p->nports; i++)
		if (fake.shared->pending[port[i] / 64] >> port[i] % 64 & 1)
			return 0;
	if (fake.idle)
		fake.idle();
	else if (p->timeout)
		fake.now = (int64_t)p->timeout - event_time_offset;
	return 0;
}

static long grant_op(struct xen_grant_query_size *q)
{
	q->frames = 1;
	q->max_frames = FRAMES;
	q->status = 0;
	return 0;
}

void xen_hypercall_init(uint32_t leaf)
{
	(void)leaf;
}

long xen_hypercall(unsigned nr, unsigned op, void *arg, uint64_t a3)
{
	(void)a3;
	xen_hypercalls++;
	switch (nr) {
	case XEN_MEMORY_OP:
		return memory_op(arg);
	case XEN_HVM_OP:
		return get_param(arg);
	case XEN_EVENT_CHANNEL_OP:
		return event_op(op, arg);
	case XEN_SCHED_OP:
		return sched_op(op, arg);
	case XEN_GRANT_TABLE_OP:
		return grant_op(arg);
	}
	return -ENOSYS;
}

/* --- network back ends --- */

static const char *front(unsigned number, const char *key)
{
	static char path[64];

	snprintf(path, sizeof(path), "device/vif/%u/%s", number, key);
	return path;
}

static const char *back(unsigned number, const char *key)
{
	static char path[64];

	snprintf(path, sizeof(path), "/local/domain/0/backend/vif/7/%u/%s", number, key);
	return path;
}

void fake_back_state(unsigned number, int state)
{
	fake_write(back(number, "state"), "%d", state);
}

void fake_vif_add(unsigned number, const char *mac)
{
	fake_write(back(number, "feature-rx-copy"), "1");
	fake_write(back(number, "feature-sg"), "1");
	fake_write(back(number, "feature-split-event-channels"), "1");
	fake_write(back(number, "online"), "1");
	fake_back_state(number, XEN_STATE_INIT_WAIT);
	fake_write(front(number, "backend-id"), "0");
	fake_write(front(number, "mac"), "%s", mac);
	fake_write(front(number, "state"), "%d", XEN_STATE_INITIALISING);
	fake_write(front(number, "backend"), "/local/domain/0/backend/vif/7/%u", number);
}

static uint32_t front_number(unsigned number, const char *key)
{
	const char *v = fake_read(front(number, key));

	return v ? (uint32_t)strtoul(v, NULL, 10) : 0;
}

bool fake_back_connect(struct fake_back *b, unsigned number)
{
	uint32_t port = front_number(number, "event-channel");

	*b = (struct fake_back){ .number = number };
	if (front_number(number, "state") != XEN_STATE_CONNECTED)
		return false;
	b->rx = (void *)fake_grant(front_number(number, "rx-ring-ref"), true);
	b->tx = (void *)fake_grant(front_number(number, "tx-ring-ref"), true);
	b->rx_port = port ? port : front_number(number, "event-channel-rx");
	b->tx_port = port ? port : front_number(number, "event-channel-tx");
	if (!b->rx || !b->tx || !fake_port_open(b->rx_port) || !fake_port_open(b->tx_port))
		return false;
	fake_back_state(number, XEN_STATE_CONNECTED);
	return true;
}

unsigned fake_back_posted(const struct fake_back *b)
{
	return b->rx->head.req_prod - b->rx_cons;
}

bool fake_back_deliver(struct fake_back *b, const struct fake_part *v, unsigned n)
{
	if (fake_back_posted(b) < n)
		return false;
	for (unsigned i = 0; i < n; i++) {
		struct xen_net_rx_request req = b->rx->e[b->rx_cons++ % XEN_NET_RING].req;
		uint8_t *page = fake_grant(req.gref, true);

		if (!page)
			return false;
		memcpy(page + v[i].offset, v[i].data, v[i].n);
		b->rx->e[b->rx_prod++ % XEN_NET_RING].rsp = (struct xen_net_rx_response){
			.id = req.id,
			.offset = v[i].offset,
			.flags = (uint16_t)(v[i].flags | (i + 1 < n ? XEN_NETRX_MORE : 0)),
			.status = (int16_t)v[i].n,
		};
	}
	return true;
}

bool fake_back_extra(struct fake_back *b, bool more)
{
	if (fake_back_posted(b) < 1)
		return false;
	b->rx_cons++;
	b->rx->e[b->rx_prod++ % XEN_NET_RING].extra = (struct xen_net_extra){
		.type = 4, .flags = more ? XEN_NET_EXTRA_MORE : 0, .u = { 0xffff, 0xffff, 0xffff }
	};
	return true;
}

/* Rings when the event index lies between what was visible and what is now. */
static void publish(struct fake_back *b, struct xen_ring *r, uint32_t prod, uint32_t port)
{
	uint32_t old = r->rsp_prod;

	r->rsp_prod = prod;
	if (prod - r->rsp_event < prod - old) {
		b->rings++;
		fake_ring(port);
	}
}

void fake_back_push(struct fake_back *b)
{
	publish(b, &b->rx->head, b->rx_prod, b->rx_port);
}

void fake_back_answer(struct fake_back *b)
{
	publish(b, &b->tx->head, b->tx_prod, b->tx_port);
}

unsigned fake_back_take(struct fake_back *b, uint8_t *to, unsigned max, unsigned *slots,
			uint16_t *flags, int16_t status)
{
	unsigned at = 0, total = 0;
	bool more = b->tx->head.req_prod != b->tx_cons;

	for (*slots = 0; more; ++*slots) {
		struct xen_net_tx_request r = b->tx->e[b->tx_cons++ % XEN_NET_RING].req;
		const uint8_t *page = fake_grant(r.gref, false);
		unsigned n = r.size;

		if (*slots == 0) {
			/* The first slot tells of all; its own part ends with its page. */
			total = r.size;
			*flags = r.flags;
			n = r.flags & XEN_NETTX_MORE ? XEN_PAGE - r.offset : n;
		}
		if (!page || r.offset + n > XEN_PAGE || at + n > max)
			abort();
		memcpy(to + at, page + r.offset, n);
		at += n;
		more = r.flags & XEN_NETTX_MORE;
		b->tx->e[b->tx_prod++ % XEN_NET_RING].rsp =
			(struct xen_net_tx_response){ .id = r.id, .status = status };
	}
	/* Asks to be told of the next one. */
	b->tx->head.req_event = b->tx_cons + 1;
	if (at != total)
		abort();
	return at;
}

/* --- all of it --- */

static void free_page(void *p)
{
	if (p)
		page_free(p, 1);
}

static void free_pages(uint8_t **v)
{
	for (unsigned i = 0; i < XEN_NET_RING; i++)
		free_page(v[i]);
}

static void free_guest(void)
{
	/* What was queued goes without effect. */
	store_broken = "the machine is gone";
	store_dispatch();
	for (struct net *n = net_first, *next; n; n = next) {
		struct netfront *f = front_of(n);

		next = n->next;
		free_pages(f->rx.page);
		free_pages(f->tx.bounce);
		free_page(f->rx.ring);
		free_page(f->tx.ring);
		free(f);
	}
	net_first = NULL;
	channel_first = NULL;
	for (unsigned i = 0; i < FRAMES; i++)
		free_page(xen.grants[i]);
	free_page(fake.shared);
	free_page(fake.store);
	free_page(fake.console);
}

void fake_reset(void)
{
	static bool started;

	if (!started) {
		/* Grants have room for 44 bits of an address: all memory from one place. */
		mallopt(M_MMAP_THRESHOLD, 1 << 30);
		mallopt(M_TOP_PAD, 1 << 20);
		list_init(&db.nodes);
		list_init(&db.watches);
		started = true;
	} else {
		free_guest();
	}
	list_each(i, &db.nodes) drop(container_of(i, struct node, node));
	list_each(i, &db.watches) drop_watch(container_of(i, struct watch, node));
	text_clear(&db.in);
	text_clear(&db.out);
	stub_kernel_reset();
	stub_kernel.map = map;
	stub_kernel.clock = fake_clock;
	memset(&fake, 0, sizeof(fake));
	memset(&xen, 0, sizeof(xen));
	fake.shutdown = -1;
	fake.store = page_alloc(1);
	fake.console = page_alloc(1);
	xen.high = (uintptr_t)fake.store >> 44 << 44;
	xen.next_port = 10;
	xen.open[STORE_PORT] = xen.open[CONSOLE_PORT] = true;
}
