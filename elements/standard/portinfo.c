/* SPDX-License-Identifier: MIT */
/*
 * PortInfo - name TCP and UDP ports
 *
 * Each argument is a name, a port with an optional protocol, and further names for it: a line of
 * a services file. Without a protocol the names are for both TCP and UDP; arguments with an
 * unknown one are ignored, and so is what follows `#'. The names are known inside the compound
 * element that the PortInfo is in.
 *
 * Example: PortInfo(iscsi 3260/tcp, ntp 123/udp time)
 * See also: AddressInfo
 */
#include "engine/element.h"
#include "engine/lang/lang.h"
#include "engine/names.h"

struct port_entry {
	uint32_t port;
	bool both;     /* TCP and UDP */
	int32_t proto; /* else */
};

/* "PORT" or "PORT/PROTO"; *known: the protocol is one. */
static bool parse_entry(struct element *e, struct str word, struct port_entry *p, bool *known)
{
	size_t slash = str_find(word, '/');
	uint64_t port;

	if (!parse_u64(str_first(word, slash), UINT16_MAX, &port, NULL))
		return false;
	p->port = (uint32_t)port;
	p->both = slash == word.n;
	*known = p->both || (parse_proto(str_from(word, slash + 1), e, &p->proto) &&
			     p->proto >= 0 && p->proto <= UINT8_MAX);
	return true;
}

static void define(struct element *e, struct str name, const struct port_entry *p)
{
	if (!p->both) {
		name_define(e, name_db_port(p->proto), name, &p->port, sizeof(p->port));
		return;
	}
	name_define(e, NAME_PORT_TCP, name, &p->port, sizeof(p->port));
	name_define(e, NAME_PORT_UDP, name, &p->port, sizeof(p->port));
}

static bool add_port(struct element *e, struct str text, struct error *err)
{
	struct port_entry p;
	struct str name = conf_word(&text), word = conf_word(&text);
	bool known;

	if (!name.n || name.p[0] == '#')
		return true;
	if (!parse_string(name, e->conf, &name) || !parse_entry(e, word, &p, &known))
		return fail(err, "expected 'NAME PORT/PROTO'");
	while (known && name.n && name.p[0] != '#') {
		define(e, name, &p);
		name = conf_word(&text);
	}
	return true;
}

static const struct arg args[] = {
	ARG_EACH("NAME PORT[/PROTO]", add_port, "a name, its port, further names"),
};

const struct element_class portinfo_class = {
	.name = "PortInfo",
	.ports = "0/0",
	.size = sizeof(struct element),
	.phase = PHASE_FIRST,
	.args = TABLE(args),
};
