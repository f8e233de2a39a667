/* SPDX-License-Identifier: MIT */
/* queues.c - the storage elements whose lengths are watched. */
#include "elements/aqm/queues.h"

#include "engine/lang/lang.h"

bool queues_parse(struct queues *q, struct element *e, struct str names, struct error *err)
{
	struct pool *pool = router_pool(e->router);
	struct str_list words = { 0 };
	struct element *found;
	bool ok = true;

	conf_words(e->conf, conf_unquote(e->conf, names), &words);
	q->e = pool_alloc(pool, (words.n + 1) * sizeof(q->e[0]));
	q->n = 0;
	for (size_t i = 0; i < words.n; i++) {
		found = element_find(e, words.v[i]);
		if (found)
			q->e[q->n++] = found;
		else
			ok = fail(err, "no element named '%.*s'", STR(words.v[i]));
	}
	q->named = q->n > 0;
	return ok;
}

bool queues_start(struct queues *q, struct element *e, bool downstream, struct error *err)
{
	bool ok = true;

	if (!q->named)
		q->n = downstream ? elements_downstream(e, 0, "Storage", &q->e)
				  : elements_upstream(e, 0, "Storage", &q->e);
	if (q->n == 0)
		return fail(err, "no nearby Queues");
	q->storage = pool_alloc(router_pool(e->router), q->n * sizeof(q->storage[0]));
	for (unsigned i = 0; i < q->n; i++) {
		q->storage[i] = element_cast(q->e[i], "Storage");
		if (!q->storage[i])
			ok = fail(err, "'%s' is not a Storage element", q->e[i]->name);
	}
	return ok;
}

uint32_t queues_length(const struct queues *q)
{
	uint32_t sum = 0;

	for (unsigned i = 0; i < q->n; i++)
		sum += q->storage[i]->length(q->e[i]);
	return sum;
}

void queues_print(const struct queues *q, const char *separator, struct text *out)
{
	for (unsigned i = 0; i < q->n; i++)
		text_add(out, "%s%s", q->e[i]->name,
			 separator[0] == '\n' || i + 1 < q->n ? separator : "");
}
