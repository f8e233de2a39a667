/* SPDX-License-Identifier: MIT */
/* device_pcap.c - network devices by libpcap, METHOD PCAP. */
#define _GNU_SOURCE
#include "platform/linux/device.h"

#include <errno.h>
#include <net/if.h>
#include <pcap.h>
#include <stdlib.h>

#include <linux/filter.h>

#define SNAPLEN 262144

struct capture {
	pcap_t *handle;
	char message[PCAP_ERRBUF_SIZE];
};

static int open_capture(struct device *d, struct error *err)
{
	d->state = calloc(1, sizeof(struct capture));
	(void)err;
	return d->state ? 0 : -ENOMEM;
}

static void close_capture(struct device *d)
{
	struct capture *c = d->state;

	if (c->handle)
		pcap_close(c->handle);
	free(c);
}

static int fail_pcap(struct device *d, struct error *err, int status)
{
	struct capture *c = d->state;
	const char *why = c->message[0] || !c->handle ? c->message : pcap_geterr(c->handle);

	if (status == PCAP_ERROR_PERM_DENIED)
		return device_fail(d, err, "pcap", EPERM);
	fail(err, "%s: pcap: %s", d->name, why[0] ? why : pcap_statustostr(status));
	return -EIO;
}

static int activate(struct device *d, struct error *err)
{
	struct capture *c = d->state;
	int r;

	if (c->handle)
		return 0;
	c->handle = pcap_create(d->name, c->message);
	if (!c->handle)
		return fail_pcap(d, err, PCAP_ERROR);
	/* All of a frame, so that one that the kernel put together can be taken apart. */
	pcap_set_snaplen(c->handle, SNAPLEN);
	pcap_set_promisc(c->handle, d->options.promisc);
	pcap_set_immediate_mode(c->handle, 1);
	pcap_set_tstamp_precision(c->handle, PCAP_TSTAMP_PRECISION_NANO);
	r = pcap_activate(c->handle);
	if (r < 0)
		return fail_pcap(d, err, r);
	if (pcap_setnonblock(c->handle, 1, c->message) < 0)
		return fail_pcap(d, err, PCAP_ERROR);
	d->info.fd = pcap_get_selectable_fd(c->handle);
	d->info.encap = pcap_datalink(c->handle);
	return 0;
}

static int set_filter(struct device *d, struct error *err)
{
	struct capture *c = d->state;
	struct sock_fprog f = { 0 };
	int r = device_compile(d, d->options.filter, &f, err);
	struct bpf_program program = { f.len, (struct bpf_insn *)f.filter };

	if (r == 0 && pcap_setfilter(c->handle, &program) < 0)
		r = fail_pcap(d, err, PCAP_ERROR);
	free(f.filter);
	return r;
}

static int start_receive(struct device *d, struct error *err)
{
	struct capture *c = d->state;
	int r = activate(d, err);

	if (r < 0)
		return r;
	if (!d->options.outbound)
		pcap_setdirection(c->handle, PCAP_D_IN);
	return d->options.filter ? set_filter(d, err) : 0;
}

struct delivery {
	struct device *d;
	struct batch *b;
	unsigned max;
};

static void captured(unsigned char *arg, const struct pcap_pkthdr *h, const unsigned char *data)
{
	const struct delivery *to = (const void *)arg;
	struct device_frame f = {
		.data = data,
		.len = h->caplen,
		.wire_len = h->len,
		.type = h->caplen > 0 && data[0] & 1 ? PACKET_MULTICAST : PACKET_HOST,
		.timestamp = h->ts.tv_sec * 1000000000LL + h->ts.tv_usec,
	};

	if (h->caplen >= 6 && memcmp(data, "\xff\xff\xff\xff\xff\xff", 6) == 0)
		f.type = PACKET_BROADCAST;
	device_deliver(to->d, to->b, to->max, &f);
}

static int receive(struct device *d, struct batch *b, unsigned max)
{
	struct capture *c = d->state;
	struct delivery to = { d, b, max };
	int r = pcap_dispatch(c->handle, (int)(max - b->n), captured, (unsigned char *)&to);

	return r < 0 ? -EIO : 0;
}

static int send_batch(struct device *d, struct batch *b)
{
	struct capture *c = d->state;
	unsigned n = 0;
	struct batch sent;
	int r = 0;

	for (; n < b->n && r >= 0; n++)
		r = pcap_inject(c->handle, b->pkt[n]->data, b->pkt[n]->len);
	if (r < 0) {
		r = errno == ENOBUFS || errno == EAGAIN ? -EAGAIN : -errno;
		n--;
	}
	sent.n = 0;
	batch_move(b, n, &sent);
	batch_drop(&sent);
	return r < 0 ? r : 0;
}

static uint64_t drops(struct device *d)
{
	struct capture *c = d->state;
	struct pcap_stat stats;

	return c->handle && pcap_stats(c->handle, &stats) == 0 ? stats.ps_drop : 0;
}

const struct device_method device_pcap = {
	.name = "PCAP",
	.open = open_capture,
	.close = close_capture,
	.start_receive = start_receive,
	.start_send = activate,
	.receive = receive,
	.send = send_batch,
	.drops = drops,
};
