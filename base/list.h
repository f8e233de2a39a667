/* SPDX-License-Identifier: MIT */
/* list.h - doubly linked lists whose links are members of what they link. */
#ifndef BASE_LIST_H
#define BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list {
	struct list *next, *prev;
};

#define container_of(ptr, type, member) ((type *)(void *)((char *)(ptr) - offsetof(type, member)))

/* For each node i of list l; i may be removed, not its successor. */
#define list_each(i, l)                                                                            \
	for (struct list *i = (l)->next, *i##_next = i->next; i != (l);                            \
	     i = i##_next, i##_next = i->next)

static inline void list_init(struct list *l)
{
	l->next = l->prev = l;
}

static inline bool list_empty(const struct list *l)
{
	return l->next == l;
}

static inline void list_add_before(struct list *where, struct list *node)
{
	node->next = where;
	node->prev = where->prev;
	where->prev->next = node;
	where->prev = node;
}

static inline void list_add_tail(struct list *l, struct list *node)
{
	list_add_before(l, node);
}

static inline void list_add_head(struct list *l, struct list *node)
{
	list_add_before(l->next, node);
}

/* Afterwards node is an empty list, so removing it twice is harmless. */
static inline void list_remove(struct list *node)
{
	node->prev->next = node->next;
	node->next->prev = node->prev;
	list_init(node);
}

#endif
