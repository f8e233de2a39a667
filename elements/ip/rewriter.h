/* SPDX-License-Identifier: MIT */
/*
 * rewriter.h - what IPRewriter, TCPRewriter, UDPRewriter, IPAddrRewriter, IPAddrPairRewriter and
 * ICMPPingRewriter share: input specifications, flows and their tables, arguments and handlers.
 *
 * A flow has two entries: packets with its key become `to[FLOW_FORWARD]', packets with the key
 * of replies become `to[FLOW_REPLY]'. The entries may be in the maps of different rewriters.
 */
#ifndef ELEMENTS_IP_REWRITER_H
#define ELEMENTS_IP_REWRITER_H

#include "base/net.h"
#include "elements/ip/flow_pool.h"
#include "elements/ip/rewriter_pattern.h"

struct rewriter;
struct ip_mapper;

enum input_kind { INPUT_DROP, INPUT_PASS, INPUT_KEEP, INPUT_PATTERN, INPUT_MAPPER };

struct rewriter_input {
	struct rewriter *rw;    /* whose input it is: forward entries go there */
	struct rewriter *reply; /* reply entries go there */
	uint8_t kind;           /* enum input_kind */
	uint16_t out[2];        /* PASS: out[0]; KEEP and PATTERN: forward and reply output */
	struct pattern *pattern; /* its own, or that of an IPRewriterPatterns */
	struct pattern own;
	struct element *mapper_element;
	const struct ip_mapper *mapper;
	uint32_t flows, failures;
};

/* What makes a class of rewriters. */
struct rewriter_ops {
	unsigned nmaps;
	/* Seconds that a flow outlives its last packet. */
	uint32_t (*timeout)(const struct rewriter *, const struct flow *);
	/* Sets what follows from the rest of a rewritten key; NULL: nothing. */
	void (*complete)(struct flow_id *to);
	/* Can there be such a flow? NULL: always. */
	bool (*accepts)(const struct flow_id *to);
	/* "KEY => NEW" of a table line. */
	void (*text)(const struct rewriter *, const struct flow *, unsigned dir, struct text *);
	/* The map that packets of a protocol are looked up in; -1: none. */
	int (*map_of)(uint8_t proto);
	/* The entry that a reply with this key would use, without making one; 0: none. What the
	 * packet becomes is left in *to. NULL: looked up as it is. */
	uint32_t (*find_reply)(const struct rewriter *, const struct flow_id *key,
			       struct flow_id *to);
};

struct rewriter_times { /* of one map */
	struct seconds timeout, done, nodata, streaming, guarantee;
};

/* Stands right behind `struct element base' in their states. */
struct rewriter {
	const struct rewriter_ops *ops;
	struct flow_pool *pool;
	struct flow_map map[2];
	struct rewriter_input *input; /* [ninputs] */
	uint32_t ninputs;
	struct anno1 reply_anno;
	bool has_reply_anno, dst_anno;
	struct rewriter_times times[2];
	struct seconds reap;
	struct raw capacity_text;
	int32_t capacity;
	struct rewriter *share; /* the one named by MAPPING_CAPACITY; NULL: none */
	struct timer timer;
	struct raw *spec; /* as configured, [nspecs] */
	size_t nspecs, spec_cap;
};

#define REWRITER_STATE(T)                                                                          \
	_Static_assert(offsetof(T, rw) == sizeof(struct element), "rw stands behind base")

static inline struct rewriter *rewriter_of(const struct element *e)
{
	return (struct rewriter *)(uintptr_t)(e + 1);
}

static inline struct element *rewriter_element(const struct rewriter *rw)
{
	return (struct element *)(uintptr_t)rw - 1;
}

/* What all rewriters cast to, as a struct rewriter. */
#define REWRITER "IPRewriterBase"
struct rewriter *rewriter_cast(struct element *); /* NULL: it is none */
const void *rewriter_cast_hook(struct element *, const char *interface);

/* What mappers cast to: they choose for a new flow of rw. */
#define IP_MAPPER "IPMapper"
struct ip_mapper {
	/* Sets *to and the outputs; false: no flow. */
	bool (*map)(struct element *mapper, const struct rewriter *rw, unsigned map,
		    const struct flow_id *from, struct flow_id *to, uint16_t out[2]);
	/* Before rw starts: do all outputs exist? */
	bool (*check)(struct element *mapper, const struct rewriter *rw, struct error *);
};

/* --- flows --- */

/* Seconds after its last packet during which no other flow can make it go, and after which it
 * goes anyway. */
uint32_t rewriter_guarantee(const struct flow *);
uint32_t rewriter_timeout(const struct flow *);

/* Takes the clock, once a batch. */
static inline void rewriter_tick(struct rewriter *rw)
{
	flow_pool_tick(rw->pool, rewriter_element(rw));
}

/* Does what an input's specification says to a packet of no flow: the reference of the new flow,
 * or 0 and where the packet goes in *port. p: where the flow takes REPLY_ANNO from. */
uint32_t rewriter_miss(struct rewriter *, unsigned input, unsigned map, const struct flow_id *,
		       const struct packet *p, uint16_t *port);

/* Where packets go that are of no flow by their nature: the output of `pass', or nowhere. */
static inline uint16_t rewriter_unknown(const struct rewriter *rw, unsigned input)
{
	const struct rewriter_input *in = &rw->input[input];

	return in->kind == INPUT_PASS ? in->out[0] : PORT_DROP;
}

/* What checksums gain when the first n bytes of from become those of to: the addresses, or all.
 * Both zeroes of one's complement are 0: nothing changes. */
#define FLOW_ADDRESSES 8
uint16_t flow_sum(const struct flow_id *from, const struct flow_id *to, size_t n);

void flow_end(struct flow_pool *, struct flow *);
void flow_pool_clear(struct flow_pool *);
void flow_pool_shrink(struct flow_pool *); /* to its capacity */
void flow_pool_reap(struct flow_pool *);

/* A new flow of an input; last: its last packet, in pool time. Its reference, or 0: there is no
 * memory, or it had to go at once. */
uint32_t flow_make(struct rewriter_input *, unsigned map, const struct flow_id *from,
		   const struct flow_id *to, const uint16_t out[2], uint8_t anno, int64_t last);

/* The mapping that exists for a packet with this key; 0: none. */
uint32_t rewriter_find(const struct rewriter *, uint8_t proto, const struct flow_id *);

/* --- specifications (rewriter_spec.c) --- */

/* "pattern 1.0.0.1 1024-65535 - - 0 1" and the like. */
bool rewriter_parse_input(struct rewriter *, struct str spec, struct rewriter_input *,
			  struct error *);
/* `PATTERN FOUTPUT ROUTPUT': words, of which the last two are outputs; where they lead is
 * checked only for a rewriter, not when reply is NULL. */
bool rewriter_parse_pattern(struct element *e, const struct str *word, size_t n,
			    struct pattern *own, struct pattern **pattern, uint16_t out[2],
			    struct rewriter **reply, struct error *);
void rewriter_input_text(const struct rewriter_input *, struct text *); /* "<drop>" */
/* Do flows that a made fit b? */
bool rewriter_input_same(const struct rewriter_input *a, const struct rewriter_input *b);

/* --- table texts (rewriter_text.c) --- */

void rewriter_table(struct rewriter *, unsigned map, struct text *);
void flow_id_text(const struct flow_id *, struct text *); /* (1.0.0.1, 101, 2.0.0.2, 80) */

/* --- element hooks (rewriter.c) --- */

bool rewriter_add_spec(struct element *, struct str, struct error *);
bool rewriter_configure(struct element *, const struct rewriter_ops *, struct error *);
bool rewriter_start(struct element *, struct error *);
void rewriter_stop(struct element *);
bool rewriter_take_state(struct element *, struct element *old, struct error *);

#define REWRITER_ARGS                                                                              \
	ARG("CAPACITY", rw.capacity_text, 0, "the most flows, or the name of a rewriter to share " \
	    "its capacity with"),                                                                  \
	ARG("MAPPING_CAPACITY", rw.capacity_text, 0, "the same as CAPACITY"),                      \
	ARG_OR("REAP_INTERVAL", rw.reap, 0, "900", "time between removals of old flows; 0: none"), \
	ARG("REAP_TIME", rw.reap, ARG_DEPRECATED, "the same as REAP_INTERVAL"),                    \
	ARG("REPLY_ANNO", rw.reply_anno, 0, "annotation that replies get from the first packet"),  \
	ARG_EACH("INPUTSPEC", rewriter_add_spec, "what happens to packets of no flow on each input")

/* Of the classes with one time and one map. */
#define REWRITER_TIMEOUT_ARGS(dflt)                                                                \
	ARG_OR("TIMEOUT", rw.times[0].timeout, 0, dflt, "flows without traffic"),                  \
	ARG_OR("GUARANTEE", rw.times[0].guarantee, 0, "5",                                         \
	       "time for which flows cannot be displaced")
int rewriter_any_proto(uint8_t proto); /* map_of: all in one map */
uint32_t rewriter_plain_timeout(const struct rewriter *, const struct flow *);

#define REWRITER_DST_ANNO_ARG                                                                      \
	ARG_OR("DST_ANNO", rw.dst_anno, 0, "true", "set the destination annotation?")

void rewriter_read_table_size(struct element *, struct text *);
void rewriter_read_failures(struct element *, struct text *);
void rewriter_read_patterns(struct element *, struct text *);
void rewriter_read_size(struct element *, struct text *);
void rewriter_read_capacity(struct element *, struct text *);
bool rewriter_write_capacity(struct element *, struct str, struct error *);
bool rewriter_write_clear(struct element *, struct str, struct error *);
bool rewriter_call_pattern(struct element *, struct handler_call *);
bool rewriter_call_lookup(struct element *, struct handler_call *);
void rewriter_read_table0(struct element *, struct text *);
void rewriter_read_table1(struct element *, struct text *);

#define REWRITER_DEPRECATED_READ(n, fn, h)                                                         \
	{ .name = n, .help = HELP(h), .flags = H_READ | H_DEPRECATED, .read = fn }

#define REWRITER_HANDLERS                                                                          \
	READ("table_size", rewriter_read_table_size, "flows made by this element's inputs"),       \
	REWRITER_DEPRECATED_READ("nmappings", rewriter_read_table_size, "the same as table_size"), \
	READ("mapping_failures", rewriter_read_failures, "flows that could not be made"),          \
	READ("patterns", rewriter_read_patterns, "what each input does, and its flows"),           \
	READ("size", rewriter_read_size, "flows under the capacity, shared or not"),               \
	RW("capacity", rewriter_read_capacity, rewriter_write_capacity, 0, "the most flows"),      \
	WRITE("clear", rewriter_write_clear, "end all flows under the capacity"),                  \
	CALL("pattern%u", rewriter_call_pattern, H_READ | H_WRITE | H_EACH_INPUT,                  \
	     "what input I does; a write ends its flows")

/* What all rewriters have in their descriptors. */
#define REWRITER_CLASS                                                                             \
	.ports = "1-/1-", .size = sizeof(self_t), .flags = CLASS_ONE_THREAD,                       \
	.configure = configure, .start = rewriter_start, .stop = rewriter_stop,                    \
	.take_state = rewriter_take_state, .cast = rewriter_cast_hook, .push = push,               \
	.args = TABLE(args), .handlers = TABLE(handlers)

#define REWRITER_TABLE_HANDLERS                                                                    \
	READ("table", rewriter_read_table0, "the flows, a line for each direction"),               \
	REWRITER_DEPRECATED_READ("mappings", rewriter_read_table0, "the same as table")

#endif
