/* SPDX-License-Identifier: MIT */
/* chatter.c - messages to the operator: to the platform and to those who listen. */
#include "engine/platform.h"
#include "engine/run/router.h"

void router_chatter(struct router *r, struct str channel, struct str line)
{
	struct engine_owner *owner = r->engine->options.owner;
	bool quiet = false;

	list_each(i, &r->sinks)
	{
		struct chatter_sink *s = container_of(i, struct chatter_sink, node);

		if (!str_eq(s->channel, channel))
			continue;
		quiet = quiet || s->quiet;
		s->line(s->e, line);
	}
	if (!quiet && owner)
		owner->message(owner, line);
	else if (!quiet)
		platform_message(line);
}

void chatter_sink_add(struct element *e, struct chatter_sink *s)
{
	s->e = e;
	list_add_tail(&e->router->sinks, &s->node);
}

void chatter_sink_remove(struct chatter_sink *s)
{
	if (s->node.next)
		list_remove(&s->node);
}

void chatter_channel(const struct element *e, struct str channel, struct str line)
{
	router_chatter(e->router, channel, line);
}

void chatter_str(const struct element *e, struct str line)
{
	static const struct str channel = STR_LIT("default");

	router_chatter(e->router, channel, line);
}

void chatter(const struct element *e, const char *fmt, ...)
{
	struct text t = { 0 };
	va_list ap;

	va_start(ap, fmt);
	text_vadd(&t, fmt, ap);
	va_end(ap);
	chatter_str(e, text_as_str(&t));
	text_fini(&t);
}

void chatter_error(const struct element *e, struct error *err)
{
	struct str rest = text_as_str(&err->out);

	while (rest.n != 0) {
		size_t n = str_find(rest, '\n');

		chatter_str(e, str_first(rest, n));
		rest = str_from(rest, n + 1);
	}
	text_clear(&err->out);
	err->errors = err->warnings = 0;
}
