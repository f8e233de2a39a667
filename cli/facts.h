/* SPDX-License-Identifier: MIT */
/* facts.h - what is to be known of a machine at this moment. */
#ifndef CLI_FACTS_H
#define CLI_FACTS_H

#include "cli/client.h"
#include "cli/vm_json.h"

struct facts {
	enum vm_state state;
	const char *why;  /* of its end; "" */
	double uptime;    /* s */
	bool answers;     /* its control channel does */
	struct instance *instance;
	size_t ninstances;
};

/* Asks the machine, if it runs, but does not wait long. */
void facts_of(struct vm *, struct facts *);
/* An array of objects with number, name and state. */
struct json_object *facts_instances(const struct facts *);

#endif
