/* SPDX-License-Identifier: MIT */
/* names_builtin.c - names that every configuration knows. */
#include "base/bits.h"
#include "engine/names.h"

struct known {
	const char *name;
	uint32_t v;
};

static const struct known protocols[] = {
	{ "icmp", 1 },     { "igmp", 2 },     { "ipip", 4 },      { "tcp", 6 },
	{ "udp", 17 },     { "dccp", 33 },    { "gre", 47 },      { "sctp", 132 },
	{ "tcpudp", 256 }, { "transp", 258 }, { "payload", 259 },
};

static const struct known ports[] = {
	{ "auth", 113 },        { "bootpc", 68 },      { "bootps", 67 },       { "chargen", 19 },
	{ "daytime", 13 },      { "discard", 9 },      { "dns", 53 },          { "domain", 53 },
	{ "echo", 7 },          { "finger", 79 },      { "ftp", 21 },          { "ftp-data", 20 },
	{ "https", 443 },       { "imap3", 220 },      { "imaps", 993 },       { "irc", 194 },
	{ "netbios-dgm", 138 }, { "netbios-ns", 137 }, { "netbios-ssn", 139 }, { "nntp", 119 },
	{ "ntp", 123 },         { "pop3", 110 },       { "pop3s", 995 },       { "pptp", 1723 },
	{ "rip", 520 },         { "route", 520 },      { "smtp", 25 },         { "snmp", 161 },
	{ "snmp-trap", 162 },   { "ssh", 22 },         { "sunrpc", 111 },      { "telnet", 23 },
	{ "tftp", 69 },         { "www", 80 },
};

static const struct known icmp_types[] = {
	{ "echo-reply", 0 },
	{ "unreachable", 3 },
	{ "sourcequench", 4 },
	{ "redirect", 5 },
	{ "echo", 8 },
	{ "routeradvert", 9 },
	{ "routersolicit", 10 },
	{ "timeexceeded", 11 },
	{ "parameterproblem", 12 },
	{ "timestamp", 13 },
	{ "timestamp-reply", 14 },
	{ "inforeq", 15 },
	{ "inforeq-reply", 16 },
	{ "maskreq", 17 },
	{ "maskreq-reply", 18 },
};

static const struct known unreachable_codes[] = {
	{ "net", 0 },
	{ "host", 1 },
	{ "protocol", 2 },
	{ "port", 3 },
	{ "needfrag", 4 },
	{ "srcroutefail", 5 },
	{ "netunknown", 6 },
	{ "hostunknown", 7 },
	{ "isolated", 8 },
	{ "netprohibited", 9 },
	{ "hostprohibited", 10 },
	{ "tosnet", 11 },
	{ "toshost", 12 },
	{ "filterprohibited", 13 },
	{ "hostprecedence", 14 },
	{ "precedencecutoff", 15 },
};

static const struct known redirect_codes[] = {
	{ "net", 0 },
	{ "host", 1 },
	{ "tosnet", 2 },
	{ "toshost", 3 },
};

static const struct known timeexceeded_codes[] = { { "transit", 0 }, { "reassembly", 1 } };

static const struct known paramprob_codes[] = {
	{ "erroratptr", 0 },
	{ "missingopt", 1 },
	{ "length", 2 },
};

#define ANNO(offset, size) ((size) << 16 | (offset))

static const struct known annotations[] = {
	{ "DST_IP", ANNO(0, 4) },           { "DST_IP6", ANNO(0, 16) },
	{ "WIFI_EXTRA", ANNO(16, 24) },     { "PAINT", ANNO(16, 1) },
	{ "ICMP_PARAMPROB", ANNO(17, 1) },  { "FIX_IP_SRC", ANNO(19, 1) },
	{ "VLAN_TCI", ANNO(20, 2) },        { "VLAN", ANNO(20, 2) },
	{ "AGGREGATE", ANNO(20, 4) },       { "FWD_RATE", ANNO(20, 4) },
	{ "MISC_IP", ANNO(20, 4) },         { "EXTRA_PACKETS", ANNO(24, 4) },
	{ "REV_RATE", ANNO(24, 4) },        { "GRID_ROUTE_CB", ANNO(27, 1) },
	{ "EXTRA_LENGTH", ANNO(28, 4) },    { "IPREASSEMBLER", ANNO(28, 4) },
	{ "FIRST_TIMESTAMP", ANNO(32, 8) }, { "PACKET_NUMBER", ANNO(32, 4) },
	{ "IPSEC_SPI", ANNO(32, 4) },       { "SEQUENCE_NUMBER", ANNO(36, 4) },
	{ "PERFCTR", ANNO(40, 8) },         { "IPSEC_SA_DATA_REFERENCE", ANNO(40, 8) },
};

struct table {
	const struct known *v;
	size_t n;
};

static struct table table_of(enum name_db db)
{
#define TABLE_OF(t)               \
	(struct table)            \
	{                         \
		(t), ARRAY_LEN(t) \
	}
	switch ((int)db) {
	case NAME_PORT_TCP:
	case NAME_PORT_UDP:
		return TABLE_OF(ports);
	case NAME_PROTO:
		return TABLE_OF(protocols);
	case NAME_ANNO:
		return TABLE_OF(annotations);
	case NAME_ICMP_TYPE:
		return TABLE_OF(icmp_types);
	case NAME_ICMP_CODE_UNREACHABLE:
		return TABLE_OF(unreachable_codes);
	case NAME_ICMP_CODE_REDIRECT:
		return TABLE_OF(redirect_codes);
	case NAME_ICMP_CODE_TIMEEXCEEDED:
		return TABLE_OF(timeexceeded_codes);
	case NAME_ICMP_CODE_PARAMPROB:
		return TABLE_OF(paramprob_codes);
	default:
		return (struct table){ NULL, 0 };
	}
}

bool name_builtin(enum name_db db, struct str name, uint32_t *v)
{
	struct table t = table_of(db);

	for (size_t i = 0; i < t.n; i++)
		if (str_is(name, t.v[i].name)) {
			*v = t.v[i].v;
			return true;
		}
	return false;
}

const char *name_reverse(enum name_db db, uint32_t v)
{
	struct table t = table_of(db);

	for (size_t i = 0; i < t.n; i++)
		if (t.v[i].v == v)
			return t.v[i].name;
	return NULL;
}

bool anno_builtin(struct str name, struct anno *anno)
{
	uint32_t v;

	if (!name_builtin(NAME_ANNO, name, &v))
		return false;
	*anno = (struct anno){ (uint8_t)v, (uint8_t)(v >> 16) };
	return true;
}
