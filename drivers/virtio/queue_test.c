/* SPDX-License-Identifier: MIT */
/* queue_test.c - virtqueues: whole rings, indices that wrap, notifications, devices that lie. */
#include "drivers/virtio/testing.h"
#include "tests/unit/stub_kernel.h"
#include "tests/unit/test.h"

#define SIZE 8

static uint8_t buffer[SIZE][64];

static void start(struct virtq *q, struct model_queue *m, bool event_idx)
{
	CHECK_INT(virtq_init(q, SIZE, event_idx), 0);
	*m = (struct model_queue){ .q = q };
}

static void add(struct virtq *q, unsigned i)
{
	virtq_add(q, buffer[i], buffer[i], sizeof(buffer[i]), VIRTQ_DESC_WRITE);
	virtq_publish(q);
}

static void test_order(void)
{
	struct model_buffer b[SIZE], none;
	struct model_queue m;
	struct virtq q;
	uint32_t len = 0;

	start(&q, &m, true);
	for (unsigned i = 0; i < SIZE; i++) {
		CHECK_INT(virtq_room(&q), SIZE - i);
		add(&q, i);
	}
	CHECK_INT(virtq_room(&q), 0);
	CHECK_INT(virtq_outstanding(&q), SIZE);
	CHECK(!virtq_pending(&q));
	for (unsigned i = 0; i < SIZE; i++)
		CHECK(model_take(&m, &b[i]));
	CHECK(!model_take(&m, &none));
	/* Backwards, and with another length each. */
	for (unsigned i = SIZE; i-- > 0;)
		model_use(&m, b[i].id, i + 1);
	model_publish(&m);
	CHECK_INT(virtq_waiting(&q), SIZE);
	for (unsigned i = SIZE; i-- > 0;) {
		struct virtq_slot *slot = virtq_take_written(&q, &len);

		CHECK(slot && slot->token == buffer[i] && slot->data == buffer[i]);
		CHECK_INT(len, i + 1);
	}
	CHECK_INT(virtq_waiting(&q), 0);
	CHECK_INT(virtq_room(&q), SIZE);
	CHECK(!q.broken);
	virtq_fini(&q);
}

/* All buffers again and again, past index 65535, in an order that changes. */
static void test_wrap(void)
{
	unsigned wrong = 0, total = 0;
	struct model_queue m;
	struct virtq q;
	uint32_t len = 0;

	start(&q, &m, true);
	for (unsigned round = 0; round < 70000; round++) {
		struct model_buffer b[SIZE];
		unsigned n = round % SIZE + 1, sum = 0;

		for (unsigned i = 0; i < n; i++)
			add(&q, i);
		for (unsigned i = 0; i < n; i++)
			wrong += !model_take(&m, &b[i]);
		for (unsigned i = 0; i < n; i++)
			model_use(&m, b[(i + round) % n].id, 1 + (i + round) % n);
		model_publish(&m);
		wrong += virtq_waiting(&q) != n;
		for (unsigned i = 0; i < n; i++) {
			struct virtq_slot *slot = virtq_take_written(&q, &len);

			wrong += !slot || slot->token != buffer[(i + round) % n];
			sum += len;
		}
		wrong += sum != n * (n + 1) / 2 || virtq_room(&q) != SIZE;
		total += n;
	}
	CHECK_INT(wrong, 0);
	CHECK(total > 4 * 65536);
	CHECK_INT(q.next, total & 0xffff);
	virtq_fini(&q);
}

static void test_kicks(void)
{
	struct model_queue m;
	struct virtq q;

	start(&q, &m, true);
	CHECK(!virtq_kick_wanted(&q));
	model_want_kick(&m, 0);
	add(&q, 0);
	CHECK(virtq_kick_wanted(&q));
	CHECK(!virtq_kick_wanted(&q));
	add(&q, 1);
	CHECK(!virtq_kick_wanted(&q));
	model_want_kick(&m, 3);
	add(&q, 2);
	CHECK(!virtq_kick_wanted(&q));
	add(&q, 3);
	add(&q, 4);
	CHECK(virtq_kick_wanted(&q));
	virtq_fini(&q);

	start(&q, &m, false);
	add(&q, 0);
	CHECK(virtq_kick_wanted(&q));
	q.used->flags = VIRTQ_USED_NO_NOTIFY;
	add(&q, 1);
	CHECK(!virtq_kick_wanted(&q));
	virtq_fini(&q);
}

static void use_next(struct model_queue *m)
{
	struct model_buffer b;

	CHECK(model_take(m, &b));
	model_use(m, b.id, 1);
	model_publish(m);
}

static void test_interrupts(void)
{
	struct model_queue m;
	struct virtq q;

	start(&q, &m, true);
	for (unsigned i = 0; i < SIZE; i++)
		add(&q, i);
	use_next(&m);
	CHECK(!model_interrupts(&m, 0)); /* not asked for */
	CHECK(virtq_arm(&q, 0));         /* it came before */
	CHECK(!virtq_arm(&q, 1));
	use_next(&m);
	CHECK(model_interrupts(&m, 1));
	CHECK(virtq_arm(&q, 1));
	CHECK(!virtq_arm(&q, 3));
	use_next(&m);
	CHECK(!model_interrupts(&m, 2));
	virtq_fini(&q);

	start(&q, &m, false);
	add(&q, 0);
	CHECK_INT(q.avail->flags, VIRTQ_AVAIL_NO_INTERRUPT);
	CHECK(!virtq_arm(&q, 0));
	CHECK_INT(q.avail->flags, 0);
	use_next(&m);
	CHECK(virtq_arm(&q, 0));
	virtq_disarm(&q);
	CHECK_INT(q.avail->flags, VIRTQ_AVAIL_NO_INTERRUPT);
	virtq_fini(&q);
}

/* What a device says of three buffers that it has; NULL: it is believed. */
static const char *says(uint32_t id, uint32_t len, unsigned times, bool read)
{
	const char *broken;
	struct model_queue m;
	struct virtq q;
	uint32_t got = 0;

	start(&q, &m, true);
	for (unsigned i = 0; i < 3; i++)
		add(&q, i);
	for (unsigned i = 0; i < times; i++)
		model_use(&m, id, len);
	model_publish(&m);
	for (unsigned n = virtq_waiting(&q); n > 0; n--)
		if (!(read ? virtq_take_read(&q) : virtq_take_written(&q, &got)))
			break;
	broken = q.broken;
	if (broken)
		CHECK_INT(virtq_waiting(&q), 0);
	virtq_fini(&q);
	return broken ? broken : "";
}

static void test_lies(void)
{
	static const char have[] = "the device used a buffer that it does not have";
	static const char more[] = "the device used more of a buffer than there is, or nothing";
	static const char many[] = "the device says it used more buffers than it has";

	CHECK_STR(says(2, 64, 1, false), "");
	CHECK_STR(says(2, 65, 1, false), more);
	CHECK_STR(says(2, 0, 1, false), more);
	CHECK_STR(says(2, UINT32_MAX, 1, false), more);
	CHECK_STR(says(3, 1, 1, false), have);
	CHECK_STR(says(SIZE, 1, 1, false), have);
	CHECK_STR(says(UINT32_MAX, 1, 1, false), have);
	CHECK_STR(says(1, 1, 2, false), have);
	CHECK_STR(says(1, 1, 4, false), many);
	CHECK_STR(says(1, 1, 65535, false), many);
	CHECK_STR(says(2, UINT32_MAX, 1, true), "");
	CHECK_STR(says(3, 0, 1, true), have);
	CHECK_STR(says(0x10000, 0, 1, true), have);
	CHECK_STR(says(1, 0, 2, true), have);
}

static void test_lost(void)
{
	void *token[SIZE];
	struct model_queue m;
	struct virtq q;
	uint32_t len = 0;

	start(&q, &m, true);
	for (unsigned i = 0; i < 5; i++)
		add(&q, i);
	use_next(&m);
	CHECK(virtq_take_written(&q, &len));
	virtq_reset(&q);
	m = (struct model_queue){ .q = &q };
	CHECK_INT(virtq_room(&q), SIZE - 4);
	CHECK_INT(virtq_outstanding(&q), 0);
	/* The rest of the ring works meanwhile, as often as you like. */
	for (unsigned i = 0; i < 100; i++) {
		add(&q, 5);
		use_next(&m);
		CHECK(virtq_waiting(&q) == 1 && virtq_take_written(&q, &len)->token == buffer[5]);
	}
	CHECK_INT(virtq_take_lost(&q, token, 3), 3);
	CHECK_INT(virtq_room(&q), SIZE - 1);
	CHECK_INT(virtq_take_lost(&q, token + 3, 3), 1);
	CHECK_INT(virtq_take_lost(&q, token, 3), 0);
	for (unsigned i = 0; i < 4; i++)
		CHECK(token[i] == buffer[i + 1]);
	for (unsigned i = 0; i < SIZE; i++)
		add(&q, i);
	for (unsigned i = 0; i < SIZE; i++)
		use_next(&m);
	CHECK_INT(virtq_waiting(&q), SIZE);
	for (unsigned i = 0; i < SIZE; i++)
		CHECK(virtq_take_written(&q, &len)->token == buffer[i]);
	virtq_fini(&q);
}

int main(void)
{
	test_order();
	test_wrap();
	test_kicks();
	test_interrupts();
	test_lies();
	test_lost();
	return test_end();
}
