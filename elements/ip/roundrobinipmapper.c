/* SPDX-License-Identifier: MIT */
/*
 * RoundRobinIPMapper - spread the new flows of a rewriter over patterns in turn
 *
 * Used by its name as an input specification of a rewriter. Each new flow gets the next PATTERN,
 * with its outputs; when that has nothing free, the one behind it.
 *
 * Example: IPRewriter(m);
 *	m :: RoundRobinIPMapper(- - 1.0.0.1 - 0 1, - - 1.0.0.2 - 0 1);
 * See also: IPRewriter, SourceIPHashMapper
 */
#include "elements/ip/ip_mapper.h"

struct roundrobinipmapper {
	struct element base;
	struct mapper_patterns patterns;
	size_t next;
};
ELEMENT_SELF(struct roundrobinipmapper)

static bool map(struct element *e, const struct rewriter *rw, unsigned i,
		const struct flow_id *from, struct flow_id *to, uint16_t out[2])
{
	struct roundrobinipmapper *m = self(e);

	for (size_t tries = m->patterns.n; tries != 0; tries--) {
		const struct mapper_pattern *pat = &m->patterns.v[m->next];

		m->next = m->next + 1 == m->patterns.n ? 0 : m->next + 1;
		if (mapper_allocate(pat, rw, i, from, to, out))
			return true;
	}
	return false;
}

static bool check(struct element *e, const struct rewriter *rw, struct error *err)
{
	return mapper_check(e, &self(e)->patterns, rw, err);
}

static bool add(struct element *e, struct str s, struct error *err)
{
	return mapper_add(e, &self(e)->patterns, s, false, err);
}

static bool configure(struct element *e, struct error *err)
{
	return mapper_configured(&self(e)->patterns, err);
}

static const void *cast(struct element *e, const char *interface)
{
	static const struct ip_mapper mapper = { .map = map, .check = check };

	(void)e;
	return strcmp(interface, IP_MAPPER) == 0 ? &mapper : NULL;
}

static const struct arg args[] = {
	ARG_EACH("PATTERN", add, "a pattern, forward and reply output"),
};

const struct element_class roundrobinipmapper_class = {
	.name = "RoundRobinIPMapper",
	.ports = "0/0",
	.size = sizeof(self_t),
	.phase = PHASE_BEFORE_DEFAULT,
	.configure = configure,
	.cast = cast,
	.args = TABLE(args),
};
