/* SPDX-License-Identifier: MIT */
/* store_test.c - requests, watches, and a store that does not keep to its protocol. */
#include "drivers/xen/store.h"

#include <errno.h>
#include <stdlib.h>

#include "drivers/xen/xen.h"
#include "tests/unit/stub_kernel.h"
#include "tests/unit/test.h"
#include "tests/unit/xen_fake.h"

static void boot(void)
{
	fake_reset();
	fake_write("data", "%s", "");
	xen_init();
	fake_settle();
}

static void test_requests(void)
{
	struct text t = { 0 };

	boot();
	CHECK_INT(store_write(0, "data/a", "one", 3), 0);
	CHECK_STR(fake_read("data/a"), "one");
	CHECK_INT(store_read(0, "data/a", &t), 0);
	CHECK_STR(text_as_str(&t), "one");
	CHECK_INT(store_read(0, "/local/domain/7/data/a", &t), 0);
	CHECK_STR(text_as_str(&t), "one");
	CHECK_INT(store_read(0, "data/b", &t), -ENOENT);
	CHECK_INT(t.n, 0);
	CHECK_INT(store_printf(0, "data/b/c", "%d", 17), 0);
	CHECK_INT(store_number(0, "data/b/c"), 17);
	CHECK_INT(store_number(0, "data/a"), -EINVAL);
	CHECK_INT(store_write(0, "data/d", "", 0), 0);
	CHECK_INT(store_directory(0, "data", &t), 0);
	CHECK_INT(t.n, 6);
	CHECK(t.n == 6 && memcmp(t.p, "a\0b\0d\0", 6) == 0);
	CHECK_INT(store_remove(0, "data/b"), 0);
	CHECK_INT(store_read(0, "data/b/c", &t), -ENOENT);
	fake.forbidden = "data";
	CHECK_INT(store_write(0, "data/x", "", 0), -EACCES);
	text_fini(&t);
}

/* Longer than the rings, so they wrap and both sides wait; and again and again, at all offsets. */
static void test_long(void)
{
	struct text t = { 0 };
	char value[XEN_STORE_PAYLOAD], odd[64];

	boot();
	for (unsigned i = 0; i < sizeof(value); i++)
		value[i] = (char)('a' + i % 23);
	for (unsigned i = 0; i < 300; i++) {
		size_t n = 4000 - i * 13 % 997;

		CHECK_INT(store_write(0, "data/long", value, n), 0);
		CHECK_INT(store_read(0, "data/long", &t), 0);
		CHECK(t.n == n && memcmp(t.p, value, n) == 0);
		snprintf(odd, sizeof(odd), "data/%u", i);
		CHECK_INT(store_write(0, odd, value, i % 7), 0);
	}
	CHECK_INT(store_write(0, "data/long", value, XEN_STORE_PAYLOAD - 10), 0);
	CHECK_INT(store_write(0, "data/long", value, XEN_STORE_PAYLOAD - 9), -E2BIG);
	CHECK(store_broken == NULL);
	text_fini(&t);
}

static void test_transactions(void)
{
	uint32_t tx = 0;

	boot();
	fake.conflicts = 1;
	CHECK_INT(store_begin(&tx), 0);
	CHECK(tx != 0);
	CHECK_INT(store_write(tx, "data/t", "1", 1), 0);
	CHECK_INT(store_end(tx, true), -EAGAIN);
	CHECK_INT(store_begin(&tx), 0);
	CHECK_INT(store_end(tx, true), 0);
}

static unsigned calls;
static char last[64];

static void changed(struct store_watch *w, const char *path)
{
	(void)w;
	calls++;
	snprintf(last, sizeof(last), "%s", path);
}

static void test_watches(void)
{
	struct store_watch w = { .path = "data/w", .changed = changed };
	struct store_watch other = { .path = "/tool", .changed = changed };

	boot();
	calls = 0;
	CHECK_INT(store_watch(&w), 0);
	fake_settle();
	CHECK_INT(calls, 1);
	CHECK_STR(last, "data/w");
	fake_write("data/w/x/y", "1");
	fake_write("data/other", "1");
	fake_settle();
	CHECK_INT(calls, 2);
	CHECK_STR(last, "data/w/x/y");
	CHECK_INT(store_watch(&other), 0);
	fake_write("/tool/v", "1");
	fake_settle();
	CHECK_INT(calls, 4);
	CHECK_STR(last, "/tool/v");
	store_unwatch(&other);
	store_unwatch(&w);
	fake_write("data/w", "2");
	fake_settle();
	CHECK_INT(calls, 4);
}

/* Nobody looks for a while: what does not fit becomes one call for all. */
static void test_many_events(void)
{
	struct store_watch w = { .path = "data/w", .changed = changed };

	boot();
	CHECK_INT(store_watch(&w), 0);
	fake_settle();
	calls = 0;
	for (unsigned i = 0; i < 1000; i++) {
		fake_write("data/w/x", "%u", i);
		CHECK_INT(store_number(0, "data/w/x"), (int)i);
	}
	fake_settle();
	CHECK_INT(calls, 257);
	CHECK_STR(last, "data/w");
	store_unwatch(&w);
}

static void unwatch_both(struct store_watch *w, const char *path)
{
	struct store_watch *other = w->arg;

	(void)path;
	calls++;
	store_unwatch(other);
	store_unwatch(w);
}

static void test_unwatch_inside(void)
{
	struct store_watch a = { .path = "data/a", .changed = unwatch_both };
	struct store_watch b = { .path = "data/a", .changed = unwatch_both, .arg = &a };

	a.arg = &b;
	boot();
	calls = 0;
	store_watch(&a);
	store_watch(&b);
	fake_settle();
	CHECK_INT(calls, 1);
}

static void test_silence(void)
{
	struct text t = { 0 };

	boot();
	fake_write("data/a", "1");
	fake_write("data/b", "2");
	fake.store_silent = true;
	CHECK_INT(store_read(0, "data/a", &t), -ETIMEDOUT);
	CHECK(fake.now >= 5000000000LL && fake.now < 6000000000LL);
	/* The answer to the first question comes late, and is not taken for the second one's. */
	fake.store_silent = false;
	CHECK_INT(store_read(0, "data/b", &t), 0);
	CHECK_STR(text_as_str(&t), "2");
	CHECK(store_broken == NULL);
	/* The ring fills up, and a request is cut off in the middle. */
	fake.store_silent = true;
	for (unsigned i = 0; i < 100 && !store_broken; i++)
		store_write(0, "data/a", "0123456789", 10);
	CHECK(store_broken != NULL);
	CHECK_INT(store_read(0, "data/a", &t), -EIO);
	text_fini(&t);
}

static void raw(uint32_t type, uint32_t id, uint32_t len, const void *p, size_t n)
{
	struct xen_store_header h = { type, id, 0, len };

	fake_store_raw(&h, sizeof(h));
	fake_store_raw(p, n);
}

static void test_hostile(void)
{
	struct store_watch w = { .path = "data/w", .changed = changed };
	struct text t = { 0 };

	boot();
	raw(XEN_STORE_READ, 77, 3, "abc", 3); /* an answer that nobody asked for */
	raw(XEN_STORE_EVENT, 0, 0, "", 0);
	raw(XEN_STORE_EVENT, 0, 4, "abcd", 4); /* no NUL, no token */
	raw(XEN_STORE_EVENT, 0, 8, "a\0009999\0", 8);
	raw(99, 0, 5, "hello", 5);
	CHECK_INT(store_watch(&w), 0);
	CHECK_INT(store_write(0, "data/a", "1", 1), 0);
	CHECK_INT(store_read(0, "data/a", &t), 0);
	CHECK(store_broken == NULL);
	raw(XEN_STORE_READ, 1, XEN_STORE_PAYLOAD + 1, "x", 1);
	CHECK_INT(store_read(0, "data/a", &t), -EIO);
	CHECK_STR(store_broken, "it sent a message of more than 4096 bytes");

	boot();
	fake.store->rsp_prod += XEN_STORE_RING + 1;
	CHECK_INT(store_read(0, "data/a", &t), -EIO);
	CHECK_STR(store_broken, "its response ring's index is out of range");

	boot();
	fake.store->req_cons += 1;
	CHECK_INT(store_read(0, "data/a", &t), -EIO);
	CHECK_STR(store_broken, "its request ring's index is out of range");
	text_fini(&t);
}

int main(void)
{
	test_requests();
	test_long();
	test_transactions();
	test_watches();
	test_many_events();
	test_unwatch_inside();
	test_silence();
	test_hostile();
	return test_end();
}
