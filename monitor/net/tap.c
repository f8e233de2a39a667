/* SPDX-License-Identifier: MIT */
/* tap.c - TAP interfaces. */
#include "monitor/net/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_bridge.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "abi/virtio.h"
#include "base/error.h"
#include "monitor/options.h"

#define MTU_MAX 9000 /* what a guest's buffers may be asked for */
#define PORTS 1024   /* that a bridge may have */

static bool problem(const struct net_option *n, const char *what, struct error *err)
{
	int e = errno;

	return fail(err, "host: interface %s: %s: %s%s", n->tap, what, strerror(e),
		    e == EPERM ? " (without CAP_NET_ADMIN, let root make it for you: ip tuntap add "
				 "mode tap user UID, ip link set up)"
		    : e == EBUSY  ? " (another machine has it)"
		    : e == EINVAL ? " (this host has another interface of that name)"
				  : "");
}

static bool attach(int fd, const struct net_option *n, struct error *err)
{
	struct ifreq r = { .ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR };
	int header = sizeof(struct virtio_net_header);

	memcpy(r.ifr_name, n->tap, IFNAMSIZ);
	if (ioctl(fd, TUNSETIFF, &r) < 0)
		return problem(n, "cannot be made", err);
	if (ioctl(fd, TUNSETVNETHDRSZ, &header) < 0 || ioctl(fd, TUNSETOFFLOAD, TUN_F_CSUM) < 0)
		return problem(n, "checksum offload", err);
	return true;
}

static bool set_up(int s, const struct net_option *n, uint16_t *mtu, struct error *err)
{
	struct ifreq r = { .ifr_mtu = 0 };

	memcpy(r.ifr_name, n->tap, IFNAMSIZ);
	if (ioctl(s, SIOCGIFMTU, &r) < 0)
		return problem(n, "MTU", err);
	*mtu = r.ifr_mtu > MTU_MAX ? MTU_MAX : (uint16_t)r.ifr_mtu;
	if (ioctl(s, SIOCGIFFLAGS, &r) < 0)
		return problem(n, "flags", err);
	if (r.ifr_flags & IFF_UP)
		return true;
	r.ifr_flags |= IFF_UP;
	return ioctl(s, SIOCSIFFLAGS, &r) == 0 || problem(n, "cannot be set up", err);
}

/* Is the interface one of the bridge's ports? One that stays may be another bridge's. */
static bool is_port(int s, const struct net_option *n, int index)
{
	int ports[PORTS];
	unsigned long get[] = { BRCTL_GET_PORT_LIST, (uintptr_t)ports, PORTS, 0 };
	struct ifreq r = { .ifr_data = (char *)get };
	int count;

	memset(ports, 0, sizeof(ports));
	memcpy(r.ifr_name, n->bridge, IFNAMSIZ);
	count = ioctl(s, SIOCDEVPRIVATE, &r);
	for (int i = 0; i < count; i++) {
		if (ports[i] == index)
			return true;
	}
	return false;
}

static bool add_to_bridge(int s, const struct net_option *n, struct error *err)
{
	struct ifreq r = { .ifr_ifindex = (int)if_nametoindex(n->tap) };
	int e;

	memcpy(r.ifr_name, n->bridge, IFNAMSIZ);
	if (ioctl(s, SIOCBRADDIF, &r) == 0)
		return true;
	e = errno;
	if (e == EBUSY && is_port(s, n, r.ifr_ifindex))
		return true;
	return fail(err, "host: interface %s: cannot join bridge %s: %s", n->tap, n->bridge,
		    e == ENODEV || e == EOPNOTSUPP ? "there is no such bridge"
		    : e == EBUSY                   ? "another bridge has it"
						   : strerror(e));
}

static bool configure(int fd, const struct net_option *n, uint16_t *mtu, struct error *err)
{
	int s;
	bool good;

	if (!attach(fd, n, err))
		return false;
	s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (s < 0)
		return problem(n, "socket", err);
	good = (!n->bridge[0] || add_to_bridge(s, n, err)) && set_up(s, n, mtu, err);
	close(s);
	return good;
}

int tap_open(const struct net_option *n, uint16_t *mtu, struct error *err)
{
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0) {
		problem(n, "/dev/net/tun", err);
		return -1;
	}
	if (configure(fd, n, mtu, err))
		return fd;
	close(fd);
	return -1;
}

void tap_offload(int fd, bool checksums)
{
	ioctl(fd, TUNSETOFFLOAD, checksums ? TUN_F_CSUM : 0);
}
