/* SPDX-License-Identifier: MIT */
/* rewriter.c - rewriters as elements: arguments, start and stop, hot-swap, handlers. */
#include "elements/ip/rewriter.h"

#include "engine/lang/lang.h"

const void *rewriter_cast_hook(struct element *e, const char *interface)
{
	return strcmp(interface, REWRITER) == 0 ? rewriter_of(e) : NULL;
}

struct rewriter *rewriter_cast(struct element *e)
{
	return element_cast(e, REWRITER) ? rewriter_of(e) : NULL;
}

/* --- configuration --- */

bool rewriter_add_spec(struct element *e, struct str s, struct error *err)
{
	struct rewriter *rw = rewriter_of(e);

	(void)err;
	rw->spec = pool_grow(e->conf, rw->spec, rw->nspecs, &rw->spec_cap, sizeof(*rw->spec));
	rw->spec[rw->nspecs++].s = s;
	return true;
}

static bool parse_inputs(struct element *e, struct error *err)
{
	struct rewriter *rw = rewriter_of(e);
	bool ok = true;

	if (rw->nspecs != e->nin)
		return fail(err, "need %u arguments, one per input port", e->nin);
	rw->ninputs = e->nin;
	rw->input = pool_alloc(e->conf, e->nin * sizeof(*rw->input));
	for (uint32_t i = 0; i < rw->ninputs; i++) {
		error_prefix(err, "input spec %u: ", i);
		ok &= rewriter_parse_input(rw, rw->spec[i].s, &rw->input[i], err);
		error_leave(err);
	}
	return ok;
}

static bool parse_capacity(struct element *e, struct error *err)
{
	struct rewriter *rw = rewriter_of(e);
	struct str text = rw->capacity_text.s;
	int64_t capacity = INT32_MAX;
	struct element *other;

	rw->share = NULL;
	if (text.n != 0 && !parse_int(text, 0, INT32_MAX, &capacity, NULL)) {
		other = element_find(e, text);
		rw->share = other && other != e ? rewriter_cast(other) : NULL;
		if (!rw->share)
			return fail(err, "bad MAPPING_CAPACITY");
	}
	rw->capacity = (int32_t)capacity;
	return true;
}

bool rewriter_configure(struct element *e, const struct rewriter_ops *ops, struct error *err)
{
	struct rewriter *rw = rewriter_of(e);
	bool ok;

	rw->ops = ops;
	rw->has_reply_anno = arg_given(e, "REPLY_ANNO");
	ok = parse_capacity(e, err);
	return parse_inputs(e, err) && ok;
}

/* --- start and stop --- */

static void fire(struct element *e, struct timer *t)
{
	struct rewriter *rw = rewriter_of(e);

	rewriter_tick(rw);
	flow_pool_reap(rw->pool);
	timer_again(t, rw->reap.v * NS_PER_SEC);
}

/* Joins the pool of the rewriter at the end of the chain of MAPPING_CAPACITYs, or makes it. */
static bool join_pool(struct element *e, struct error *err)
{
	struct rewriter *rw = rewriter_of(e), *root = rw;

	for (unsigned hops = 0; root->share; root = root->share)
		if (hops++ > router_nelements(e->router))
			return fail(err, "bad MAPPING_CAPACITY");
	if (!root->pool)
		root->pool = flow_pool_new(e, (uint32_t)root->capacity);
	else if (root == rw)
		return true; /* somebody who shares it started first and has made it */
	if (!root->pool)
		return fail(err, "out of memory");
	if (root != rw)
		rw->pool = flow_pool_get(root->pool);
	return true;
}

static struct rewriter *root_of(struct rewriter *rw)
{
	while (rw->share)
		rw = rw->share;
	return rw;
}

static bool check_inputs(struct element *e, struct error *err)
{
	struct rewriter *rw = rewriter_of(e);
	unsigned errors = err->errors;

	for (uint32_t i = 0; i < rw->ninputs; i++) {
		const struct rewriter_input *in = &rw->input[i];

		error_prefix(err, "input spec %u: ", i);
		if (in->mapper)
			(void)in->mapper->check(in->mapper_element, rw, err);
		if (root_of(in->reply) != root_of(rw))
			fail(err, "reply element '%s' must share this MAPPING_CAPACITY",
			     rewriter_element(in->reply)->name);
		error_leave(err);
	}
	return err->errors == errors;
}

bool rewriter_start(struct element *e, struct error *err)
{
	struct rewriter *rw = rewriter_of(e);

	if (!join_pool(e, err) || !check_inputs(e, err))
		return false;
	for (unsigned i = 0; i < rw->ops->nmaps; i++)
		if (!flow_map_init(&rw->map[i], e))
			return fail(err, "out of memory");
	timer_init(&rw->timer, e, fire);
	if (rw->reap.v != 0)
		timer_after(&rw->timer, rw->reap.v * NS_PER_SEC);
	return true;
}

/* Those of one input, or with NULL all that have to do with rw. */
static void end_flows_of(struct rewriter *rw, const struct rewriter_input *input)
{
	struct flow_pool *fp = rw->pool;

	for (uint32_t i = 1; i < fp->made; i++) {
		struct flow *f = flow_at(fp, i);

		if (f->input &&
		    (input ? f->input == input : f->input->rw == rw || f->input->reply == rw))
			flow_end(fp, f);
	}
}

void rewriter_stop(struct element *e)
{
	struct rewriter *rw = rewriter_of(e);

	timer_fini(&rw->timer);
	if (!rw->pool)
		return;
	if (rw->pool->users > 1)
		end_flows_of(rw, NULL);
	flow_pool_put(rw->pool);
	rw->pool = NULL;
	flow_map_fini(&rw->map[0]);
	flow_map_fini(&rw->map[1]);
}

/* --- handlers --- */

void rewriter_read_table_size(struct element *e, struct text *out)
{
	const struct rewriter *rw = rewriter_of(e);
	uint64_t n = 0;

	for (uint32_t i = 0; i < rw->ninputs; i++)
		n += rw->input[i].flows;
	text_add(out, "%llu", (unsigned long long)n);
}

void rewriter_read_failures(struct element *e, struct text *out)
{
	const struct rewriter *rw = rewriter_of(e);
	uint64_t n = 0;

	for (uint32_t i = 0; i < rw->ninputs; i++)
		n += rw->input[i].failures;
	text_add(out, "%llu", (unsigned long long)n);
}

void rewriter_read_patterns(struct element *e, struct text *out)
{
	const struct rewriter *rw = rewriter_of(e);

	for (uint32_t i = 0; i < rw->ninputs; i++)
		rewriter_input_text(&rw->input[i], out);
}

void rewriter_read_size(struct element *e, struct text *out)
{
	text_add(out, "%u", rewriter_of(e)->pool->n);
}

void rewriter_read_capacity(struct element *e, struct text *out)
{
	text_add(out, "%u", rewriter_of(e)->pool->capacity);
}

bool rewriter_write_capacity(struct element *e, struct str value, struct error *err)
{
	struct rewriter *rw = rewriter_of(e);
	int64_t capacity;
	bool ok;

	error_prefix(err, "CAPACITY: ");
	ok = parse_int(value, 0, INT32_MAX, &capacity, err);
	error_leave(err);
	if (!ok)
		return false;
	rewriter_tick(rw);
	rw->pool->capacity = (uint32_t)capacity;
	flow_pool_shrink(rw->pool);
	return true;
}

bool rewriter_write_clear(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	flow_pool_clear(rewriter_of(e)->pool);
	return true;
}

static bool write_pattern(struct element *e, unsigned i, struct str spec, struct error *err)
{
	struct rewriter *rw = rewriter_of(e);
	struct rewriter_input in, *old = &rw->input[i];
	bool ok;

	error_prefix(err, "input spec %u: ", i);
	ok = rewriter_parse_input(rw, spec, &in, err) &&
	     (!in.mapper || in.mapper->check(in.mapper_element, rw, err));
	error_leave(err);
	if (!ok)
		return false;
	end_flows_of(rw, old);
	*old = in;
	if (in.pattern == &in.own)
		old->pattern = &old->own;
	return true;
}

bool rewriter_call_pattern(struct element *e, struct handler_call *c)
{
	if (c->write)
		return write_pattern(e, c->index, c->value, c->err);
	rewriter_input_text(&rewriter_of(e)->input[c->index], c->out);
	return true;
}

static bool parse_flow(struct element *e, struct str s, struct flow_id *id)
{
	struct ip_addr saddr, daddr;
	int64_t sport, dport;

	s = str_trim(s);
	if (!parse_ip(conf_word(&s), e, &saddr))
		return false;
	s = str_trim(s);
	if (!parse_int(conf_word(&s), 0, 65535, &sport, NULL))
		return false;
	s = str_trim(s);
	if (!parse_ip(conf_word(&s), e, &daddr))
		return false;
	s = str_trim(s);
	if (!parse_int(conf_word(&s), 0, 65535, &dport, NULL) || str_trim(s).n != 0)
		return false;
	*id = (struct flow_id){ saddr.v, daddr.v, be16((uint16_t)sport), be16((uint16_t)dport) };
	return true;
}

bool rewriter_call_lookup(struct element *e, struct handler_call *c)
{
	const struct rewriter *rw = rewriter_of(e);
	const struct flow_id *to;
	struct flow_id id;
	uint32_t ref;

	if (!parse_flow(e, c->value, &id))
		return fail(c->err, "expected 'SADDR SPORT DADDR DPORT'");
	ref = flow_map_get(&rw->map[0], &id);
	if (ref == 0)
		return true;
	to = &flow_of(rw->pool, ref)->to[ref & 1];
	print_ip(c->out, to->saddr);
	text_add(c->out, " %u ", be16(to->sport));
	print_ip(c->out, to->daddr);
	text_add(c->out, " %u", be16(to->dport));
	return true;
}

void rewriter_read_table0(struct element *e, struct text *out)
{
	rewriter_table(rewriter_of(e), 0, out);
}

void rewriter_read_table1(struct element *e, struct text *out)
{
	rewriter_table(rewriter_of(e), 1, out);
}
