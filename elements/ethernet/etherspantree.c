/* SPDX-License-Identifier: MIT */
/*
 * EtherSpanTree - spanning tree for an Ethernet switch
 *
 * Speaks the IEEE 802.1D spanning tree protocol for the bridge ADDR: each port's messages come in on
 * the input of its number and leave on that output. Ports that are not part of the tree are blocked
 * by the two Suppressors, which stand before and behind SWITCH: blocked and listening ports are shut
 * in both, learning ones in the output suppressor only. While the topology changes, SWITCH forgets
 * addresses after 15 seconds.
 *
 * Example: EtherSpanTree(1:2:3:4:5:6, in_supp, out_supp, switch)
 * See also: EtherSwitch, Suppressor, DebugBridge
 */
#include "elements/ethernet/bpdu.h"

#define PRIORITY 0xdeadULL
#define HELLO 2 /* seconds */
#define MAX_AGE 20
#define FORWARD_DELAY 15
#define UNITS 256 /* of message times, a second */

enum state { BLOCK, LISTEN, LEARN, FORWARD };

struct bridge_port {
	enum state state;
	int64_t since;    /* of the state */
	bool heard;       /* msg is valid */
	bool acknowledge; /* a topology change notification */
	struct bpdu msg;  /* the best one */
	int64_t expiry;   /* of msg */
};

struct etherspantree {
	struct element base;
	struct ether_addr addr;
	struct element *input_suppressor, *output_suppressor, *etherswitch;
	struct bridge_port *port; /* [nout] */
	uint64_t id;
	struct bpdu best;       /* where the root is, through which port */
	int32_t root_port;      /* -1: this is the root */
	bool notify;            /* the root must hear of a change */
	bool changing;          /* the root has said so */
	int64_t changing_until; /* this is the root and says so */
	struct text timeout;    /* of the switch at other times */
	struct timer timer;
};
ELEMENT_SELF(struct etherspantree)

/* --- port states --- */

static void write_handler(struct element *e, struct element *to, struct str name, struct str value)
{
	struct error err = { 0 };
	int status;

	if (!handler_write(e->router, to, name, value, &err, &status))
		chatter_error(e, &err);
	error_fini(&err);
}

static void read_timeout(struct element *e, struct text *out)
{
	static const struct str handler = STR_LIT("timeout"), none = STR_LIT("");
	struct error err = { 0 };
	int status;

	text_clear(out);
	(void)handler_read(e->router, self(e)->etherswitch, handler, none, out, &err, &status);
	error_fini(&err);
}

static void suppress(struct element *e, struct element *suppressor, unsigned i, bool on)
{
	struct text name = { 0 };

	if (i < suppressor->nin) {
		text_add(&name, "active%u", i);
		write_handler(e, suppressor, text_as_str(&name), str_of(on ? "false" : "true"));
	}
	text_fini(&name);
}

static void apply_state(struct element *e, unsigned i)
{
	struct etherspantree *s = self(e);
	enum state state = s->port[i].state;

	suppress(e, s->input_suppressor, i, state < LEARN);
	suppress(e, s->output_suppressor, i, state < FORWARD);
}

static void set_state(struct element *e, unsigned i, enum state state, int64_t now)
{
	struct etherspantree *s = self(e);
	struct bridge_port *port = &s->port[i];

	if (state == port->state)
		return;
	chatter(e, "Changing port %u from %d to %d", i, port->state, state);
	if (state == FORWARD || (state == BLOCK && port->state == FORWARD)) {
		chatter(e, "Setting send_tc_msg: %s on %u",
			state == FORWARD ? "BLOCK -> FORWARD" : "FORWARD -> BLOCK", i);
		s->notify = true;
	}
	port->state = state;
	port->since = now;
	apply_state(e, i);
}

static void advance_states(struct element *e, int64_t now)
{
	for (unsigned i = 0; i < e->nout; i++) {
		const struct bridge_port *port = &self(e)->port[i];

		if ((port->state == LISTEN || port->state == LEARN) &&
		    now - port->since >= FORWARD_DELAY * NS_PER_SEC)
			set_state(e, i, port->state + 1, now);
	}
}

/* --- the tree --- */

static void expire(struct element *e, int64_t now)
{
	for (unsigned i = 0; i < e->nout; i++) {
		struct bridge_port *port = &self(e)->port[i];

		if (!port->heard || now < port->expiry)
			continue;
		chatter(e, "Expiring message on port %u", i);
		port->heard = false;
	}
}

/* What this bridge would say on port i. */
static struct bpdu_priority own_priority(const struct etherspantree *s, unsigned i)
{
	return (struct bpdu_priority){ s->best.priority.root, s->best.priority.cost, s->id,
				       (uint16_t)i };
}

static bool is_designated(const struct etherspantree *s, unsigned i)
{
	const struct bpdu_priority own = own_priority(s, i);

	return !s->port[i].heard || bpdu_compare(&own, &s->port[i].msg.priority) < 0;
}

static void find_root(struct element *e)
{
	struct etherspantree *s = self(e);

	s->root_port = -1;
	s->best = (struct bpdu){ .priority = { .root = s->id, .bridge = s->id },
				 .max_age = MAX_AGE * UNITS,
				 .hello = HELLO * UNITS,
				 .delay = FORWARD_DELAY * UNITS };
	for (unsigned i = 0; i < e->nout; i++) {
		struct bpdu offer = s->port[i].msg;

		offer.priority.cost++;
		if (!s->port[i].heard || bpdu_compare(&offer.priority, &s->best.priority) >= 0)
			continue;
		s->best = offer;
		s->root_port = (int32_t)i;
	}
}

static void update_ports(struct element *e, int64_t now)
{
	struct etherspantree *s = self(e);

	for (unsigned i = 0; i < e->nout; i++) {
		bool in_tree = (int32_t)i == s->root_port || is_designated(s, i);

		if (!in_tree)
			set_state(e, i, BLOCK, now);
		else if (s->port[i].state == BLOCK)
			set_state(e, i, LISTEN, now);
	}
}

/* A change ends with the root's word for it, and makes the switch forget soon. */
static void update_topology(struct element *e, int64_t now)
{
	static const struct str handler = STR_LIT("timeout");
	struct etherspantree *s = self(e);
	bool was = s->changing;

	if (s->root_port < 0 && s->notify) {
		s->notify = false;
		s->changing_until = now + (MAX_AGE + FORWARD_DELAY) * NS_PER_SEC;
	}
	s->changing = s->root_port < 0 ? now < s->changing_until : s->best.flags & BPDU_TC;
	if (s->changing && !was) {
		read_timeout(e, &s->timeout);
		write_handler(e, s->etherswitch, handler, str_of("15"));
	} else if (was && !s->changing) {
		write_handler(e, s->etherswitch, handler, text_as_str(&s->timeout));
	}
}

/* --- messages --- */

static void send(struct element *e, unsigned i, const struct bpdu *m)
{
	struct packet *p = bpdu_packet(m, &self(e)->addr);

	if (p)
		output_push_packet(e, i, p);
}

static void send_configuration(struct element *e, unsigned i)
{
	struct etherspantree *s = self(e);
	struct bpdu m = s->best;

	m.type = BPDU_CONFIGURATION;
	m.priority = own_priority(s, i);
	m.flags =
		(uint8_t)((s->changing ? BPDU_TC : 0) | (s->port[i].acknowledge ? BPDU_TC_ACK : 0));
	m.age = (uint16_t)(s->root_port < 0 ? 0 : s->best.age + UNITS);
	s->port[i].acknowledge = false;
	send(e, i, &m);
}

static void send_messages(struct element *e)
{
	static const struct bpdu notification = { .type = BPDU_TOPOLOGY_CHANGE };
	struct etherspantree *s = self(e);

	for (unsigned i = 0; i < e->nout; i++)
		if ((int32_t)i != s->root_port && is_designated(s, i))
			send_configuration(e, i);
	if (s->notify && s->root_port >= 0)
		send(e, (unsigned)s->root_port, &notification);
}

static void fire(struct element *e, struct timer *t)
{
	int64_t now = time_steady(e);

	advance_states(e, now);
	expire(e, now);
	find_root(e);
	update_ports(e, now);
	update_topology(e, now);
	send_messages(e);
	timer_again(t, HELLO * NS_PER_SEC);
}

static void take_configuration(struct element *e, unsigned i, const struct bpdu *m)
{
	struct etherspantree *s = self(e);
	struct bridge_port *port = &s->port[i];
	int64_t left = (int64_t)MAX_AGE * UNITS - m->age;

	if ((int32_t)i == s->root_port && m->flags & BPDU_TC_ACK)
		s->notify = false;
	if (left <= 0 || (port->heard && bpdu_compare(&m->priority, &port->msg.priority) > 0))
		return;
	port->heard = true;
	port->msg = *m;
	port->expiry = time_steady(e) + left * (NS_PER_SEC / UNITS);
}

static void take(struct element *e, unsigned i, const struct packet *p)
{
	struct etherspantree *s = self(e);
	struct bpdu m;

	if (!bpdu_parse(p, &m))
		return;
	if (m.type == BPDU_CONFIGURATION) {
		take_configuration(e, i, &m);
	} else if (m.type == BPDU_TOPOLOGY_CHANGE && is_designated(s, i)) {
		s->port[i].acknowledge = true;
		s->notify = true;
	}
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	for (unsigned i = 0; i < b->n; i++)
		take(e, port, b->pkt[i]);
	batch_drop(b);
}

/* --- the element --- */

static bool check_class(const struct element *other, const char *argument, const char *class,
			struct error *err)
{
	if (strcmp(other->class->name, class) == 0)
		return true;
	return fail(err, "%s: element type mismatch, expected %s", argument, class);
}

/* The address is the id's low bytes as they lie in memory. */
static bool configure(struct element *e, struct error *err)
{
	struct etherspantree *s = self(e);

	s->id = PRIORITY << 48;
	memcpy(&s->id, s->addr.b, 6);
	s->port = pool_alloc(e->conf, (e->nout + 1) * sizeof(*s->port));
	return check_class(s->input_suppressor, "INPUT_SUPPRESSOR", "Suppressor", err) &&
	       check_class(s->output_suppressor, "OUTPUT_SUPPRESSOR", "Suppressor", err) &&
	       check_class(s->etherswitch, "SWITCH", "EtherSwitch", err);
}

static bool start(struct element *e, struct error *err)
{
	(void)err;
	find_root(e);
	for (unsigned i = 0; i < e->nout; i++)
		apply_state(e, i);
	timer_init(&self(e)->timer, e, fire);
	timer_after(&self(e)->timer, HELLO * NS_PER_SEC);
	return true;
}

static void stop(struct element *e)
{
	text_fini(&self(e)->timeout);
}

static void message_text(const struct bpdu *m, struct text *out)
{
	text_char(out, ' ');
	bpdu_text_port(m, out);
	text_add(out, ": %s  %x -> %016llx  m/h/d: %x/%x/%x\n", m->flags & BPDU_TC ? "TC" : "tc",
		 m->priority.cost, (unsigned long long)m->priority.root, m->max_age, m->hello,
		 m->delay);
}

static void read_msgs(struct element *e, struct text *out)
{
	const struct etherspantree *s = self(e);
	struct bpdu own;

	for (unsigned i = 0; i < e->nout; i++) {
		own = s->best;
		own.priority = own_priority(s, i);
		own.flags = s->changing ? BPDU_TC : 0;
		message_text(s->port[i].heard ? &s->port[i].msg : &own, out);
	}
	message_text(&s->best, out);
}

static const struct arg args[] = {
	ARG("ADDR", addr, ARG_POSITIONAL | ARG_REQUIRED, "the bridge's address"),
	ARG("INPUT_SUPPRESSOR", input_suppressor, ARG_POSITIONAL | ARG_REQUIRED,
	    "Suppressor before the switch"),
	ARG("OUTPUT_SUPPRESSOR", output_suppressor, ARG_POSITIONAL | ARG_REQUIRED,
	    "Suppressor behind the switch"),
	ARG("SWITCH", etherswitch, ARG_POSITIONAL | ARG_REQUIRED, "the EtherSwitch"),
};

static const struct handler handlers[] = {
	READ("msgs", read_msgs, "the best message of each port, and of all"),
};

const struct element_class etherspantree_class = {
	.name = "EtherSpanTree",
	.ports = "-/=",
	.size = sizeof(self_t),
	.flags = CLASS_ONE_THREAD,
	.phase = PHASE_AFTER_DEFAULT,
	.configure = configure,
	.start = start,
	.stop = stop,
	.push = push,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
