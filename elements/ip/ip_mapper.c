/* SPDX-License-Identifier: MIT */
/* ip_mapper.c - the list of patterns that mappers choose from. */
#include "elements/ip/ip_mapper.h"

#define SERVER_ID_MAX 65535

bool mapper_add(struct element *e, struct mapper_patterns *list, struct str s, bool with_id,
		struct error *err)
{
	struct mapper_pattern made = { .id = 0 };
	struct str word[PATTERN_WORDS_MAX];
	size_t n = pattern_words(s, word);
	struct pattern *own = pool_alloc(e->conf, sizeof(*own));

	if (with_id && (n == 0 || !parse_int(word[--n], 0, SERVER_ID_MAX, &made.id, NULL)))
		return fail(err, "bad server ID in pattern spec");
	if (!rewriter_parse_pattern(e, word, n, own, &made.pattern, made.out, NULL, err))
		return false;
	list->v = pool_grow(e->conf, list->v, list->n, &list->cap, sizeof(*list->v));
	made.number = list->n;
	list->v[list->n++] = made;
	return true;
}

bool mapper_configured(const struct mapper_patterns *list, struct error *err)
{
	if (list->n == 0)
		return fail(err, "no patterns given");
	if (list->n == 1)
		warn(err, "only one pattern given");
	return true;
}

bool mapper_allocate(const struct mapper_pattern *m, const struct rewriter *rw, unsigned map,
		     const struct flow_id *from, struct flow_id *to, uint16_t out[2])
{
	memcpy(out, m->out, sizeof(m->out));
	return pattern_allocate(m->pattern, rw, map, from, to);
}

bool mapper_check(struct element *e, const struct mapper_patterns *list, const struct rewriter *rw,
		  struct error *err)
{
	unsigned nout = rewriter_element(rw)->nout;
	struct text name = { 0 };
	bool ok = true;

	for (size_t i = 0; i < list->n; i++) {
		if (list->v[i].out[0] < nout && list->v[i].out[1] < nout)
			continue;
		text_clear(&name);
		element_declaration(e, &name);
		ok = fail(err, "output port out of range in %s pattern %zu", name.p,
			  list->v[i].number);
	}
	text_fini(&name);
	return ok;
}
