/* SPDX-License-Identifier: MIT */
/*
 * stub_platform.c - a machine of nothing but memory, for unit tests, fuzzers and the
 * freestanding test: no devices, no names, one thread, a clock that moves by itself, and one
 * file. Needs ISO C only.
 */
#include "tests/unit/stub_platform.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/value.h"

_Thread_local struct thread *thread_current;
struct stub stub;

#define TICK 1000 /* ns between two looks at the clock */

static int64_t now = 1000000000LL * 1000000000;

int64_t platform_wall(void)
{
	return now += TICK;
}

int64_t platform_steady(void)
{
	return now += TICK;
}

uint64_t platform_cycles(void)
{
	return (uint64_t)(now += TICK);
}

void *platform_pages(size_t size)
{
	void *p = aligned_alloc(4096, (size + 4095) & ~(size_t)4095);

	return p ? memset(p, 0, size) : NULL;
}

void platform_pages_free(void *p, size_t size)
{
	(void)size;
	free(p);
}

/* The same numbers in each run. */
void platform_random(void *p, size_t n)
{
	uint8_t *bytes = p;

	for (size_t i = 0; i < n; i++)
		bytes[i] = (uint8_t)(i * 167 + 13);
}

void platform_message(struct str line)
{
	if (!stub.quiet)
		fprintf(stderr, "%.*s\n", STR(line));
}

void platform_print(struct str s)
{
	if (!stub.quiet)
		fwrite(s.p, 1, s.n, stdout);
}

_Noreturn void platform_panic(const char *what)
{
	fprintf(stderr, "panic: %s\n", what);
	abort();
}

const char *platform_env(const char *name)
{
	(void)name;
	return NULL;
}

int platform_pid(void)
{
	return 1;
}

/* --- waiting: time jumps to its end --- */

int platform_watch(struct watch *w, unsigned events)
{
	(void)w, (void)events;
	return -ENOSYS;
}

void platform_wait(struct thread *t, int64_t timeout)
{
	if (stub.wait)
		stub.wait(t, timeout);
	if (timeout > 0)
		now += timeout;
}

void platform_wake(struct thread *t)
{
	(void)t;
}

int platform_thread_start(struct thread *t, void (*main)(struct thread *))
{
	return stub.thread_start ? stub.thread_start(t, main) : -ENOSYS;
}

void platform_thread_join(struct thread *t)
{
	if (stub.thread_join)
		stub.thread_join(t);
}

void platform_yield(void) {}

void platform_thread_init(struct thread *t)
{
	(void)t;
}

void platform_thread_fini(struct thread *t)
{
	(void)t;
}

int platform_signal(int signo, bool on)
{
	(void)signo, (void)on;
	return -ENOSYS;
}

int platform_kill(int pid, int signo)
{
	(void)pid, (void)signo;
	return -ENOSYS;
}

/* --- files: all that are read are stub.file, and what is written is lost --- */

struct file {
	struct str rest; /* not yet read */
	bool write;
};

int file_open(const char *path, enum file_mode mode, struct file **f)
{
	(void)path;
	if (mode == FILE_READ && !stub.file.p)
		return -ENOENT;
	*f = malloc(sizeof(**f));
	if (!*f)
		return -ENOMEM;
	**f = (struct file){ stub.file, mode != FILE_READ };
	return 0;
}

int64_t file_read(struct file *f, void *p, size_t n)
{
	struct str part = str_first(f->rest, n);

	if (f->write)
		return -EBADF;
	if (part.n)
		memcpy(p, part.p, part.n);
	f->rest = str_from(f->rest, part.n);
	return (int64_t)part.n;
}

int file_write(struct file *f, const void *p, size_t n)
{
	(void)p, (void)n;
	return f->write ? 0 : -EBADF;
}

int file_make_directory(const char *path)
{
	(void)path;
	return 0;
}

int file_flush(struct file *f)
{
	(void)f;
	return 0;
}

int file_close(struct file *f)
{
	free(f);
	return 0;
}

int64_t file_size(struct file *f)
{
	return f->write ? -EBADF : (int64_t)stub.file.n;
}

int64_t file_seek(struct file *f, int64_t offset)
{
	if (f->write || offset < 0 || (uint64_t)offset > stub.file.n)
		return -EINVAL;
	f->rest = str_from(stub.file, (size_t)offset);
	return offset;
}

int file_load(struct pool *pool, const char *path, struct str *data)
{
	(void)path;
	if (!stub.file.p)
		return -ENOENT;
	*data = pool_str(pool, stub.file);
	return 0;
}

int file_list(const char *prefix, void (*each)(void *arg, const char *path, int64_t size),
	      void *arg)
{
	if (stub.file.p && str_starts(str_of("file"), prefix))
		each(arg, "file", (int64_t)stub.file.n);
	return 0;
}

int64_t file_get(const char *path, char **data)
{
	(void)path;
	if (!stub.file.p)
		return -ENOENT;
	*data = malloc(stub.file.n + 1);
	if (!*data)
		return -ENOMEM;
	memcpy(*data, stub.file.p, stub.file.n);
	return (int64_t)stub.file.n;
}

int file_put(const char *path, struct str data)
{
	(void)path, (void)data;
	return 0;
}

int file_remove(const char *path)
{
	(void)path;
	if (!stub.file.p)
		return -ENOENT;
	stub.file.p = NULL;
	return 0;
}

/* --- the machine --- */

void platform_info(struct text *out)
{
	text_add(out, "platform stub\nmemory 0\nmemory-free 0\nuptime 0\ninterfaces 0\n");
}

void platform_interfaces(struct text *out)
{
	(void)out;
}

/* --- network devices: there are none --- */

int device_open(const struct device_options *o, struct device **d, struct error *err)
{
	*d = NULL;
	fail(err, "%s: no such device", o->name);
	return -ENODEV;
}

void device_close(struct device *d)
{
	(void)d;
}

int device_receive(struct device *d, struct batch *b, unsigned max)
{
	(void)d, (void)b, (void)max;
	return -ENODEV;
}

int device_send(struct device *d, struct batch *b)
{
	(void)d, (void)b;
	return -ENODEV;
}

void device_info(struct device *d, struct device_info *info)
{
	(void)d;
	*info = (struct device_info){ .method = "stub", .fd = -1 };
}

/* --- names: none are known --- */

bool platform_service(struct str name, const char *proto, uint16_t *port)
{
	(void)name, (void)proto, (void)port;
	return false;
}

bool platform_protocol(struct str name, uint8_t *proto)
{
	(void)name, (void)proto;
	return false;
}

bool platform_host(struct str name, struct ip_addr *addr)
{
	(void)name, (void)addr;
	return false;
}

bool platform_device_address(struct str device, enum platform_address what, void *out)
{
	(void)device, (void)what, (void)out;
	return false;
}

bool platform_home(struct str user, struct text *dir)
{
	(void)user, (void)dir;
	return false;
}

int platform_command(const char *const argv[], struct text *output)
{
	(void)argv, (void)output;
	return -ENOSYS;
}

/* --- memory has owners in name only: a fault is the end of the process --- */

unsigned platform_memory_new(void)
{
	static unsigned last;

	return ++last;
}

unsigned platform_memory_set(unsigned owner)
{
	unsigned before = stub.memory;

	stub.memory = owner;
	return before;
}

void platform_memory_end(unsigned owner)
{
	(void)owner;
}
