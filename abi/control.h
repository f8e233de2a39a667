/* SPDX-License-Identifier: MIT */
/*
 * control.h - what a ClickOS machine and whoever controls it agree on: the names of the channels,
 * the protocol's words and codes, limits, the layout of the Xen store. docs/control.md has the
 * conversation byte by byte.
 */
#ifndef ABI_CONTROL_H
#define ABI_CONTROL_H

/* The virtio-console port, and the greeting of the protocol on every channel. */
#define CONTROL_PORT "org.clickos.control"
#define CONTROL_GREETING "ClickOS::Control/1.0"
#define CLICKOS_VERSION "0.1" /* of all programs, and of the image, as INFO says it */

/* Instances: at most so many in a machine; names are [A-Za-z_][A-Za-z0-9_.-]*. */
#define CONTROL_INSTANCES 64
#define CONTROL_NAME_MAX 63

#define CONTROL_LINE_MAX 65536U       /* bytes of a command line */
#define CONTROL_DATA_MAX (64U << 20)  /* bytes of data of one command or answer */

/* Codes of answers. 2xx is success. Those below 550 are ControlSocket 1.3's. */
enum control_code {
	CONTROL_OK = 200,
	CONTROL_OK_WARNINGS = 220,
	CONTROL_BAD_SYNTAX = 500,
	CONTROL_UNIMPLEMENTED = 501,
	CONTROL_NO_ELEMENT = 510,
	CONTROL_NO_HANDLER = 511,
	CONTROL_HANDLER_ERROR = 520,
	CONTROL_TOO_BIG = 521,
	CONTROL_DENIED = 530,
	CONTROL_NO_INSTANCE = 550,  /* no instance of that name or number */
	CONTROL_EXISTS = 551,       /* there is one already */
	CONTROL_BAD_CONFIG = 552,   /* the lines are what `click' would print */
	CONTROL_BAD_STATE = 553,    /* it is running (stopped, failed) */
	CONTROL_NO_FILE = 554,
	CONTROL_NO_MEMORY = 555,
	CONTROL_UNSPECIFIED = 590,
};

/* States of an instance, as LIST and the Xen store say them. Starting ends by itself. */
#define CONTROL_STARTING "starting"
#define CONTROL_RUNNING "running"
#define CONTROL_STOPPED "stopped"
#define CONTROL_FAILED "failed"

/*
 * The Xen store, below /local/domain/N/clickos, which the host makes and gives to the guest:
 *
 *	version, state               guest: "1"; "ready" when the rest is watched
 *	instance/NAME/config         host: a configuration; it becomes (replaces) that instance
 *	instance/NAME/config/PART    host: instead, in parts 0, 1, ... of any size; then config = "parts N"
 *	instance/NAME/command        host: start, stop, remove, or empty; the guest empties it when done
 *	instance/NAME/read           host: ELEMENT.HANDLER [ARGUMENTS]; the guest empties it when done
 *	instance/NAME/write          host: ELEMENT.HANDLER [VALUE]; the guest empties it when done
 *	instance/NAME/value[/PART]   guest: what the last read handler said
 *	instance/NAME/result         guest: code and text of the last read, write or command
 *	instance/NAME/state          guest: starting, running, stopped, failed
 *	instance/NAME/error[/PART]   guest: why
 *	stream/in/SEQUENCE           host: bytes of the protocol; the guest removes them when read
 *	stream/out/SEQUENCE          guest: bytes of the protocol; the host removes them when read
 *	stream/open                  host: a new number begins a new conversation; empty: none
 *	stream/opened                guest: the same number, when stream/in and out are the new one's
 */
#define STORE_NODE "clickos"
/* Bytes of a part: xenstored lets a guest have 2,048 in a node, its permissions and the names of its
 * children among them. */
#define STORE_PART 1920U
#define STORE_WINDOW 16U  /* parts that may wait in stream/out */

#endif
