/* SPDX-License-Identifier: MIT */
/*
 * fast_source.h - what FastUDPFlows, FastTCPFlows, FastUDPSource and FastUDPSourceIP6 share:
 * rate, limit, their handlers, and the frame that they copy.
 */
#ifndef ELEMENTS_TCPUDP_FAST_SOURCE_H
#define ELEMENTS_TCPUDP_FAST_SOURCE_H

#include "base/net.h"
#include "engine/element.h"

#define FAST_LENGTH_MIN 60U    /* shortest Ethernet frame without its checksum */
#define FAST_LENGTH_MAX 65549U /* longest IPv4 packet behind an Ethernet header */

/* Stands right behind `struct element base' in the state of each of them. */
struct fast_source {
	uint32_t rate; /* packets a second; 0: no limit */
	int32_t limit; /* negative: none */
	uint32_t length;
	bool active, started, done;
	struct notifier notifier; /* asleep when nothing comes for a while */
	struct timer timer;       /* wakes it for the next packet at a low rate */
	struct gap gap;
	uint64_t count;
	uint32_t first, last; /* ticks of the first packet and of the end at the limit */
	uint8_t *frame;       /* [length] what every packet starts as */
};

#define FAST_SOURCE_STATE(T)                                                                       \
	_Static_assert(offsetof(T, fast) == sizeof(struct element), "fast stands behind base")

static inline struct fast_source *fast_source(struct element *e)
{
	return (struct fast_source *)(void *)(e + 1);
}

void fast_source_init(struct element *);
struct notifier *fast_source_notifier(struct element *, enum notify, unsigned port);

/* Checks RATE, raises a short LENGTH with a warning to the operator. In configure. */
bool fast_source_check(struct element *, struct error *);

/* In start: allocates the frame. */
bool fast_source_start(struct element *, struct error *);
/* Allocates the zeroed frame of the current length anew. */
bool fast_source_frame(struct element *, struct error *);
void fast_source_stop(struct element *);

/* How many packets may leave now, at most max; counted by fast_source_sent. */
unsigned fast_source_quota(struct element *, unsigned max);
void fast_source_sent(struct element *, unsigned n);
bool fast_source_at_limit(struct element *);
void fast_source_sleep(struct element *); /* nothing is left to give */

/* Appends up to n copies of the frame to b, with the network header at 14 and the transport
 * header hlen bytes behind. */
void fast_source_packets(struct element *, struct batch *b, unsigned n, uint32_t hlen);

/* Fills the first 34 bytes of the frame: Ethernet and IPv4, the checksum included. */
struct fast_address {
	struct ether_addr eth;
	struct ip_addr ip;
};
void fast_source_ip(struct element *, const struct fast_address *src,
		    const struct fast_address *dst, uint8_t proto);

void fast_source_read_rate(struct element *, struct text *);
bool fast_source_write_rate(struct element *, struct str, struct error *);
bool fast_source_write_reset(struct element *, struct str, struct error *);
bool fast_source_write_active(struct element *, struct str, struct error *);
bool fast_source_write_limit(struct element *, struct str, struct error *);
void fast_source_reset(struct element *);

#define FAST_SOURCE_HANDLERS                                                                       \
	READ_FIELD("count", fast.count, "packets emitted"),                                        \
	RW("rate", fast_source_read_rate, fast_source_write_rate, 0,                               \
	   "average packets a second, known once LIMIT is reached; write: the RATE argument"),     \
	BUTTON("reset", fast_source_write_reset, "set the count and the times to zero"),           \
	{ .name = "active", .help = HELP("emit packets? true also resets"),                        \
	  .flags = H_WRITE | H_CHECKBOX, .write = fast_source_write_active },                      \
	WRITE("limit", fast_source_write_limit, "the LIMIT argument; negative: none")

#define FAST_SOURCE_CLASS                                                                          \
	.ports = "0/1", .size = sizeof(self_t), .flags = CLASS_SOURCE, .init = fast_source_init,   \
	.pull = pull, .notifier = fast_source_notifier, .args = TABLE(args),                       \
	.handlers = TABLE(handlers)

/* The arguments of sources of many flows, up to the size of one; length: where LENGTH goes. */
#define FAST_FLOWS_ARGS(length)                                                                    \
	ARG("RATE", fast.rate, ARG_POSITIONAL | ARG_REQUIRED, "packets a second; 0: no limit"),    \
	ARG("LIMIT", fast.limit, ARG_POSITIONAL | ARG_REQUIRED,                                    \
	    "packets in all; negative: no limit"),                                                 \
	ARG("LENGTH", length, ARG_POSITIONAL | ARG_REQUIRED, "bytes of a frame, at least 60"),     \
	ARG("SRCETH", src.eth, ARG_POSITIONAL | ARG_REQUIRED, "Ethernet source"),                  \
	ARG("SRCIP", src.ip, ARG_POSITIONAL | ARG_REQUIRED, "IP source"),                          \
	ARG("DSTETH", dst.eth, ARG_POSITIONAL | ARG_REQUIRED, "Ethernet destination"),             \
	ARG("DSTIP", dst.ip, ARG_POSITIONAL | ARG_REQUIRED, "IP destination"),                     \
	ARG_RANGE("FLOWS", flows, ARG_POSITIONAL | ARG_REQUIRED, NULL, 1, UINT32_MAX,              \
		  "number of flows")

#endif
