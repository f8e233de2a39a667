/* SPDX-License-Identifier: MIT */
/*
 * IPNameInfo - names of protocols, ports and ICMP types
 *
 * Does nothing: the names of IP protocols, TCP and UDP ports, ICMP types and codes are known in
 * every configuration. Those of the machine's protocols and services files are known as well.
 *
 * Example: IPNameInfo()
 * See also: AddressInfo, PortInfo, IPFieldInfo
 */
#include "engine/element.h"

const struct element_class ipnameinfo_class = {
	.name = "IPNameInfo",
	.ports = "0/0",
	.size = sizeof(struct element),
};
