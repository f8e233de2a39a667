/* SPDX-License-Identifier: MIT */
/* names.c - what the system's files and interfaces say about names. */
#include <arpa/inet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netdb.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "engine/value.h"
#include "platform/linux/linux.h"

#define NAME_SIZE 256

/* A C string of it; false when it is too long, or holds a NUL, to be a name at all. */
static bool as_cstr(struct str s, char buf[NAME_SIZE])
{
	if (s.n == 0 || s.n >= NAME_SIZE || str_find(s, '\0') != s.n)
		return false;
	memcpy(buf, s.p, s.n);
	buf[s.n] = '\0';
	return true;
}

bool platform_service(struct str name, const char *proto, uint16_t *port)
{
	struct servent entry, *found = NULL;
	char z[NAME_SIZE], buf[1024];

	if (!as_cstr(name, z) || getservbyname_r(z, proto, &entry, buf, sizeof(buf), &found) != 0 ||
	    !found)
		return false;
	*port = ntohs((uint16_t)entry.s_port);
	return true;
}

bool platform_protocol(struct str name, uint8_t *proto)
{
	struct protoent entry, *found = NULL;
	char z[NAME_SIZE], buf[1024];

	if (!as_cstr(name, z) || getprotobyname_r(z, &entry, buf, sizeof(buf), &found) != 0 ||
	    !found)
		return false;
	*proto = (uint8_t)entry.p_proto;
	return true;
}

bool platform_host(struct str name, struct ip_addr *addr)
{
	struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM }, *list;
	struct sockaddr_in sin;
	char z[NAME_SIZE];

	if (!as_cstr(name, z) || getaddrinfo(z, NULL, &hints, &list) != 0)
		return false;
	memcpy(&sin, list->ai_addr, sizeof(sin));
	freeaddrinfo(list);
	addr->v = sin.sin_addr.s_addr;
	return true;
}

static bool default_gateway(const char *device, uint32_t *addr)
{
	char line[256], name[32];
	uint32_t dst, gateway;
	bool found = false;
	FILE *f = fopen("/proc/net/route", "re");

	while (f && !found && fgets(line, sizeof(line), f))
		found = sscanf(line, "%31s %x %x", name, &dst, &gateway) == 3 && dst == 0 &&
			gateway != 0 && strcmp(name, device) == 0;
	if (f)
		fclose(f);
	if (found)
		*addr = gateway; /* printed as the word lies in memory */
	return found;
}

static bool device_ioctl(const char *device, unsigned long request, struct ifreq *ifr)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool ok;

	memset(ifr, 0, sizeof(*ifr));
	memcpy(ifr->ifr_name, device, strnlen(device, IFNAMSIZ - 1));
	ok = fd >= 0 && ioctl(fd, request, ifr) == 0;
	if (fd >= 0)
		close(fd);
	return ok;
}

bool platform_device_address(struct str device, enum platform_address what, void *out)
{
	struct sockaddr_in sin;
	const char *name;
	char z[NAME_SIZE];
	struct ifreq ifr;

	if (!as_cstr(device, z) || device.n >= IFNAMSIZ)
		return false;
	name = interface_name(z);
	switch (what) {
	case ADDRESS_GATEWAY:
		return default_gateway(name, out);
	case ADDRESS_ETHER:
		if (!device_ioctl(name, SIOCGIFHWADDR, &ifr) ||
		    ifr.ifr_hwaddr.sa_family != ARPHRD_ETHER)
			return false;
		memcpy(out, ifr.ifr_hwaddr.sa_data, 6);
		return true;
	case ADDRESS_IP:
	case ADDRESS_MASK:
		break;
	}
	if (!device_ioctl(name, what == ADDRESS_IP ? SIOCGIFADDR : SIOCGIFNETMASK, &ifr))
		return false;
	memcpy(&sin, &ifr.ifr_addr, sizeof(sin));
	memcpy(out, &sin.sin_addr, 4);
	return true;
}

bool platform_home(struct str user, struct text *dir)
{
	struct passwd entry, *found = NULL;
	char z[NAME_SIZE], buf[2048];
	const char *home = user.n == 0 ? getenv("HOME") : NULL;

	if (!home && user.n > 0 && as_cstr(user, z) &&
	    getpwnam_r(z, &entry, buf, sizeof(buf), &found) == 0 && found)
		home = found->pw_dir;
	if (!home)
		return false;
	text_str(dir, str_of(home));
	return true;
}
