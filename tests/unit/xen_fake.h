/* SPDX-License-Identifier: MIT */
/*
 * xen_fake.h - the other side of a guest of Xen, for tests that run as a process: the hypervisor, the
 * store, and network back ends, which work with the real rings, grants and ports. It runs within the
 * hypercalls: the store answers when it is rung, and idle is called when the guest sleeps.
 *
 * The guest is domain 7; paths here are as the guest says them.
 */
#ifndef TESTS_UNIT_XEN_FAKE_H
#define TESTS_UNIT_XEN_FAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/xen.h"
#include "base/text.h"

struct xen_fake {
	int64_t now;           /* the clock; sleeping moves it on */
	void (*idle)(void);    /* the guest sleeps: the rest of the world does something */
	bool store_silent;     /* the store does not answer */
	unsigned conflicts;    /* so many transactions fail from now on */
	const char *forbidden; /* writes at or below this path are not permitted; NULL: all are */
	uint32_t last_port;    /* rung by the guest */
	unsigned rung;
	int shutdown;          /* -1: has not ended */
	/* What a hostile hypervisor or store may do: NULL is a good one. */
	struct xen_store *store;
	struct xen_console *console;
	struct xen_shared *shared;
};

extern struct xen_fake fake;

/* A new machine: empties the store, forgets ports, grants and sources. The guest side is started
 * by the test (xen_init). */
void fake_reset(void);

/* --- store --- */

void fake_write(const char *path, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void fake_remove(const char *path);
/* NULL: there is no such node. */
const char *fake_read(const char *path);
unsigned fake_nodes(void);
/* Lets the store answer what it was asked, and the guest's watches run until nothing is left. */
void fake_settle(void);
/* Puts bytes into the ring of responses, as many as fit. */
size_t fake_store_raw(const void *p, size_t n);

/* --- event channels, grants --- */

void fake_ring(uint32_t port);
bool fake_port_open(uint32_t port);
/* The page of a grant; NULL: it is not granted (for writing). */
uint8_t *fake_grant(uint32_t gref, bool write);
/* Marks it as in use, as Xen does when a page is mapped. */
void fake_grant_use(uint32_t gref, bool in_use);

/* --- a network back end, as Linux's --- */

struct fake_back {
	unsigned number;
	struct xen_net_rx_ring *rx;
	struct xen_net_tx_ring *tx;
	uint32_t rx_port, tx_port;
	uint32_t rx_cons, rx_prod, tx_cons, tx_prod; /* requests taken, responses given */
	unsigned rings;      /* times it rang the front end */
};

/* The host adds an interface; its back end waits. */
void fake_vif_add(unsigned number, const char *mac);
/* Reads what the front end has published, and connects. False: it has not, or not all. */
bool fake_back_connect(struct fake_back *b, unsigned number);
void fake_back_state(unsigned number, int state);

struct fake_part { /* of a frame: one response */
	const void *data;
	uint16_t n, offset, flags;
};
/* Gives the guest a frame of several slots. False: it has posted too few buffers. */
bool fake_back_deliver(struct fake_back *b, const struct fake_part *v, unsigned n);
/* Extra information in the place of a response. */
bool fake_back_extra(struct fake_back *b, bool more);
/* Makes what was delivered visible, and rings when it was asked to. */
void fake_back_push(struct fake_back *b);
unsigned fake_back_posted(const struct fake_back *b);

/* The next frame that the guest sent, in one piece; 0: there is none. It is answered with status. */
unsigned fake_back_take(struct fake_back *b, uint8_t *to, unsigned max, unsigned *slots,
			uint16_t *flags, int16_t status);
/* Makes the answers visible, and rings when it was asked to. */
void fake_back_answer(struct fake_back *b);

#endif
