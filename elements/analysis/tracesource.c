/* SPDX-License-Identifier: MIT */
/* tracesource.c - replaying packets that are made of a text file, line by line. */
#include "elements/analysis/tracesource.h"

void trace_source_complain(struct trace_source *s, const char *message)
{
	struct landmark at = tracefile_landmark(&s->file);

	if (!s->complained)
		chatter(&s->replay.base, "%.*s:%u: %s", STR(at.file), at.line, message);
	s->complained = true;
}

void trace_source_end(struct trace_source *s)
{
	tracefile_end(&s->file);
	replay_end(&s->replay);
	if (s->replay.stop)
		router_stop(s->replay.base.router, 1);
}

bool trace_source_line(struct trace_source *s, struct str *line)
{
	if (tracefile_line(&s->file, line))
		return true;
	trace_source_end(s);
	return false;
}

static struct packet *read(struct replay *r)
{
	struct trace_source *s = trace_source(&r->base);
	struct packet *p = multipacket_next(&s->multi);

	if (p)
		return p;
	p = s->next(s);
	if (!p || !s->multipacket)
		return p;
	multipacket_start(&s->multi, p);
	return multipacket_next(&s->multi);
}

void trace_source_init(struct element *e)
{
	replay_init(replay(e), &trace_source(e)->file, read, replay_sampled);
}

void trace_source_start(struct trace_source *s, struct packet *(*next)(struct trace_source *))
{
	s->next = next;
	replay_start(&s->replay);
}

void trace_source_stop(struct element *e)
{
	multipacket_end(&trace_source(e)->multi);
	replay_stop(e);
}

void trace_source_read_encap(struct element *e, struct text *out)
{
	(void)e;
	text_add(out, "IP");
}
