/* SPDX-License-Identifier: MIT */
/*
 * device_xdp.c - network devices by AF_XDP sockets, METHOD XDP.
 *
 * One socket for each receive queue of the interface; a program of five instructions in the
 * kernel directs its frames to the socket of their queue, so that the kernel does not see them
 * any more. The program goes with its link, which goes with us, whatever ends us. Frames are
 * copied out of and into the shared memory: copy mode is what every driver has.
 */
#ifdef HAVE_XDP
#define _GNU_SOURCE
#include "platform/linux/device.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <xdp/xsk.h>

#define FRAMES 4096U /* of each queue; half of them to receive, half to send */
#define FRAME_SIZE 2048U
#define RING 2048U
#define QUEUES 64

struct queue {
	struct xsk_umem *umem;
	struct xsk_socket *socket;
	struct xsk_ring_prod fill, tx;
	struct xsk_ring_cons done, rx;
	uint8_t *memory;
	uint64_t unsent[RING]; /* addresses of frames that nothing is in */
	uint32_t nunsent;
};

struct xdp {
	unsigned n, next; /* next: the queue to look at first */
	int epoll;        /* of all sockets */
	int map, program, link;
	struct queue *queue[QUEUES];
};

/* --- opening --- */

/* libbpf talks of things that are not errors of ours. */
static int quiet(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	(void)level, (void)fmt, (void)ap;
	return 0;
}

/* return bpf_redirect_map(map, ctx->rx_queue_index, XDP_PASS); */
static int load_program(int map)
{
	const struct bpf_insn code[] = {
		{ .code = BPF_LDX | BPF_MEM | BPF_W,
		  .dst_reg = 2,
		  .src_reg = 1,
		  .off = offsetof(struct xdp_md, rx_queue_index) },
		{ .code = BPF_LD | BPF_DW | BPF_IMM,
		  .dst_reg = 1,
		  .src_reg = BPF_PSEUDO_MAP_FD,
		  .imm = map },
		{ .code = 0 }, /* the upper half of the number before */
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 3, .imm = XDP_PASS },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_redirect_map },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	return bpf_prog_load(BPF_PROG_TYPE_XDP, "click_xdp", "Dual MIT/GPL", code,
			     sizeof(code) / sizeof(code[0]), NULL);
}

/* In the driver, else in the kernel behind it. */
static int link_program(const struct device *d, int program)
{
	DECLARE_LIBBPF_OPTS(bpf_link_create_opts, opts);
	int fd = bpf_link_create(program, d->ifindex, BPF_XDP, &opts);

	if (fd >= 0 || fd == -EBUSY)
		return fd;
	opts.flags = XDP_FLAGS_SKB_MODE;
	return bpf_link_create(program, d->ifindex, BPF_XDP, &opts);
}

static void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

static int open_xdp(struct device *d, struct error *err)
{
	struct xdp *x = calloc(1, sizeof(*x));

	if (!x)
		return -ENOMEM;
	libbpf_set_print(quiet);
	d->state = x;
	x->map = x->program = x->link = -1;
	x->epoll = d->info.fd = epoll_create1(EPOLL_CLOEXEC);
	if (x->epoll >= 0)
		return 0;
	free(x);
	return device_fail(d, err, "epoll", errno);
}

static int attach(struct device *d, struct error *err)
{
	struct xdp *x = d->state;

	x->map = bpf_map_create(BPF_MAP_TYPE_XSKMAP, "click_xdp", 4, 4, QUEUES, NULL);
	if (x->map < 0)
		return device_fail(d, err, "BPF map", -x->map);
	x->program = load_program(x->map);
	if (x->program < 0)
		return device_fail(d, err, "BPF program", -x->program);
	x->link = link_program(d, x->program);
	return x->link < 0 ? device_fail(d, err, "XDP program", -x->link) : 0;
}

static void free_queue(struct queue *q)
{
	if (q->socket)
		xsk_socket__delete(q->socket);
	if (q->umem)
		xsk_umem__delete(q->umem);
	platform_pages_free(q->memory, (size_t)FRAMES * FRAME_SIZE);
	free(q);
}

static void close_xdp(struct device *d)
{
	struct xdp *x = d->state;

	for (unsigned i = 0; i < x->n; i++)
		free_queue(x->queue[i]);
	close_fd(x->link);
	close_fd(x->program);
	close_fd(x->map);
	close_fd(x->epoll);
	free(x);
}

static unsigned count_queues(const struct device *d)
{
	char path[96];
	unsigned n = 0;

	do
		snprintf(path, sizeof(path), "/sys/class/net/%s/queues/rx-%u", d->name, n);
	while (access(path, F_OK) == 0 && ++n < QUEUES);
	return n ? n : 1;
}

static void give_frames(struct queue *q)
{
	uint32_t at = 0;

	xsk_ring_prod__reserve(&q->fill, RING, &at);
	for (uint32_t i = 0; i < RING; i++) {
		*xsk_ring_prod__fill_addr(&q->fill, at + i) = (uint64_t)i * FRAME_SIZE;
		q->unsent[i] = (uint64_t)(RING + i) * FRAME_SIZE;
	}
	q->nunsent = RING;
	xsk_ring_prod__submit(&q->fill, RING);
}

static int make_umem(struct queue *q)
{
	const struct xsk_umem_config c = { .fill_size = RING,
					   .comp_size = RING,
					   .frame_size = FRAME_SIZE };

	q->memory = platform_pages((size_t)FRAMES * FRAME_SIZE);
	if (!q->memory)
		return -ENOMEM;
	return xsk_umem__create(&q->umem, q->memory, (uint64_t)FRAMES * FRAME_SIZE, &q->fill,
				&q->done, &c);
}

/* The queue of a process that has just ended is free a moment later, on a busy host after seconds. */
static int make_socket(const struct device *d, struct queue *q, unsigned id)
{
	const struct xsk_socket_config c = { .rx_size = RING,
					     .tx_size = RING,
					     .libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD,
					     .bind_flags = XDP_COPY };
	int r = -EBUSY;

	for (int i = 0; i < 250 && r == -EBUSY; i++) {
		if (i > 0)
			usleep(20000);
		r = xsk_socket__create(&q->socket, d->name, id, q->umem, &q->rx, &q->tx, &c);
	}
	return r;
}

static int add_queue(struct device *d, unsigned id, struct error *err)
{
	struct epoll_event ev = { .events = EPOLLIN };
	struct xdp *x = d->state;
	struct queue *q = calloc(1, sizeof(*q));
	int r = q ? make_umem(q) : -ENOMEM;

	if (r == 0)
		r = make_socket(d, q, id);
	if (r == 0)
		r = xsk_socket__update_xskmap(q->socket, x->map);
	if (r == 0 && epoll_ctl(x->epoll, EPOLL_CTL_ADD, xsk_socket__fd(q->socket), &ev) < 0)
		r = -errno;
	if (r < 0) {
		if (q)
			free_queue(q);
		return device_fail(d, err, "AF_XDP", -r);
	}
	give_frames(q);
	x->queue[x->n++] = q;
	return 0;
}

/* One direction cannot be had without the other. */
static int start(struct device *d, struct error *err)
{
	const struct xdp *x = d->state;
	unsigned n = count_queues(d);
	int r = x->map < 0 ? attach(d, err) : 0;

	for (unsigned i = x->n; i < n && r == 0; i++)
		r = add_queue(d, i, err);
	if (r == -EBUSY)
		note(err, "  another program has the interface's queue: close it first");
	return r;
}

/* --- receiving --- */

static void receive_frame(struct device *d, const struct queue *q, const struct xdp_desc *desc,
			  int64_t now, struct batch *b, unsigned max)
{
	uint8_t *data = xsk_umem__get_data(q->memory, desc->addr);
	struct device_frame f = {
		.data = data, .len = desc->len, .wire_len = desc->len, .timestamp = now
	};

	if (desc->len >= 6 && data[0] & 1)
		f.type = memcmp(data, "\xff\xff\xff\xff\xff\xff", 6) ? PACKET_MULTICAST
								     : PACKET_BROADCAST;
	else if (desc->len >= 6 && memcmp(data, d->info.mac, 6) != 0)
		f.type = PACKET_OTHERHOST;
	device_deliver(d, b, max, &f);
}

static void receive_queue(struct device *d, struct queue *q, struct batch *b, unsigned max)
{
	uint32_t rx, fill = 0, n = xsk_ring_cons__peek(&q->rx, max - b->n, &rx);
	int64_t now;

	if (n == 0)
		return;
	now = platform_wall();
	for (uint32_t i = 0; i < n; i++)
		receive_frame(d, q, xsk_ring_cons__rx_desc(&q->rx, rx + i), now, b, max);
	/* There is room: the ring holds all frames that there are to receive with. */
	xsk_ring_prod__reserve(&q->fill, n, &fill);
	for (uint32_t i = 0; i < n; i++)
		*xsk_ring_prod__fill_addr(&q->fill, fill + i) =
			xsk_ring_cons__rx_desc(&q->rx, rx + i)->addr / FRAME_SIZE * FRAME_SIZE;
	xsk_ring_prod__submit(&q->fill, n);
	xsk_ring_cons__release(&q->rx, n);
}

static int receive(struct device *d, struct batch *b, unsigned max)
{
	struct xdp *x = d->state;

	for (unsigned i = 0; i < x->n && b->n < max; i++) {
		receive_queue(d, x->queue[x->next], b, max);
		x->next = x->next + 1 == x->n ? 0 : x->next + 1;
	}
	return 0;
}

/* --- sending: through the first queue --- */

static void take_sent(struct queue *q)
{
	uint32_t at, n = xsk_ring_cons__peek(&q->done, RING - q->nunsent, &at);

	for (uint32_t i = 0; i < n; i++)
		q->unsent[q->nunsent++] = *xsk_ring_cons__comp_addr(&q->done, at + i);
	xsk_ring_cons__release(&q->done, n);
}

static bool put_frame(struct queue *q, const struct packet *p)
{
	uint64_t addr = q->unsent[--q->nunsent];
	struct xdp_desc *desc;
	uint32_t at;

	if (!xsk_ring_prod__reserve(&q->tx, 1, &at)) {
		q->nunsent++;
		return false;
	}
	memcpy(xsk_umem__get_data(q->memory, addr), p->data, p->len);
	desc = xsk_ring_prod__tx_desc(&q->tx, at);
	*desc = (struct xdp_desc){ .addr = addr, .len = p->len };
	xsk_ring_prod__submit(&q->tx, 1);
	return true;
}

/* The kernel sends 32 at most for each call, and says EAGAIN when there are more. */
static int kick(struct queue *q)
{
	int fd = xsk_socket__fd(q->socket), r;

	for (int i = 0; i < (int)(RING / 32); i++) {
		r = sendto(fd, NULL, 0, MSG_DONTWAIT, NULL, 0) < 0 ? -errno : 0;
		if (r != -EAGAIN)
			break;
		take_sent(q);
	}
	return r == -EAGAIN || r == -EBUSY || r == -ENOBUFS ? 0 : r;
}

static int send_batch(struct device *d, struct batch *b)
{
	struct xdp *x = d->state;
	struct queue *q = x->queue[0];
	struct batch sent;
	int r = 0, kicked;
	unsigned n = 0;

	take_sent(q);
	for (; n < b->n && r == 0; n++) {
		if (b->pkt[n]->len > FRAME_SIZE)
			r = -EMSGSIZE;
		else if (q->nunsent == 0 || !put_frame(q, b->pkt[n]))
			r = -EAGAIN;
	}
	n -= r < 0;
	kicked = kick(q);
	sent.n = 0;
	batch_move(b, n, &sent);
	batch_drop(&sent);
	return r < 0 ? r : b->n ? kicked : 0;
}

static uint64_t drops(struct device *d)
{
	const struct xdp *x = d->state;
	uint64_t sum = 0;

	for (unsigned i = 0; i < x->n; i++) {
		struct xdp_statistics s;
		socklen_t len = sizeof(s);

		if (getsockopt(xsk_socket__fd(x->queue[i]->socket), SOL_XDP, XDP_STATISTICS, &s,
			       &len) == 0)
			sum += s.rx_dropped + s.rx_ring_full + s.rx_fill_ring_empty_descs;
	}
	return sum;
}

const struct device_method device_xdp = {
	.name = "XDP",
	.exclusive = true,
	.open = open_xdp,
	.close = close_xdp,
	.start_receive = start,
	.start_send = start,
	.receive = receive,
	.send = send_batch,
	.drops = drops,
};
#else
typedef int device_xdp_is_not_built;
#endif
