/* SPDX-License-Identifier: MIT */
/* iproutetable.c - arguments, handlers and messages of the IPv4 route tables. */
#include "elements/ip/iproutetable.h"

#include "engine/lang/lang.h"
#include "elements/ip/first.h"

#define REPORTED_MISSES 5

static const struct ip_route_table *table_of(struct element *e)
{
	return e->class->cast(e, "IPRouteTable");
}

/* --- routes as text --- */

uint32_t ip_mask_of(unsigned len)
{
	return len ? be32(UINT32_MAX << (32 - len)) : 0;
}

bool ip_mask_contiguous(uint32_t mask)
{
	uint32_t host = ~be32(mask);

	return (host & (host + 1)) == 0;
}

unsigned ip_mask_len(uint32_t mask)
{
	return mask ? 32U - (unsigned)__builtin_ctz(be32(mask)) : 0;
}

static bool parse_gateway(const struct element *e, struct str word, uint32_t *gw)
{
	struct ip_addr addr = { 0 };

	if (!str_is(word, "-") && !parse_ip(word, e, &addr))
		return false;
	*gw = addr.v;
	return true;
}

bool ip_route_parse(const struct element *e, struct str s, bool without_output, struct ip_route *r)
{
	struct ip_prefix prefix;
	struct str word;

	s = str_trim(s);
	if (!parse_prefix(str_word(&s), e, true, &prefix))
		return false;
	*r = (struct ip_route){ prefix.addr & prefix.mask, prefix.mask, 0, -1 };
	word = str_word(&s);
	if (word.n == 0)
		return without_output;
	if (s.n != 0)
		return parse_gateway(e, word, &r->gw) && parse_i32(s, &r->port, NULL);
	/* Numbers first: looking a name up takes long. */
	return parse_i32(word, &r->port, NULL) ||
	       (without_output && parse_gateway(e, word, &r->gw));
}

static void print_gateway(struct text *out, uint32_t gw)
{
	if (gw)
		print_ip(out, gw);
	else
		text_char(out, '-');
}

/* Columns are filled up to where a tab at the next multiple of eight would be the second. */
void ip_route_print(struct text *out, const struct ip_route *r)
{
	size_t start = out->n;

	print_prefix(out, (struct ip_prefix){ r->addr, r->mask });
	text_add(out, out->n - start < 16 ? "\t\t" : "\t");
	start = out->n;
	print_gateway(out, r->gw);
	text_add(out, out->n - start < 8 ? "\t\t%d\n" : "\t%d\n", r->port);
}

static bool fail_route(struct error *err, const char *before, const struct ip_route *r,
		       const char *after)
{
	struct text t = { 0 };

	print_prefix(&t, (struct ip_prefix){ r->addr, r->mask });
	text_char(&t, ' ');
	print_gateway(&t, r->gw);
	text_add(&t, " %d", r->port);
	fail(err, "%s'%.*s'%s", before, STR(text_as_str(&t)), after);
	text_fini(&t);
	return false;
}

/* --- changes, and how to take them back --- */

struct undo {
	struct ip_route route;
	bool store; /* else erase */
};

static bool route_add(struct element *e, const struct ip_route *r, bool replace, struct undo *u,
		      struct error *err)
{
	const struct ip_route_table *t = table_of(e);

	u->route = *r;
	u->store = t->find(e, &u->route);
	if (u->store && !replace)
		return fail_route(err, "conflict with existing route ", &u->route, "");
	if (!t->store(e, r))
		return fail_route(err, "no memory to store route ", r, "");
	return true;
}

static bool route_remove(struct element *e, const struct ip_route *r, struct undo *u,
			 struct error *err)
{
	const struct ip_route_table *t = table_of(e);

	u->route = *r;
	u->store = true;
	if (!t->find(e, &u->route) ||
	    (r->port >= 0 && (r->port != u->route.port || r->gw != u->route.gw)))
		return fail_route(err, "route ", r, " not found");
	if (!t->erase(e, r))
		return fail_route(err, "no memory to store route ", &u->route, "");
	return true;
}

/* Also fails when memory is short now that was there before: then nothing else can be done. */
static void change_undo(struct element *e, const struct undo *u)
{
	const struct ip_route_table *t = table_of(e);

	if (u->store)
		(void)t->store(e, &u->route);
	else
		(void)t->erase(e, &u->route);
}

enum change { ADD, SET, REMOVE };

static bool change_make(struct element *e, enum change change, struct str s, struct undo *u,
			struct error *err)
{
	bool remove = change == REMOVE;
	struct ip_route r;

	if (!ip_route_parse(e, s, remove, &r) ||
	    (!table_of(e)->any_mask && !ip_mask_contiguous(r.mask)))
		return fail(err, remove ? "expected 'ADDR/MASK [GATEWAY OUTPUT]'"
					: "expected 'ADDR/MASK [GATEWAY] OUTPUT'");
	if (r.port < (remove ? -1 : 0) || (r.port >= 0 && (uint32_t)r.port >= e->nout))
		return fail(err, "bad OUTPUT");
	return remove ? route_remove(e, &r, u, err) : route_add(e, &r, change == SET, u, err);
}

/* --- arguments --- */

bool ip_table_arg(struct element *e, struct str s, struct error *err)
{
	struct ip_table *table = (struct ip_table *)e;
	unsigned k = ++table->nargs;
	struct ip_route r;

	if (!ip_route_parse(e, s, false, &r) ||
	    (!table_of(e)->any_mask && !ip_mask_contiguous(r.mask)))
		return fail(err, "argument %u should be 'ADDR/MASK [GATEWAY] OUTPUT'", k);
	if (r.port < 0 || (uint32_t)r.port >= e->nout)
		return fail(err, "argument %u bad OUTPUT", k);
	table->wanted = pool_grow(e->conf, table->wanted, table->nwanted, &table->wanted_cap,
				  sizeof(*table->wanted));
	table->wanted[table->nwanted++] = r;
	return true;
}

/* The table's memory is not the configuration's: nothing that can fail may come after. */
bool ip_table_configure(struct element *e, struct error *err)
{
	struct ip_table *table = (struct ip_table *)e;
	const struct ip_route_table *t = table_of(e);
	unsigned ignored = 0;

	for (size_t i = 0; i < table->nwanted; i++) {
		struct ip_route old = table->wanted[i];

		if (t->find(e, &old))
			ignored++;
		else if (!t->store(e, &table->wanted[i]))
			return fail_route(err, "no memory to store route ", &table->wanted[i], "");
	}
	pool_release(table->wanted);
	table->wanted = NULL;
	table->nwanted = table->wanted_cap = 0;
	table->nargs = 0;
	if (ignored)
		warn(err, "%u %s replaced by later versions", ignored,
		     ignored > 1 ? "routes" : "route");
	return true;
}

/* --- handlers --- */

void ip_table_read(struct element *e, struct text *out)
{
	table_of(e)->list(e, out);
}

bool ip_table_lookup(struct element *e, struct handler_call *c)
{
	struct ip_addr addr;
	uint32_t gw = 0;
	int port;

	if (!parse_ip(str_trim(c->value), e, &addr))
		return fail(c->err, "expected IP address");
	port = table_of(e)->lookup(e, addr.v, &gw);
	text_add(c->out, "%d", port);
	if (port >= 0 && gw) {
		text_char(c->out, ' ');
		print_ip(c->out, gw);
	}
	return true;
}

bool ip_table_add(struct element *e, struct str value, struct error *err)
{
	struct undo u;

	return change_make(e, ADD, value, &u, err);
}

bool ip_table_set(struct element *e, struct str value, struct error *err)
{
	struct undo u;

	return change_make(e, SET, value, &u, err);
}

bool ip_table_remove(struct element *e, struct str value, struct error *err)
{
	struct undo u;

	return change_make(e, REMOVE, value, &u, err);
}

static bool ctrl_line(struct element *e, struct str line, struct undo *u, struct error *err)
{
	struct str word = str_word(&line);

	if (str_is(word, "add"))
		return change_make(e, ADD, line, u, err);
	if (str_is(word, "set"))
		return change_make(e, SET, line, u, err);
	if (str_is(word, "remove"))
		return change_make(e, REMOVE, line, u, err);
	return fail(err, "bad command '%.*s'", STR(word));
}

/* Comments go line by line: with one, a line ends where it would without. */
static struct str uncomment(struct pool *pool, struct str line)
{
	for (size_t i = 0; i + 1 < line.n; i++)
		if (line.p[i] == '/' && (line.p[i + 1] == '/' || line.p[i + 1] == '*'))
			return conf_strip(pool, line);
	return str_trim(line);
}

bool ip_table_ctrl(struct element *e, struct str value, struct error *err)
{
	struct pool *pool = pool_new();
	struct undo *undo = NULL;
	size_t n = 0, cap = 0, end;
	struct str line;
	bool ok = true;

	for (; ok && value.n != 0; value = str_from(value, end + 1)) {
		end = str_find(value, '\n');
		line = uncomment(pool, str_first(value, end));
		if (line.n == 0)
			continue;
		undo = pool_grow(pool, undo, n, &cap, sizeof(*undo));
		ok = ctrl_line(e, line, &undo[n], err);
		n += ok;
	}
	while (!ok && n > 0)
		change_undo(e, &undo[--n]);
	pool_free(pool);
	return ok;
}

/* --- packets without a route --- */

void ip_table_miss(struct element *e, const char *who, uint32_t addr)
{
	struct ip_table *first = (struct ip_table *)element_first_of_class(e);
	struct text t = { 0 };

	if (__atomic_fetch_add(&first->misses, 1, __ATOMIC_RELAXED) >= REPORTED_MISSES) {
		first->misses = REPORTED_MISSES;
		return;
	}
	print_ip(&t, addr);
	chatter(e, "%s: no route for %.*s", who, STR(text_as_str(&t)));
	text_fini(&t);
}
