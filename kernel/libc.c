/* SPDX-License-Identifier: MIT */
/*
 * libc.c - what musl's libc.a would ask a system for. Everything else of it is used as it is.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/machine.h"

_Noreturn void abort(void)
{
	__builtin_trap();
}

void __assert_fail(const char *what, const char *file, int line, const char *function);

/* The trap that follows ends the instance, or the machine. */
void __assert_fail(const char *what, const char *file, int line, const char *function)
{
	kprint("%s:%d: %s: assertion failed: %s", file, line, function, what);
	abort();
}

/* musl's own asks the thread for its language. */
char *strerror(int error)
{
	static const struct {
		int error;
		const char *text;
	} texts[] = {
		{ 0, "No error information" },
		{ ENOENT, "No such file or directory" },
		{ EIO, "I/O error" },
		{ EBADF, "Bad file descriptor" },
		{ EAGAIN, "Resource temporarily unavailable" },
		{ ENOMEM, "Out of memory" },
		{ EACCES, "Permission denied" },
		{ EBUSY, "Resource busy" },
		{ EEXIST, "File exists" },
		{ ENODEV, "No such device" },
		{ EISDIR, "Is a directory" },
		{ EINVAL, "Invalid argument" },
		{ EFBIG, "File too large" },
		{ ENOSPC, "No space left on device" },
		{ ESPIPE, "Invalid seek" },
		{ EROFS, "Read-only file system" },
		{ ERANGE, "Result not representable" },
		{ ENOSYS, "Function not implemented" },
		{ EMSGSIZE, "Message too large" },
		{ ENETDOWN, "Network is down" },
		{ ENOTSUP, "Not supported" },
		{ ETIMEDOUT, "Operation timed out" },
	};
	static char other[] = "Unknown error";

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].error == error)
			return (char *)(uintptr_t)texts[i].text;
	return other;
}
