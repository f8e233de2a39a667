/* SPDX-License-Identifier: MIT */
/* handlers.c - the handlers of every element and of every task. */
#include "engine/run/handlers.h"

#include <stdlib.h>

/* --- of every element --- */

static void read_name(struct element *e, struct text *out)
{
	text_add(out, "%s", e->name);
}

static void read_class(struct element *e, struct text *out)
{
	text_add(out, "%s", e->class->name);
}

void read_config(struct element *e, struct text *out)
{
	if (e->class->config)
		e->class->config(e, out);
	else
		text_str(out, e->config);
}

static void print_port(const struct port_info *p, const struct router *r, bool output,
		       struct text *out)
{
	text_add(out, "%s%s\t-\t", p->how == 'h' ? "push" : "pull", p->code == 'a' ? "~" : "");
	for (uint32_t i = 0; i < p->npeers; i++) {
		const char *name = r->element[p->peer[i].e]->name;

		text_add(out, "%s", i ? ", " : "");
		if (output)
			text_add(out, "[%u] %s", p->peer[i].port, name);
		else
			text_add(out, "%s [%u]", name, p->peer[i].port);
	}
	text_char(out, '\n');
}

static void read_ports(struct element *e, struct text *out)
{
	const struct router *r = e->router;

	text_add(out, "%u input%s\n", e->nin, e->nin == 1 ? "" : "s");
	for (unsigned i = 0; i < e->nin; i++)
		print_port(router_in(r, e->index, i), r, false, out);
	text_add(out, "%u output%s\n", e->nout, e->nout == 1 ? "" : "s");
	for (unsigned i = 0; i < e->nout; i++)
		print_port(router_out(r, e->index, i), r, true, out);
}

static void read_handlers(struct element *e, struct text *out)
{
	const struct slot *s = &e->router->slot[e->index];

	handlers_print(e, s->handler, s->nhandlers, true, out);
}

const struct handler *element_handlers(size_t *n)
{
	static const struct handler table[] = {
		{ .name = "name",
		  .flags = H_READ | H_CALM,
		  .read = read_name,
		  .help = HELP("the element's full name") },
		{ .name = "class",
		  .flags = H_READ | H_CALM,
		  .read = read_class,
		  .help = HELP("the element's class") },
		{ .name = "config",
		  .flags = H_READ | H_CALM,
		  .read = read_config,
		  .help = HELP("the configuration string in force") },
		{ .name = "ports",
		  .flags = H_READ | H_CALM,
		  .read = read_ports,
		  .help = HELP("each port: push or pull, and its peers") },
		{ .name = "handlers",
		  .flags = H_READ | H_CALM,
		  .read = read_handlers,
		  .help = HELP("names and flags of the handlers") },
	};

	*n = ARRAY_LEN(table);
	return table;
}

/* --- of every task --- */

static struct task *task_of(struct element *e, const struct handler *h)
{
	return (struct task *)(void *)((char *)e + h->offset);
}

void task_read(struct element *e, const struct handler *h, struct text *out)
{
	const struct task *t = task_of(e, h);

	if (h->name[0] == 's')
		text_add(out, "%s", task_scheduled(t) ? "true" : "false");
	else if (h->name[0] == 't')
		text_add(out, "%d", t->run && t->tickets > 0 ? t->tickets : -1);
	else
		text_add(out, "%d", t->thread ? t->thread->id : -1);
}

static bool write_scheduled(struct task *t, struct str value, struct error *err)
{
	bool on;

	if (!parse_bool(value, &on))
		return fail(err, "syntax error");
	if (on)
		task_schedule(t);
	else
		task_unschedule(t);
	return true;
}

static bool write_tickets(struct task *t, struct str value, struct error *err)
{
	int32_t tickets;

	if (!parse_i32(value, &tickets, NULL))
		return fail(err, "syntax error");
	if (tickets < 1) {
		warn(err, "tickets pinned at 1");
		tickets = 1;
	} else if (tickets > 32768) {
		warn(err, "tickets pinned at 32768");
		tickets = 32768;
	}
	task_set_tickets(t, tickets);
	return true;
}

static bool write_home(struct task *t, struct str value, struct error *err)
{
	int32_t home;

	if (!parse_i32(value, &home, NULL) || home > (int)t->e->router->engine->nthreads)
		return fail(err, "bad thread");
	task_set_home(t, home);
	return true;
}

bool task_write(struct element *e, const struct handler *h, struct str value, struct error *err)
{
	struct task *t = task_of(e, h);

	if (!t->run)
		return fail(err, "no task");
	if (h->name[0] == 's')
		return write_scheduled(t, value, err);
	return h->name[0] == 't' ? write_tickets(t, value, err) : write_home(t, value, err);
}
