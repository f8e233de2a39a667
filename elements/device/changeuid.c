/* SPDX-License-Identifier: MIT */
/*
 * ChangeUID - drop the rights of a program that runs as another user
 *
 * Once the elements that need privileges have started, sets the effective user
 * and group to the real ones.
 *
 * Example: ChangeUID()
 * See also: FromDevice, ControlSocket
 */
#include <errno.h>
#include <unistd.h>

#include "engine/element.h"

struct changeuid {
	struct element base;
};
ELEMENT_SELF(struct changeuid)

/* The group first: afterwards there is no right to change it. */
static bool start(struct element *e, struct error *err)
{
	(void)e;
	return (setgid(getgid()) == 0 && setuid(getuid()) == 0) ||
	       fail(err, "could not drop privilege: %s", strerror(errno));
}

const struct element_class changeuid_class = {
	.name = "ChangeUID",
	.ports = "0/0",
	.size = sizeof(self_t),
	.phase = PHASE_PRIVILEGED + 1,
	.start = start,
};
