/* SPDX-License-Identifier: MIT */
/* script_ops.h - instructions: how their operands are read, and what they do. */
#ifndef ELEMENTS_STANDARD_SCRIPT_OPS_H
#define ELEMENTS_STANDARD_SCRIPT_OPS_H

#include "elements/standard/script.h"

/* The operation of that name, or NULL (script_run.c). */
const struct script_op *script_op(struct str name);

/* script_parse.c: false is a syntax error. */
bool script_parse_nothing(struct script *, struct script_insn *, struct str operand);
bool script_parse_text(struct script *, struct script_insn *, struct str operand);
bool script_parse_some_text(struct script *, struct script_insn *, struct str operand);
bool script_parse_export(struct script *, struct script_insn *, struct str operand);
bool script_parse_set(struct script *, struct script_insn *, struct str operand);
bool script_parse_count(struct script *, struct script_insn *, struct str operand);
bool script_parse_wait(struct script *, struct script_insn *, struct str operand);
bool script_parse_label(struct script *, struct script_insn *, struct str operand);
bool script_parse_goto(struct script *, struct script_insn *, struct str operand);

/* script_print.c */
enum script_outcome script_do_print(struct script *, struct script_insn *, struct error *);
enum script_outcome script_do_save(struct script *, struct script_insn *, struct error *);
enum script_outcome script_do_read(struct script *, struct script_insn *, struct error *);
enum script_outcome script_do_write(struct script *, struct script_insn *, struct error *);

#endif
