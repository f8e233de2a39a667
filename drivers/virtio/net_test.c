/* SPDX-License-Identifier: MIT */
/* net_test.c - network interfaces over a device that is the test. */
#include "drivers/net.h"

#include "drivers/virtio/testing.h"
#include "tests/unit/stub_kernel.h"
#include "tests/unit/test.h"

#define FRAMES 256
#define BATCH 32
#define CAPACITY 1536
#define HEADROOM 64

static struct model model;
static struct model_queue *const rx = &model.queue[VIRTIO_NET_RX];
static struct model_queue *const tx = &model.queue[VIRTIO_NET_TX];
static struct net *net;

/* Packets: the token is the memory itself. */
static uint8_t memory[2 * FRAMES][HEADROOM + CAPACITY] __attribute__((aligned(64)));

static struct net_frame packet(unsigned i, uint32_t len)
{
	return (struct net_frame){ .token = memory[i], .data = memory[i] + HEADROOM, .len = len };
}

/* Drivers are for ever: what earlier tests have made stays, out of the way. */
static void forget(void)
{
	static struct net *before[256] __attribute__((used));
	static unsigned n;

	before[n++] = net_first;
	net_first = NULL;
	stub_kernel_reset();
}

static void start(uint64_t features)
{
	forget();
	model = (struct model){ .base = { .ops = &model_ops, .id = VIRTIO_ID_NET },
				.offered = features | VIRTIO_F_VERSION_1,
				.max = 1024,
				.nqueues = 3,
				.config = { 2, 0, 0, 0, 0, 7, 0, 0, 1, 0, 0x40, 0x1f } };
	CHECK(virtio_found(&model.base));
	net = net_first;
	net->receiving = true;
	net->source.quiet = false;
}

static void post(unsigned from, unsigned n)
{
	struct net_frame f[FRAMES];

	for (unsigned i = 0; i < n; i++)
		f[i] = packet(from + i, 0);
	net->ops->post(net, f, n, CAPACITY);
	net->ops->flush(net);
}

/* The device receives a frame of n bytes, the header included. */
static bool arrive(struct virtio_net_header h, uint32_t n)
{
	uint8_t bytes[CAPACITY + 12];

	for (uint32_t i = 0; i < n; i++)
		bytes[i] = (uint8_t)i;
	memcpy(bytes, &h, sizeof(h));
	return model_fill(rx, bytes, n);
}

static unsigned receive(struct net_frame *f, unsigned max)
{
	return net->ops->receive(net, f, max);
}

#define MERGE VIRTIO_NET_F_MRG_RXBUF
#define EVENT VIRTIO_F_EVENT_IDX
#define BOTH (MERGE | EVENT)

static const struct virtio_net_header plain = { .num_buffers = 1 };

static void test_setup(void)
{
	start(BOTH | VIRTIO_NET_F_MAC | VIRTIO_NET_F_MTU | VIRTIO_NET_F_CSUM | 1ULL << 40 |
	      VIRTIO_NET_F_CTRL_VQ);
	CHECK_STR(net->name, "net0");
	CHECK_STR(net->driver, "virtio-model");
	CHECK_INT(net->mac[0], 2);
	CHECK_INT(net->mac[5], 7);
	CHECK_INT(net->mtu, 8000);
	CHECK_INT(net->headroom, 12);
	CHECK(net->csum_offload && model.started);
	CHECK_INT(model.accepted, VIRTIO_F_VERSION_1 | BOTH | VIRTIO_NET_F_MAC | VIRTIO_NET_F_MTU |
					  VIRTIO_NET_F_CSUM);
	CHECK_INT(net->ops->room(net), 256);

	start(0);
	CHECK_INT(net->mac[0] & 3, 2);
	CHECK_INT(net->mtu, 1500);
	CHECK(!net->csum_offload);
}

static void test_names(void)
{
	start(0);
	stub_kernel.cmdline = "run=a net=eth0,lan,,name-that-is-too-long x";
	for (unsigned i = 0; i < 4; i++) {
		static struct model models[4];
		struct model *m = &models[i];

		*m = (struct model){ .base = { .ops = &model_ops, .id = VIRTIO_ID_NET },
				     .offered = VIRTIO_F_VERSION_1,
				     .max = 1,
				     .nqueues = 2 };
		if (i == 3)
			memcpy(m->base.name, "given", 6);
		CHECK(virtio_found(&m->base));
	}
	net = net_first->next;
	CHECK_STR(net->name, "lan");
	CHECK_STR(net->next->name, "net2");
	CHECK_STR(net->next->next->name, "net3");
	CHECK_STR(net->next->next->next->name, "given");
}

static void test_small_memory(void)
{
	forget();
	stub_kernel.memory = 4 << 20;
	model = (struct model){ .base = { .ops = &model_ops, .id = VIRTIO_ID_NET },
				.offered = VIRTIO_F_VERSION_1,
				.max = 1000,
				.nqueues = 2 };
	CHECK(virtio_found(&model.base));
	CHECK_INT(net_first->ops->room(net_first), 64);
}

static void test_no_device(void)
{
	forget();
	model = (struct model){ .base = { .ops = &model_ops, .id = VIRTIO_ID_NET }, .max = 8 };
	CHECK(!virtio_found(&model.base));
	CHECK(strstr(stub_kernel.printed, "disable-legacy=on"));
	model.offered = VIRTIO_F_VERSION_1;
	model.nqueues = 1;
	CHECK(!virtio_found(&model.base));
	CHECK(strstr(stub_kernel.printed, "a queue is missing"));
	model.base.id = 2;
	CHECK(!virtio_found(&model.base));
	CHECK(!net_first);
}

static void test_receive(void)
{
	struct net_frame f[BATCH];

	start(BOTH);
	post(0, FRAMES);
	CHECK_INT(net->ops->room(net), 0);
	CHECK_INT(stub_kernel_sources(), 0);
	for (unsigned i = 0; i < 40; i++)
		CHECK(arrive(plain, 12 + 60 + i));
	CHECK_INT(stub_kernel_sources(), 1);
	CHECK_INT(receive(f, BATCH), BATCH);
	CHECK_INT(f[0].len, 60);
	CHECK_INT(f[31].len, 91);
	CHECK(f[5].token == memory[5] && f[5].data == memory[5] + HEADROOM);
	CHECK_INT(f[5].data[0], 12);
	CHECK_INT(f[5].data[64], 76);
	CHECK_INT(f[5].flags, 0);
	CHECK_INT(receive(f, BATCH), 8);
	CHECK_INT(receive(f, BATCH), 0);
	CHECK_INT(net->rx_frames, 40);
	CHECK_INT(net->ops->room(net), 40);
	CHECK_INT(stub_kernel_sources(), 0);
}

static void test_whole_ring(void)
{
	struct net_frame f[FRAMES];

	start(EVENT);
	post(0, FRAMES);
	for (unsigned i = 0; i < FRAMES; i++)
		CHECK(arrive(plain, 13));
	CHECK(!arrive(plain, 13));
	CHECK_INT(receive(f, FRAMES), FRAMES);
	CHECK_INT(net->ops->room(net), FRAMES);
	CHECK(!net->broken);
}

static void test_checksums(void)
{
	struct net_frame f[BATCH];
	struct virtio_net_header h = plain;

	start(BOTH);
	post(0, 8);
	h.flags = VIRTIO_NET_HDR_DATA_VALID;
	arrive(h, 72);
	h.flags = VIRTIO_NET_HDR_NEEDS_CSUM;
	h.csum_start = 34;
	h.csum_offset = 16;
	arrive(h, 12 + 52);
	arrive(h, 12 + 51); /* the field is not within the frame */
	h.csum_start = 65535;
	h.csum_offset = 65535;
	arrive(h, 12 + 52);
	h.flags = 0;
	h.gso_type = 1;
	arrive(h, 12 + 52);
	arrive(plain, 12);
	CHECK_INT(receive(f, BATCH), 2);
	CHECK_INT(f[0].flags, NET_CSUM_GOOD);
	CHECK_INT(f[1].flags, NET_CSUM_BLANK);
	CHECK_INT(f[1].csum_start, 34);
	CHECK_INT(f[1].csum_offset, 16);
	CHECK_INT(net->rx_drops, 4);
	CHECK_INT(net->rx_frames, 2);
	/* What was dropped is posted again. */
	CHECK_INT(model_available(rx), 6);
	CHECK(!net->broken);
}

/* A frame over k buffers, of the length that each of them has. */
static void arrive_merged(unsigned k, uint32_t len)
{
	struct virtio_net_header h = { .num_buffers = (uint16_t)k };
	uint16_t old = rx->used;

	arrive(h, len);
	for (unsigned i = 1; i < k; i++)
		CHECK(arrive((struct virtio_net_header){ .flags = 0x55 }, len));
	CHECK_INT((uint16_t)(rx->used - old), k);
}

static void test_merged(void)
{
	struct net_frame f[BATCH];

	start(BOTH);
	post(0, 64);
	arrive(plain, 100);
	arrive_merged(3, 500);
	arrive(plain, 100);
	CHECK_INT(receive(f, BATCH), 5);
	CHECK_INT(f[0].flags, 0);
	CHECK_INT(f[1].flags, NET_MORE);
	CHECK_INT(f[1].len, 488);
	CHECK_INT(f[2].flags, NET_MORE);
	CHECK_INT(f[2].len, 500);
	CHECK(f[2].data == memory[2] + HEADROOM - 12);
	CHECK_INT(f[2].data[0], 0x55);
	CHECK_INT(f[3].flags, 0);
	CHECK_INT(f[3].len, 500);
	CHECK(f[4].token == memory[4]);

	/* One that does not fit behind others waits; one that never fits is dropped. */
	arrive(plain, 100);
	arrive_merged(4, 300);
	arrive(plain, 101);
	CHECK_INT(receive(f, 4), 1);
	CHECK_INT(receive(f, 4), 4);
	CHECK_INT(f[3].len, 300);
	CHECK_INT(receive(f, 4), 1);
	arrive_merged(5, 300);
	arrive(plain, 102);
	CHECK_INT(receive(f, 4), 1);
	CHECK_INT(f[0].len, 90);
	CHECK_INT(net->rx_drops, 1);
	CHECK_INT(model_available(rx), 64 - 17 + 5);
}

static const char *breaks(unsigned lengths, const uint32_t *len, uint16_t buffers)
{
	struct net_frame f[BATCH];
	struct virtio_net_header h = { .num_buffers = buffers };
	void *token[FRAMES];
	unsigned got;

	start(BOTH);
	post(0, 64);
	arrive(plain, 99);
	for (unsigned i = 0; i < lengths; i++) {
		struct model_buffer b;

		model_take(rx, &b);
		memcpy(model_bytes(&b), &h, sizeof(h));
		model_use(rx, b.id, len[i]);
	}
	model_publish(rx);
	got = receive(f, BATCH);
	CHECK_INT(got, 1);
	CHECK_INT(receive(f, BATCH), 0);
	CHECK_INT(net->ops->send(net, f, 1), 0);
	CHECK_INT(net->ops->room(net), 0);
	CHECK_INT(stub_kernel_sources(), 0);
	CHECK(!stub_kernel_arm());
	CHECK_INT(model.resets, 2);
	/* A buffer for the one that came as it broke is posted all the same. */
	post(64, 1);
	CHECK_INT(net->ops->withdraw(net, token, FRAMES), 64);
	CHECK_INT(net->ops->withdraw(net, token, FRAMES), 0);
	return net->broken ? net->broken : "";
}

static void test_broken(void)
{
	static const uint32_t short_header[] = { 11 }, too_long[] = { CAPACITY + 13 };
	static const uint32_t nothing[] = { 100, 0, 100 }, second_long[] = { 99, CAPACITY + 13 };
	static const uint32_t good[] = { 99, 100 };

	CHECK_STR(breaks(1, short_header, 1),
		  "the device used less of a buffer than a header takes");
	CHECK_STR(breaks(1, too_long, 1),
		  "the device used more of a buffer than there is, or nothing");
	CHECK_STR(breaks(3, nothing, 3),
		  "the device used more of a buffer than there is, or nothing");
	CHECK_STR(breaks(2, second_long, 2),
		  "the device used more of a buffer than there is, or nothing");
	CHECK_STR(breaks(2, good, 3), "the device merges buffers that it did not use");
	CHECK_STR(breaks(2, good, 0), "the device merges buffers that it did not use");
	CHECK_STR(breaks(2, good, 65535), "the device merges buffers that it did not use");
	CHECK(strstr(stub_kernel.printed, "net0 (virtio-model): stopped: the device merges"));
}

static void test_send(void)
{
	struct net_frame f[FRAMES];
	struct virtio_net_header h;
	void *token[FRAMES];
	struct model_buffer b;

	start(BOTH | VIRTIO_NET_F_CSUM);
	for (unsigned i = 0; i < FRAMES; i++) {
		f[i] = packet(i, 60 + i);
		memset(f[i].data - 12, 0xff, 12);
	}
	f[1].flags = NET_CSUM_BLANK;
	f[1].csum_start = 34;
	f[1].csum_offset = 6;
	CHECK_INT(net->ops->send(net, f, 10), 10);
	CHECK_INT(tx->kicks, 0);
	net->ops->flush(net);
	net->ops->flush(net);
	CHECK_INT(tx->kicks, 1);
	CHECK_INT(net->kicks, 1);
	CHECK(model_take(tx, &b) && b.d.len == 72 && b.d.flags == 0);
	CHECK(model_bytes(&b) == f[0].data - 12);
	memcpy(&h, model_bytes(&b), sizeof(h));
	CHECK_INT(h.flags | h.csum_start | h.csum_offset | h.num_buffers | h.gso_type, 0);
	model_use(tx, b.id, 0);
	CHECK(model_take(tx, &b));
	memcpy(&h, model_bytes(&b), sizeof(h));
	CHECK_INT(h.flags, VIRTIO_NET_HDR_NEEDS_CSUM);
	CHECK_INT(h.csum_start, 34);
	CHECK_INT(h.csum_offset, 6);
	model_use(tx, b.id, 0);
	model_publish(tx);
	CHECK_INT(net->ops->reclaim(net, token, 1), 1);
	CHECK(token[0] == memory[0]);
	CHECK_INT(net->ops->reclaim(net, token, FRAMES), 1);
	CHECK(token[0] == memory[1]);
	CHECK_INT(net->ops->send(net, f + 10, FRAMES - 10), FRAMES - 10);
	CHECK_INT(net->ops->send(net, f, 5), 2);
	CHECK_INT(net->ops->send(net, f, 5), 0);
	CHECK_INT(net->tx_frames, FRAMES + 2);
}

/* Interrupts are asked for before sleeping, and not else. */
static void test_waking(void)
{
	struct net_frame f[FRAMES];
	void *token[FRAMES];
	struct model_buffer b;
	uint16_t old;

	start(EVENT);
	post(0, FRAMES);
	arrive(plain, 72);
	CHECK(!model_interrupts(rx, 0));
	CHECK_INT(stub_kernel_sources(), 1);
	CHECK_INT(net->events, 0);
	CHECK_INT(receive(f, BATCH), 1);
	CHECK(!stub_kernel_arm());
	CHECK_INT(model.acknowledged, 1);
	old = rx->used;
	arrive(plain, 72);
	CHECK(model_interrupts(rx, old));
	CHECK_INT(stub_kernel_sources(), 1);
	CHECK_INT(net->events, 1);
	old = rx->used;
	arrive(plain, 72);
	CHECK(!model_interrupts(rx, old));
	CHECK(stub_kernel_arm()); /* both are still there */
	CHECK_INT(receive(f, BATCH), 2);
	CHECK(!stub_kernel_arm());

	for (unsigned i = 0; i < FRAMES; i++)
		f[i] = packet(FRAMES + i, 60);
	CHECK_INT(net->ops->send(net, f, FRAMES), FRAMES);
	CHECK_INT(stub_kernel_sources(), 0);
	net->want_room = true;
	CHECK_INT(stub_kernel_sources(), 0);
	CHECK(!stub_kernel_arm());
	for (unsigned i = 0; i < FRAMES; i++) {
		old = tx->used;
		CHECK(model_take(tx, &b));
		model_use(tx, b.id, 0);
		model_publish(tx);
		CHECK_INT(model_interrupts(tx, old), i == FRAMES / 2);
	}
	CHECK_INT(stub_kernel_sources(), 1);
	CHECK_INT(net->ops->reclaim(net, token, FRAMES), FRAMES);
}

static void test_withdraw(void)
{
	struct net_frame f[FRAMES];
	void *token[FRAMES];
	unsigned sum = 0;

	start(BOTH);
	post(0, 100);
	arrive(plain, 100);
	for (unsigned i = 0; i < 10; i++)
		f[i] = packet(FRAMES + i, 60);
	net->ops->send(net, f, 10);
	CHECK_INT(receive(f, 1), 1);
	CHECK_INT(net->ops->withdraw(net, token, 60), 60);
	CHECK_INT(net->ops->withdraw(net, token + 60, 60), 39);
	CHECK_INT(net->ops->withdraw(net, token, 60), 0);
	CHECK_INT(model.resets, 2);
	CHECK(model.started);
	for (unsigned i = 0; i < 99; i++)
		sum += (unsigned)((uint8_t *)token[i] - memory[0]) / sizeof(memory[0]);
	CHECK_INT(sum, 99 * 100 / 2);
	CHECK_INT(net->ops->reclaim(net, token, 4), 4);
	CHECK_INT(net->ops->reclaim(net, token, 100), 6);
	CHECK(token[5] == memory[FRAMES + 9]);
	/* And it works on. */
	post(0, FRAMES);
	arrive(plain, 100);
	CHECK_INT(receive(f, 1), 1);
	CHECK_INT(net->ops->send(net, f, 1), 1);
	CHECK_INT(model_available(tx), 1);
	CHECK(!net->broken);
}

/* What was sent goes out before the device is reset; if it is nothing else, it is not reset. */
static void test_close(void)
{
	struct net_frame f[3] = { packet(0, 60), packet(1, 60), packet(2, 60) };
	struct model_buffer b;
	void *token[FRAMES];

	start(BOTH);
	CHECK_INT(net->ops->send(net, f, 3), 3);
	while (model_take(tx, &b))
		model_use(tx, b.id, 0);
	model_publish(tx);
	CHECK_INT(net->ops->withdraw(net, token, FRAMES), 0);
	CHECK_INT(model.resets, 1);
	CHECK_INT(net->ops->reclaim(net, token, FRAMES), 3);

	CHECK_INT(net->ops->send(net, f, 2), 2);
	CHECK_INT(net->ops->withdraw(net, token, FRAMES), 0);
	CHECK_INT(model.resets, 2);
	CHECK_INT(net->ops->reclaim(net, token, FRAMES), 2);
	CHECK(!net->broken);
}

/* Frames go round: received, sent, reclaimed, posted again, through all indices. */
static void test_forwarding(unsigned rounds)
{
	unsigned lost = 0, wrong = 0;
	struct net_frame f[BATCH];
	struct model_buffer b;
	void *token[BATCH];

	start(BOTH);
	post(0, FRAMES);
	for (unsigned round = 0; round < rounds; round++) {
		unsigned n = 0;

		while (n < BATCH && arrive(plain, 72))
			n++;
		lost += BATCH - n;
		n = receive(f, BATCH);
		wrong += n != BATCH || net->ops->send(net, f, n) != n;
		net->ops->flush(net);
		while (model_take(tx, &b))
			model_use(tx, b.id, 0);
		model_publish(tx);
		n = net->ops->reclaim(net, token, BATCH);
		wrong += n != BATCH;
		for (unsigned i = 0; i < n; i++)
			f[i] = (struct net_frame){ .token = token[i],
						   .data = (uint8_t *)token[i] + HEADROOM };
		net->ops->post(net, f, n, CAPACITY);
		net->ops->flush(net);
	}
	CHECK_INT(lost, 0);
	CHECK_INT(wrong, 0);
	CHECK_INT(net->rx_frames, (uint64_t)rounds * BATCH);
}

int main(int argc, char **argv)
{
	stub_kernel_reset();
	if (argc > 1) { /* for a look at the costs: so many rounds */
		test_forwarding((unsigned)atoi(argv[1]));
		return test_end();
	}
	test_setup();
	test_names();
	test_small_memory();
	test_no_device();
	test_receive();
	test_whole_ring();
	test_checksums();
	test_merged();
	test_broken();
	test_send();
	test_waking();
	test_withdraw();
	test_close();
	test_forwarding(5000);
	return test_end();
}
