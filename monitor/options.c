/* SPDX-License-Identifier: MIT */
/* options.c - a table of options, each with a function that takes its value. */
#include "monitor/options.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/image.h"
#include "base/bits.h"
#include "base/error.h"
#include "base/hash.h"

const char options_usage[] =
	"usage: clickos-monitor --name NAME --image FILE [OPTION...]\n"
	"Runs one ClickOS machine until it ends.\n"
	"  --memory MIB             4 to 3072 (8); fractions, and KiB, MiB, GiB behind it\n"
	"  --cmdline TEXT           what the guest reads as its command line\n"
	"  --module FILE            a file in the guest's memory: its archive of files\n"
	"  --net NAME[,none][,tap=IFNAME][,bridge=BRIDGE][,mac=MAC]\n"
	"                           an interface; repeated, in the order of their numbers\n"
	"  --console FILE|pty|stdio where console output goes; FILE keeps the last MiB\n"
	"  --control SOCKET         a Unix socket for the guest's control port\n"
	"  --report FILE            how it ended\n"
	"  --pidfile FILE           the process to send SIGTERM to\n"
	"  --ready-fd N             gets a byte when all is ready: 1; 2 if some fail\n"
	"  --user UID[:GID]         runs as that user (root only; one nobody has)\n"
	"  --chroot DIR             where its empty file system is mounted (/proc)\n"
	"  --cgroup DIR             a cgroup (v2) to make, limiting memory and tasks\n"
	"  --no-sandbox             for debugging: one process, with all rights\n"
	"  --help, --version        this text; the version\n"
	"Exit status: 0 powered off, 1 usage, 2 trouble on the host, 3 the guest broke\n"
	"the rules, 4 the guest panicked.\n";

#define MEMORY_MIN (4ULL << 20)
#define MEMORY_DEFAULT (8ULL << 20)
#define PAGE 4096U

static bool set_string(const char **field, const char *value)
{
	*field = value;
	return true;
}

static bool size_unit(struct str unit, unsigned *shift)
{
	static const struct {
		const char *name;
		unsigned shift;
	} units[] = { { "", 20 },    { "K", 10 }, { "KiB", 10 }, { "M", 20 },
		      { "MiB", 20 }, { "G", 30 }, { "GiB", 30 } };

	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (str_is_nocase(unit, units[i].name)) {
			*shift = units[i].shift;
			return true;
		}
	}
	return false;
}

/* Of the fraction's digits, tenths and so on, three count. */
static uint64_t fraction(struct str *s)
{
	uint64_t thousandths = 0, place = 100;

	for (; s->n && *s->p >= '0' && *s->p <= '9'; *s = str_from(*s, 1)) {
		thousandths += (uint64_t)(*s->p - '0') * place;
		place /= 10;
	}
	return thousandths;
}

static bool set_memory(struct options *o, const char *value, struct error *err)
{
	struct str s = str_of(value);
	uint64_t thousandths = 0;
	unsigned shift;
	uint32_t whole;

	if (!str_decimal(&s, &whole))
		return fail(err, "--memory %s: expected a number of MiB", value);
	if (str_char(&s, '.'))
		thousandths = fraction(&s);
	if (!size_unit(s, &shift) || whole > UINT32_MAX >> 4)
		return fail(err, "--memory %s: expected a number, and KiB, MiB or GiB", value);
	o->memory = ((uint64_t)whole << shift) + (thousandths << shift) / 1000;
	o->memory &= ~(uint64_t)(PAGE - 1);
	if (o->memory < MEMORY_MIN || o->memory > IMAGE_RAM_MAX)
		return fail(err, "--memory %s: a machine has 4 MiB to 3 GiB", value);
	return true;
}

static bool parse_mac(struct str s, uint8_t mac[6])
{
	uint8_t mask;

	for (int i = 0; i < 6; i++) {
		if ((i && !str_char(&s, ':')) || !str_hex(&s, &mac[i], &mask) || mask != 0xff)
			return false;
	}
	return s.n == 0 && !(mac[0] & 1);
}

/* An interface's name goes into an ifreq, where % makes it a pattern, and in the host's tools. */
static bool copy_name(char to[MONITOR_NAME], struct str s)
{
	if (s.n == 0 || s.n >= MONITOR_NAME)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || strchr("/%", s.p[i]))
			return false;
	memset(to, 0, MONITOR_NAME);
	memcpy(to, s.p, s.n);
	return true;
}

static bool net_word(struct net_option *n, struct str word, struct error *err)
{
	struct str all = word;
	bool good = false;

	if (str_prefix(&word, "tap="))
		good = copy_name(n->tap, word);
	else if (str_prefix(&word, "bridge="))
		good = copy_name(n->bridge, word);
	else if (str_prefix(&word, "mac="))
		good = parse_mac(word, n->mac);
	else
		good = n->none = str_is(word, "none");
	if (!good)
		return fail(err,
			    "--net %s: %.*s: expected none, tap=IFNAME, bridge=BRIDGE or "
			    "mac=XX:XX:XX:XX:XX:XX; names have 1 to 15 characters",
			    n->name, STR(all));
	return true;
}

static bool add_net(struct options *o, const char *value, struct error *err)
{
	struct str rest = str_of(value), word = str_first(rest, str_find(rest, ','));
	struct net_option *n = &o->net[o->nnets];

	if (o->nnets == OPTIONS_NETS)
		return fail(err, "--net %s: a machine has at most %u", value, OPTIONS_NETS);
	memset(n, 0, sizeof(*n));
	if (!copy_name(n->name, word))
		return fail(err, "--net %s: expected a name of 1 to 15 characters", value);
	for (;;) {
		rest = str_from(rest, word.n + 1);
		if (!rest.n)
			break;
		word = str_first(rest, str_find(rest, ','));
		if (!net_word(n, word, err))
			return false;
	}
	if (n->none && (n->tap[0] || n->bridge[0]))
		return fail(err, "--net %s: none has no tap= and no bridge=", value);
	o->nnets++;
	return true;
}

static bool set_user(struct options *o, const char *value, struct error *err)
{
	struct str s = str_of(value);

	o->has_user = str_decimal(&s, &o->uid);
	o->gid = o->uid;
	if (o->has_user && str_char(&s, ':'))
		o->has_user = str_decimal(&s, &o->gid);
	if (!o->has_user || s.n || o->uid == 0 || o->gid == 0)
		return fail(err, "--user %s: expected UID or UID:GID, numbers and not 0", value);
	return true;
}

/* One that is not open would be the number of a descriptor of our own later. */
static bool set_ready_fd(struct options *o, const char *value, struct error *err)
{
	struct str s = str_of(value);
	uint32_t fd;

	if (!str_decimal(&s, &fd) || s.n || fd > INT32_MAX || fcntl((int)fd, F_GETFD) < 0)
		return fail(err, "--ready-fd %s: expected the number of an open descriptor", value);
	o->ready_fd = (int)fd;
	return true;
}

static bool set_text(struct options *o, const char *option, const char *value, bool *known)
{
	const struct {
		const char *option;
		const char **field;
	} texts[] = {
		{ "--name", &o->name },       { "--image", &o->image },
		{ "--cmdline", &o->cmdline }, { "--module", &o->module },
		{ "--console", &o->console }, { "--control", &o->control },
		{ "--report", &o->report },   { "--pidfile", &o->pidfile },
		{ "--chroot", &o->chroot },   { "--cgroup", &o->cgroup },
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		if (strcmp(option, texts[i].option) == 0)
			return *known = set_string(texts[i].field, value);
	}
	return *known = false;
}

static bool set(struct options *o, const char *option, const char *value, struct error *err)
{
	bool known;

	if (set_text(o, option, value, &known))
		return true;
	if (strcmp(option, "--memory") == 0)
		return set_memory(o, value, err);
	if (strcmp(option, "--net") == 0)
		return add_net(o, value, err);
	if (strcmp(option, "--user") == 0)
		return set_user(o, value, err);
	if (strcmp(option, "--ready-fd") == 0)
		return set_ready_fd(o, value, err);
	return fail(err, "no option %s; clickos-monitor --help lists them", option);
}

/* What was not said: NAME.N as the interface's, and an address that is the same at each start. */
static void net_defaults(const struct options *o, struct net_option *n, unsigned i)
{
	static const uint8_t none[6];
	char suffix[8], all[64];
	uint64_t h;
	int len = snprintf(suffix, sizeof(suffix), ".%u", i);

	if (!n->tap[0] && !n->none)
		snprintf(n->tap, sizeof(n->tap), "%.*s%s", MONITOR_NAME - 1 - len, o->name, suffix);
	if (memcmp(n->mac, none, sizeof(none)) != 0)
		return;
	snprintf(all, sizeof(all), "%.40s%s", o->name, suffix);
	h = hash_bytes(all, strlen(all));
	n->mac[0] = 0x02; /* locally administered */
	for (int b = 1; b < 6; b++)
		n->mac[b] = (uint8_t)(h >> (8 * b));
}

static bool complete(struct options *o, struct error *err)
{
	if (!o->name || !o->name[0] || strchr(o->name, '/'))
		return fail(err, "--name: a machine needs a name, without `/'");
	if (!o->image)
		return fail(err, "--image: what is to run?");
	for (unsigned i = 0; i < o->nnets; i++)
		net_defaults(o, &o->net[i], i);
	return true;
}

bool options_parse(struct options *o, int argc, char **argv, struct error *err)
{
	*o = (struct options){ .cmdline = "", .ready_fd = -1, .memory = MEMORY_DEFAULT };
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--no-sandbox") == 0) {
			o->no_sandbox = true;
			continue;
		}
		if (i + 1 == argc)
			return fail(err,
				    "%s: expected a value behind it, or no such option; "
				    "clickos-monitor --help lists them",
				    argv[i]);
		if (!set(o, argv[i], argv[i + 1], err))
			return false;
		i++;
	}
	return complete(o, err);
}
