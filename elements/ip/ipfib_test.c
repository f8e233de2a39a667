/* SPDX-License-Identifier: MIT */
/* ipfib_test.c - the forwarding table against a search of all prefixes, while they change. */
#include "elements/ip/ipfib.h"
#include "tests/unit/test.h"

#define PREFIXES 300
#define CHANGES 2000
#define LOOKUPS 40

struct prefix {
	uint32_t addr;
	unsigned len;
	uint32_t hop; /* 0: not in the table */
};

static uint32_t random_bits(uint64_t *state)
{
	*state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(*state >> 32);
}

static uint32_t mask_of(unsigned len)
{
	return len ? UINT32_MAX << (32 - len) : 0;
}

/* The longest prefix, shorter than len, that addr is in. NULL: none. */
static const struct prefix *best(const struct prefix *v, uint32_t addr, unsigned len)
{
	const struct prefix *found = NULL;

	for (unsigned i = 0; i < PREFIXES; i++)
		if (v[i].hop && v[i].len < len && ((addr ^ v[i].addr) & mask_of(v[i].len)) == 0 &&
		    (!found || v[i].len > found->len))
			found = &v[i];
	return found;
}

static bool has(const struct prefix *v, const struct prefix *p)
{
	for (unsigned i = 0; i < PREFIXES; i++)
		if (v[i].hop && v[i].addr == p->addr && v[i].len == p->len)
			return true;
	return false;
}

/* Many close together, so that they lie in each other. */
static struct prefix random_prefix(uint64_t *state)
{
	struct prefix p = { .len = random_bits(state) % 33, .hop = 1 + random_bits(state) % 5 };

	p.addr = random_bits(state) % 3 ? 0x0a000000 : random_bits(state) & 0xff000000;
	p.addr |= random_bits(state) & (random_bits(state) % 2 ? 0x00030000 : 0x00ff0000);
	p.addr |= random_bits(state) & (random_bits(state) % 2 ? 0x00000707 : 0x0000ffff);
	p.addr &= mask_of(p.len);
	return p;
}

static bool take_out(struct ip_fib *f, struct prefix *v, unsigned i)
{
	const struct prefix *around;

	v[i].hop = 0;
	around = best(v, v[i].addr, v[i].len);
	return ip_fib_set(f, v[i].addr, v[i].len, around ? around->hop : 0,
			  around ? around->len : 0);
}

static bool change(struct ip_fib *f, struct prefix *v, unsigned i, uint64_t *state)
{
	struct prefix p = random_prefix(state);

	if (v[i].hop && random_bits(state) % 4)
		return take_out(f, v, i);
	if (v[i].hop) { /* another hop for the same prefix */
		v[i].hop = p.hop;
		return ip_fib_set(f, v[i].addr, v[i].len, p.hop, v[i].len);
	}
	if (has(v, &p))
		return true;
	v[i] = p;
	return ip_fib_set(f, p.addr, p.len, p.hop, p.len);
}

static unsigned wrong_lookups(const struct ip_fib *f, const struct prefix *v, uint64_t *state)
{
	unsigned wrong = 0;

	for (unsigned i = 0; i < LOOKUPS; i++) {
		const struct prefix *p = &v[random_bits(state) % PREFIXES], *want;
		uint32_t addr = p->addr | (random_bits(state) & ~mask_of(p->len));

		if (i % 3 == 0) /* the first addresses and the ones before them */
			addr = p->addr - i % 2;
		want = best(v, addr, 33);
		wrong += ip_fib_lookup(f, addr) != (want ? want->hop : 0);
	}
	return wrong;
}

static bool is_empty(const struct ip_fib *f)
{
	for (unsigned i = 0; i < 256; i++)
		if (f->slot[i].below || f->slot[i].hop)
			return false;
	return true;
}

static void test_random(void)
{
	static struct ip_fib f;
	static struct prefix v[PREFIXES];
	uint64_t state = 1;
	unsigned wrong = 0, failed = 0;

	f.pool = pool_new();
	for (unsigned i = 0; i < CHANGES; i++) {
		failed += !change(&f, v, random_bits(&state) % PREFIXES, &state);
		wrong += wrong_lookups(&f, v, &state);
	}
	CHECK_INT(wrong, 0);
	for (unsigned i = 0; i < PREFIXES; i++)
		if (v[i].hop)
			failed += !take_out(&f, v, i);
	CHECK_INT(failed, 0);
	CHECK(is_empty(&f));
	ip_fib_clear(&f);
	pool_free(f.pool);
}

/* All 65536 addresses of a block differ, so that no range is left to be made. */
static void test_full(void)
{
	static struct ip_fib f;
	unsigned failed = 0, wrong = 0;

	f.pool = pool_new();
	for (uint32_t i = 0; i < 65536; i++)
		failed += !ip_fib_set(&f, 0x01020000 + i, 32, 1 + i % 7, 32);
	CHECK(ip_fib_set(&f, 0x01020000, 17, 9, 17));
	for (uint32_t i = 0; i < 65536; i++)
		wrong += ip_fib_lookup(&f, 0x01020000 + i) != 1 + i % 7;
	CHECK_INT(wrong, 0);
	for (uint32_t i = 0; i < 65536; i++)
		failed +=
			!ip_fib_set(&f, 0x01020000 + i, 32, i < 32768 ? 9 : 0, i < 32768 ? 17 : 0);
	CHECK_INT(failed, 0);
	CHECK_INT(ip_fib_lookup(&f, 0x01027fff), 9);
	CHECK_INT(ip_fib_lookup(&f, 0x01028000), 0);
	CHECK(ip_fib_set(&f, 0x01020000, 17, 0, 0));
	CHECK(is_empty(&f));
	ip_fib_clear(&f);
	pool_free(f.pool);
}

int main(void)
{
	test_random();
	test_full();
	return test_end();
}
