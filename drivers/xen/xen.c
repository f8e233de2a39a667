/* SPDX-License-Identifier: MIT */
/* xen.c - what a PVH guest sets up: the shared page, the clock, sleeping, the end. */
#include "drivers/xen/xen.h"

#include "abi/monitor.h"
#include "abi/xen.h"
#include "base/text.h"
#include "drivers/net.h"
#include "drivers/xen/event.h"
#include "drivers/xen/grant.h"
#include "drivers/xen/hypercall.h"
#include "drivers/xen/pagegrant.h"
#include "drivers/xen/store.h"
#include "kernel/clock.h"
#include "kernel/machine.h"
#include "kernel/memory.h"

static struct xen_shared *shared;
static uint32_t time_version;

static void off(int how) __attribute__((noreturn));

static void off(int how)
{
	static const uint32_t reasons[] = { [MONITOR_POWEROFF] = XEN_SHUTDOWN_POWEROFF,
					    [MONITOR_REBOOT] = XEN_SHUTDOWN_REBOOT,
					    [MONITOR_PANIC] = XEN_SHUTDOWN_CRASH };
	bool known = how >= 0 && how <= MONITOR_PANIC;
	struct xen_shutdown s = { known ? reasons[how] : XEN_SHUTDOWN_CRASH };

	for (;;)
		xen_hypercall(XEN_SCHED_OP, XEN_SCHED_SHUTDOWN, &s, 0);
}

static void end_now(int how)
{
	machine.off(how);
}

void (*xen_shutdown)(int how) = end_now;

/* --- parameters --- */

uint32_t xen_param(unsigned param)
{
	struct xen_param p = { .domid = XEN_DOMID_SELF, .index = param };

	if (xen_hypercall(XEN_HVM_OP, XEN_HVM_GET_PARAM, &p, 0) < 0)
		return 0;
	return (uint32_t)p.value;
}

void *xen_param_page(unsigned param)
{
	uint32_t pfn = xen_param(param);

	if (pfn == 0 || pfn >= 1U << 20)
		return NULL;
	return memory_map_device((uint64_t)pfn * XEN_PAGE, XEN_PAGE);
}

static struct xen_shared *map_shared(void)
{
	void *p = memory_hole(1);
	struct xen_physmap_add add = { .domid = XEN_DOMID_SELF,
				       .space = XEN_MAPSPACE_SHARED_INFO,
				       .gpfn = (uintptr_t)p / XEN_PAGE };
	long r = xen_hypercall(XEN_MEMORY_OP, XEN_MEM_ADD_TO_PHYSMAP, &add, 0);

	if (!p || r < 0)
		panic("Xen does not map the shared page: error %ld", r);
	return p;
}

/* --- the clock --- */

/* Xen writes at any time, and says so by the version: odd, or another one afterwards. */
static struct xen_time read_time(void)
{
	const volatile struct xen_time *from = &shared->vcpu[0].time;
	struct xen_time t;

	do {
		t.version = from->version;
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		t.tsc_timestamp = from->tsc_timestamp;
		t.system_time = from->system_time;
		t.tsc_to_system_mul = from->tsc_to_system_mul;
		t.tsc_shift = from->tsc_shift;
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
	} while (t.version & 1 || t.version != from->version);
	return t;
}

static void update_clock(void)
{
	struct xen_time t = read_time();

	time_version = t.version;
	clock_set_scale(t.tsc_timestamp, t.system_time - (uint64_t)event_time_offset,
			t.tsc_to_system_mul, t.tsc_shift);
}

static int64_t read_wall(void)
{
	const volatile struct xen_shared *from = shared;
	uint32_t version, sec, nsec;

	do {
		version = from->wc_version;
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		sec = from->wc_sec;
		nsec = from->wc_nsec;
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
	} while (version & 1 || version != from->wc_version);
	return (int64_t)sec * 1000000000 + nsec;
}

/* Steady time begins now. */
static void set_clock(void)
{
	event_time_offset = (int64_t)read_time().system_time;
	update_clock();
	clock_set_wall(read_wall() + event_time_offset);
}

static void wait(int64_t deadline)
{
	event_wait(deadline);
	if (__atomic_load_n(&shared->vcpu[0].time.version, __ATOMIC_ACQUIRE) != time_version)
		update_clock();
}

/* --- the host's wishes --- */

static void shutdown_asked(struct store_watch *w, const char *path)
{
	struct text how = { 0 };

	(void)path;
	if (store_read(0, w->path, &how) == 0 && how.n > 0) {
		struct str s = text_as_str(&how);
		bool off_asked = str_is(s, "poweroff") || str_is(s, "halt");

		store_write(0, w->path, "", 0);
		if (off_asked || str_is(s, "reboot"))
			xen_shutdown(off_asked ? MONITOR_POWEROFF : MONITOR_REBOOT);
		else
			kprint("xen: the host asks for `%.*s', which is not known", STR(s));
	}
	text_fini(&how);
}

static void watch_shutdown(void)
{
	static struct store_watch w = { .path = "control/shutdown", .changed = shutdown_asked };

	store_printf(0, "control/feature-poweroff", "1");
	store_printf(0, "control/feature-reboot", "1");
	store_watch(&w);
}

static void init_store(void)
{
	struct xen_store *ring = xen_param_page(XEN_PARAM_STORE_PFN);
	uint32_t port = xen_param(XEN_PARAM_STORE_PORT);

	store_init(ring, ring && port < XEN_PORTS ? port : 0);
	if (store_broken || !store_start()) {
		kprint("xen: no store: no interfaces, no control");
		return;
	}
	watch_shutdown();
	netfront_init();
	xen_stream_init();
}

void xen_init(void)
{
	xen_hypercall_init(machine.hypervisor_leaf);
	machine.off = off;
	shared = map_shared();
	event_init(shared);
	set_clock();
	machine.wait = wait;
	xen_console_init();
	console_set(xen_console_write);
	if (grant_init() < 0)
		panic("Xen gives no grant table");
	pagegrant_init();
	init_store();
}

void xen_counters(struct text *out)
{
	text_add(out, "xen-hypercalls %llu\n", (unsigned long long)xen_hypercalls);
	text_add(out, "xen-events-sent %llu\n", (unsigned long long)event_counters.notified);
	text_add(out, "xen-events-taken %llu\n", (unsigned long long)event_counters.taken);
	text_add(out, "xen-waits %llu\n", (unsigned long long)event_counters.waits);
	text_add(out, "xen-grants %llu\n", (unsigned long long)grant_counters.accesses);
	text_add(out, "xen-grant-ends %llu\n", (unsigned long long)grant_counters.ends);
	for (const struct net *n = net_first; n; n = n->next)
		text_add(out, "xen-net %s kicks %llu events %llu\n", n->name,
			 (unsigned long long)n->kicks, (unsigned long long)n->events);
	text_add(out, "xen-grants-used %llu\n", (unsigned long long)grant_counters.used);
}
