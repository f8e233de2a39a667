/* SPDX-License-Identifier: MIT */
/*
 * fuzz_xen_store.c - a store that answers anything: first it keeps to the framing and has odd content,
 * names and answers; then it writes raw bytes and indexes.
 */
#include <stdlib.h>

#include "drivers/channel.h"
#include "drivers/net.h"
#include "drivers/xen/store.h"
#include "drivers/xen/xen.h"
#include "tests/unit/stub_kernel.h"
#include "tests/unit/xen_fake.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const uint8_t *at, *end;

static unsigned byte(void)
{
	return at < end ? *at++ : 0;
}

/* A text out of the input, without NUL. */
static const char *text(void)
{
	static char buf[260];
	unsigned n = byte();

	for (unsigned i = 0; i < n; i++)
		buf[i] = (char)(byte() | 1);
	buf[n] = '\0';
	return buf;
}

static const char *path(void)
{
	static const char *const paths[] = {
		"device/vif/0/mac",
		"device/vif/0/backend",
		"device/vif/0/backend-id",
		"device/vif/0/mtu",
		"device/vif/1/backend",
		"device/vif",
		"/local/domain/0/backend/vif/7/0/state",
		"/local/domain/0/backend/vif/7/0/feature-rx-copy",
		"/local/domain/0/backend/vif/7/0/feature-split-event-channels",
		"/local/domain/0/backend/vif/7/0/online",
		"clickos",
		"clickos/stream/open",
		"clickos/stream/in/0",
		"clickos/stream/in/1",
		"clickos/stream/out/0",
		"control/sysrq",
	};

	return paths[byte() % 16];
}

/* Messages with a good header and any content. */
static void message(void)
{
	struct xen_store_header h = { byte() % 20, byte() | byte() << 8, 0, byte() };
	uint8_t payload[256];

	for (unsigned i = 0; i < h.len; i++)
		payload[i] = (uint8_t)byte();
	fake_store_raw(&h, sizeof(h));
	fake_store_raw(payload, h.len);
}

static void raw(void)
{
	uint8_t b[32];
	unsigned n = byte() % sizeof(b);

	for (unsigned i = 0; i < n; i++)
		b[i] = (uint8_t)byte();
	fake_store_raw(b, n);
}

static void indexes(void)
{
	struct xen_store *s = fake.store;
	uint32_t *v[] = { &s->req_cons, &s->req_prod, &s->rsp_cons, &s->rsp_prod };

	*v[byte() % 4] += (uint32_t)(int8_t)byte();
}

static void ask(void)
{
	struct text t = { 0 };
	uint32_t tx;

	switch (byte() % 6) {
	case 0:
		store_read(0, "data/x", &t);
		break;
	case 1:
		store_write(0, "data/x", "value", 5);
		break;
	case 2:
		store_directory(0, "device/vif", &t);
		break;
	case 3:
		store_number(0, "data/x");
		break;
	case 4:
		if (store_begin(&tx) == 0)
			store_end(tx, true);
		break;
	case 5:
		store_write(0, "data/y", "", 0);
		break;
	}
	if (t.n > XEN_STORE_PAYLOAD + 1)
		abort();
	text_fini(&t);
}

static void talk(void)
{
	struct channel *c = channel_first;
	char buf[512];

	if (!c)
		return;
	c->source.quiet = false;
	c->want_room = byte() & 1;
	c->ops->read(c, buf, byte());
	memset(buf, 'x', sizeof(buf));
	for (unsigned i = byte(); i > 0; i--)
		c->ops->write(c, buf, sizeof(buf));
	c->ops->flush(c);
	if (byte() & 1)
		c->ops->close(c);
}

static void step(void)
{
	switch (byte() % 12) {
	case 0:
	case 1:
		fake_write(path(), "%s", text());
		break;
	case 2:
		fake_remove(path());
		break;
	case 3:
		message();
		break;
	case 4:
		raw();
		break;
	case 5:
		indexes();
		break;
	case 6:
		ask();
		break;
	case 7:
		stub_kernel_sources();
		break;
	case 8:
		store_dispatch();
		break;
	case 9:
		talk();
		break;
	case 10:
		fake.conflicts = byte();
		fake.forbidden = byte() & 1 ? "clickos" : NULL;
		break;
	case 11:
		fake.store_silent = byte() % 8 == 0;
		break;
	}
}

static void ready(void)
{
	xen_control_ready();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	at = data;
	end = data + n;
	fake_reset();
	stub_kernel.memory = 4U << 20;
	fake_vif_add(0, "00:16:3e:00:00:01");
	fake_write("clickos", "%s", "");
	xen_init();
	xen_control_start(ready);
	while (at < end)
		step();
	return 0;
}
