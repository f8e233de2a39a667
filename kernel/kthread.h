/* SPDX-License-Identifier: MIT */
/*
 * kthread.h - cooperative threads, and what wakes them: one for control, one for each instance.
 *
 * One runs until it yields or blocks; there is one CPU. Between them the scheduler looks at the
 * sources: rings and channels in which the outside may have put something.
 */
#ifndef KERNEL_KTHREAD_H
#define KERNEL_KTHREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"

#define KTHREAD_NAME 64
#define KTHREAD_STACK_PAGES 16 /* 64 KiB */

enum kthread_state { KTHREAD_READY, KTHREAD_BLOCKED, KTHREAD_DEAD };

struct trap_frame;

struct kthread {
	struct list node;
	char name[KTHREAD_NAME];
	enum kthread_state state;
	bool woken;          /* since it last blocked */
	int64_t deadline;    /* of a block: steady ns; INT64_MAX: none */
	uint64_t *sp;
	void *stack;         /* top */
	void (*main)(void *);
	void *arg;
	/* A fault in this thread ends it: this is called on the trap stack, must not block, and may
	 * wake others. NULL: a fault ends the machine. */
	void (*failed)(void *arg_failed, const struct trap_frame *);
	void *arg_failed;
	unsigned home;       /* owner of its memory (kernel/heap.h): who was set when it was made */
	unsigned owner;      /* who is set while another runs */
	uint8_t tls[128];    /* its thread-local variables while another runs */
};

extern struct kthread *kthread_current;

/* Becomes the thread that runs now, on the stack of that top. */
void kthread_init(struct kthread *boot, const char *name, void *stack);
/* NULL: no memory. It is ready. */
struct kthread *kthread_new(const char *name, void (*main)(void *), void *arg);
void kthread_free(struct kthread *); /* one that is dead */
_Noreturn void kthread_exit(void);
/* The same, of a thread that nobody will free: that is done when another is made. */
_Noreturn void kthread_abandon(void);
/* Ends another, wherever it is. */
void kthread_kill(struct kthread *);

void kthread_yield(void);
/* Sleeps until kthread_wake or the time; a wake-up since the last block counts. */
void kthread_block(int64_t deadline);
void kthread_wake(struct kthread *);

/* --- sources --- */

struct source {
	struct list node;
	/* Is there something to do? Cheap: it is asked each time the scheduler runs. */
	bool (*pending)(struct source *);
	/* The machine is about to sleep: asks the other side for a wake-up. True: there is something
	 * to do already, look again instead. */
	bool (*arm)(struct source *);
	/* Called when something is pending, from the scheduler: wakes who cares. */
	void (*ready)(struct source *);
	void *arg; /* ready's */
	bool quiet; /* nobody cares at present: neither asked nor armed */
};

void source_add(struct source *);

#endif
