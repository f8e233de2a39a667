/* SPDX-License-Identifier: MIT */
/*
 * FTPPortMapper - translate the addresses in FTP's PORT commands
 *
 * Stands before CONTROL_REWRITER in the way of TCP packets of FTP control connections. When one
 * holds a PORT command and its connection is known there, the connection that the command
 * announces is made known to DATA_REWRITER, as if its first packet had come by input
 * DATA_REWRITER_INPUT, and the command's numbers become the translated address and port. The
 * sequence numbers that shift by this are corrected by CONTROL_REWRITER from then on. All other
 * packets pass as they are.
 *
 * Example: c :: Classifier(...) ; c[0] -> FTPPortMapper(rw, rw, 0) -> rw;
 * See also: IPRewriter, TCPRewriter
 */
#include "base/checksum.h"
#include "elements/ip/flow_seq.h"
#include "elements/ip/rewriter_push.h"

#define NUMBERS 6
#define TEXT_MAX 24 /* 255,255,255,255,255,255 */

struct ftpportmapper {
	struct element base;
	struct element *control_element, *data_element;
	int32_t input;
	struct rewriter *control, *data;
};
ELEMENT_SELF(struct ftpportmapper)

/* A PORT command: where its numbers are, as offsets from the packet's data. */
struct command {
	uint32_t begin, end;
	uint32_t payload; /* bytes of TCP payload */
	uint8_t number[NUMBERS];
};

static bool parse_numbers(struct str *s, uint8_t number[NUMBERS])
{
	uint32_t v;

	for (unsigned i = 0; i < NUMBERS; i++) {
		if ((i != 0 && !str_char(s, ',')) || !str_decimal(s, &v) || v > 255)
			return false;
		number[i] = (uint8_t)v;
	}
	return s->n != 0 && (s->p[0] == '\r' || s->p[0] == '\n');
}

static bool parse_command(const struct packet *p, struct str payload, struct command *c)
{
	struct str s = payload;

	if (!str_is_nocase(str_first(s, 5), "PORT "))
		return false;
	s = str_from(s, 5);
	while (str_char(&s, ' '))
		;
	c->begin = (uint32_t)((const uint8_t *)s.p - p->data);
	if (!parse_numbers(&s, c->number))
		return false;
	c->end = (uint32_t)((const uint8_t *)s.p - p->data);
	c->payload = (uint32_t)payload.n;
	return true;
}

/* The TCP payload as the IP header bounds it; empty when the packet is not whole. */
static struct str find_payload(const struct packet *p)
{
	const struct ip_header *ip = packet_ip(p);
	const struct tcp_header *tcp = (const void *)p->trans;
	struct str none = { NULL, 0 };
	uint32_t headers, len;

	if (!rewriter_has(p, sizeof(*tcp)) || ip->proto != IP_PROTO_TCP || ip_is_fragment(ip) ||
	    p->trans != p->net + ip_hlen(ip))
		return none;
	headers = ip_hlen(ip) + (tcp->off >> 4) * 4U;
	len = be16(ip->len);
	if (headers < ip_hlen(ip) + sizeof(*tcp) || len <= headers || len > packet_net_len(p))
		return none;
	return (struct str){ (const char *)p->net + headers, len - headers };
}

/* The data connection's mapping, found or made: what the server's packets are sent to. */
static bool map_data(const struct ftpportmapper *m, const struct packet *p, const struct command *c,
		     uint8_t anno, struct flow_id *to)
{
	const struct ip_header *ip = packet_ip(p);
	const struct tcp_header *tcp = (const void *)p->trans;
	struct flow_id id = { .saddr = load32(c->number),
			      .daddr = ip->dst,
			      .sport = load16(c->number + 4),
			      .dport = be16((uint16_t)(be16(tcp->dport) - 1)) };
	uint32_t ref = rewriter_find(m->data, IP_PROTO_TCP, &id);
	uint16_t port;

	rewriter_tick(m->data);
	if (ref == 0)
		ref = rewriter_miss(m->data, (unsigned)m->input, 0, &id, p, &port);
	if (ref == 0)
		return false;
	flow_of(m->data->pool, ref)->anno = anno;
	*to = flow_of(m->data->pool, ref)->to[ref & 1];
	return true;
}

/* Puts text in the place of bytes begin to end, moving what is behind. */
static bool replace(struct packet *p, uint32_t begin, uint32_t end, struct str text)
{
	uint32_t old = end - begin, len = (uint32_t)text.n, tail = p->len - end;

	if (len > old ? !packet_put(p, len - old) : !packet_writable(p))
		return false;
	memmove(p->data + begin + len, p->data + end, tail);
	memcpy(p->data + begin, text.p, len);
	p->len = begin + len + tail;
	return true;
}

static void fix_headers(struct packet *p, int32_t delta)
{
	struct ip_header *ip = packet_ip(p);
	struct tcp_header *tcp = (struct tcp_header *)p->trans;
	uint16_t len = be16((uint16_t)(be16(ip->len) + delta));
	uint16_t bytes;

	ip->sum = checksum_update(ip->sum, ip->len, len);
	ip->len = len;
	bytes = (uint16_t)(be16(len) - ip_hlen(ip));
	tcp->sum = 0;
	tcp->sum = (uint16_t)~checksum_fold(
		checksum_add(tcp, bytes, checksum_pseudo(ip->src, ip->dst, IP_PROTO_TCP, bytes)));
}

static struct str numbers_text(const struct flow_id *to, char text[TEXT_MAX])
{
	struct str s = { text, 0 };
	uint8_t number[NUMBERS];

	store32(number, to->saddr);
	store16(number + 4, to->sport);
	for (unsigned i = 0; i < NUMBERS; i++) {
		if (i != 0)
			text[s.n++] = ',';
		if (number[i] >= 100)
			text[s.n++] = (char)('0' + number[i] / 100);
		if (number[i] >= 10)
			text[s.n++] = (char)('0' + number[i] / 10 % 10);
		text[s.n++] = (char)('0' + number[i] % 10);
	}
	return s;
}

static void translate(const struct ftpportmapper *m, struct packet *p, const struct command *c)
{
	const struct ip_header *ip = packet_ip(p);
	const struct tcp_header *tcp = (const void *)p->trans;
	struct flow_id key = { ip->src, ip->dst, tcp->sport, tcp->dport }, to;
	uint32_t ref = rewriter_find(m->control, IP_PROTO_TCP, &key), seq = be32(tcp->seq);
	char buffer[TEXT_MAX];
	struct str text;
	int32_t delta;

	if (ref == 0 || !map_data(m, p, c, flow_of(m->control->pool, ref)->anno, &to))
		return;
	text = numbers_text(&to, buffer);
	delta = (int32_t)text.n - (int32_t)(c->end - c->begin);
	if (be16(ip->len) + delta > UINT16_MAX || !replace(p, c->begin, c->end, text))
		return;
	fix_headers(p, delta);
	/* Making the data flow may have ended the control flow. */
	ref = rewriter_find(m->control, IP_PROTO_TCP, &key);
	if (ref != 0 && delta != 0)
		(void)flow_seq_add(m->control->pool, flow_of(m->control->pool, ref), ref & 1,
				   seq + c->payload, delta);
}

static void action(struct element *e, struct batch *b)
{
	struct command c;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];
		struct str payload = find_payload(p);

		if (payload.n != 0 && parse_command(p, payload, &c))
			translate(self(e), p, &c);
	}
}

/* Does it know sequence numbers? */
static bool is_tcp_rewriter(const struct element *e)
{
	return strcmp(e->class->name, "TCPRewriter") == 0 ||
	       strcmp(e->class->name, "IPRewriter") == 0;
}

static bool configure(struct element *e, struct error *err)
{
	struct ftpportmapper *m = self(e);

	if (!is_tcp_rewriter(m->control_element))
		return fail(err, "CONTROL_REWRITER: element type mismatch, expected TCPRewriter");
	m->control = rewriter_cast(m->control_element);
	m->data = rewriter_cast(m->data_element);
	if (!m->data)
		return fail(err, "DATA_REWRITER: element type mismatch, expected " REWRITER);
	if (m->input < 0 || (uint32_t)m->input >= m->data_element->nin)
		return fail(err, "DATA_REWRITER_INPUT out of range");
	return true;
}

static bool start(struct element *e, struct error *err)
{
	struct ftpportmapper *m = self(e);
	unsigned n, i = 0;
	struct element **found;
	struct text name = { 0 };

	n = elements_downstream(e, 0, REWRITER, &found);
	while (i < n && found[i] != m->control_element)
		i++;
	if (i == n) {
		element_declaration(m->control_element, &name);
		warn(err, "control packet rewriter '%s' is not downstream", name.p);
		text_fini(&name);
	}
	return true;
}

static const struct arg args[] = {
	ARG("CONTROL_REWRITER", control_element, ARG_POSITIONAL | ARG_REQUIRED,
	    "rewriter of the control connection"),
	ARG("DATA_REWRITER", data_element, ARG_POSITIONAL | ARG_REQUIRED,
	    "rewriter of the data connection"),
	ARG("DATA_REWRITER_INPUT", input, ARG_POSITIONAL | ARG_REQUIRED,
	    "its input whose specification applies"),
};

const struct element_class ftpportmapper_class = {
	.name = "FTPPortMapper",
	.ports = "1/1",
	.size = sizeof(self_t),
	.flags = CLASS_LIVE | CLASS_ONE_THREAD,
	.phase = PHASE_AFTER_DEFAULT,
	.configure = configure,
	.start = start,
	.action = action,
	.args = TABLE(args),
};
