/* SPDX-License-Identifier: MIT */
/*
 * Script - run instructions that read, write and print handlers
 *
 * A script is a list of instructions. It runs when the router starts (TYPE ACTIVE, the default),
 * when its handler `run' is called (PASSIVE), for each packet (PACKET, the default with ports),
 * for each handler name it does not have (PROXY), when the driver would stop (DRIVER), or when
 * a signal arrives (SIGNAL SIGNO...).
 *
 * `set VAR TEXT', `init' and `export' assign variables; `print [>FILE] TEXT' or HANDLER, `save
 * HANDLER FILE' and `append' print; `read HANDLER' and `write HANDLER VALUE' call handlers;
 * `pause [N]' waits for N steps, `wait TIME' for a time; `label NAME', `goto LABEL [CONDITION]'
 * and `loop' jump; `end', `exit', `stop', `return VALUE' and `error TEXT' finish. A `q' at the
 * end of a name, as in setq, removes one level of quotes.
 *
 * In all texts $VAR is the value of a variable, $(HANDLER ARGUMENT...) what a handler reads, $?
 * the status of the last write, $args, $1, $2... and $# the arguments of `run'. The script's own
 * handlers compute: $(add $x 1), $(if $(lt $x 5) low high).
 *
 * Example: Script(set x 0, label again, print $x, set x $(add $x 1), goto again $(lt $x 5), stop)
 * See also: DriverManager
 */
#include "elements/standard/script_class.h"

const struct element_class script_class = {
	.name = "Script",
	SCRIPT_CLASS,
};
