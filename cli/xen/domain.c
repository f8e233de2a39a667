/* SPDX-License-Identifier: MIT */
/* domain.c - making, listing and destroying domains, and their consoles. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "abi/control.h"
#include "cli/xen/xen.h"

struct plan {
	const char *name, *image, *cmdline, *module;
	uint32_t memory; /* KiB */
	const char *net[64];
	int nnets;
};

/* --- create --- */

static bool parse_mac(struct str s, uint8_t mac[6])
{
	for (unsigned i = 0; i < 6; i++) {
		uint8_t mask;

		if ((i && !str_char(&s, ':')) || !str_hex(&s, &mac[i], &mask) || mask != 0xff)
			return false;
	}
	return s.n == 0;
}

static char *copy(struct str s)
{
	return strndup(s.p, s.n);
}

/* bridge=BRIDGE[,vif=NAME][,mac=MAC] */
static bool take_net(struct xen *x, const char *word, int number, libxl_device_nic *nic)
{
	struct str rest = str_of(word);

	(void)x;
	libxl_device_nic_init(nic);
	nic->devid = number;
	nic->nictype = LIBXL_NIC_TYPE_VIF;
	while (rest.n) {
		struct str part = str_first(rest, str_find(rest, ','));

		rest = str_from(rest, part.n + 1);
		if (str_prefix(&part, "bridge="))
			nic->bridge = copy(part);
		else if (str_prefix(&part, "vif="))
			nic->ifname = copy(part);
		else if (!str_prefix(&part, "mac=") || !parse_mac(part, nic->mac))
			return complain("--net %s: not bridge=BRIDGE[,vif=NAME][,mac=MAC]", word);
	}
	return nic->bridge != NULL || complain("--net %s: no bridge", word);
}

/* A small PVH guest that is gone when it ends, for whatever reason. */
static bool describe(struct xen *x, const struct plan *p, libxl_domain_config *d)
{
	libxl_domain_build_info *b = &d->b_info;

	d->c_info.type = LIBXL_DOMAIN_TYPE_PVH;
	d->c_info.name = strdup(p->name);
	libxl_uuid_generate(&d->c_info.uuid);
	libxl_domain_build_info_init_type(b, LIBXL_DOMAIN_TYPE_PVH);
	b->max_vcpus = 1;
	libxl_cpu_bitmap_alloc(x->ctx, &b->avail_vcpus, 1);
	libxl_bitmap_set(&b->avail_vcpus, 0);
	b->max_memkb = b->target_memkb = p->memory;
	b->kernel = strdup(p->image);
	b->ramdisk = strdup(p->module);
	b->cmdline = strdup(p->cmdline);
	d->on_poweroff = d->on_reboot = d->on_crash = d->on_watchdog =
		LIBXL_ACTION_ON_SHUTDOWN_DESTROY;
	d->nics = calloc((size_t)p->nnets + 1, sizeof(*d->nics));
	for (; d->num_nics < p->nnets; d->num_nics++)
		if (!take_net(x, p->net[d->num_nics], d->num_nics, &d->nics[d->num_nics]))
			return false;
	return true;
}

/* The guest's own node has to be there, and the guest's, before it looks for it. */
static bool give_node(struct xen *x, uint32_t domain)
{
	const char *path = node_path(x, domain, STORE_NODE);
	struct xs_permissions owner = { .id = domain, .perms = XS_PERM_NONE };

	if (node_write(x, path, str_of("")) &&
	    xs_set_permissions(x->store, XBT_NULL, path, &owner, 1))
		return true;
	return complain("%s cannot be written", path);
}

static int create(struct xen *x, const struct plan *p)
{
	libxl_domain_config d;
	uint32_t domain = (uint32_t)INVALID_DOMID;
	bool ok;

	libxl_domain_config_init(&d);
	ok = describe(x, p, &d);
	if (ok && libxl_domain_create_new(x->ctx, &d, &domain, NULL, NULL) != 0)
		ok = complain("the domain `%s' cannot be made", p->name);
	else if (ok)
		ok = give_node(x, domain) && libxl_domain_unpause(x->ctx, domain, NULL) == 0;
	if (!ok && domain != (uint32_t)INVALID_DOMID)
		libxl_domain_destroy(x->ctx, domain, NULL);
	libxl_domain_config_dispose(&d);
	if (ok)
		printf("%u\n", domain);
	return ok ? 0 : 1;
}

int xen_create(struct xen *x, int argc, char **argv)
{
	static const struct option options[] = {
		{ "name", required_argument, NULL, 'n' },
		{ "image", required_argument, NULL, 'i' },
		{ "memory", required_argument, NULL, 'm' },
		{ "cmdline", required_argument, NULL, 'c' },
		{ "module", required_argument, NULL, 'r' },
		{ "net", required_argument, NULL, 'N' },
		{ 0 },
	};
	struct plan p = { .cmdline = "" };
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		struct str s = str_of(optarg ? optarg : "");

		if (c == 'n')
			p.name = optarg;
		else if (c == 'i')
			p.image = optarg;
		else if (c == 'c')
			p.cmdline = optarg;
		else if (c == 'r')
			p.module = optarg;
		else if (c == 'N' && p.nnets < 64)
			p.net[p.nnets++] = optarg;
		else if (c != 'm' || !str_decimal(&s, &p.memory) || s.n)
			return 2;
	}
	if (!p.name || !p.image || !p.module || !p.memory || optind < argc)
		return 2;
	return create(x, &p);
}

/* --- destroy, list --- */

int xen_destroy(struct xen *x, int argc, char **argv)
{
	bool quiet = argc == 3 && strcmp(argv[1], "--if-there") == 0;
	uint32_t domain;

	if (argc != 2 && !quiet)
		return 2;
	if (quiet && libxl_name_to_domid(x->ctx, argv[2], &domain) != 0)
		return 0;
	if (!quiet && !domain_find(x, argv[1], &domain))
		return 1;
	if (!domain_is_ours(x, domain)) {
		complain("domain %u is not one of ours", domain);
		return 1;
	}
	if (libxl_domain_destroy(x->ctx, domain, NULL) == 0)
		return 0;
	complain("domain %u cannot be destroyed", domain);
	return 1;
}

static const char *state_of(const libxl_dominfo *d)
{
	if (d->dying)
		return "dying";
	if (d->shutdown)
		return d->shutdown_reason == LIBXL_SHUTDOWN_REASON_CRASH ? "crashed" : "shutdown";
	return d->paused ? "paused" : "running";
}

int xen_list(struct xen *x, int argc, char **argv)
{
	int n = 0;
	libxl_dominfo *all;

	(void)argv;
	if (argc != 1)
		return 2;
	all = libxl_list_domain(x->ctx, &n);
	for (int i = 0; i < n; i++) {
		char *name;

		if (!domain_is_ours(x, all[i].domid))
			continue;
		name = libxl_domid_to_name(x->ctx, all[i].domid);
		printf("%u\t%s\t%s\t%llu\n", all[i].domid, name ? name : "", state_of(&all[i]),
		       (unsigned long long)all[i].current_memkb);
		free(name);
	}
	libxl_dominfo_list_free(all, n);
	return 0;
}

/* --- console --- */

int console_open(struct xen *x, uint32_t domain)
{
	const char *path = node_read(x, node_path(x, domain, "console/tty"));
	struct termios t;
	int fd;

	if (!path || !*path)
		return -1;
	fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0 && tcgetattr(fd, &t) == 0) {
		cfmakeraw(&t);
		tcsetattr(fd, TCSANOW, &t);
	}
	return fd;
}

int xen_console(struct xen *x, int argc, char **argv)
{
	uint32_t domain;
	char buf[4096];
	ssize_t n;
	int fd;

	if (argc != 2)
		return 2;
	if (!domain_find(x, argv[1], &domain))
		return 1;
	fd = console_open(x, domain);
	if (fd < 0) {
		complain("domain %u has no console (yet)", domain);
		return 1;
	}
	fcntl(fd, F_SETFL, 0);
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		if (write(1, buf, (size_t)n) != n)
			break;
	close(fd);
	return 0;
}
