/* SPDX-License-Identifier: MIT */
/*
 * ClickOSControl - an instance's end of the machine's control
 *
 * Every instance of a ClickOS machine has one of these, named ClickOSControl,
 * without being asked; a configuration need not mention it. It says which
 * instance this is, and through its handlers `read' and `write' whoever controls
 * the machine reaches all others: `read' takes `ELEMENT.HANDLER [ARGUMENTS]' and
 * gives that handler's value, `write' takes `ELEMENT.HANDLER [VALUE]'.
 *
 * In a router that is no instance `instance' and `number' are empty.
 *
 * See also: ControlSocket
 */
#include "engine/element.h"
#include "engine/manage.h"

struct clickoscontrol {
	struct element base;
	int64_t started; /* steady ns */
};
ELEMENT_SELF(struct clickoscontrol)

static bool start(struct element *e, struct error *err)
{
	(void)err;
	self(e)->started = time_steady(e);
	return true;
}

/* A swap does not make the instance younger. */
static bool take_state(struct element *e, struct element *old, struct error *err)
{
	(void)err;
	self(e)->started = self(old)->started;
	return true;
}

static void read_instance(struct element *e, struct text *out)
{
	const char *name;
	unsigned number;

	if (router_instance(e, &number, &name))
		text_add(out, "%s", name);
}

static void read_number(struct element *e, struct text *out)
{
	const char *name;
	unsigned number;

	if (router_instance(e, &number, &name))
		text_add(out, "%u", number);
}

static void read_uptime(struct element *e, struct text *out)
{
	int64_t ms = (time_steady(e) - self(e)->started) / NS_PER_MSEC;

	text_add(out, "%lld.%03lld", (long long)(ms / 1000), (long long)(ms % 1000));
}

static void read_elements(struct element *e, struct text *out)
{
	for (unsigned i = 0; i < router_nelements(e->router); i++) {
		element_declaration(router_element(e->router, i), out);
		text_char(out, '\n');
	}
}

/* Those that may be called from outside: the element (NULL: global) and the handler's name. */
static bool find(struct element *e, struct handler_call *c, struct element **target,
		 struct str *name)
{
	struct str which = str_word(&c->value);
	const struct handler *h;
	unsigned index;

	if (!handler_resolve(&(struct element){ .router = e->router }, which, target, name, c->err))
		return false;
	h = *target ? handler_find(*target, *name, &index) : handler_find_global(e->router, *name);
	if (h && h->flags & H_PRIVATE)
		return fail(c->err, "no handler named '%.*s'", STR(which));
	return true;
}

static bool call(struct element *e, struct handler_call *c)
{
	struct element *target;
	struct str name;

	if (!find(e, c, &target, &name))
		return false;
	if (target == e && (str_is(name, "read") || str_is(name, "write")))
		return fail(c->err, "this handler is for those of others");
	if (c->write)
		return handler_write(e->router, target, name, c->value, c->err, &c->status);
	return handler_read(e->router, target, name, c->value, c->out, c->err, &c->status);
}

static const struct handler handlers[] = {
	READ("instance", read_instance, "name of this instance"),
	READ("number", read_number, "its number"),
	READ("uptime", read_uptime, "seconds since it was started"),
	READ("elements", read_elements, "its elements and their classes"),
	CALL("read", call, H_READ | H_PARAM, "the value of another handler"),
	CALL("write", call, H_WRITE, "write another handler"),
};

const struct element_class clickoscontrol_class = {
	.name = "ClickOSControl",
	.ports = "0/0",
	.size = sizeof(self_t),
	.handlers = TABLE(handlers),
	.start = start,
	.take_state = take_state,
};
