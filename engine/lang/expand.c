/* SPDX-License-Identifier: MIT */
/* expand.c - from classes to nodes: the components of every instance. */
#include "engine/lang/expand.h"

bool expand_charge(struct expander *x, size_t work)
{
	x->work = work < x->work ? x->work - work : 0;
	if (x->work && x->nnodes <= ITEMS_MAX && x->nlinks <= CONNS_MAX)
		return true;
	if (!x->too_large)
		fail_at(x->p->err, x->p->end, "configuration too large");
	x->too_large = true;
	return false;
}

static void add_tunnel(struct expander *x, struct tunnel t)
{
	x->tunnel = pool_grow(x->pool, x->tunnel, x->ntunnels, &x->tunnel_cap, sizeof(*x->tunnel));
	x->tunnel[x->ntunnels++] = t;
	x->node[t.outside].next = t.in;
}

static struct str full_name(struct expander *x, const struct instance *in, struct str name)
{
	if (!in->name.n)
		return name;
	expand_charge(x, in->name.n + name.n);
	return str_of(pool_printf(x->g->pool, "%.*s/%.*s", STR(in->name), STR(name)));
}

static void check_name(struct expander *x, const struct instance *in, struct item *item,
		       struct str name)
{
	struct error *err = x->p->err;
	const struct item *old = map_get(&x->names, name);

	if (in->name.n && map_get(&x->p->file->classes, name))
		fail_at(err, in->at, "'%.*s' is an element class", STR(name));
	if (old) {
		fail_at(err, in->at, "redeclaration of element '%.*s'", STR(name));
		fail_at(err, old->at, "'%.*s' previously declared here", STR(name));
	} else {
		map_set(&x->names, name, item);
	}
}

/* The variables of the scope in which the class of this body was defined. A class is visible only
 * inside that scope: so it is one of those around the place of use. */
static const struct env *defining_env(const struct env *env, const struct body *body)
{
	while (env->body != body->outer)
		env = env->outer;
	return env;
}

static void push_instance(struct expander *x, const struct instance *in, struct instance made,
			  const struct str *value)
{
	struct env *env = pool_alloc(x->pool, sizeof(*env));

	env->body = made.body;
	env->outer = defining_env(in->env, made.body);
	env->value = value;
	made.env = env;
	made.depth = in->depth + 1;
	if (made.depth > INSTANCE_DEPTH_MAX) {
		fail_at(x->p->err, made.at, "maximum compound element nesting depth exceeded");
		x->too_large = true;
		return;
	}
	x->stack = pool_grow(x->pool, x->stack, x->nstack, &x->stack_cap, sizeof(*x->stack));
	x->stack[x->nstack++] = made;
}

struct str expand_written_class(struct pool *pool, const struct class *class)
{
	if (!class->first)
		return pool_str(pool, class->primitive);
	return str_of(pool_printf(pool, "{%u}", class->first->id));
}

static void add_written(struct expander *x, const struct item *item, unsigned node)
{
	struct pool *pool = x->g->pool;

	x->node[node].element = graph_add(
		x->g,
		(struct graph_element){ .name = pool_str(pool, item->name),
					.class = expand_written_class(pool, item->class),
					.config = pool_str(pool, item->config),
					.at = { pool_str(pool, item->at.file), item->at.line } });
}

static void add_element(struct expander *x, const struct instance *in, struct item *item,
			unsigned node)
{
	struct str name, config;
	struct choice c;

	if (x->written) {
		add_written(x, item, node);
		return;
	}
	name = full_name(x, in, item->name);
	check_name(x, in, item, name);
	config = expand_config(x, in->env, item->config);
	c = expand_choose(x, item, config);
	if (c.body) {
		push_instance(x, in,
			      (struct instance){
				      .body = c.body, .name = name, .at = item->at, .node = node },
			      c.value);
	} else {
		x->node[node].element =
			graph_add(x->g, (struct graph_element){ .name = name,
								.class = c.primitive,
								.config = config,
								.at = item->at });
	}
}

static void add_item(struct expander *x, const struct instance *in, unsigned base, unsigned i)
{
	struct item *item = &in->body->item[i];
	struct tunnel t = {
		.at = item->at, .outside = base + i, .in = base + i + 1, .out = base + i + 2
	};

	if (item->kind == ITEM_ELEMENT) {
		add_element(x, in, item, base + i);
	} else if (item->kind == ITEM_GROUP) {
		t.name = full_name(x, in, item->name);
		add_tunnel(x, t);
	} else if (item->kind == ITEM_OUTPUT) {
		x->node[base + i].next = item->group ? base + item->group : in->node;
	}
}

static void add_nodes(struct expander *x, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		x->node = pool_grow(x->pool, x->node, x->nnodes, &x->node_cap, sizeof(*x->node));
		x->node[x->nnodes++] = (struct node){ NO_NODE, NO_NODE };
	}
}

static void add_links(struct expander *x, const struct body *b, unsigned base)
{
	for (size_t i = 0; i < b->nconns; i++) {
		const struct item_conn *c = &b->conn[i];

		x->link = pool_grow(x->pool, x->link, x->nlinks, &x->link_cap, sizeof(*x->link));
		x->link[x->nlinks++] =
			(struct graph_conn){ .from = { base + c->from.item, c->from.port },
					     .to = { base + c->to.item, c->to.port },
					     .at = c->at };
	}
}

/* Components found to be compounds were pushed in order; the first one is to be next. */
static void reverse_pushed(struct expander *x, size_t from)
{
	for (size_t i = from, j = x->nstack; i + 1 < j; i++) {
		struct instance t = x->stack[i];

		x->stack[i] = x->stack[--j];
		x->stack[j] = t;
	}
}

/* Of a class that is no part of anything: its ends are elements. */
static void add_open_ends(struct expander *x, const struct instance *in, unsigned base)
{
	struct graph_element e = { .name = full_name(x, in, str_of("input")),
				   .class = STR_LIT(LANG_INPUT),
				   .at = in->at };

	x->node[base].element = graph_add(x->g, e);
	e.name = full_name(x, in, str_of("output"));
	e.class = str_of(LANG_OUTPUT);
	x->node[base + 1].element = graph_add(x->g, e);
}

static void expand_instance(struct expander *x, struct instance in)
{
	unsigned base = (unsigned)x->nnodes;
	size_t waiting = x->nstack;

	if (x->nnodes + in.body->nitems > ITEMS_MAX || x->nlinks + in.body->nconns > CONNS_MAX)
		x->work = 0;
	if (!expand_charge(x, in.body->nitems * sizeof(struct node)))
		return;
	add_nodes(x, in.body->nitems);
	if (in.depth && in.node == NO_NODE)
		add_open_ends(x, &in, base);
	else if (in.depth)
		add_tunnel(x, (struct tunnel){ .name = in.name,
					       .at = in.at,
					       .outside = in.node,
					       .in = base,
					       .out = base + 1 });
	for (unsigned i = 0; i < in.body->nitems && !x->too_large; i++)
		add_item(x, &in, base, i);
	add_links(x, in.body, base);
	reverse_pushed(x, waiting);
}

struct graph *expand_written(struct parser *p, const struct body *b)
{
	struct expander x = { .p = p, .g = graph_new(), .pool = p->pool, .written = true };
	const struct env env = { .body = b };

	x.work = WORK_MIN + p->size * WORK_FACTOR;
	expand_instance(&x, (struct instance){ .body = b,
					       .env = &env,
					       .at = b->at,
					       .node = NO_NODE,
					       .depth = b->outer != NULL });
	if (!x.too_large)
		tunnel_check(&x);
	if (!x.too_large)
		tunnel_join(&x);
	map_fini(&x.names);
	return x.g;
}

/* Each parameter stands for itself. */
static const struct str *open_values(struct expander *x, const struct body *b)
{
	struct str *v = pool_alloc(x->pool, b->nformals * sizeof(*v));

	for (size_t i = 0; i < b->nformals; i++)
		v[i] = str_of(pool_printf(x->g->pool, "$%.*s", STR(b->formal[i].name)));
	return v;
}

/* The parser's bodies are listed from the last one on: the first one comes to be on top. */
static void push_open_classes(struct expander *x, const struct instance *file)
{
	for (const struct body *b = x->p->bodies; b; b = b->link) {
		const struct class *class = map_get(&file->body->classes, b->name);

		if (class && class->first == b)
			push_instance(
				x, file,
				(struct instance){
					.body = b, .name = b->name, .at = b->at, .node = NO_NODE },
				open_values(x, b));
	}
}

void expand_file(struct parser *p)
{
	struct expander x = { .p = p, .g = p->graph, .pool = p->pool, .work = WORK_MIN };
	const struct env env = { .body = p->file };
	const struct instance file = { .body = p->file, .env = &env, .node = NO_NODE };
	unsigned errors;

	x.work += p->size * WORK_FACTOR;
	if (p->source->open_classes)
		push_open_classes(&x, &file);
	x.stack = pool_grow(x.pool, x.stack, x.nstack, &x.stack_cap, sizeof(*x.stack));
	x.stack[x.nstack++] = file;
	while (x.nstack && !x.too_large) {
		x.nstack--;
		expand_instance(&x, x.stack[x.nstack]);
	}
	errors = p->err->errors;
	if (!x.too_large)
		tunnel_check(&x);
	if (!x.too_large && p->err->errors == errors)
		tunnel_join(&x);
	map_fini(&x.names);
}
