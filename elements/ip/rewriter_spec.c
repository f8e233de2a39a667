/* SPDX-License-Identifier: MIT */
/* rewriter_spec.c - input specifications of rewriters: parsing and printing. */
#include "elements/ip/rewriter.h"

static bool parse_output(struct str s, uint16_t *port)
{
	int64_t v;

	if (!parse_int(s, 0, PORT_DROP - 1, &v, NULL))
		return false;
	*port = (uint16_t)v;
	return true;
}

/* [ELEMENT:]PORT */
static bool parse_reply(struct element *e, struct str s, uint16_t *port, struct rewriter **reply)
{
	size_t colon = str_find(s, ':');
	struct element *other;

	if (colon < s.n && reply) {
		other = element_find(e, str_first(s, colon));
		*reply = other && other->class == e->class ? rewriter_cast(other) : NULL;
		if (!*reply)
			return false;
		s = str_from(s, colon + 1);
	}
	return parse_output(s, port);
}

/* The last two words. */
static bool parse_outputs(struct element *e, const struct str *word, size_t n, uint16_t out[2],
			  struct rewriter **reply, struct error *err)
{
	if (n < 2 || !parse_output(word[n - 2], &out[FLOW_FORWARD]))
		return fail(err, "bad forward port");
	if (!parse_reply(e, word[n - 1], &out[FLOW_REPLY], reply))
		return fail(err, "bad reply port");
	if (reply &&
	    (out[FLOW_FORWARD] >= e->nout || out[FLOW_REPLY] >= rewriter_element(*reply)->nout))
		return fail(err, "output port out of range");
	return true;
}

bool rewriter_parse_pattern(struct element *e, const struct str *word, size_t n,
			    struct pattern *own, struct pattern **pattern, uint16_t out[2],
			    struct rewriter **reply, struct error *err)
{
	return parse_outputs(e, word, n, out, reply, err) &&
	       pattern_parse(e, word, n - 2, own, pattern, err);
}

static bool parse_drop(const struct str *word, size_t n, struct rewriter_input *in,
		       struct error *err)
{
	in->kind = INPUT_DROP;
	return n == 1 || fail(err, "syntax error, expected '%.*s'", STR(word[0]));
}

static bool parse_pass(struct element *e, const struct str *word, size_t n,
		       struct rewriter_input *in, struct error *err)
{
	in->kind = INPUT_PASS;
	in->out[0] = 0;
	if (n > 2 || (n == 2 && !parse_output(word[1], &in->out[0])))
		return fail(err, "syntax error, expected 'nochange [OUTPUT]'");
	return in->out[0] < e->nout || fail(err, "output port out of range");
}

static bool parse_keep(struct element *e, const struct str *word, size_t n,
		       struct rewriter_input *in, struct error *err)
{
	in->kind = INPUT_KEEP;
	if (!parse_outputs(e, word, n, in->out, &in->reply, err))
		return false;
	return n == 3 || fail(err, "syntax error");
}

static bool parse_pattern(struct element *e, const struct str *word, size_t n,
			  struct rewriter_input *in, struct error *err)
{
	in->kind = INPUT_PATTERN;
	if (n < 3)
		return fail(err, n < 2 ? "bad forward port" : "syntax error");
	return rewriter_parse_pattern(e, word + 1, n - 1, &in->own, &in->pattern, in->out,
				      &in->reply, err);
}

static bool parse_mapper(struct element *e, const struct str *word, size_t n,
			 struct rewriter_input *in, struct error *err)
{
	in->kind = INPUT_MAPPER;
	in->mapper_element = element_find(e, word[0]);
	if (!in->mapper_element)
		return fail(err, "unknown specification");
	in->mapper = element_cast(in->mapper_element, IP_MAPPER);
	if (!in->mapper)
		return fail(err, "element is not an IPMapper");
	return n == 1 || fail(err, "syntax error, expected element name");
}

static bool is_one_of(struct str word, const char *a, const char *b, const char *c)
{
	return str_is(word, a) || str_is(word, b) || str_is(word, c);
}

bool rewriter_parse_input(struct rewriter *rw, struct str spec, struct rewriter_input *in,
			  struct error *err)
{
	struct element *e = rewriter_element(rw);
	struct str word[PATTERN_WORDS_MAX];
	size_t n = pattern_words(spec, word);

	*in = (struct rewriter_input){ .rw = rw, .reply = rw };
	if (n == 0)
		return fail(err, "empty argument");
	if (is_one_of(word[0], "drop", "discard", "drop"))
		return parse_drop(word, n, in, err);
	if (is_one_of(word[0], "pass", "passthrough", "nochange"))
		return parse_pass(e, word, n, in, err);
	if (str_is(word[0], "keep"))
		return parse_keep(e, word, n, in, err);
	if (is_one_of(word[0], "pattern", "xpattern", "pattern"))
		return parse_pattern(e, word, n, in, err);
	return parse_mapper(e, word, n, in, err);
}

void rewriter_input_text(const struct rewriter_input *in, struct text *out)
{
	static const char *const name[] = { [INPUT_DROP] = "<drop>",
					    [INPUT_PASS] = "<nochange>",
					    [INPUT_KEEP] = "<keep>",
					    [INPUT_MAPPER] = "<mapper>" };

	if (in->kind == INPUT_PATTERN)
		pattern_text(in->pattern, out);
	else
		text_add(out, "%s", name[in->kind]);
	if (in->flows != 0)
		text_add(out, " [%u]", in->flows);
	text_char(out, '\n');
}

bool rewriter_input_same(const struct rewriter_input *a, const struct rewriter_input *b)
{
	if (a->kind != b->kind || a->out[0] != b->out[0] || a->out[1] != b->out[1] ||
	    strcmp(rewriter_element(a->reply)->name, rewriter_element(b->reply)->name) != 0)
		return false;
	if (a->kind == INPUT_PATTERN)
		return pattern_same(a->pattern, b->pattern);
	if (a->kind != INPUT_MAPPER)
		return true;
	return strcmp(a->mapper_element->name, b->mapper_element->name) == 0 &&
	       str_eq(a->mapper_element->config, b->mapper_element->config);
}
