/* SPDX-License-Identifier: MIT */
/*
 * InfiniteSource - send packets as fast as possible
 *
 * Sends copies of one packet that holds DATA, cut or repeated to LENGTH bytes
 * if that is given: BURST each time it is scheduled, until LIMIT have been sent.
 * After the last one it calls END_CALL, or stops the driver when STOP. Waits
 * while what is downstream says that it is full. With a pull output it gives a
 * packet for each pull.
 *
 * Example: InfiniteSource(DATA \<00>, LENGTH 64, LIMIT 1000, STOP true)
 * See also: RatedSource, TimedSource, RandomSource
 */
#include "elements/standard/source.h"
#include "elements/standard/written.h"

struct infinitesource {
	union {
		struct element base;
		struct source source;
	};
	struct str data;
	int32_t length;
	struct template template;
};
ELEMENT_SELF(struct infinitesource)

static void make(struct element *e, struct batch *b, unsigned n)
{
	const struct infinitesource *s = self(e);

	template_make(&s->template, b, n, s->source.timestamp ? time_now(e) : 0);
}

static void init(struct element *e)
{
	source_init(e);
	self(e)->source.make = make;
}

static bool configure(struct element *e, struct error *err)
{
	struct infinitesource *s = self(e);

	return source_configure(e, err) &&
	       template_set(&s->template, s->data, s->length, SOURCE_HEADROOM, err);
}

static void stop(struct element *e)
{
	template_fini(&self(e)->template);
}

static void read_data(struct element *e, struct text *out)
{
	text_str(out, self(e)->data);
}

static bool write_data(struct element *e, struct str value, struct error *err)
{
	struct infinitesource *s = self(e);

	return template_write(&s->template, e, value, s->length, SOURCE_HEADROOM, &s->data, err) &&
	       source_resume(&s->source);
}

static bool write_length(struct element *e, struct str value, struct error *err)
{
	struct infinitesource *s = self(e);
	int32_t length;

	if (!written_int(value, &length, err, "length must be integer") ||
	    !template_set(&s->template, s->data, length, SOURCE_HEADROOM, err))
		return false;
	s->length = length < 0 ? -1 : length;
	return source_resume(&s->source);
}

static const struct arg args[] = {
	ARG_OR("DATA", data, ARG_POSITIONAL, SOURCE_DATA, "what packets hold"),
	SOURCE_POSITIONALS,
	ARG_OR("LENGTH", length, 0, "-1", "length of packets, -1 for that of DATA"),
	ARG("DATASIZE", length, 0, "old name of LENGTH"),
	SOURCE_KEYWORDS,
};

static const struct handler handlers[] = {
	RW("data", read_data, write_data, H_RAW | H_CALM, "the DATA argument"),
	SOURCE_HANDLERS,
	FIELD_WRITE("length", length, write_length, H_CALM, "the LENGTH argument"),
	FIELD_WRITE("burstsize", source.burst, source_write_burst, H_CALM | H_DEPRECATED,
		    "the BURST argument"),
	FIELD_WRITE("datasize", length, write_length, H_CALM | H_DEPRECATED, "the LENGTH argument"),
	TASK_HANDLERS(source.task, H_PUSH),
};

const struct element_class infinitesource_class = {
	.name = "InfiniteSource",
	.ports = "0/1",
	.processing = "a",
	.flags = CLASS_LIVE | CLASS_SOURCE,
	.size = sizeof(self_t),
	.init = init,
	.configure = configure,
	.start = source_start,
	.stop = stop,
	.pull = source_pull,
	.notifier = source_notifier,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
