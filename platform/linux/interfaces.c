/* SPDX-License-Identifier: MIT */
/* interfaces.c - the network interfaces here, and the numbers that some have. */
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>

#include "base/text.h"
#include "platform/linux/linux.h"

#define NUMBERS 64U

static char numbered[NUMBERS][IFNAMSIZ]; /* "": no interface has that number */

bool interface_number(unsigned n, const char *name)
{
	if (n >= NUMBERS || strlen(name) >= IFNAMSIZ)
		return false;
	memcpy(numbered[n], name, strlen(name) + 1);
	return true;
}

const char *interface_name(const char *name)
{
	struct str digits = str_of(name);
	uint32_t n;

	if (!str_decimal(&digits, &n) || digits.n != 0 || n >= NUMBERS || !numbered[n][0])
		return name;
	return numbered[n];
}

void interfaces_prepare(void)
{
	for (unsigned n = 0; n < NUMBERS; n++)
		if (numbered[n][0])
			device_prepare(numbered[n]);
}

/* -1: it has none. */
static int number_of(const char *name)
{
	for (unsigned n = 0; n < NUMBERS; n++)
		if (strcmp(numbered[n], name) == 0)
			return (int)n;
	return -1;
}

static void print_driver(const char *name, struct text *out)
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };
	struct ifreq ifr = { .ifr_data = (void *)&info };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool known;

	memcpy(ifr.ifr_name, name, strnlen(name, IFNAMSIZ - 1));
	known = fd >= 0 && ioctl(fd, SIOCETHTOOL, &ifr) == 0 && info.driver[0];
	if (fd >= 0)
		close(fd);
	text_add(out, "\t%.*s", known ? (int)sizeof(info.driver) : 1, known ? info.driver : "-");
}

static void print_mac(const struct ifaddrs *i, struct text *out)
{
	const struct sockaddr_ll *ll = (const void *)i->ifa_addr;

	if (ll->sll_halen != 6)
		text_add(out, "\t-");
	else
		for (int k = 0; k < 6; k++)
			text_add(out, "%c%02X", k ? ':' : '\t', ll->sll_addr[k]);
}

static void print_interface(const struct ifaddrs *i, struct text *out)
{
	const struct rtnl_link_stats *s = i->ifa_data;
	int n = number_of(i->ifa_name);

	if (n >= 0)
		text_add(out, "%d", n);
	else
		text_add(out, "-");
	text_add(out, "\t%s", i->ifa_name);
	print_mac(i, out);
	print_driver(i->ifa_name, out);
	text_add(out, "\t%s", i->ifa_flags & IFF_RUNNING ? "up" : "down");
	if (s)
		text_add(out, "\t%u\t%u\t%u\t%u\n", s->rx_packets, s->rx_dropped, s->tx_packets,
			 s->tx_dropped);
	else
		text_add(out, "\t-\t-\t-\t-\n");
}

void platform_interfaces(struct text *out)
{
	struct ifaddrs *all;

	if (getifaddrs(&all) < 0)
		return;
	for (struct ifaddrs *i = all; i; i = i->ifa_next)
		if (i->ifa_addr && i->ifa_addr->sa_family == AF_PACKET)
			print_interface(i, out);
	freeifaddrs(all);
}

/* --- about the machine --- */

static unsigned count_interfaces(void)
{
	struct if_nameindex *v = if_nameindex();
	unsigned n = 0;

	while (v && v[n].if_index)
		n++;
	if_freenameindex(v);
	return n;
}

static unsigned long long memory_available(void)
{
	unsigned long long kb = 0;
	char line[128];
	FILE *f = fopen("/proc/meminfo", "re");

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "MemAvailable: %llu", &kb) == 1)
			break;
	if (f)
		fclose(f);
	return kb * 1024;
}

void platform_info(struct text *out)
{
	unsigned long long memory =
		(unsigned long long)sysconf(_SC_PHYS_PAGES) * (unsigned long)sysconf(_SC_PAGESIZE);
	static int64_t first;

	if (!first)
		first = platform_steady();
	text_add(out, "platform linux\nmemory %llu\nmemory-free %llu\n", memory,
		 memory_available());
	text_add(out, "uptime %lld\ninterfaces %u\n",
		 (long long)((platform_steady() - first) / 1000000000), count_interfaces());
}
