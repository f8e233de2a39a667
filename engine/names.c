/* SPDX-License-Identifier: MIT */
/* names.c - names from information elements, built-in tables and the machine. */
#include "engine/names.h"

#include "base/bits.h"
#include "base/hash.h"
#include "base/net.h"
#include "engine/platform.h"
#include "engine/run/router.h"

#define BUCKETS 256U

struct definition {
	struct definition *next;
	enum name_db db;
	struct str scope, name; /* scope: "a/b/", or empty at file level */
	size_t size;
	uint8_t value[32];
};

struct names {
	struct pool *pool;
	struct definition *bucket[BUCKETS];
};

struct names *names_new(struct pool *pool)
{
	struct names *n = pool_alloc(pool, sizeof(*n));

	n->pool = pool;
	return n;
}

/* The compound whose full name is cut off here, with its slash: "a/b/" for "a/b/c". */
static struct str scope_of(struct str name)
{
	while (name.n && name.p[name.n - 1] != '/')
		name.n--;
	return name;
}

static struct str outer_scope(struct str scope)
{
	scope.n--;
	return scope_of(scope);
}

/* Only the name: definitions of it in different scopes share a chain. */
static struct definition **chain(struct names *n, struct str name)
{
	return &n->bucket[hash_bytes(name.p, name.n) % BUCKETS];
}

static struct definition *find(struct names *n, struct str scope, enum name_db db, struct str name)
{
	for (struct definition *d = *chain(n, name); d; d = d->next)
		if (d->db == db && str_eq(d->name, name) && str_eq(d->scope, scope))
			return d;
	return NULL;
}

static struct names *names_of(const struct element *e)
{
	return e && e->router ? e->router->names : NULL;
}

void name_define(struct element *e, enum name_db db, struct str name, const void *v, size_t size)
{
	struct names *n = names_of(e);
	struct str scope = scope_of(str_of(e->name));
	struct definition *d;

	if (!n || size > sizeof(d->value))
		return;
	d = find(n, scope, db, name);
	if (!d) {
		d = pool_alloc(n->pool, sizeof(*d));
		d->db = db;
		d->scope = pool_str(n->pool, scope);
		d->name = pool_str(n->pool, name);
		d->next = *chain(n, name);
		*chain(n, name) = d;
	}
	d->size = size;
	memcpy(d->value, v, size);
}

bool name_defined(const struct element *e, enum name_db db, struct str name, void *v, size_t size)
{
	struct names *n = names_of(e);
	const struct definition *d;
	struct str scope;

	if (!n)
		return false;
	for (scope = scope_of(str_of(e->name));; scope = outer_scope(scope)) {
		d = find(n, scope, db, name);
		if (d && d->size == size) {
			memcpy(v, d->value, size);
			return true;
		}
		if (!scope.n)
			return false;
	}
}

static bool find_service(struct str name, const char *proto, uint32_t *v)
{
	uint16_t port;

	if (!platform_service(name, proto, &port))
		return false;
	*v = port;
	return true;
}

/* Numbers that the machine's own files know. */
static bool find_number(enum name_db db, struct str name, uint32_t *v)
{
	uint8_t proto;

	switch ((int)db) {
	case NAME_PORT_TCP:
		return find_service(name, "tcp", v);
	case NAME_PORT_UDP:
		return find_service(name, "udp", v);
	case NAME_DBS + IP_PROTO_SCTP:
		return find_service(name, "sctp", v);
	case NAME_DBS + IP_PROTO_DCCP:
		return find_service(name, "dccp", v);
	case NAME_PROTO:
		if (!platform_protocol(name, &proto))
			return false;
		*v = proto;
		return true;
	default:
		return false;
	}
}

static bool find_device_prefix(struct str device, struct ip_prefix *p)
{
	return platform_device_address(device, ADDRESS_IP, &p->addr) &&
	       platform_device_address(device, ADDRESS_MASK, &p->mask);
}

/* Addresses of the machine's devices, and of hosts. */
static bool find_address(enum name_db db, struct str name, void *v)
{
	switch ((int)db) {
	case NAME_IP:
		return platform_device_address(name, ADDRESS_IP, v);
	case NAME_IP_PREFIX:
		return find_device_prefix(name, v);
	case NAME_ETHER:
		return platform_device_address(name, ADDRESS_ETHER, v);
	case NAME_HOST:
		return platform_host(name, v);
	default:
		return false;
	}
}

/* Numbers are uint32_t; a number as text is not worth asking the machine for. */
bool name_find(const struct element *e, enum name_db db, struct str name, void *v, size_t size)
{
	uint32_t number;

	if (!name.n)
		return false;
	if (name_defined(e, db, name, v, size))
		return true;
	if (find_address(db, name, v))
		return true;
	if (size != sizeof(number) || parse_u32(name, &number, NULL))
		return false;
	if (!name_builtin(db, name, &number) && !find_number(db, name, &number))
		return false;
	memcpy(v, &number, sizeof(number));
	return true;
}
