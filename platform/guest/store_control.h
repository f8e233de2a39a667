/* SPDX-License-Identifier: MIT */
/* store_control.h - instances controlled by nodes of the Xen store (docs/control.md, The Xen store). */
#ifndef PLATFORM_GUEST_STORE_CONTROL_H
#define PLATFORM_GUEST_STORE_CONTROL_H

/* Watches the nodes; nothing where there is no store. */
void store_control_start(void);
/* Does what they asked for, on the control thread. */
void store_control_run(void);

#endif
