/* SPDX-License-Identifier: MIT */
/* net.c - the list of interfaces, and their names. */
#include "drivers/net.h"

#include <stdio.h>

#include "kernel/machine.h"

struct net *net_first;

/* Word number i of the comma-separated list; empty when there is none. */
static struct str list_word(struct str list, unsigned i)
{
	for (; i > 0; i--)
		list = str_from(list, str_find(list, ',') + 1);
	return str_first(list, str_find(list, ','));
}

static void name(struct net *n, unsigned number)
{
	struct str given = list_word(machine_option("net"), number);

	if (given.n > 0 && given.n < sizeof(n->name))
		snprintf(n->name, sizeof(n->name), "%.*s", STR(given));
	else
		snprintf(n->name, sizeof(n->name), "net%u", number);
}

void net_add(struct net *n)
{
	struct net **at = &net_first;
	unsigned number = 0;

	for (; *at; at = &(*at)->next)
		number++;
	*at = n;
	n->next = NULL;
	if (n->name[0] == '\0')
		name(n, number);
	n->source.quiet = true;
	source_add(&n->source);
}

void net_break(struct net *n, const char *what)
{
	if (n->broken)
		return;
	n->broken = what;
	kprint("%s (%s): stopped: %s", n->name, n->driver, what);
}
