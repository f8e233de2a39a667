/* SPDX-License-Identifier: MIT */
/* archive_test.c - archives, as the program cpio reads them when it is here; names and memory. */
#include "cli/archive.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/config.h"
#include "cli/file.h"
#include "cli/process.h"
#include "tests/unit/test.h"

static void test_bytes(void)
{
	struct text t = { 0 };

	CHECK(archive_add(&t, "ab", str_of("12345")));
	/* Header and name of 3 bytes: 113, filled to 116; then 5 bytes, filled to 8. */
	CHECK_INT(t.n, 124);
	CHECK_STR(str_first(text_as_str(&t), 14), "07070100000001");
	CHECK_STR(str_first(str_from(text_as_str(&t), 14), 8), "000081A4");
	CHECK_STR(str_first(str_from(text_as_str(&t), 54), 8), "00000005");
	CHECK_STR(str_first(str_from(text_as_str(&t), 94), 8), "00000003");
	CHECK_STR(str_first(str_from(text_as_str(&t), 110), 2), "ab");
	CHECK_STR(str_first(str_from(text_as_str(&t), 116), 5), "12345");
	archive_end(&t);
	CHECK_INT(t.n % 4, 0);
	CHECK_STR(str_first(str_from(text_as_str(&t), 124 + 110), 10), "TRAILER!!!");
	text_fini(&t);
}

static void test_cpio(void)
{
	char path[] = "/tmp/archive.XXXXXX";
	char command[128];
	const char *argv[] = { "sh", "-c", command, NULL };
	struct text t = { 0 }, out = { 0 };
	int fd = mkstemp(path);

	archive_add(&t, "fw.click", str_of("Idle -> Discard;\n"));
	archive_add(&t, "dir/empty", str_of(""));
	archive_end(&t);
	CHECK(fd >= 0 && file_write_fd(fd, t.p, t.n) == 0);
	snprintf(command, sizeof(command),
		 "command -v cpio >/dev/null || exit 77; cpio -itv --quiet <%s", path);
	if (process_run(argv, &out) != 77) {
		CHECK(strstr(out.p, "17") && strstr(out.p, " fw.click\n"));
		CHECK(strstr(out.p, " dir/empty\n"));
	}
	close(fd);
	unlink(path);
	text_fini(&t);
	text_fini(&out);
}

static void test_paths(struct pool *pool)
{
	CHECK_STR(inner_path(pool, "/a/./b"), "a/b");
	CHECK_STR(inner_path(pool, "./rules.txt"), "rules.txt");
	CHECK(!inner_path(pool, "../a") && !inner_path(pool, "a/../../b") &&
	      !inner_path(pool, "/"));
	CHECK_STR(config_name(pool, "dir/fw.click"), "fw");
	CHECK_STR(config_name(pool, "my fw.click"), "my_fw");
	CHECK_STR(config_name(pool, "1.click"), "_1");
	CHECK_STR(config_name(pool, "-"), "config");
	CHECK(config_name_ok("a.b-c_1") && !config_name_ok("") && !config_name_ok("1a") &&
	      !config_name_ok("a/b") && !config_name_ok(".a"));
}

static bool facts_of(struct pool *pool, const char *text, struct config_facts *f, struct error *err)
{
	*f = (struct config_facts){ 0 };
	return config_read(pool, str_of(text), "t.click", NULL, 0, f, err);
}

static void test_config(struct pool *pool)
{
	struct config_facts f;
	struct error err = { 0 };

	CHECK(facts_of(pool,
		       "define($B eth1); elementclass W { $d | input -> ToDevice($d) }\n"
		       "c :: Counter; FromDevice(eth0, PROMISC true) -> c -> W($B);\n"
		       "FromClickOS(eth1) -> Queue(20) -> ToDevice(DEVNAME eth2); Idle -> "
		       "ToClickOS(0);",
		       &f, &err));
	CHECK_INT(f.ninterfaces, 4);
	/* In the order of the flat configuration, in which W's inside is where W stands. */
	CHECK_STR(f.interface[0], "eth0");
	CHECK_STR(f.interface[1], "eth1");
	CHECK_STR(f.interface[2], "eth2");
	CHECK_STR(f.interface[3], "0");
	CHECK_INT(f.queued, 20);
	CHECK_INT(config_memory(&f, 0), 14 * 1024);
	CHECK_INT(config_memory(&f, 5000), 14 * 1024);
	CHECK_INT(config_memory(&f, 1 << 20), 16 * 1024);
	CHECK(!facts_of(pool, "a -> ;\n b ->", &f, &err) && err.errors > 0);
	CHECK(str_starts(text_as_str(&err.out), "t.click:1: "));
	error_fini(&err);
}

static void test_library_path(struct pool *pool)
{
	const char *const files[] = { "examples/fw.click", "x.click" };

	unsetenv("CLICKPATH");
	CHECK_STR(config_library_path(pool, files, 2, "examples/lib/a.click"), "lib/a.click");
	CHECK_STR(config_library_path(pool, files, 2, "./b.click"), "./b.click");
	setenv("CLICKPATH", "/opt/c:/usr/share", 1);
	CHECK_STR(config_library_path(pool, files, 2, "/usr/share/conf/click/a.click"), "a.click");
	CHECK_STR(config_library_path(pool, files, 2, "/opt/c/a.click"), "a.click");
	unsetenv("CLICKPATH");
}

int main(void)
{
	struct pool *pool = pool_new();

	test_bytes();
	test_cpio();
	test_paths(pool);
	test_config(pool);
	test_library_path(pool);
	pool_free(pool);
	return test_end();
}
