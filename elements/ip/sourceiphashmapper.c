/* SPDX-License-Identifier: MIT */
/*
 * SourceIPHashMapper - spread the new flows of a rewriter over patterns by their source address
 *
 * Used by its name as an input specification of a rewriter. The first argument is `NNODES SEED',
 * the others `PATTERN FOUTPUT ROUTPUT SERVERID'. Each server has NNODES points on a ring, made from
 * random numbers that start at SEED; a flow goes to the server whose point is the next behind the
 * hash of its source address. So a source keeps its server, and when servers come or go only
 * their own sources move.
 *
 * Example: IPRewriter(m);
 *	m :: SourceIPHashMapper(5 123, - - 1.0.0.1 - 0 1 11, - - 1.0.0.2 - 0 1 22);
 * See also: IPRewriter, RoundRobinIPMapper
 */
#include <stdlib.h>

#include "elements/ip/ip_mapper.h"
#include "engine/lang/lang.h"

#define RING 0x7fffffffU
#define NODES_MAX 65536
#define POINTS_MAX (1U << 24)

struct point {
	uint32_t key, pattern;
};

struct sourceiphashmapper {
	struct element base;
	struct mapper_patterns patterns;
	bool have_seed;
	int64_t nodes, seed;
	struct point *point; /* sorted by key */
	uint32_t npoints;
};
ELEMENT_SELF(struct sourceiphashmapper)

/* --- the generator of the C library's random(3), whose sequence is the same everywhere --- */

#define LAG 31
#define SHORT_LAG 3
#define WARM_UP (10 * LAG)

struct additive {
	uint32_t v[LAG];
	unsigned at;
};

static uint32_t additive_next(struct additive *a)
{
	uint32_t v = a->v[a->at] += a->v[(a->at + LAG - SHORT_LAG) % LAG];

	a->at = (a->at + 1) % LAG;
	return v >> 1;
}

static void additive_seed(struct additive *a, uint32_t seed)
{
	int64_t v = (int32_t)(seed ? seed : 1);

	for (unsigned i = 0; i < LAG; i++) {
		a->v[i] = (uint32_t)v;
		v = 16807 * v % RING;
		v = v < 0 ? v + RING : v;
	}
	a->at = 0;
	for (unsigned i = 0; i < WARM_UP; i++)
		(void)additive_next(a);
}

/* --- the ring --- */

static int by_key(const void *a, const void *b)
{
	const struct point *x = a, *y = b;

	return x->key < y->key ? -1 : x->key > y->key;
}

static int by_id(const void *a, const void *b)
{
	const struct mapper_pattern *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

/* Numbers are drawn for all ids up to the largest, so that those of one do not depend on others. */
static bool make_ring(struct element *e, struct error *err)
{
	struct sourceiphashmapper *m = self(e);
	const struct mapper_patterns *p = &m->patterns;
	struct additive random;
	size_t k = 0;

	qsort(p->v, p->n, sizeof(*p->v), by_id);
	if (p->n * (uint64_t)m->nodes > POINTS_MAX)
		return fail(err, "out of memory");
	m->point = pool_try(e->conf, p->n * (size_t)m->nodes * sizeof(*m->point));
	if (!m->point)
		return fail(err, "out of memory");
	additive_seed(&random, (uint32_t)m->seed);
	for (int64_t id = 0; id <= p->v[p->n - 1].id; id++) {
		while (k < p->n && p->v[k].id < id)
			k++;
		for (int64_t i = 0; i < m->nodes; i++) {
			uint32_t key = additive_next(&random);

			if (p->v[k].id == id)
				m->point[m->npoints++] = (struct point){ key, (uint32_t)k };
		}
	}
	qsort(m->point, m->npoints, sizeof(*m->point), by_key);
	return true;
}

static uint32_t hash(uint32_t addr)
{
	return addr * ((addr & 0xff) << 24 | 1) % RING;
}

static const struct mapper_pattern *owner(const struct sourceiphashmapper *m, uint32_t key)
{
	uint32_t low = 0, high = m->npoints, mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (m->point[mid].key < key)
			low = mid + 1;
		else
			high = mid;
	}
	return &m->patterns.v[m->point[low == m->npoints ? 0 : low].pattern];
}

/* --- the element --- */

static bool map(struct element *e, const struct rewriter *rw, unsigned i,
		const struct flow_id *from, struct flow_id *to, uint16_t out[2])
{
	return mapper_allocate(owner(self(e), hash(from->saddr)), rw, i, from, to, out);
}

static bool check(struct element *e, const struct rewriter *rw, struct error *err)
{
	return mapper_check(e, &self(e)->patterns, rw, err);
}

static bool parse_seed(struct element *e, struct str s, struct error *err)
{
	struct sourceiphashmapper *m = self(e);
	struct str nodes, seed;

	s = str_trim(s);
	nodes = conf_word(&s);
	s = str_trim(s);
	seed = conf_word(&s);
	if (seed.n == 0 || str_trim(s).n != 0)
		return fail(err, "requires 2 config params: numnodes seed");
	if (!parse_int(nodes, 1, NODES_MAX, &m->nodes, NULL))
		return fail(err, "number of nodes must be an integer");
	if (!parse_int(seed, INT32_MIN, UINT32_MAX, &m->seed, NULL))
		return fail(err, "hash seed must be an integer");
	return true;
}

static bool add(struct element *e, struct str s, struct error *err)
{
	if (self(e)->have_seed)
		return mapper_add(e, &self(e)->patterns, s, true, err);
	self(e)->have_seed = true;
	return parse_seed(e, s, err);
}

static bool configure(struct element *e, struct error *err)
{
	if (!self(e)->have_seed)
		return fail(err, "no hash seed given");
	return mapper_configured(&self(e)->patterns, err) && make_ring(e, err);
}

static const void *cast(struct element *e, const char *interface)
{
	static const struct ip_mapper mapper = { .map = map, .check = check };

	(void)e;
	return strcmp(interface, IP_MAPPER) == 0 ? &mapper : NULL;
}

static const struct arg args[] = {
	ARG_EACH("PATTERN", add, "`NNODES SEED', then a pattern, its outputs and server number"),
};

const struct element_class sourceiphashmapper_class = {
	.name = "SourceIPHashMapper",
	.ports = "0/0",
	.size = sizeof(self_t),
	.phase = PHASE_BEFORE_DEFAULT,
	.configure = configure,
	.cast = cast,
	.args = TABLE(args),
};
