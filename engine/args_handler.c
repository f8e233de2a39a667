/* SPDX-License-Identifier: MIT */
/* args_handler.c - handlers that read and write arguments and fields; triggers. */
#include "engine/args.h"
#include "engine/element.h"
#include "engine/lang/lang.h"
#include "engine/value_number.h"

/* --- one argument as a handler --- */

static void list_config(struct element *e, struct pool *pool, struct str_list *args)
{
	struct text t = { NULL, 0, 0 };

	*args = (struct str_list){ NULL, 0, 0 };
	if (e->class->config)
		e->class->config(e, &t);
	conf_args(pool, e->class->config ? pool_str(pool, text_as_str(&t)) : e->config, args);
	text_fini(&t);
}

/* Argument pos when it is one by position, else args->n. */
static size_t find_position(const struct str_list *args, unsigned pos)
{
	struct str value;

	if (pos >= args->n || args_keyword(args->v[pos], &value).n)
		return args->n;
	return pos;
}

static bool has_key(struct str arg, const char *key, struct str *value)
{
	return key && str_is(args_keyword(arg, value), key);
}

void args_read_keyword(struct element *e, const char *key, unsigned pos, struct text *out)
{
	struct pool *pool = pool_new();
	struct str text = { "", 0 }, value;
	struct str_list args;
	size_t at;

	list_config(e, pool, &args);
	at = find_position(&args, pos);
	if (at < args.n)
		text = args.v[at];
	for (size_t i = 0; i < args.n; i++)
		if (has_key(args.v[i], key, &value))
			text = value;
	text_str(out, text);
	pool_free(pool);
}

/* Drops the arguments with that keyword; were there any? */
static bool remove_key(struct str_list *args, const char *key)
{
	size_t left = 0, had = args->n;
	struct str value;

	for (size_t i = 0; i < args->n; i++)
		if (!has_key(args->v[i], key, &value))
			args->v[left++] = args->v[i];
	args->n = left;
	return left != had;
}

static struct str join_with(struct pool *pool, const struct str_list *args, struct str more)
{
	struct str *v = pool_alloc(pool, (args->n + 1) * sizeof(*v));

	if (args->n)
		memcpy(v, args->v, args->n * sizeof(*v));
	v[args->n] = more;
	return conf_join(pool, v, args->n + (more.n != 0));
}

bool args_write_keyword(struct element *e, const char *key, unsigned pos, struct str value,
			struct error *err)
{
	struct pool *pool = pool_new();
	struct str none = { "", 0 }, more = none;
	struct str_list args;
	size_t at;
	bool ok;

	list_config(e, pool, &args);
	if (key)
		more = str_of(pool_printf(pool, "%s %.*s", key, STR(value)));
	if (!remove_key(&args, key)) {
		at = find_position(&args, pos);
		if (at < args.n) {
			args.v[at] = value;
			more = none;
		}
	}
	ok = args_configure(e, join_with(pool, &args, more), err);
	pool_free(pool);
	return ok;
}

/* --- triggers --- */

static bool parse_count(const char *key, struct str word, uint64_t *n, struct error *err)
{
	if (parse_u64(word, UINT64_MAX, n, NULL))
		return true;
	if (!key)
		return fail(err, "first word should be unsigned (count)");
	if (!integer_syntax(word))
		return fail(err, "%s type mismatch", key);
	note(err, "%s overflow, max %llu", key, (unsigned long long)UINT64_MAX);
	*n = UINT64_MAX;
	return true;
}

bool trigger_parse(struct element *e, const char *key, struct str text, struct trigger *t,
		   struct error *err)
{
	struct str word = conf_word(&text);
	struct trigger made = { .armed = true };
	bool ok;

	if (!parse_count(key, word, &made.at, err))
		return false;
	error_prefix(err, key ? "%s: " : "%s", key ? key : "");
	text = str_trim(text);
	ok = text.n ? hcall_parse(e, text, &made.call, err) : fail(err, "syntax error");
	error_leave(err);
	if (ok)
		*t = made;
	return ok;
}

/* --- fields --- */

/* What a bad value is told; NULL: the reason that the parser gives. */
static const char *expected(enum kind kind)
{
	switch (kind) {
	case KIND_BOOL:
		return "boolean";
	case KIND_U8:
		return "uint8_t";
	case KIND_U16:
		return "uint16_t";
	case KIND_U32:
	case KIND_U64:
	case KIND_I32:
	case KIND_I64:
		return "integer";
	case KIND_DOUBLE:
	case KIND_FIXED10:
	case KIND_FIXED16:
	case KIND_FIXED28:
		return "real number";
	case KIND_IP:
		return "IP address";
	case KIND_ETHER:
		return "Ethernet address";
	case KIND_TIMESTAMP:
		return "timestamp";
	case KIND_INTERVAL:
		return "time in seconds";
	default:
		return kind_name(kind);
	}
}

static bool is_text(enum kind kind)
{
	return kind == KIND_STR || kind == KIND_WORD || kind == KIND_RAW || kind == KIND_FILENAME;
}

static bool is_call(enum kind kind)
{
	return kind == KIND_READ_CALL || kind == KIND_WRITE_CALL;
}

/* Defaults may be constants, which are no blocks of the pool. */
static bool write_text(struct element *e, struct str *field, struct str value)
{
	struct str old = *field;

	*field = pool_str(e->conf, value);
	if (pool_owns(e->conf, old.p))
		pool_release((void *)(uintptr_t)old.p);
	return true;
}

static bool write_trigger(struct element *e, const struct handler *h, struct trigger *t,
			  struct str value, struct error *err)
{
	struct trigger made;
	struct str rest = value;
	uint64_t n;

	if (!parse_u64(conf_word(&rest), UINT64_MAX, &n, NULL))
		return fail(err, "'%s' first word should be unsigned (count)", h->name);
	if (!trigger_parse(e, NULL, value, &made, err) || !hcall_resolve(e, &made.call, true, err))
		return false;
	*t = made;
	return true;
}

static bool write_call(struct element *e, enum kind kind, struct hcall *call, struct str value,
		       struct error *err)
{
	struct hcall made = { .e = NULL };

	value = str_trim(value);
	if (value.n && (!hcall_parse(e, value, &made, err) ||
			!hcall_resolve(e, &made, kind == KIND_WRITE_CALL, err)))
		return false;
	*call = made;
	return true;
}

bool args_write_field(struct element *e, const struct handler *h, struct str value,
		      struct error *err)
{
	const struct value_range range = { 1, 0, h->kind == KIND_INTERVAL };
	void *field = (char *)e + h->offset;

	if (is_text(h->kind))
		return write_text(e, field, value);
	if (h->kind == KIND_TRIGGER)
		return write_trigger(e, h, field, value, err);
	if (is_call(h->kind))
		return write_call(e, h->kind, field, value, err);
	if (value_parse(h->kind, value, field, &range, e, e->conf, NULL))
		return true;
	return fail(err, "expected %s", expected(h->kind));
}
