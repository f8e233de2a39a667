/* SPDX-License-Identifier: MIT */
/* cmd_cp.c - clickos cp: files into a running machine, and out of it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/client.h"
#include "cli/commands.h"
#include "cli/config.h"
#include "cli/file.h"
#include "cli/say.h"

static const struct cli_option none[] = { { 0 } };

struct place {
	const char *vm; /* NULL: the host */
	const char *path;
};

static bool is_socket(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISSOCK(st.st_mode);
}

/* VM:PATH, when what is before the colon can be a name, or is a control socket; else ./a:b is a
 * file. */
static struct place place_of(struct call *call, const char *word)
{
	const char *colon = strchr(word, ':');
	const char *vm = colon ? pool_cstr(call->pool, str_range(word, colon)) : NULL;

	if (!vm || !(strchr(vm, '/') ? is_socket(vm) : config_name_ok(vm)))
		return (struct place){ NULL, word };
	return (struct place){ vm, colon + 1 };
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Into a directory, a file keeps its name. */
static const char *file_for(struct call *call, const char *to, const char *from)
{
	struct stat st;

	if (stat(to, &st) == 0 && S_ISDIR(st.st_mode))
		return pool_printf(call->pool, "%s/%s", to, base_name(from));
	return to;
}

static bool write_file(struct call *call, const char *to, const char *from, struct str data)
{
	int fd = 1, r;

	if (strcmp(to, "-") != 0) {
		to = file_for(call, to, from);
		fd = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	}
	r = fd < 0 ? -errno : file_write_fd(fd, data.p, data.n);
	if (fd > 1 && close(fd) < 0 && r == 0)
		r = -errno;
	return r == 0 || complain("%s: %s", to, strerror(-r));
}

static bool get(struct call *call, struct place from, const char *to)
{
	struct client c;
	bool ok;

	if (!client_open(&c, call->pool, from.vm))
		return false;
	ok = client_call(&c, "copying", "GET \"%s\"", from.path) &&
	     write_file(call, to, from.path, text_as_str(&c.answer.data));
	client_close(&c);
	return ok;
}

static bool put(struct call *call, const char *from, struct place to)
{
	struct text t = { 0 };
	struct client c;
	const char *path = to.path;
	int r = file_read_at(AT_FDCWD, from, &t);
	bool ok;

	if (r < 0)
		return complain("%s: %s", from, strerror(-r));
	if (!*path || path[strlen(path) - 1] == '/')
		path = pool_printf(call->pool, "%s%s", path, base_name(from));
	ok = client_open(&c, call->pool, to.vm);
	if (ok) {
		ok = client_send(&c, "copying", text_as_str(&t), "PUT \"%s\" %zu", path, t.n);
		client_close(&c);
	}
	text_fini(&t);
	return ok;
}

static int run(struct call *call)
{
	struct place from = place_of(call, call->word[0]), to = place_of(call, call->word[1]);
	bool ok;

	if (!from.vm == !to.vm) {
		complain("cp: one of the two has to be a file of a VM: VM:PATH");
		return command_misused(&command_cp);
	}
	if (strpbrk(from.vm ? from.path : to.path, "\"\n")) {
		complain("cp: %s: such a name cannot be", from.vm ? from.path : to.path);
		return STATUS_FAILED;
	}
	ok = from.vm ? get(call, from, to.path) : put(call, from.path, to);
	return ok ? STATUS_OK : STATUS_FAILED;
}

const struct command command_cp = {
	.name = "cp",
	.usage = "VM:PATH FILE | FILE VM:PATH",
	.purpose = "Copies a file from or to a running VM; - is standard in- or output.",
	.options = none,
	.min_words = 2,
	.max_words = 2,
	.run = run,
};
