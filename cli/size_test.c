/* SPDX-License-Identifier: MIT */
/* size_test.c - sizes of memory, spans of time, --net, names of interfaces. */
#include "cli/size.h"

#include "cli/net.h"
#include "tests/unit/test.h"

static uint64_t size(const char *word)
{
	uint64_t kib;

	return size_parse(word, &kib) ? kib : 0;
}

static void test_sizes(void)
{
	CHECK_INT(size("4"), 4096);
	CHECK_INT(size("4.5"), 4608);
	CHECK_INT(size("4.5MiB"), 4608);
	CHECK_INT(size("512K"), 512);
	CHECK_INT(size("512 kib"), 512);
	CHECK_INT(size("1g"), 1 << 20);
	CHECK_INT(size("0.25"), 256);
	CHECK_INT(size("1024GiB"), 1 << 30);
	CHECK_INT(size("1025GiB"), 0);
	CHECK_INT(size("0"), 0);
	CHECK_INT(size(""), 0);
	CHECK_INT(size("."), 0);
	CHECK_INT(size("4."), 0);
	CHECK_INT(size("4.5.5"), 0);
	CHECK_INT(size("-4"), 0);
	CHECK_INT(size("4T"), 0);
	CHECK_INT(size("4 M x"), 0);
	CHECK_INT(size("99999999999999999999"), 0);
}

static void check_text(uint64_t kib, const char *want)
{
	struct text t = { 0 };

	size_text(&t, kib);
	CHECK_STR(text_as_str(&t), want);
	text_fini(&t);
}

static void check_age(double seconds, const char *want)
{
	struct text t = { 0 };

	age_text(&t, seconds);
	CHECK_STR(text_as_str(&t), want);
	text_fini(&t);
}

static void test_texts(void)
{
	check_text(512, "512 KiB");
	check_text(4096, "4 MiB");
	check_text(4608, "4.5 MiB");
	check_text(1 << 20, "1024 MiB");
	check_age(0.2, "0 s");
	check_age(119, "119 s");
	check_age(120, "2 min");
	check_age(7199, "119 min");
	check_age(7200, "2 h");
	check_age(3 * 86400, "3 d");
}

static void test_net(struct pool *pool)
{
	struct net n;

	CHECK(net_parse(pool, "bridge:br0", &n) && n.kind == NET_BRIDGE && !n.name);
	CHECK_STR(n.bridge, "br0");
	CHECK(net_parse(pool, "eth1=tap:tap7", &n) && n.kind == NET_TAP);
	CHECK_STR(n.name, "eth1");
	CHECK_STR(n.outer, "tap7");
	CHECK_STR(net_what(pool, &n), "tap:tap7");
	CHECK(net_parse(pool, "0=none", &n) && n.kind == NET_NONE);
	CHECK_STR(net_what(pool, &n), "none");
	CHECK(!net_parse(pool, "", &n));
	CHECK(!net_parse(pool, "br0", &n));
	CHECK(!net_parse(pool, "=none", &n));
	CHECK(!net_parse(pool, "eth0=bridge:", &n));
	CHECK(!net_parse(pool, "bridge:a/b", &n));
	CHECK(!net_parse(pool, "bridge:sixteen-letters-", &n));
}

static void test_names(struct pool *pool)
{
	uint8_t a[6], b[6], c[6];

	CHECK(net_name_ok("eth0") && net_name_ok("0") && net_name_ok("fifteen-letters"));
	CHECK(!net_name_ok("") && !net_name_ok("..") && !net_name_ok("a b") && !net_name_ok("a:b"));
	CHECK_STR(net_outer(pool, "fw", 0), "fw.0");
	CHECK_INT(strlen(net_outer(pool, "a-very-long-name-of-a-vm", 12)), 15);
	CHECK(strcmp(net_outer(pool, "a-very-long-name-1", 0),
		     net_outer(pool, "a-very-long-name-2", 0)) != 0);
	net_mac("fw", 0, a);
	net_mac("fw", 1, b);
	CHECK((a[0] & 3) == 2);
	CHECK(memcmp(a, b, 6) != 0);
	CHECK(net_mac_parse(net_mac_text(pool, a), c) && memcmp(a, c, 6) == 0);
	CHECK(!net_mac_parse("1:2:3:4:5", c) && !net_mac_parse("1:2:3:4:5:6:7", c));
}

int main(void)
{
	struct pool *pool = pool_new();

	test_sizes();
	test_texts();
	test_net(pool);
	test_names(pool);
	pool_free(pool);
	return test_end();
}
