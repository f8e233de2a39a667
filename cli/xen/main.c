/* SPDX-License-Identifier: MIT */
/* main.c - clickos-xen: its verbs, and what they share. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "abi/control.h"
#include "cli/xen/xen.h"

static const struct verb {
	const char *name, *usage;
	int (*run)(struct xen *, int argc, char **argv);
} verbs[] = {
	{ "create",
	  "--name NAME --image FILE --memory KIB --cmdline TEXT --module FILE "
	  "[--net bridge=BRIDGE[,vif=NAME][,mac=MAC]]...",
	  xen_create },
	{ "destroy", "[--if-there] DOMAIN", xen_destroy },
	{ "list", "", xen_list },
	{ "console", "DOMAIN", xen_console },
	{ "control", "[--console FILE] [--report FILE] DOMAIN SOCKET", xen_control },
};

bool complain(const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "clickos-xen: ");
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return false;
}

/* --- the store --- */

const char *node_path(struct xen *x, uint32_t domain, const char *fmt, ...)
{
	struct text t = { 0 };
	const char *path;
	va_list ap;

	text_add(&t, "/local/domain/%u/", domain);
	va_start(ap, fmt);
	text_vadd(&t, fmt, ap);
	va_end(ap);
	path = pool_cstr(x->pool, text_as_str(&t));
	text_fini(&t);
	return path;
}

const char *node_read(struct xen *x, const char *path)
{
	unsigned n;
	char *value = xs_read(x->store, XBT_NULL, path, &n);
	const char *copy = value ? pool_cstr(x->pool, (struct str){ value, n }) : NULL;

	free(value);
	return copy;
}

bool node_write(struct xen *x, const char *path, struct str value)
{
	return xs_write(x->store, XBT_NULL, path, value.p, (unsigned)value.n);
}

bool domain_is_ours(struct xen *x, uint32_t domain)
{
	return domain != 0 && node_read(x, node_path(x, domain, STORE_NODE)) != NULL;
}

bool domain_find(struct xen *x, const char *word, uint32_t *domain)
{
	struct str s = str_of(word);

	if (str_decimal(&s, domain) && s.n == 0)
		return true;
	return libxl_name_to_domid(x->ctx, word, domain) == 0 ||
	       complain("no domain `%s'; `clickos-xen list' lists ours", word);
}

/* --- the program --- */

static int usage(void)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		fprintf(stderr, "%s clickos-xen %s %s\n", i ? "      " : "Usage:", verbs[i].name,
			verbs[i].usage);
	return 2;
}

static bool open_xen(struct xen *x)
{
	x->pool = pool_new();
	x->logger = (xentoollog_logger *)xtl_createlogger_stdiostream(stderr, XTL_ERROR, 0);
	x->store = xs_open(0);
	if (!x->logger || libxl_ctx_alloc(&x->ctx, LIBXL_VERSION, 0, x->logger) != 0)
		return complain("Xen cannot be reached: this must be dom0, and root");
	return x->store != NULL || complain("xenstored cannot be reached: is it running?");
}

static void close_xen(struct xen *x)
{
	if (x->store)
		xs_close(x->store);
	libxl_ctx_free(x->ctx);
	if (x->logger)
		xtl_logger_destroy(x->logger);
	pool_free(x->pool);
}

int main(int argc, char **argv)
{
	struct xen x = { 0 };
	int status = 1;

	for (size_t i = 0; argc > 1 && i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(argv[1], verbs[i].name) == 0) {
			if (open_xen(&x))
				status = verbs[i].run(&x, argc - 1, argv + 1);
			close_xen(&x);
			return status == 2 ? usage() : status;
		}
	return usage();
}
