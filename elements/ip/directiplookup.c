/* SPDX-License-Identifier: MIT */
/*
 * DirectIPLookup - route table that is looked up directly by address
 *
 * Looks the destination address annotation up, sets it to the route's gateway
 * if there is one, and sends the packet to the route's output; packets without
 * a route are dropped. Each ROUTE is `ADDR/MASK [GATEWAY] OUTPUT', GATEWAY `-'
 * being none; the longest prefix wins. A table of the first 24 bits of all
 * addresses leads to the route, or to a table of the last 8 bits (DIR-24-8):
 * so a lookup takes two memory accesses, and the table up to 50 MB, made in
 * parts as prefixes need them. At most 32767 different pairs of gateway and
 * output and 32768 blocks of 256 addresses with prefixes longer than 24 bits.
 *
 * Example: DirectIPLookup(10.0.0.0/8 0, 0/0 10.0.0.1 1)
 * See also: RadixIPLookup, RangeIPLookup
 */
#include "elements/ip/iprib.h"

#define HOPS_MAX 32768
#define BLOCKS_MAX 32768U
#define BLOCK_FLAG 0x8000U /* a page's entry is the number of a block, not a hop */
#define BLOCK_SIZE 256U
#define PAGES 256U
#define PAGE_SIZE 65536U

/* Each entry is a hop, 0 for the default one, and the length of the prefix that it is from. */
struct page { /* for bits 8 to 23 of addresses */
	uint16_t hop[PAGE_SIZE];
	uint8_t len[PAGE_SIZE];
};

struct block { /* for the last 8 bits */
	uint16_t hop[BLOCK_SIZE];
	uint8_t len[BLOCK_SIZE];
};

struct directiplookup {
	struct ip_table base;
	struct ip_rib rib;
	struct page *page[PAGES];
	uint16_t hop[PAGES]; /* where there is no page */
	uint8_t len[PAGES];
	uint16_t default_hop;
	struct block **block; /* [BLOCKS_MAX], once there is one */
	uint32_t free_block;  /* none is free below it */
};
ELEMENT_SELF(struct directiplookup)

struct change {
	uint16_t hop;
	uint8_t len, hop_len;
};

static uint32_t find_hop(const struct directiplookup *d, uint32_t addr)
{
	const struct page *page = d->page[addr >> 24];
	uint32_t hop = page ? page->hop[addr >> 8 & 0xffff] : d->hop[addr >> 24];

	if (hop & BLOCK_FLAG)
		hop = d->block[hop ^ BLOCK_FLAG]->hop[addr & 0xff];
	return hop ? hop : d->default_hop;
}

/* --- changes --- */

static void set_entries(uint16_t *hop, uint8_t *len, uint32_t n, struct change c)
{
	for (uint32_t i = 0; i < n; i++)
		if (len[i] <= c.len) {
			hop[i] = c.hop;
			len[i] = c.hop_len;
		}
}

static void set_in_page(struct directiplookup *d, struct page *page, uint32_t first, uint32_t n,
			struct change c)
{
	for (uint32_t i = first; i < first + n; i++)
		if (page->hop[i] & BLOCK_FLAG) {
			struct block *b = d->block[page->hop[i] ^ BLOCK_FLAG];

			set_entries(b->hop, b->len, BLOCK_SIZE, c);
		} else {
			set_entries(&page->hop[i], &page->len[i], 1, c);
		}
}

static void set_pages(struct directiplookup *d, uint32_t first, uint32_t n, struct change c)
{
	for (uint32_t i = first; i < first + n; i++)
		if (d->page[i])
			set_in_page(d, d->page[i], 0, PAGE_SIZE, c);
		else
			set_entries(&d->hop[i], &d->len[i], 1, c);
}

static struct page *page_of(struct directiplookup *d, uint32_t i)
{
	struct page *page = d->page[i];

	if (page)
		return page;
	page = d->page[i] = pool_try(d->rib.pool, sizeof(*page));
	for (uint32_t k = 0; page && k < PAGE_SIZE; k++) {
		page->hop[k] = d->hop[i];
		page->len[k] = d->len[i];
	}
	return page;
}

static struct block *block_make(struct directiplookup *d, struct page *page, uint32_t i)
{
	struct block *b;

	if (!d->block)
		d->block = pool_try(d->rib.pool, BLOCKS_MAX * sizeof(struct block *));
	while (d->block && d->free_block < BLOCKS_MAX && d->block[d->free_block])
		d->free_block++;
	if (!d->block || d->free_block == BLOCKS_MAX)
		return NULL;
	b = pool_try(d->rib.pool, sizeof(*b));
	if (!b)
		return NULL;
	for (uint32_t k = 0; k < BLOCK_SIZE; k++) {
		b->hop[k] = page->hop[i];
		b->len[k] = page->len[i];
	}
	d->block[d->free_block] = b;
	page->hop[i] = (uint16_t)(BLOCK_FLAG | d->free_block);
	return b;
}

/* A block goes when no prefix longer than 24 bits is left in it. */
static void block_trim(struct directiplookup *d, struct page *page, uint32_t i)
{
	uint32_t number = page->hop[i] ^ BLOCK_FLAG;
	struct block *b = d->block[number];

	for (uint32_t k = 0; k < BLOCK_SIZE; k++)
		if (b->len[k] > 24)
			return;
	page->hop[i] = b->hop[0];
	page->len[i] = b->len[0];
	d->block[number] = NULL;
	if (number < d->free_block)
		d->free_block = number;
	pool_release(b);
}

static bool set_in_block(struct directiplookup *d, struct page *page, uint32_t addr,
			 struct change c)
{
	uint32_t i = addr >> 8 & 0xffff, first = addr & 0xff;
	struct block *b;

	if (page->hop[i] & BLOCK_FLAG)
		b = d->block[page->hop[i] ^ BLOCK_FLAG];
	else
		b = block_make(d, page, i);
	if (!b)
		return false;
	set_entries(b->hop + first, b->len + first, 1U << (32 - c.len), c);
	if (c.hop_len < c.len)
		block_trim(d, page, i);
	return true;
}

static bool fib_set(void *fib, uint32_t addr, unsigned len, uint32_t hop, unsigned hop_len)
{
	struct directiplookup *d = fib;
	struct change c = { (uint16_t)(hop_len ? hop : 0), (uint8_t)len, (uint8_t)hop_len };
	struct page *page;

	if (len == 0) {
		d->default_hop = (uint16_t)hop;
		return true;
	}
	if (len <= 8) {
		set_pages(d, addr >> 24, 1U << (8 - len), c);
		return true;
	}
	page = page_of(d, addr >> 24);
	if (!page)
		return false;
	if (len > 24)
		return set_in_block(d, page, addr, c);
	set_in_page(d, page, addr >> 8 & 0xffff, 1U << (24 - len), c);
	return true;
}

/* --- the table --- */

static void init(struct element *e)
{
	struct directiplookup *d = self(e);

	ip_rib_init(&d->rib, router_pool(e->router));
	d->rib.max_hops = HOPS_MAX;
	d->rib.fib_set = fib_set;
	d->rib.fib = d;
}

static int lookup(struct element *e, uint32_t addr, uint32_t *gw)
{
	const struct directiplookup *d = self(e);
	const struct ip_hop *hop = &d->rib.hop[find_hop(d, be32(addr))];

	*gw = hop->gw;
	return hop->port == PORT_DROP ? -1 : hop->port;
}

static bool find(struct element *e, struct ip_route *r)
{
	return ip_rib_find(&self(e)->rib, r);
}

static bool store(struct element *e, const struct ip_route *r)
{
	return ip_rib_store(&self(e)->rib, r);
}

static bool erase(struct element *e, const struct ip_route *r)
{
	return ip_rib_erase(&self(e)->rib, r);
}

static void list(struct element *e, struct text *out)
{
	ip_rib_list_hashed(&self(e)->rib, out);
}

static const void *cast(struct element *e, const char *interface)
{
	static const struct ip_route_table table = {
		.lookup = lookup,
		.find = find,
		.store = store,
		.erase = erase,
		.list = list,
	};

	(void)e;
	return strcmp(interface, "IPRouteTable") == 0 ? &table : NULL;
}

static bool flush(struct element *e, struct str value, struct error *err)
{
	struct directiplookup *d = self(e);

	(void)value, (void)err;
	ip_rib_clear(&d->rib);
	for (uint32_t i = 0; i < PAGES; i++)
		pool_release(d->page[i]);
	for (uint32_t i = 0; d->block && i < BLOCKS_MAX; i++)
		pool_release(d->block[i]);
	pool_release(d->block);
	memset(d->page, 0, sizeof(d->page));
	memset(d->hop, 0, sizeof(d->hop));
	memset(d->len, 0, sizeof(d->len));
	d->block = NULL;
	d->free_block = d->default_hop = 0;
	return true;
}

static const void *entry_for(const struct directiplookup *d, uint32_t addr)
{
	const struct page *page = d->page[addr >> 24];

	return page ? &page->hop[addr >> 8 & 0xffff] : NULL;
}

static void classify(struct element *e, const struct batch *in, uint16_t port[])
{
	const struct directiplookup *d = self(e);

	for (unsigned i = 0; i < in->n; i++)
		__builtin_prefetch(entry_for(d, be32(anno_dst(in->pkt[i]))));
	for (unsigned i = 0; i < in->n; i++) {
		struct packet *p = in->pkt[i];
		const struct ip_hop *hop = &d->rib.hop[find_hop(d, be32(anno_dst(p)))];

		port[i] = hop->port;
		if (hop->gw)
			anno_set_dst(p, hop->gw);
	}
}

static const struct arg args[] = {
	ARG_EACH("ROUTE", ip_table_arg, "ADDR/MASK [GATEWAY] OUTPUT"),
};

static const struct handler handlers[] = {
	IP_TABLE_HANDLERS,
	BUTTON("flush", flush, "removes all routes"),
};

const struct element_class directiplookup_class = {
	.name = "DirectIPLookup",
	.ports = "1/-",
	.size = sizeof(self_t),
	.init = init,
	.configure = ip_table_configure,
	.classify = classify,
	.cast = cast,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
