/* SPDX-License-Identifier: MIT */
/* fuzz_cmdline.c - command lines of any content: words are taken off until there are none. */
#include <stdlib.h>

#include "abi/pvh.h"
#include "kernel/machine.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct {
	const char *line;
	size_t n, seen;
} now;

/* What has quotes is a copy that the parser leaves to its user. */
static void take(void *arg, struct str rest)
{
	bool copy = rest.p < now.line || rest.p > now.line + now.n;

	(void)arg;
	now.seen += rest.n;
	if (rest.n > now.n || now.seen > now.n || memchr(rest.p, '"', copy ? rest.n : 0))
		abort();
	if (copy)
		free((char *)(uintptr_t)rest.p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const prefixes[] = { "", "env.", "run" };
	char *line = malloc(n + 1);
	struct pvh_start_info start = { .cmdline = (uintptr_t)line };

	memcpy(line, data, n);
	line[n] = '\0';
	machine.start = &start;
	for (unsigned i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		now.line = line;
		now.n = n;
		now.seen = 0;
		machine_options(prefixes[i], take, NULL);
	}
	free(line);
	return 0;
}
