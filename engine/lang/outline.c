/* SPDX-License-Identifier: MIT */
/* outline.c - a configuration as it is written: its compounds, and what stands in them. */
#include "engine/lang/parse.h"

static struct lang_formal *copy_formals(struct pool *pool, const struct body *b)
{
	struct lang_formal *to = pool_alloc(pool, b->nformals * sizeof(*to));

	for (size_t i = 0; i < b->nformals; i++)
		to[i] = (struct lang_formal){ pool_str(pool, b->formal[i].name),
					      pool_str(pool, b->formal[i].keyword) };
	return to;
}

static void add_define(struct pool *pool, struct lang_scope *s, struct lang_var v)
{
	s->define[s->ndefines++] =
		(struct lang_var){ pool_str(pool, v.name), pool_str(pool, v.value) };
}

/* What the command line sets, it sets at file level. */
static void copy_defines(struct parser *p, struct pool *pool, struct lang_scope *s,
			 const struct body *b)
{
	size_t settings = b->outer ? 0 : p->source->nvars;

	s->define = pool_alloc(pool, (b->ndefines + settings) * sizeof(*s->define));
	for (size_t i = 0; i < settings; i++)
		add_define(pool, s, p->source->vars[i]);
	for (size_t i = 0; i < b->ndefines; i++)
		if (b->outer || !parse_setting(p, b->define[i].name))
			add_define(pool, s, b->define[i]);
}

static struct str extended(struct pool *pool, const struct body *b)
{
	const struct class *class = b->class && !b->next ? b->class->extends : NULL;

	return class ? expand_written_class(pool, class) : str_of("");
}

static void add_scope(struct parser *p, struct lang_outline *o, const struct body *b)
{
	struct lang_scope *s = &o->scope[b->id];

	s->id = b->id;
	s->outer = b->outer ? b->outer->id : 0;
	s->class = b->class ? b->class->first->id : 0;
	s->name = pool_str(o->pool, b->class ? b->class->name : str_of(""));
	s->extends = extended(o->pool, b);
	s->formal = copy_formals(o->pool, b);
	s->nformals = b->nformals;
	s->ninputs = b->ninputs;
	s->noutputs = b->noutputs;
	copy_defines(p, o->pool, s, b);
	s->graph = expand_written(p, b);
}

static void make_outline(struct parser *p, void *arg)
{
	struct lang_outline *o = arg;

	if (p->err->errors != p->errors)
		return;
	o->n = p->nbodies;
	o->scope = pool_alloc(o->pool, o->n * sizeof(*o->scope));
	for (const struct body *b = p->bodies; b; b = b->link)
		add_scope(p, o, b);
}

struct lang_outline *lang_outline(const struct lang_source *source, const struct lang_host *host,
				  struct error *err)
{
	struct pool *pool = pool_new();
	struct lang_outline *o = pool_alloc(pool, sizeof(*o));

	o->pool = pool;
	o->file = parse_text(source, host, err, make_outline, o);
	if (o->file)
		return o;
	lang_outline_free(o);
	return NULL;
}

void lang_outline_free(struct lang_outline *o)
{
	if (!o)
		return;
	for (size_t i = 0; i < o->n; i++)
		graph_free(o->scope[i].graph);
	graph_free(o->file);
	pool_free(o->pool);
}
