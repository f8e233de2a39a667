/* SPDX-License-Identifier: MIT */
/*
 * IPFieldInfo - names of header fields
 *
 * Does nothing: the names of IP, TCP, UDP and ICMP header fields that elements such as AggregateIP
 * accept are known in every configuration.
 *
 * Example: IPFieldInfo()
 * See also: IPNameInfo, AggregateIP
 */
#include "engine/element.h"

const struct element_class ipfieldinfo_class = {
	.name = "IPFieldInfo",
	.ports = "0/0",
	.size = sizeof(struct element),
};
