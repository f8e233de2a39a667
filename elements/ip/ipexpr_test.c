/* SPDX-License-Identifier: MIT */
/* ipexpr_test.c - expressions: what they hold for, also after their programs were improved. */
#include "elements/ip/ipexpr.h"

#include "base/hash.h"
#include "tests/unit/ipexpr_oracle.h"
#include "tests/unit/test.h"

/* --- packets that start with an IP header --- */

enum { BYTES = 96 };

struct bytes {
	uint8_t v[BYTES];
	uint32_t n;
};

static struct bytes from_hex(const char *hex)
{
	struct bytes b = { .n = 0 };
	struct str s = str_of(hex);
	uint8_t mask;

	while (b.n < BYTES && str_hex(&s, &b.v[b.n], &mask))
		b.n++;
	return b;
}

/* Ethernet in front, as far as it goes, is at the end of the array: any bytes will do. */
static struct oracle_packet view(const struct bytes *b)
{
	uint32_t hlen = (b->v[0] & 15U) * 4;

	return (struct oracle_packet){
		.at = { b->v + BYTES - 16, b->v, b->v + hlen },
		.have = { b->n > 40 ? 16 : b->n / 3, b->n, b->n > hlen ? b->n - hlen : 0 },
	};
}

static bool parse(struct pool *pool, const char *text, struct ipexpr *x, struct error *err)
{
	struct str_list words = { NULL, 0, 0 };

	*x = (struct ipexpr){ .pool = pool };
	ipexpr_words(pool, str_of(text), &words);
	return ipexpr_parse(NULL, &words, 0, x, err);
}

static uint16_t run(const struct program *p, const struct oracle_packet *v)
{
	uint16_t port = program_careful(p, v->at, v->have);

	for (int a = 0; a < AREAS; a++)
		if (v->have[a] < p->full[a])
			return port;
	CHECK_INT(program_fast(p, v->at, false), port);
	return port;
}

static void make_program(struct pool *pool, const struct ipexpr *x, unsigned n, struct program *p)
{
	struct draft *d = draft_new(pool);

	for (unsigned i = 0; i < n; i++)
		draft_rule(d, ipexpr_draft(d, &x[i]), (uint16_t)(i % 7 ? i : PROGRAM_DROP));
	draft_finish(d, 0, p);
}

/* --- results --- */

enum { PACKETS = 5 };

static const char *const packets[PACKETS] = {
	/* UDP 53 to 1024; TCP 80 to 90 with options; ICMP echo; later UDP fragment; cut UDP */
	"4500002000010000401177ca010000010200000200350400000c000061626364",
	("46b9002c000100004006740f0100000102000002010101000050005a0000000100000002501200640000"
	 "0000"),
	"4500001c00010000400177de01000001020000020800f7ff00000000",
	"4500002400010010401177b6010000010200000200350400001000003132333435363738",
	"4500001600010000401177d401000001020000020035",
};

static const struct {
	const char *expression, *holds; /* for each packet */
} results[] = {
	{ "udp", "ynnyy" },
	{ "not udp", "nyynn" },
	{ "port 53", "ynnny" },
	{ "src port 53", "ynnny" },
	{ "dst port 53", "nnnnn" },
	{ "src and dst port 53", "nnnnn" },
	{ "port != 53", "nynnn" },
	{ "src and dst port != 53", "yynnn" },
	{ "not port 53", "nyyyn" },
	{ "dst port > 1023", "ynnnn" },
	{ "port < 1024", "nynnn" },
	{ "port >= 1024", "ynnnn" },
	{ "dst port != 1024", "nynnn" },
	{ "not dst port 1024", "nyyyy" },
	{ "host 1.0.0.1", "yyyyy" },
	{ "dst host != 1.0.0.1", "yyyyy" },
	{ "src net 1.0.0.0/8 and dst 2.0.0.2", "yyyyy" },
	{ "src host & 255.0.0.0 == 1.9.9.9", "yyyyy" },
	{ "ip proto 6 or 1", "nyynn" },
	{ "proto > 5", "yynyy" },
	{ "tcpudp", "yynyy" },
	{ "syn", "nynnn" },
	{ "fin or syn", "nynnn" },
	{ "syn ack", "nynnn" },
	{ "tcp opt 18", "nynnn" },
	{ "not syn", "ynyyy" },
	{ "tcp[13] & 2 != 0", "nynnn" },
	{ "tcp[13] & 2 == 0", "nnnnn" },
	{ "not tcp[13] & 2 == 2", "ynyyy" },
	{ "win 100", "nynnn" },
	{ "hl 6", "nynnn" },
	{ "ip[20] 1", "nynnn" },
	{ "icmp type echo", "nnynn" },
	{ "icmp type != 8", "nnnnn" },
	{ "not icmp type 8", "yynyy" },
	{ "type > 5", "nnynn" },
	{ "frag", "nnnyn" },
	{ "unfrag", "yyyny" },
	{ "transp[0:2] 53", "ynnny" },
	{ "ip[20:2] 53", "ynnyy" },
	{ "transp[2:2] 1024", "ynnnn" },
	{ "dscp 46", "nynnn" },
	{ "ect", "nynnn" },
	{ "ect 1", "nynnn" },
	{ "ce", "nnnnn" },
	{ "tos & 3 == 1", "nynnn" },
	{ "len > 28", "yynyn" },
	{ "ttl >= 64", "yyyyy" },
	{ "udp ? src port 53 : tcp", "yynny" },
	{ "tcp and src port 80 or icmp", "nyynn" },
	{ "dns", "ynnny" },
	{ "src dns or www", "yynny" },
	/* precedence, nesting, carrying over */
	{ "udp or tcp and icmp", "ynnyy" },
	{ "(udp or tcp) and icmp", "nnnnn" },
	{ "tcp ? true : udp ? true : false", "yynyy" },
	{ "udp ? src port 53 ? true : false : icmp", "ynyny" },
	{ "! (udp || tcp)", "nnynn" },
	{ "not not udp", "ynnyy" },
	{ "src not host 1.0.0.1", "nnnnn" },
	{ "dst not host 1.0.0.1", "yyyyy" },
	{ "ttl > 63 && < 65", "yyyyy" },
	{ "src port 80 or 53", "yynny" },
	{ "ttl & 32 == 64", "yyyyy" },
	{ "ttl & 64 == 0", "nnnnn" },
	{ "tcp opt 0", "nynnn" },
	{ "icmp[0] echo", "nnynn" },
	{ "icmp echo", "nnynn" },
	{ "udp src port > 52 dst port 1024", "ynnnn" },
	{ "net 1.0.0.0 mask 255.0.0.0", "yyyyy" },
	{ "net 0/0", "yyyyy" },
	{ "src 2.0.0.0/7", "nnnnn" },
	{ "ip[9] == 17", "ynnyy" },
	{ "ip[6:2] & 0x1fff != 0", "nnnyn" },
	{ "ip[12,15] 0x1000001", "yyyyy" },
	{ "vers 4", "yyyyy" },
	{ "proto != 256", "nnynn" },
	{ "dst port > 1000", "ynnnn" },
	{ "id 1", "yyyyy" },
	{ "(udp) (port 53) src dns", "ynnny" },
};

static void test_results(void)
{
	for (size_t i = 0; i < ARRAY_LEN(results); i++) {
		struct pool *pool = pool_new();
		struct error err = { .errors = 0 };
		struct ipexpr x;
		struct program p;

		if (!parse(pool, results[i].expression, &x, &err)) {
			CHECK_STR(text_as_str(&err.out), results[i].expression);
		} else {
			struct draft *d = draft_new(pool);
			char got[PACKETS + 1] = "";

			draft_rule(d, ipexpr_draft(d, &x), 0);
			draft_finish(d, 0, &p);
			for (int k = 0; k < PACKETS; k++) {
				struct bytes b = from_hex(packets[k]);
				struct oracle_packet v = view(&b);

				got[k] = run(&p, &v) == 0 ? 'y' : 'n';
				CHECK_INT(oracle_holds(&x, &v), got[k] == 'y');
			}
			if (!str_is(str_of(got), results[i].holds))
				printf("%s:\n", results[i].expression);
			CHECK_STR(str_of(got), results[i].holds);
		}
		error_fini(&err);
		pool_free(pool);
	}
}

/* --- random expressions --- */

static uint64_t seed;

static uint32_t random_to(uint32_t n)
{
	seed = hash_u64(seed + 0x9e3779b97f4a7c15ULL);
	return (uint32_t)(seed >> 33) % n;
}

static void add_relation(struct text *t, uint32_t max)
{
	static const char *const signs[] = { "", "=", "!=", "<", ">", "<=", ">=" };

	if (random_to(4) == 0)
		text_add(t, " & %u", 1 + random_to(max));
	text_add(t, " %s %u", signs[random_to(ARRAY_LEN(signs))],
		 random_to(3) ? random_to(max < 12 ? max + 1 : 12) : random_to(max + 1));
}

static void add_term(struct text *t)
{
	static const char *const directions[] = { "", "src ", "dst ", "src or dst ",
						  "src and dst " };
	static const char *const numbers[] = { "proto", "ttl", "tos", "len", "id" };
	static const uint32_t maxima[] = { 255, 255, 255, 65535, 65535 };
	static const char *const plain[] = { "tcp", "udp", "icmp", "frag",   "unfrag", "ce",
					     "ect", "syn", "ack",  "tcpudp", "true",   "false" };
	uint32_t i = random_to(5);

	switch (random_to(8)) {
	case 0:
		text_add(t, "%s", plain[random_to(ARRAY_LEN(plain))]);
		break;
	case 1:
		text_add(t, "%shost %s1.0.%u.%u", directions[i],
			 random_to(3) ? "" : "!= ", random_to(2), random_to(3));
		break;
	case 2:
		text_add(t, "%snet 1.%u.0.0/%u", directions[i], random_to(3), 8 + random_to(20));
		break;
	case 3:
	case 4:
		text_add(t, "%s%sport", random_to(3) ? "" : "tcp ", directions[i]);
		add_relation(t, 65535);
		break;
	case 5:
		text_add(t, "%s", numbers[i]);
		add_relation(t, maxima[i]);
		break;
	case 6:
		text_add(t, "%s[%u:2]", i < 3 ? "transp" : "ip", 2 * random_to(12));
		add_relation(t, 65535);
		break;
	default:
		text_add(t, "ether %s0:1:0:%u:0:%u", directions[i], random_to(2), random_to(2));
		break;
	}
}

/* Postfix in the making: every expression is in parentheses. */
static void add_expression(struct text *t, unsigned depth)
{
	static const char *const joints[] = { " and ", " or ", " || ", " && " };

	for (unsigned i = 0; i < depth; i++) {
		text_add(t, "%s(", random_to(4) ? "" : "not ");
		add_term(t);
		text_add(t, "%s", joints[random_to(ARRAY_LEN(joints))]);
	}
	add_term(t);
	for (unsigned i = 0; i < depth; i++) {
		if (random_to(5) == 0) {
			text_add(t, " ? ");
			add_term(t);
			text_add(t, " : ");
			add_term(t);
		}
		text_add(t, ")");
	}
}

static void random_bytes(struct bytes *b)
{
	static const uint8_t protocols[] = { 6, 17, 1, 33 };

	for (uint32_t i = 0; i < BYTES; i++)
		b->v[i] = (uint8_t)(random_to(3) ? random_to(3) : random_to(256));
	b->v[0] = (uint8_t)(0x40 + (random_to(4) ? 5 : random_to(16)));
	b->v[9] = random_to(5) ? protocols[random_to(4)] : b->v[9];
	b->v[6] &= random_to(3) ? 0 : 0xff;
	b->v[7] &= random_to(3) ? 0 : 0xff;
	b->v[12] = b->v[16] = 1;
	b->n = random_to(3) ? BYTES : random_to(BYTES - 16);
}

static uint16_t answer(const struct ipexpr *x, unsigned n, const struct oracle_packet *v)
{
	for (unsigned i = 0; i < n; i++)
		if (oracle_holds(&x[i], v))
			return (uint16_t)(i % 7 ? i : PROGRAM_DROP);
	return PROGRAM_DROP;
}

enum { RULES = 30 };

static void test_random(unsigned round)
{
	struct pool *pool = pool_new();
	struct text *text = pool_alloc(pool, RULES * sizeof(*text));
	struct ipexpr *x = pool_alloc(pool, RULES * sizeof(*x));
	struct error err = { .errors = 0 };
	unsigned n = 1 + random_to(RULES), wrong = 0;
	bool ok = true;
	struct program p;

	for (unsigned i = 0; i < n; i++) {
		add_expression(&text[i], random_to(3));
		ok &= parse(pool, text[i].p, &x[i], &err);
	}
	CHECK(ok);
	if (!ok)
		printf("%.*s", STR(text_as_str(&err.out)));
	make_program(pool, x, ok ? n : 0, &p);
	for (int i = 0; ok && i < 200; i++) {
		struct bytes b;
		struct oracle_packet v;

		random_bytes(&b);
		v = view(&b);
		wrong += run(&p, &v) != answer(x, n, &v);
	}
	CHECK_INT(wrong, 0);
	for (unsigned i = 0; i < n; i++) {
		if (wrong)
			printf("%u: %u %.*s\n", round, i, STR(text_as_str(&text[i])));
		text_fini(&text[i]);
	}
	error_fini(&err);
	pool_free(pool);
}

int main(void)
{
	test_results();
	for (unsigned i = 0; i < 400; i++)
		test_random(i);
	return test_end();
}
