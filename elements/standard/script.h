/* SPDX-License-Identifier: MIT */
/*
 * script.h - what the parts of Script and DriverManager share.
 *
 * script_parse.c makes a program of the arguments, script_run.c executes it, script_print.c has
 * the instructions that print and call handlers, script_vars.c variables and expansion,
 * script_control.c the handlers that control it; script_number.c, script_func.c and
 * script_format.c are the handlers that compute.
 */
#ifndef ELEMENTS_STANDARD_SCRIPT_H
#define ELEMENTS_STANDARD_SCRIPT_H

#include "engine/element.h"

enum script_type { SCRIPT_ACTIVE, SCRIPT_PASSIVE, SCRIPT_PACKET, SCRIPT_PROXY, SCRIPT_DRIVER,
		   SCRIPT_SIGNAL };

/* What an instruction leads to: the next one, or why the script does not go on. */
enum script_outcome { SCRIPT_GO, SCRIPT_BLOCKED, SCRIPT_END, SCRIPT_EXIT, SCRIPT_STOP,
		      SCRIPT_RETURN, SCRIPT_ERROR };

struct script;
struct script_op;

struct script_insn {
	const struct script_op *op;
	struct str name;  /* of the variable or label */
	struct str text;  /* the operand, unexpanded */
	uint32_t count;   /* steps that a pause wants */
	uint32_t passed;  /* steps that it has had */
	int32_t target;   /* of goto: an instruction, or less than 0: -(enum script_outcome) */
};

/* How an operand is read, and what the instruction does. */
struct script_op {
	const char *name;
	bool (*parse)(struct script *, struct script_insn *, struct str operand);
	enum script_outcome (*run)(struct script *, struct script_insn *, struct error *);
	bool unquote; /* the variant that removes a level of quotes: setq, printq, ... */
	unsigned how; /* to the functions: SCRIPT_NEWLINE, SCRIPT_APPEND, an outcome */
};

enum { SCRIPT_NEWLINE = 1, SCRIPT_APPEND = 2, SCRIPT_WRITE = 4 };

struct script_var {
	struct str name;
	struct text value;
};

struct script {
	struct element base;
	struct raw type_text;
	enum script_type type;
	struct script_insn *insn; /* [n + 1]: an implicit end is the last */
	size_t n, cap;
	struct script_var *var;
	size_t nvars, var_cap;
	uint32_t signals; /* bit N: signal N is waited for */
	bool armed;       /* signals are caught */

	size_t pos;       /* the next instruction; n + 1: it gave up */
	bool running;
	bool starting;    /* its first run is still to come */
	bool in_event;    /* serves a driver stop event */
	unsigned steps, queued; /* to be consumed by this run; by one after it */
	unsigned jumps;         /* taken in this run */
	int status;             /* of the last write: $? */
	struct text args;       /* of the current run: $args */
	struct text entry;      /* the handler it was entered by: $0 */
	bool entry_write;
	struct timer timer;
};
ELEMENT_SELF(struct script)

/* --- script_parse.c --- */

bool script_add(struct element *e, struct str text, struct error *err);
bool script_configure(struct element *e, struct error *err);
/* The instruction that a label of the program, `begin' or `loop' is; -1: there is none. */
int32_t script_label(const struct script *s, struct str name);
/* The number of a signal, given by number or name. */
bool script_signal(struct str word, uint32_t *signo);

/* --- script_run.c --- */

bool script_start(struct element *e, struct error *err);
void script_stop(struct element *e);
void script_push(struct element *e, unsigned port, struct batch *b);
void script_pull(struct element *e, unsigned port, struct batch *b, unsigned max);
/* Goes on with so many steps until it blocks or ends. */
enum script_outcome script_run(struct script *s, unsigned steps, struct error *err);
/* Moves to an instruction; pauses that are passed backward count anew. */
void script_jump(struct script *s, size_t target);

/* --- script_vars.c --- */

struct text *script_var(struct script *s, struct str name); /* made when there is none */
struct text *script_find_var(const struct script *s, struct str name); /* or NULL */
void script_set(struct script *s, struct str name, struct str value);
/* References replaced; with quote, what replaces them is quoted. In the pool. */
struct str script_expand(struct script *s, struct pool *, struct str text, bool quote,
			 struct error *err);
/* Calls the handler named by the first word of the (expanded) text, with the rest as its
 * argument. False when there is no such handler; *status is set when there is. */
bool script_call(struct script *s, bool write, struct str text, bool unquote, struct text *out,
		 struct error *err, int *status);

/* --- script_control.c --- */

bool script_step(struct element *e, struct handler_call *c);
bool script_goto(struct element *e, struct handler_call *c);
bool script_enter(struct element *e, struct handler_call *c); /* run, and proxied handlers */
bool script_get(struct element *e, struct handler_call *c);
bool script_set_handler(struct element *e, struct str value, struct error *err);
bool script_shift(struct element *e, struct handler_call *c);
void script_add_handlers(struct element *e);

#endif
