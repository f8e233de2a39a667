/* SPDX-License-Identifier: MIT */
/* device.c - network devices by name: which are open, who uses them, why one cannot be opened. */
#define _GNU_SOURCE
#include <errno.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <pcap.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/virtio_net.h>

#include "base/bits.h"
#include "base/offload.h"
#include "base/text.h"
#include "platform/linux/device.h"
#include "platform/linux/linux.h"

static struct {
	pthread_mutex_t lock;
	struct list devices; /* struct device */
} open_devices = { .lock = PTHREAD_MUTEX_INITIALIZER,
		   .devices = { &open_devices.devices, &open_devices.devices } };

static const struct device_method *const methods[] = { &device_packet, &device_pcap,
#ifdef HAVE_XDP
						       &device_xdp,
#endif
						       NULL };

/* --- messages --- */

static void list_devices(struct error *err)
{
	struct if_nameindex *v = if_nameindex();
	struct text t = { 0 };

	for (struct if_nameindex *i = v; i && i->if_index; i++)
		text_add(&t, "%s%s", t.n ? ", " : "", i->if_name);
	note(err, "  the devices here are: %s", t.n ? t.p : "none");
	if_freenameindex(v);
	text_fini(&t);
}

int device_fail(const struct device *d, struct error *err, const char *what, int error)
{
	fail(err, "%s: %s: %s", d->name, what, strerror(error));
	if (error == ENODEV || error == ENXIO)
		list_devices(err);
	else if (error == EPERM || error == EACCES)
		note(err,
		     "  this needs the rights CAP_NET_RAW and, for some methods, CAP_NET_ADMIN and "
		     "CAP_BPF: run as root, or `setcap cap_net_raw,cap_net_admin+ep' the program");
	return -error;
}

int device_compile(const struct device *d, const char *expression, struct sock_fprog *f,
		   struct error *err)
{
	struct bpf_program program;
	pcap_t *p = pcap_open_dead(d->info.encap, (int)d->options.snaplen);
	int r = -EINVAL;

	if (!p)
		return device_fail(d, err, "BPF_FILTER", ENOMEM);
	if (pcap_compile(p, &program, expression, 1, PCAP_NETMASK_UNKNOWN) < 0) {
		fail(err, "BPF_FILTER: %s", pcap_geterr(p));
		goto out;
	}
	f->len = (unsigned short)program.bf_len;
	f->filter = malloc(program.bf_len * sizeof(*f->filter));
	r = f->filter ? 0 : -ENOMEM;
	if (f->filter)
		memcpy(f->filter, program.bf_insns, program.bf_len * sizeof(*f->filter));
	pcap_freecode(&program);
out:
	pcap_close(p);
	return r;
}

/* --- frames --- */

/* Told once, by the interface's name and with the remedy. */
static void warn_large(struct device *d, uint32_t len)
{
	struct text t = { 0 };

	if (d->warned)
		return;
	d->warned = true;
	text_add(&t,
		 "FromDevice(%s): received a %u-byte frame: generic receive offload is on; run: "
		 "ethtool -K %s gro off lro off",
		 d->name, len, d->name);
	platform_message(text_as_str(&t));
	text_fini(&t);
}

static void insert_tag(struct packet *p, uint16_t tpid, uint16_t tci)
{
	if (p->len < 12 || !packet_push(p, 4))
		return;
	memmove(p->data, p->data + 4, 12);
	store_be16(p->data + 12, tpid);
	store_be16(p->data + 14, tci);
}

static void finish(struct device *d, struct batch *b, unsigned max, const struct device_frame *f,
		   struct packet *p, uint32_t wire_len)
{
	if (f->tpid) {
		insert_tag(p, f->tpid, f->tci);
		wire_len += 4;
	}
	if (p->len > d->options.snaplen)
		p->len = d->options.snaplen;
	p->mac = p->data;
	p->type = f->type;
	p->timestamp = f->timestamp;
	if (wire_len > p->len)
		anno_set_u32(p, ANNO_EXTRA_LENGTH, wire_len - p->len);
	if (b->n < max) {
		batch_add(b, p);
		return;
	}
	p->next = NULL;
	*d->last = p;
	d->last = &p->next;
}

/* The size of a segment: as the kernel says, else what the interface could have received. */
static bool parse_segments(const struct device *d, const struct device_frame *f, struct segments *s)
{
	bool ether = d->info.encap == DLT_EN10MB;
	uint32_t head;

	if (f->len < f->wire_len)
		return false;
	if (f->offload && f->offload->gso_size)
		return segments_parse(s, f->data, f->len, ether, f->offload->gso_size);
	if (!segments_parse(s, f->data, f->len, ether, 1))
		return false;
	head = s->payload - s->net;
	return d->info.mtu > head && segments_parse(s, f->data, f->len, ether, d->info.mtu - head);
}

static void deliver_segments(struct device *d, struct batch *b, unsigned max,
			     const struct device_frame *f)
{
	struct segments s;

	if (!parse_segments(d, f, &s)) {
		warn_large(d, f->wire_len);
		return;
	}
	for (uint32_t i = 0; i < s.count; i++) {
		uint32_t len = segment_len(&s, i);
		struct packet *p = packet_new(d->options.headroom, len, 0);

		if (!p)
			return;
		segment_write(&s, i, p->data);
		finish(d, b, max, f, p, len);
	}
}

/* Without word from the kernel, what the checksum field holds shows whether it is complete. */
static void complete_checksum(const struct device *d, struct packet *p,
			      const struct virtio_net_hdr *o)
{
	if (!o && d->info.encap == DLT_EN10MB)
		offload_complete(p->data, p->len);
	else if (o && o->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM)
		offload_checksum(p->data, p->len, o->csum_start, o->csum_offset);
}

/* Two VLAN tags may stand in the frame besides the header that the MTU does not count. */
static bool is_large(const struct device *d, const struct device_frame *f)
{
	if (f->offload && f->offload->gso_type != VIRTIO_NET_HDR_GSO_NONE)
		return true;
	return d->info.encap == DLT_EN10MB && d->info.mtu > 0 && f->wire_len > d->info.mtu + 22;
}

void device_deliver(struct device *d, struct batch *b, unsigned max, const struct device_frame *f)
{
	struct packet *p;

	if (is_large(d, f)) {
		deliver_segments(d, b, max, f);
		return;
	}
	p = packet_new(d->options.headroom, f->len, 0);
	if (!p)
		return;
	memcpy(p->data, f->data, f->len);
	complete_checksum(d, p, f->offload);
	finish(d, b, max, f, p, f->wire_len);
}

void device_take_pending(struct device *d, struct batch *b, unsigned max)
{
	while (d->first && b->n < max) {
		struct packet *p = d->first;

		d->first = p->next;
		batch_add(b, p);
	}
	if (!d->first)
		d->last = &d->first;
}

/* --- opening --- */

static const struct device_method *find_method(const char *name)
{
	if (!name || strcasecmp(name, "LINUX") == 0)
		return &device_packet;
	for (int i = 0; methods[i]; i++)
		if (strcasecmp(methods[i]->name, name) == 0)
			return methods[i];
	return NULL;
}

/*
 * One to share. Most methods make a socket for each direction, so that one can end without the
 * other; an interface belongs to one XDP user alone, and who receives what is sent there must
 * not get its own frames, which its own socket keeps from it.
 */
static struct device *find_open(const struct device_options *o, const struct device_method *m)
{
	list_each(i, &open_devices.devices)
	{
		struct device *d = container_of(i, struct device, node);

		if (strcmp(d->name, o->name) != 0 || (o->method && d->method != m))
			continue;
		if (d->method->exclusive || (d->options.outbound && o->send && !d->sends))
			return d;
	}
	return NULL;
}

static int encap_of(int hardware)
{
	switch (hardware) {
	case ARPHRD_ETHER:
	case ARPHRD_LOOPBACK:
		return DLT_EN10MB;
	case ARPHRD_FDDI:
		return DLT_FDDI;
	case ARPHRD_IEEE80211:
		return DLT_IEEE802_11;
	case ARPHRD_IEEE80211_PRISM:
		return DLT_PRISM_HEADER;
	case ARPHRD_IEEE80211_RADIOTAP:
		return DLT_IEEE802_11_RADIO;
	default:
		return 101; /* raw IP */
	}
}

static int find_interface(struct device *d, struct error *err)
{
	struct ifreq ifr = { 0 };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), r = 0;

	if (fd < 0)
		return device_fail(d, err, "socket", errno);
	memcpy(ifr.ifr_name, d->name, sizeof(d->name));
	if (ioctl(fd, SIOCGIFINDEX, &ifr) < 0) {
		r = device_fail(d, err, "SIOCGIFINDEX", errno);
		goto out;
	}
	d->ifindex = ifr.ifr_ifindex;
	if (ioctl(fd, SIOCGIFMTU, &ifr) == 0)
		d->info.mtu = (uint32_t)ifr.ifr_mtu;
	if (ioctl(fd, SIOCGIFHWADDR, &ifr) == 0) {
		d->info.encap = encap_of(ifr.ifr_hwaddr.sa_family);
		memcpy(d->info.mac, ifr.ifr_hwaddr.sa_data, 6);
	}
out:
	close(fd);
	return r;
}

/* Whatever is wrong is told when it is opened. */
void device_prepare(const char *name)
{
	struct device d = { .name = "" };
	struct error err = { 0 };

	memcpy(d.name, name, strnlen(name, sizeof(d.name) - 1));
	if (find_interface(&d, &err) == 0)
		find_method(NULL)->prepare_receive(&d);
	error_fini(&err);
}

static void free_device(struct device *d)
{
	while (d->first) {
		struct packet *p = d->first;

		d->first = p->next;
		packet_drop(p);
	}
	free(d);
}

static int make_device(const struct device_options *o, const struct device_method *m,
		       struct device **made, struct error *err)
{
	struct device *d = calloc(1, sizeof(*d));
	int r = -ENAMETOOLONG;

	if (!d)
		return -ENOMEM;
	d->method = m;
	d->options = *o;
	d->last = &d->first;
	d->info.fd = -1;
	d->info.method = m->name;
	memcpy(d->name, o->name, strnlen(o->name, sizeof(d->name) - 1));
	if (strlen(o->name) >= sizeof(d->name))
		fail(err, "%s: the name is too long for a device", o->name);
	else if ((r = find_interface(d, err)) == 0)
		r = m->open(d, err);
	if (r < 0) {
		free_device(d);
		return r;
	}
	list_add_tail(&open_devices.devices, &d->node);
	*made = d;
	return 0;
}

/* With SNIFFER false the kernel is told not to handle what we do. */
static bool filter_rule(const struct device *d, const char *action)
{
	struct text said = { 0 };
	const char *const argv[] = {
		"iptables", action, "INPUT", "-i", d->name, "-j", "DROP", NULL
	};
	bool ok = platform_command(argv, &said) == 0;

	text_fini(&said);
	return ok;
}

static int start(struct device *d, const struct device_options *o, struct error *err)
{
	int r = 0;

	if (o->receive && !d->receives) {
		d->options = *o;
		r = d->method->start_receive(d, err);
		d->receives = r == 0;
		d->filtered = r == 0 && !o->sniffer && filter_rule(d, "-A");
	}
	if (r == 0 && o->send && !d->sends) {
		r = d->method->start_send(d, err);
		d->sends = r == 0;
	}
	return r;
}

static void put(struct device *d)
{
	if (--d->users > 0)
		return;
	if (d->filtered)
		filter_rule(d, "-D");
	d->method->close(d);
	list_remove(&d->node);
	free_device(d);
}

int device_open(const struct device_options *asked, struct device **device, struct error *err)
{
	const struct device_method *m = find_method(asked->method);
	struct device_options named = *asked, *o = &named;
	struct device *d;
	int r = 0;

	named.name = interface_name(asked->name);
	if (!m) {
		fail(err, "bad METHOD");
		return -EINVAL;
	}
	pthread_mutex_lock(&open_devices.lock);
	d = find_open(o, m);
	if (!d)
		r = make_device(o, m, &d, err);
	if (r == 0) {
		d->users++;
		r = start(d, o, err);
		if (r < 0)
			put(d);
	}
	pthread_mutex_unlock(&open_devices.lock);
	if (r == 0)
		*device = d;
	return r;
}

void device_close(struct device *d)
{
	pthread_mutex_lock(&open_devices.lock);
	put(d);
	pthread_mutex_unlock(&open_devices.lock);
}

/* --- using --- */

int device_receive(struct device *d, struct batch *b, unsigned max)
{
	unsigned had = b->n, limit = max < BATCH_MAX - had ? had + max : BATCH_MAX;
	int r;

	if (d->first)
		device_take_pending(d, b, limit);
	r = b->n < limit ? d->method->receive(d, b, limit) : 0;
	return b->n > had ? (int)(b->n - had) : r;
}

int device_send(struct device *d, struct batch *b)
{
	return b->n ? d->method->send(d, b) : 0;
}

void device_info(struct device *d, struct device_info *info)
{
	if (d->method->drops) {
		d->info.kernel_drops = d->method->drops(d);
		d->info.drops_known = true;
	}
	*info = d->info;
}
