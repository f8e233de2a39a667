/* SPDX-License-Identifier: MIT */
/* verbs.h - the commands of the protocol of docs/control.md, and a session as they see it. */
#ifndef ENGINE_CONTROL_VERBS_H
#define ENGINE_CONTROL_VERBS_H

#include "abi/control.h"
#include "base/text.h"
#include "engine/control/command.h"
#include "engine/control/instance.h"
#include "engine/control/session.h"

enum session_state {
	SESSION_LINE,    /* a command comes next */
	SESSION_DATA,    /* need bytes, which belong to the command */
	SESSION_SKIP,    /* need bytes, to be ignored */
	SESSION_WAITS,   /* for errand */
	SESSION_USES,    /* speaks ControlSocket 1.3: errand, for the rest of the conversation */
	SESSION_CLOSING, /* nothing is read any more */
};

/*
 * What a session asks of an instance. It outlives a session that ends, and everything that the
 * instance's thread works with is here.
 */
struct errand {
	struct job job;
	struct session *s; /* NULL: it has gone */
	void (*answer)(struct errand *);
	const char *ok;    /* answer when all is well; the instance's name is put in for %s */
	char name[CONTROL_NAME_MAX + 1];
	/* Handler calls: the answer is in control.out. */
	struct control control;
	struct control_access access;
	char *line, *data; /* of the command; handler and value point into them */
	struct str handler, value;
	bool uses, busy, more; /* of USE: job runs; it has more to do */
};

struct session {
	struct instances *all;
	void (*changed)(void *arg);
	void *arg;
	enum session_state state;
	bool at_end; /* the other side sends no more */
	struct text in;
	size_t at, searched; /* of in: done with; without the end of a line */
	struct text line;    /* the command at hand */
	char *data;          /* its data: have of need bytes */
	uint64_t need, have;
	struct text out;
	char *blob; /* goes out behind out: blob_at .. blob_n */
	size_t blob_at, blob_n;
	struct errand *errand;
};

#define VERB_WORDS 5
#define REST VERB_WORDS /* one that splits into as many says so too */

struct request { /* a command line; points into it */
	struct str word[VERB_WORDS];
	unsigned n;
	struct str rest[VERB_WORDS]; /* rest[i]: from word i to the end of the line */
	struct str data;
};

struct verb {
	const char *name, *arguments, *help;
	unsigned min, max; /* words, itself included; REST: any number */
	bool data;         /* the last word is their length */
	void (*run)(struct session *, const struct request *);
};

/* Splits a line; a word in double quotes may hold blanks. */
void request_split(struct str line, struct request *);
const struct verb *verb_find(struct str name); /* NULL: there is none */

/* One line, the last of an answer. */
void session_answer(struct session *, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Goes on after an errand, and tells the transport. */
void session_go_on(struct session *);

/* --- errand.c --- */

/* NULL after an answer: there is none of that name. */
struct instance *errand_instance(struct session *, struct str name);
/* For an instance that is to be, or one that is there. NULL after an answer: no memory. */
struct errand *errand_new(struct session *, struct str name, const char *ok);
struct errand *errand_for(struct session *, struct instance *, const char *ok);
/* Waits for what was begun, or says why it was not. */
void errand_begun(struct session *, struct errand *, enum control_code);
/* Lets it end without the session; NULL is fine. */
void errand_leave(struct errand *);

/* READ and so on; from USE on the other protocol, whose commands run on the instance's thread. */
void errand_read_line(struct session *, const struct request *);
void errand_read_data(struct session *, const struct request *);
void errand_write_line(struct session *, const struct request *);
void errand_write_data(struct session *, const struct request *);
void errand_use(struct session *, const struct request *);
/* The errand of USE: gives it what has come, takes what it says. */
void session_use(struct session *);

#endif
