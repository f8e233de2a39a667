/* SPDX-License-Identifier: MIT */
/* script_class.h - what the classes Script and DriverManager are made of. */
#ifndef ELEMENTS_STANDARD_SCRIPT_CLASS_H
#define ELEMENTS_STANDARD_SCRIPT_CLASS_H

#include "elements/standard/script_func.h"

static const struct arg script_args[] = {
	ARG("TYPE", type_text, 0,
	    "ACTIVE, PASSIVE, PACKET, PROXY, DRIVER or SIGNAL SIGNO...: when it runs"),
	ARG_EACH("INSTRUCTION", script_add, "what to do"),
};

#define FUNCTION(name, fn, help) CALL(name, fn, H_READ | H_PARAM, help)

static const struct handler script_handlers[] = {
	CALL("step", script_step, H_WRITE, "goes on by N steps; router: a driver stop event"),
	CALL("goto", script_goto, H_WRITE, "goes on at a label"),
	CALL("run", script_enter, H_READ | H_WRITE | H_PARAM, "runs from the top with arguments"),
	FUNCTION("get", script_get, "value of a variable"),
	WRITE("set", script_set_handler, "sets a variable: NAME VALUE"),
	FUNCTION("shift", script_shift, "removes the first word of a variable"),
	FUNCTION("add", script_fold, "sum"),
	FUNCTION("sub", script_fold, "the first number less the others"),
	FUNCTION("min", script_fold, "least number"),
	FUNCTION("max", script_fold, "greatest number"),
	FUNCTION("mul", script_fold, "product"),
	FUNCTION("div", script_fold, "real quotient"),
	FUNCTION("idiv", script_fold, "quotient without its fraction"),
	FUNCTION("mod", script_modulo, "remainder of two integers"),
	FUNCTION("rem", script_modulo, "remainder of two numbers"),
	FUNCTION("neg", script_sign, "the number with the other sign"),
	FUNCTION("abs", script_sign, "the number without its sign"),
	FUNCTION("eq", script_compare, "are two numbers or strings equal?"),
	FUNCTION("ne", script_compare, "are they different?"),
	FUNCTION("gt", script_compare, "is the first one greater?"),
	FUNCTION("ge", script_compare, "is the first one greater or equal?"),
	FUNCTION("lt", script_compare, "is the first one less?"),
	FUNCTION("le", script_compare, "is the first one less or equal?"),
	FUNCTION("not", script_not, "negation"),
	FUNCTION("sprintf", script_sprintf, "FORMAT ARGUMENT...: text made as C does"),
	FUNCTION("first", script_first, "first word"),
	FUNCTION("random", script_random, "[MIN MAX]: a random integer"),
	FUNCTION("and", script_logic, "are all conditions true?"),
	FUNCTION("or", script_logic, "is any condition true?"),
	FUNCTION("nand", script_logic, "is any condition false?"),
	FUNCTION("nor", script_logic, "are all conditions false?"),
	FUNCTION("if", script_if, "CONDITION A B: A when it is true, else B"),
	FUNCTION("in", script_in, "is the first word one of the others?"),
	FUNCTION("readable", script_access, "can all these handlers be read?"),
	FUNCTION("writable", script_access, "can all these handlers be written?"),
	FUNCTION("length", script_length, "number of bytes"),
	FUNCTION("unquote", script_unquote, "text without one level of quotes"),
	READ("now", script_now, "current time"),
	FUNCTION("htons", script_byte_order, "16-bit integer in network order"),
	FUNCTION("htonl", script_byte_order, "32-bit integer in network order"),
	FUNCTION("ntohs", script_byte_order, "16-bit integer in host order"),
	FUNCTION("ntohl", script_byte_order, "32-bit integer in host order"),
	CALL("cat", script_cat, H_READ | H_PARAM | H_PRIVATE, "content of a file"),
	CALL("catq", script_cat, H_READ | H_PARAM | H_PRIVATE, "content of a file, quoted"),
	CALL("kill", script_kill, H_READ | H_PARAM | H_PRIVATE, "SIGNO PID...: sends a signal"),
};

#define SCRIPT_CLASS                                                                               \
	.ports = "-/-", .processing = "ah/ah", .size = sizeof(self_t), .args = TABLE(script_args), \
	.handlers = TABLE(script_handlers), .configure = script_configure, .start = script_start,  \
	.stop = script_stop, .push = script_push, .pull = script_pull,                             \
	.add_handlers = script_add_handlers

#endif
