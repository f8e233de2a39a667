/* SPDX-License-Identifier: MIT */
/*
 * IPRewriterPatterns - names for patterns of rewriters
 *
 * Each argument is a NAME and a PATTERN, as in a rewriter's input specification, without outputs:
 * `SADDR DADDR', `SADDR DADDR SPORT', `SADDR SPORT DADDR DPORT', or the name of another pattern.
 * All rewriters that use a name share the pattern, so values are given out in one sequence.
 *
 * Example: IPRewriterPatterns(to_world 1.0.0.1 1024-65535# - -);
 *	rw :: IPRewriter(pattern to_world 0 1, drop);
 * See also: IPRewriter
 */
#include "elements/ip/rewriter_pattern.h"

struct iprewriterpatterns {
	struct element base;
	struct named_patterns names;
};
ELEMENT_SELF(struct iprewriterpatterns)

/* Arguments' messages have no prefix, so they are parsed here and not by the table. */
static bool add(struct element *e, struct str s, struct error *err)
{
	struct named_patterns *names = &self(e)->names;
	struct str word[PATTERN_WORDS_MAX];
	size_t n = pattern_words(s, word);
	struct pattern *pat, *shared;

	if (n == 0)
		return true;
	if (pattern_named(e, word[0]))
		return fail(err, "pattern '%.*s' already defined", STR(word[0]));
	pat = pool_alloc(e->conf, sizeof(*pat));
	if (!pattern_parse(e, word + 1, n - 1, pat, &shared, err))
		return false;
	names->v = pool_grow(e->conf, names->v, names->n, &names->cap, sizeof(*names->v));
	names->v[names->n++] = (struct named_pattern){ pool_str(e->conf, word[0]), shared };
	return true;
}

static bool take_state(struct element *e, struct element *old, struct error *err)
{
	const struct named_patterns *now = &self(e)->names, *before = &self(old)->names;

	(void)err;
	for (size_t i = 0; i < now->n; i++)
		for (size_t k = 0; k < before->n; k++)
			if (str_eq(now->v[i].name, before->v[k].name) &&
			    pattern_same(now->v[i].pattern, before->v[k].pattern))
				now->v[i].pattern->next = before->v[k].pattern->next;
	return true;
}

static const void *cast(struct element *e, const char *interface)
{
	return strcmp(interface, REWRITER_PATTERNS) == 0 ? &self(e)->names : NULL;
}

static const struct arg args[] = {
	ARG_EACH("PATTERN", add, "a name and its pattern"),
};

const struct element_class iprewriterpatterns_class = {
	.name = "IPRewriterPatterns",
	.ports = "0/0",
	.size = sizeof(self_t),
	.phase = PHASE_INFO,
	.take_state = take_state,
	.cast = cast,
	.args = TABLE(args),
};
