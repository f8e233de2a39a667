/* SPDX-License-Identifier: MIT */
/* tun.c - virtual devices of the host's kernel. */
#include "elements/device/tun.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <net/route.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/if_tun.h>
#include <linux/virtio_net.h>

#define LARGE_SIZE (1U << 17)

/* --- opening --- */

static bool fd_is_for(const char *fd, const char *name)
{
	char path[64], line[128], device[64];
	bool found = false;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%.32s", fd);
	f = fopen(path, "re");
	while (f && !found && fgets(line, sizeof(line), f))
		found = sscanf(line, "iff: %63s", device) == 1 && strcmp(device, name) == 0;
	if (f)
		fclose(f);
	return found;
}

/* A new configuration opens the device that the old one has not yet closed. */
static int share_own(const char *name)
{
	DIR *d = opendir("/proc/self/fdinfo");
	const struct dirent *entry;
	int fd = -1;

	while (d && fd < 0 && (entry = readdir(d)))
		if (entry->d_name[0] != '.' && fd_is_for(entry->d_name, name))
			fd = fcntl(atoi(entry->d_name), F_DUPFD_CLOEXEC, 0);
	if (d)
		closedir(d);
	return fd;
}

static bool no_device(struct error *err, int error)
{
	if (error == ENOENT || error == ENODEV || error == ENXIO)
		return fail(err, "could not find a tap device\n"
				 "(checked /dev/net/tun)\n"
				 "You may need to load a kernel module to support tap.");
	fail(err, "/dev/net/tun: %s", strerror(error));
	if (error == EPERM || error == EACCES)
		note(err, "  this needs the right CAP_NET_ADMIN");
	return false;
}

/* Tells the kernel that we cut large TCP frames and fill in checksums, as a network card would:
 * it hands them over as they are, which is many times less work for it. */
static bool set_offload(int fd)
{
	return ioctl(fd, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN) == 0;
}

/* The descriptor or -errno. Frames have a header in front that says what is left to us. */
static int open_named(struct ifreq *ifr, bool tap)
{
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK), error;

	if (fd < 0)
		return -errno;
	ifr->ifr_flags = (short)((tap ? IFF_TAP : IFF_TUN) | IFF_NO_PI | IFF_VNET_HDR);
	if (ioctl(fd, TUNSETIFF, ifr) == 0 && set_offload(fd))
		return fd;
	error = errno;
	close(fd);
	return -error;
}

bool tun_open(struct tun *t, struct str name, bool tap, struct error *err)
{
	struct ifreq ifr = { 0 };
	int fd, error;

	*t = (struct tun){ .fd = -1, .ether = tap };
	if (name.n >= sizeof(ifr.ifr_name))
		return fail(err, "device name '%.*s' too long", STR(name));
	if (name.n)
		memcpy(ifr.ifr_name, name.p, name.n);
	fd = open_named(&ifr, tap);
	if (fd < 0) {
		error = -fd;
		fd = error == EBUSY ? share_own(ifr.ifr_name) : -1;
		if (fd < 0)
			return no_device(err, error);
	}
	t->fd = fd;
	memcpy(t->name, ifr.ifr_name, sizeof(t->name));
	t->name[sizeof(t->name) - 1] = '\0';
	t->large = malloc(LARGE_SIZE);
	return t->large || fail(err, "%s: out of memory", t->name);
}

void tun_close(struct tun *t)
{
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
	free(t->large);
	t->large = NULL;
	t->next = t->cut.count = 0;
}

/* --- addresses --- */

struct setup {
	int fd;
	const struct tun *t;
	struct ifreq ifr;
	struct error *err;
};

static bool request(struct setup *s, unsigned long what, const char *name)
{
	memcpy(s->ifr.ifr_name, s->t->name, sizeof(s->t->name));
	return ioctl(s->fd, what, &s->ifr) == 0 ||
	       fail(s->err, "%s: %s failed: %s", s->t->name, name, strerror(errno));
}

static struct sockaddr *put_address(struct sockaddr *to, uint32_t addr)
{
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_addr.s_addr = addr };

	memcpy(to, &sin, sizeof(sin));
	return to;
}

static bool set_address(struct setup *s, const struct tun_address *a)
{
	if (a->prefix.mask == 0)
		return true;
	put_address(&s->ifr.ifr_addr, a->prefix.addr);
	if (!request(s, SIOCSIFADDR, "setting the address"))
		return false;
	put_address(&s->ifr.ifr_netmask, a->prefix.mask);
	return request(s, SIOCSIFNETMASK, "setting the netmask");
}

static bool set_link(struct setup *s, const struct tun_address *a)
{
	if (a->has_ether) {
		memset(&s->ifr.ifr_hwaddr, 0, sizeof(s->ifr.ifr_hwaddr));
		s->ifr.ifr_hwaddr.sa_family = ARPHRD_ETHER;
		memcpy(s->ifr.ifr_hwaddr.sa_data, a->ether.b, 6);
		if (!request(s, SIOCSIFHWADDR, "setting the Ethernet address"))
			return false;
	}
	s->ifr.ifr_mtu = (int)a->mtu;
	return a->mtu == 0 || request(s, SIOCSIFMTU, "setting the MTU");
}

static bool start(struct setup *s)
{
	if (!request(s, SIOCGIFFLAGS, "reading the flags"))
		return false;
	s->ifr.ifr_flags = (short)(s->ifr.ifr_flags | IFF_UP | IFF_PROMISC);
	return request(s, SIOCSIFFLAGS, "starting the device");
}

static bool add_route(struct setup *s, const struct tun_address *a)
{
	struct rtentry rt = { .rt_flags = RTF_UP | RTF_GATEWAY };

	if (a->gateway.v == 0)
		return true;
	put_address(&rt.rt_dst, 0);
	put_address(&rt.rt_genmask, 0);
	put_address(&rt.rt_gateway, a->gateway.v);
	return ioctl(s->fd, SIOCADDRT, &rt) == 0 || errno == EEXIST ||
	       fail(s->err, "%s: adding the default route failed: %s", s->t->name, strerror(errno));
}

bool tun_set_up(const struct tun *t, const struct tun_address *a, struct error *err)
{
	struct setup s = { .fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0),
			   .t = t,
			   .err = err };
	bool ok;

	if (s.fd < 0)
		return fail(err, "socket: %s", strerror(errno));
	ok = set_link(&s, a) && set_address(&s, a) && start(&s) && add_route(&s, a);
	close(s.fd);
	return ok;
}

/* --- packets --- */

/* What the kernel said of a frame, and the frame: its first size bytes in a packet, and in large,
 * from size on, the rest. */
struct arrival {
	struct virtio_net_hdr head;
	struct packet *p;
	uint32_t len, size;
};

static bool is_large(const struct arrival *a)
{
	return a->head.gso_type != VIRTIO_NET_HDR_GSO_NONE;
}

static void begin_cut(struct tun *t, const struct arrival *a)
{
	memcpy(t->large, a->p->data, a->len < a->size ? a->len : a->size);
	packet_drop(a->p);
	t->next = 0;
	if (!segments_parse(&t->cut, t->large, a->len, t->ether, a->head.gso_size)) {
		t->cut.count = 0;
		t->drops++;
	}
}

static void take_whole(const struct arrival *a, struct batch *b)
{
	const struct virtio_net_hdr *h = &a->head;

	a->p->len = a->len < a->size ? a->len : a->size;
	if (h->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM)
		offload_checksum(a->p->data, a->p->len, h->csum_start, h->csum_offset);
	batch_add(b, a->p);
}

/* Number of bytes, 0 when there is nothing, or -errno. */
static ssize_t read_one(const struct tun *t, struct arrival *a)
{
	struct iovec iov[] = { { &a->head, sizeof(a->head) },
			       { a->p->data, a->size },
			       { t->large + a->size, LARGE_SIZE - a->size } };
	ssize_t n = readv(t->fd, iov, 3);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (n <= (ssize_t)sizeof(a->head))
		return 0;
	a->len = (uint32_t)n - (uint32_t)sizeof(a->head);
	return n;
}

static bool add_segment(struct tun *t, struct batch *b, uint32_t headroom)
{
	struct packet *p = packet_new(headroom, segment_len(&t->cut, t->next), 0);

	if (!p) {
		t->next = t->cut.count;
		return false;
	}
	segment_write(&t->cut, t->next++, p->data);
	batch_add(b, p);
	return true;
}

int tun_read(struct tun *t, struct batch *b, unsigned max, uint32_t headroom, uint32_t size)
{
	struct arrival a = { .size = size < LARGE_SIZE / 2 ? size : LARGE_SIZE / 2 };

	for (unsigned end = b->n + max; b->n < end;) {
		ssize_t n;

		if (tun_pending(t)) {
			if (!add_segment(t, b, headroom))
				return -ENOMEM;
			continue;
		}
		a.p = packet_new(headroom, a.size, 0);
		if (!a.p)
			return -ENOMEM;
		n = read_one(t, &a);
		if (n <= 0) {
			packet_drop(a.p);
			return (int)n;
		}
		if (is_large(&a))
			begin_cut(t, &a);
		else
			take_whole(&a, b);
	}
	return 0;
}

int tun_write(const struct tun *t, const struct packet *p)
{
	struct virtio_net_hdr nothing = { 0 }; /* is left to the kernel */
	struct iovec iov[] = { { &nothing, sizeof(nothing) }, { p->data, p->len } };
	ssize_t n;

	do
		n = writev(t->fd, iov, 2);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}
