/* SPDX-License-Identifier: MIT */
/*
 * KernelFilter - keep the host's IP code from handling what comes in on devices
 *
 * Each argument `drop dev DEVNAME' adds a firewall rule, by running
 * IPTABLES_COMMAND, that drops what comes in on that device before the host's own
 * programs get it; FromDevice still does. The rules go when the router does.
 *
 * Example: KernelFilter(drop dev eth0)
 * See also: FromDevice
 */
#include <unistd.h>

#include "engine/element.h"
#include "engine/lang/lang.h"
#include "engine/platform.h"

struct kernelfilter {
	struct element base;
	struct str command;
	const char *iptables;
	char **device; /* pooled */
	size_t n, cap;
	size_t added; /* rules in force: of the first so many */
};
ELEMENT_SELF(struct kernelfilter)

static bool add_device(struct element *e, struct str s, struct error *err)
{
	struct kernelfilter *k = self(e);
	struct str_list words = { 0 };

	conf_words(e->conf, conf_unquote(e->conf, s), &words);
	if (words.n != 3 || !str_is(words.v[0], "drop") || !str_is(words.v[1], "dev"))
		return fail(err, "arguments must follow 'drop dev DEVNAME'");
	k->device = pool_grow(e->conf, k->device, k->n, &k->cap, sizeof(*k->device));
	k->device[k->n++] = pool_cstr(e->conf, conf_unquote(e->conf, words.v[2]));
	return true;
}

static bool find_command(struct kernelfilter *k, struct error *err)
{
	static const char *const places[] = { "/sbin/iptables", "/usr/sbin/iptables" };

	if (k->command.n) {
		k->iptables = pool_cstr(k->base.conf, k->command);
		return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		if (access(places[i], X_OK) == 0) {
			k->iptables = places[i];
			return true;
		}
	return fail(err, "no 'iptables' executable found");
}

/* All that the command says is an error. */
static bool run(const struct kernelfilter *k, const char *action, const char *device,
		struct error *err)
{
	const char *const argv[] = {
		k->iptables, action, "INPUT", "-i", device, "-j", "DROP", NULL
	};
	struct text said = { 0 };
	int r = platform_command(argv, &said);
	bool ok = r == 0 && said.n == 0;

	if (!ok && said.n == 0)
		text_add(&said, "%s", r < 0 ? strerror(-r) : "failed");
	if (!ok)
		fail(err, "%s %s INPUT -i %s -j DROP: %.*s", k->iptables, action, device,
		     STR(str_trim(text_as_str(&said))));
	text_fini(&said);
	return ok;
}

static bool start(struct element *e, struct error *err)
{
	struct kernelfilter *k = self(e);

	if (k->n > 0 && !find_command(k, err))
		return false;
	for (; k->added < k->n; k->added++)
		if (!run(k, "-A", k->device[k->added], err))
			return false;
	return true;
}

static void stop(struct element *e)
{
	struct kernelfilter *k = self(e);
	struct error err = { 0 };

	while (k->added > 0)
		run(k, "-D", k->device[--k->added], &err);
	chatter_error(e, &err);
	error_fini(&err);
}

static const struct arg args[] = {
	ARG("IPTABLES_COMMAND", command, 0, "program to run"),
	ARG_EACH("FILTER", add_device, "`drop dev DEVNAME'"),
};

const struct element_class kernelfilter_class = {
	.name = "KernelFilter",
	.ports = "0/0",
	.size = sizeof(self_t),
	.phase = PHASE_PRIVILEGED,
	.args = TABLE(args),
	.start = start,
	.stop = stop,
};
