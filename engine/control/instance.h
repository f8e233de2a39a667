/* SPDX-License-Identifier: MIT */
/*
 * instance.h - a machine of instances: named configurations, each with an engine and a thread of
 * its own.
 *
 * All functions are called on the control thread unless they say otherwise. What takes time - a
 * configuration is parsed and started, a handler is called, an instance ends - happens on the
 * instance's thread; the control thread asks by way of a job and hears of its end from
 * instances_run. So neither a crash nor an endless loop in a configuration takes the control
 * thread or another instance along.
 *
 * The control thread's loop, whatever the platform:
 *
 *	instances_init(&is, &options);
 *	while (!instances_halted(&is)) {
 *		platform_wait(&is.thread, -1);
 *		instances_run(&is);
 *	}
 *	instances_fini(&is);
 */
#ifndef ENGINE_CONTROL_INSTANCE_H
#define ENGINE_CONTROL_INSTANCE_H

#include "abi/control.h"
#include "engine/control/log.h"
#include "engine/run/router.h"

struct instance;
struct instances;

/*
 * Something asked of an instance, in memory of who asks, which stays until done is called. The
 * asker sets done, and for instance_call also run; the rest starts as zero.
 */
struct job {
	/* On the instance's thread, between two tasks. Sets code, and may add to said. */
	void (*run)(struct instance *, struct job *);
	/* On the control thread, from instances_run, once. It may free the job and ask for others;
	 * it frees said. Afterwards the instance may be gone. */
	void (*done)(struct job *);
	enum control_code code; /* CONTROL_OK, or why not */
	/* Messages, whole lines: what `click' would print of a configuration, why it failed. */
	struct text said;
	/* The instance ended before the job did: run may have been cut off anywhere, so that memory
	 * it was writing to is not to be touched any more, nor freed. Never without a fault. */
	bool cut_off;

	struct list node;
};

enum instance_state { INSTANCE_STARTING, INSTANCE_RUNNING, INSTANCE_STOPPED, INSTANCE_FAILED };

struct instances_options {
	/* For each engine: variables, packets, clickpath, reconfigurable. What it points to stays. */
	struct engine_options engine;
	/* Classes besides those of the program; each array ends with NULL. */
	const struct element_class *const *const *classes;
	size_t nclasses;
};

struct instances {
	struct thread thread; /* the control thread: what platform_wait and platform_wake want */
	struct instances_options options;
	struct instance *at[CONTROL_INSTANCES]; /* by number; NULL: free */
	unsigned n;
	struct spinlock lock; /* of all below */
	struct list finished; /* jobs whose done is to be called */
	struct log log;       /* of the machine */
	bool halting;
};

/* Makes the calling thread the control thread. */
void instances_init(struct instances *, const struct instances_options *);
/* Only when all instances have ended, or never will and the program ends right after. */
void instances_fini(struct instances *);

/* Calls done of all jobs that have ended since. */
void instances_run(struct instances *);

/* The instance of that name or number; NULL: there is none. */
struct instance *instances_find(const struct instances *, struct str name);
/* True for [A-Za-z_][A-Za-z0-9_.-]* of at most CONTROL_NAME_MAX characters. */
bool instance_name_ok(struct str name);

/*
 * These begin something, and say CONTROL_OK: the job's done will be called. Any other code is a
 * refusal, with its reason in job->said; done will not be called.
 *
 * install: a new instance of that configuration, which is copied. It takes the place of a failed
 * one of that name. The job ends when it runs or is failed (CONTROL_BAD_CONFIG).
 */
enum control_code instances_install(struct instances *, struct str name, struct str config,
				    struct job *) MUST_CHECK;
/* Builds a stopped or failed one anew from its configuration. Ends like install. */
enum control_code instance_start(struct instance *, struct job *) MUST_CHECK;
/* Ends one that runs. The job ends when its thread has. */
enum control_code instance_stop(struct instance *, struct job *) MUST_CHECK;
/* Ends it if it runs, and forgets it. Its memory goes when the job ends. */
enum control_code instance_remove(struct instance *, struct job *) MUST_CHECK;
/* Hot-swap of a running one. In error (CONTROL_BAD_CONFIG) the old configuration runs on. */
enum control_code instance_swap(struct instance *, struct str config, struct job *) MUST_CHECK;
/* Calls job->run on the thread of a running instance, in the order of the calls. When the instance
 * ends first the job ends with CONTROL_BAD_STATE. */
enum control_code instance_call(struct instance *, struct job *) MUST_CHECK;
/* The router, for job->run; never NULL there. What it keeps of what job->run allocates has to be the
 * instance's (platform_memory_set): there it is the machine's that is set. */
struct router *instance_router(const struct instance *);
unsigned instance_memory(const struct instance *);

/* A fault: t, thread 0 of an instance's engine, is dead and will not run again. The instance is
 * failed with that text, its jobs end, and what its engine had is abandoned, as nobody can tell in
 * what shape it is. False: t is no instance's. */
bool instance_failed(struct instances *, struct thread *t, struct str text);

/* A signal, handed to the elements of all running instances that catch it. */
void instances_signal(struct instances *, int signo);

/* Ends all instances; nothing new begins. */
void instances_halt(struct instances *);
/* After instances_halt: has everything ended? */
bool instances_halted(const struct instances *);

/* A message of the machine itself: printed, and kept in its log. From any thread. */
void instances_message(struct instances *, struct str line);
void instances_log(struct instances *, struct text *out);

/* --- what is known of one --- */

unsigned instance_number(const struct instance *);
const char *instance_name(const struct instance *);
enum instance_state instance_state(const struct instance *);
const char *instance_state_name(enum instance_state); /* as LIST says it */
struct str instance_config(const struct instance *); /* as it was installed, or swapped in */
struct str instance_error(const struct instance *);  /* why it failed; empty when it has not */
void instance_log(struct instance *, struct text *out); /* its last messages */

#endif
