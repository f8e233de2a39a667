/* SPDX-License-Identifier: MIT */
/*
 * DriverManager - decide what happens when the router would stop
 *
 * A Script of type DRIVER: when the driver is asked to stop, the script goes on from the `pause'
 * or `wait' it is at. If it then waits again, so does the driver go on; if it ends, the driver
 * stops. There can be only one in a router.
 *
 * Example: DriverManager(pause, write k.cleanup, wait 0.1s, stop)
 * See also: Script
 */
#include "elements/standard/script_class.h"

const struct element_class drivermanager_class = {
	.name = "DriverManager",
	.flags = CLASS_DRIVER,
	SCRIPT_CLASS,
};
