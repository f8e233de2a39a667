/* SPDX-License-Identifier: MIT */
/*
 * RandomSource - send random packets as fast as possible
 *
 * Sends packets of LENGTH random bytes: BURST each time it is scheduled, until
 * LIMIT have been sent. After the last one it calls END_CALL, or stops the
 * driver when STOP. With a pull output it gives a packet for each pull.
 *
 * See also: InfiniteSource
 */
#include "elements/standard/source.h"
#include "elements/standard/written.h"

enum { HEADROOM = 36, LENGTH_MAX = 65535 };

struct randomsource {
	union {
		struct element base;
		struct source source;
	};
	int32_t length;
};
ELEMENT_SELF(struct randomsource)

static void fill(const struct element *e, struct packet *p)
{
	uint32_t word;

	for (uint32_t i = 0; i < p->len; i += sizeof(word)) {
		word = random_u32(e);
		memcpy(p->data + i, &word, p->len - i < sizeof(word) ? p->len - i : sizeof(word));
	}
}

static void make(struct element *e, struct batch *b, unsigned n)
{
	int64_t now = self(e)->source.timestamp ? time_now(e) : 0;
	uint32_t length = (uint32_t)self(e)->length;
	struct packet *p;

	while (n-- > 0 && (p = packet_new(HEADROOM, length, 0))) {
		fill(e, p);
		p->timestamp = now;
		batch_add(b, p);
	}
}

static void init(struct element *e)
{
	source_init(e);
	self(e)->source.make = make;
}

static bool check_length(int32_t length, struct error *err)
{
	if (length < 0 || length > LENGTH_MAX)
		return fail(err, "bad length %d", length);
	return true;
}

static bool configure(struct element *e, struct error *err)
{
	return check_length(self(e)->length, err) && source_configure(e, err);
}

static bool write_length(struct element *e, struct str value, struct error *err)
{
	struct randomsource *s = self(e);
	int32_t length;

	if (!written_int(value, &length, err, "length must be integer") ||
	    !check_length(length, err))
		return false;
	s->length = length;
	return source_resume(&s->source);
}

static const struct arg args[] = {
	ARG("LENGTH", length, ARG_POSITIONAL | ARG_REQUIRED, "length of packets"),
	SOURCE_POSITIONALS,
	SOURCE_KEYWORDS,
};

static const struct handler handlers[] = {
	SOURCE_HANDLERS,
	FIELD_WRITE("length", length, write_length, H_CALM, "the LENGTH argument"),
	TASK_HANDLERS(source.task, H_PUSH),
};

const struct element_class randomsource_class = {
	.name = "RandomSource",
	.ports = "0/1",
	.processing = "a",
	.flags = CLASS_LIVE | CLASS_SOURCE,
	.size = sizeof(self_t),
	.init = init,
	.configure = configure,
	.start = source_start,
	.pull = source_pull,
	.notifier = source_notifier,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
