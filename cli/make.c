/* SPDX-License-Identifier: MIT */
/* make.c - from a command line to a machine's directory. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/backend.h"
#include "cli/config.h"
#include "cli/file.h"
#include "cli/interrupt.h"
#include "cli/lifecycle.h"
#include "cli/link.h"
#include "cli/say.h"
#include "cli/size.h"

struct making {
	struct call *call;
	struct pool *pool;
	struct config_facts facts;
	struct source {
		const char *path, *name;
		struct str text;
	} * source; /* the configurations */
	struct extra {
		const char *path; /* inside */
		struct str data;
	} * extra; /* the files */
	size_t nextras, extra_cap;
	uint64_t bytes;
	struct vm *vm;
};

/* --- variables --- */

static bool take_var(struct making *m, const char *word)
{
	size_t n = strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

	if (n == 0 || word[n] != '=') {
		complain("--env %s: not NAME=VALUE", word);
		return advise("a name has letters, digits and _");
	}
	if (strpbrk(word + n, "\"\n\r"))
		return complain("--env %s: a value has no quotes and no ends of lines", word);
	m->vm->var[m->vm->nvars++] = (struct lang_var){ { word, n }, str_of(word + n + 1) };
	return true;
}

static bool take_vars(struct making *m)
{
	const char *word;

	m->vm->var = pool_alloc(m->pool, (m->call->ngiven + 1) * sizeof(*m->vm->var));
	for (size_t i = 0; (word = call_nth(m->call, MAKE_ENV, i)); i++)
		if (!take_var(m, word))
			return false;
	return true;
}

/* --- configurations --- */

static bool read_source(struct making *m, struct source *s, const char *path)
{
	struct text t = { 0 };
	struct error err = { 0 };
	int r = file_read_at(AT_FDCWD, path, &t);
	bool ok = r == 0;

	*s = (struct source){ path, config_name(m->pool, path),
			      pool_str(m->pool, text_as_str(&t)) };
	if (!ok) {
		complain("%s: %s", path, strerror(-r));
	} else {
		m->bytes += s->text.n;
		error_to_stderr(&err);
		ok = config_read(m->pool, s->text, strcmp(path, "-") == 0 ? "<stdin>" : path,
				 m->vm->var, m->vm->nvars, &m->facts, &err);
	}
	error_fini(&err);
	text_fini(&t);
	return ok;
}

static bool read_sources(struct making *m)
{
	size_t n = m->call->nwords;

	m->source = pool_alloc(m->pool, n * sizeof(*m->source));
	m->vm->config = pool_alloc(m->pool, n * sizeof(*m->vm->config));
	m->vm->source = pool_alloc(m->pool, n * sizeof(*m->vm->source));
	for (size_t i = 0; i < n; i++) {
		if (!read_source(m, &m->source[i], m->call->word[i]))
			return false;
		for (size_t k = 0; k < i; k++)
			if (strcmp(m->source[k].name, m->source[i].name) == 0)
				return complain("%s: there is an instance `%s' already",
						m->source[i].path, m->source[i].name);
		m->vm->source[i] = m->source[i].path;
		m->vm->config[m->vm->nconfigs++] = m->source[i].name;
	}
	return true;
}

/* --- files --- */

static bool add_file(struct making *m, const char *inside, struct str data)
{
	const char *path = inner_path(m->pool, inside);

	if (!path) {
		complain("--file %s: `..' is not a place in a VM", inside);
		return advise("say what it is called inside: --file PATH=FILE");
	}
	for (size_t i = 0; i < m->nextras; i++)
		if (strcmp(m->extra[i].path, path) == 0)
			return str_eq(m->extra[i].data, data) ||
			       complain("--file %s: two files of that name", path);
	m->extra = pool_grow(m->pool, m->extra, m->nextras, &m->extra_cap, sizeof(*m->extra));
	m->extra[m->nextras++] = (struct extra){ path, pool_str(m->pool, data) };
	m->bytes += data.n;
	return true;
}

static bool take_file(struct making *m, const char *word)
{
	const char *equals = strchr(word, '=');
	const char *from = equals ? equals + 1 : word;
	struct text t = { 0 };
	int r = file_read_at(AT_FDCWD, from, &t);
	bool ok = r == 0 && add_file(m, equals ? pool_cstr(m->pool, str_range(word, equals)) : word,
				     text_as_str(&t));

	if (r < 0)
		complain("--file %s: %s", from, strerror(-r));
	text_fini(&t);
	return ok;
}

static bool take_files(struct making *m)
{
	const char *word;

	for (size_t i = 0; (word = call_nth(m->call, MAKE_FILE, i)); i++)
		if (!take_file(m, word))
			return false;
	for (size_t i = 0; i < m->facts.nlibraries; i++)
		if (!add_file(m,
			      config_library_path(m->pool, m->call->word, m->call->nwords,
						  m->facts.library[i].path),
			      m->facts.library[i].text))
			return false;
	m->vm->file = pool_alloc(m->pool, (m->nextras + 1) * sizeof(*m->vm->file));
	for (size_t i = 0; i < m->nextras; i++)
		m->vm->file[m->vm->nfiles++] = m->extra[i].path;
	return true;
}

/* --- interfaces --- */

/* Interfaces that the configuration calls by a number keep it; the others take what is free. */
static void number_nets(struct making *m)
{
	struct config_facts *f = &m->facts;
	struct vm *vm = m->vm;
	size_t n = f->ninterfaces, next = 0;

	for (size_t i = 0; i < f->ninterfaces; i++) {
		struct str s = str_of(f->interface[i]);
		uint32_t number;

		if (str_decimal(&s, &number) && s.n == 0 && number < 64 && number >= n)
			n = number + 1;
	}
	vm->net = pool_alloc(m->pool, (n + 1) * sizeof(*vm->net));
	vm->nnets = n;
	for (size_t i = 0; i < n; i++) {
		const char *number = pool_printf(m->pool, "%zu", i);

		for (size_t k = 0; k < f->ninterfaces; k++)
			if (strcmp(f->interface[k], number) == 0)
				vm->net[i].name = number;
	}
	for (size_t k = 0; k < f->ninterfaces; k++) {
		struct str s = str_of(f->interface[k]);
		uint32_t number;

		if (str_decimal(&s, &number) && s.n == 0 && number < 64)
			continue;
		while (vm->net[next].name)
			next++;
		vm->net[next].name = f->interface[k];
	}
	for (size_t i = 0; i < n; i++)
		if (!vm->net[i].name)
			vm->net[i].name = pool_printf(m->pool, "eth%zu", i);
}

static struct net *net_for(struct vm *vm, const char *name)
{
	for (size_t i = 0; i < vm->nnets; i++)
		if (name ? strcmp(vm->net[i].name, name) == 0 : vm->net[i].kind == NET_DEFAULT)
			return &vm->net[i];
	return NULL;
}

static bool no_such_net(struct vm *vm, const char *word, const char *name)
{
	const char **names = pool_alloc(vm->pool, (vm->nnets + 1) * sizeof(*names));

	complain("--net %s: the configuration has no %sinterface%s%s", word, name ? "" : "more ",
		 name ? " " : "s", name ? name : "");
	for (size_t i = 0; i < vm->nnets; i++)
		names[i] = vm->net[i].name;
	if (name)
		suggest(name, names, vm->nnets);
	return false;
}

static bool take_net(struct making *m, const char *word)
{
	struct net given, *net;

	if (!net_parse(m->pool, word, &given))
		return false;
	net = net_for(m->vm, given.name);
	if (!net)
		return no_such_net(m->vm, word, given.name);
	net->kind = given.kind;
	net->bridge = given.bridge;
	net->outer = given.outer;
	return true;
}

static bool complete_net(struct making *m, unsigned i)
{
	struct net *n = &m->vm->net[i];

	if (!net_name_ok(n->name)) {
		complain("interface `%s': such a name cannot be given to an interface", n->name);
		return advise(
			"names have 1 to 15 letters, digits and the like; or use numbers: 0, 1");
	}
	if (n->kind == NET_DEFAULT && link_is_bridge(n->name)) {
		n->kind = NET_BRIDGE;
		n->bridge = n->name;
	} else if (n->kind == NET_DEFAULT) {
		n->kind = NET_TAP;
	}
	if (n->kind == NET_BRIDGE && !link_is_bridge(n->bridge)) {
		complain("interface %s: there is no bridge %s", n->name, n->bridge);
		return advise("ip link add %s type bridge && ip link set %s up", n->bridge,
			      n->bridge);
	}
	if (!n->outer && n->kind != NET_NONE)
		n->outer = net_outer(m->pool, m->vm->name, i);
	net_mac(m->vm->name, i, n->mac);
	return true;
}

static bool take_nets(struct making *m)
{
	const char *word;

	number_nets(m);
	/* Those that name an interface first: the others take what is left. */
	for (int named = 1; named >= 0; named--)
		for (size_t i = 0; (word = call_nth(m->call, MAKE_NET, i)); i++)
			if ((strchr(word, '=') != NULL) == named && !take_net(m, word))
				return false;
	for (unsigned i = 0; i < m->vm->nnets; i++)
		if (!complete_net(m, i))
			return false;
	return true;
}

/* --- the rest --- */

static bool take_memory(struct making *m)
{
	const char *word = call_option(m->call, MAKE_MEMORY);

	m->vm->memory = config_memory(&m->facts, m->bytes);
	if (!word)
		return true;
	if (!size_parse(word, &m->vm->memory)) {
		complain("--memory %s: not a size", word);
		return advise("such are 4, 4.5, 4MiB, 512K, 1G; without a unit it is MiB");
	}
	if (m->vm->memory >= 1024)
		return true;
	complain("--memory %s: too little", word);
	return advise("a VM needs 1 MiB at least, and most configurations 4 MiB");
}

static bool take_image(struct making *m)
{
	const char *given = call_option(m->call, MAKE_IMAGE);
	char *full;

	if (!given)
		return true;
	full = realpath(given, NULL);
	if (!full)
		return complain("--image %s: %s", given, strerror(errno));
	m->vm->image = pool_cstr(m->pool, str_of(full));
	free(full);
	return true;
}

static bool take_backend(struct making *m)
{
	const char *why, *name = call_option(m->call, MAKE_BACKEND);

	if (!name)
		name = getenv("CLICKOS_BACKEND");
	m->vm->backend = backend_choose(m->pool, name, m->vm->image, &why);
	if (!m->vm->backend)
		return false;
	say("%s: back end %s: %s", m->vm->name, m->vm->backend->name, why);
	return m->vm->backend->check(m->vm);
}

static bool put(struct making *m, const char *path, struct str data)
{
	int r = file_make_at(m->vm->fd, path, data.p, data.n, 0644);

	return r == 0 || complain("%s/%s: %s", m->vm->dir, path, strerror(-r));
}

static bool write_files(struct making *m)
{
	for (size_t i = 0; i < m->call->nwords; i++)
		if (!put(m, pool_printf(m->pool, "config/%s.click", m->source[i].name),
			 m->source[i].text))
			return false;
	for (size_t i = 0; i < m->nextras; i++)
		if (!put(m, pool_printf(m->pool, "files/%s", m->extra[i].path), m->extra[i].data))
			return false;
	return put(m, "console.log", (struct str){ 0 });
}

static const char *choose_name(struct making *m)
{
	const char *name = call_option(m->call, MAKE_NAME);

	if (!name)
		return m->source[0].name;
	if (config_name_ok(name))
		return name;
	complain("--name %s: not a name", name);
	advise("a name begins with a letter or _ and goes on with letters, digits, _, . and -");
	return NULL;
}

static bool name_is_free(struct making *m)
{
	struct vm *old = vm_open(m->pool, m->vm->name, VM_TRY);

	if (!old)
		return true;
	complain("there is a VM `%s' already: it is %s", old->name,
		 vm_state_name(vm_state(old, NULL)));
	advise("choose another name with --name, or remove it: clickos rm %s%s",
	       vm_running(old) ? "-f " : "", old->name);
	vm_close(old);
	return false;
}

struct vm *vm_make(struct call *call)
{
	struct vm plan = { .pool = call->pool, .fd = -1 }, *vm;
	struct making m = { .call = call, .pool = call->pool, .vm = &plan };

	say_quietly = call_option(call, MAKE_QUIET) || call_option(call, MAKE_JSON);
	if (!take_vars(&m) || !read_sources(&m) || !(plan.name = choose_name(&m)) ||
	    !name_is_free(&m) || !take_files(&m) || !take_nets(&m) || !take_memory(&m) ||
	    !take_image(&m) || !take_backend(&m))
		return NULL;
	interrupt_hold();
	vm = vm_new(call->pool, plan.name);
	if (!vm)
		return NULL;
	plan.dir = vm->dir;
	plan.fd = vm->fd;
	plan.created = vm->created;
	*vm = plan;
	m.vm = vm;
	/* What a failure leaves here is swept away by later commands. */
	return write_files(&m) && vm_claim(vm) ? vm : NULL;
}
