/* SPDX-License-Identifier: MIT */
/* linktype.h - link types of traces: their names, and where the IP header is in their frames. */
#ifndef ELEMENTS_ANALYSIS_LINKTYPE_H
#define ELEMENTS_ANALYSIS_LINKTYPE_H

#include "engine/element.h"

/* Numbers of the pcap file format (draft-ietf-opsawg-pcaplinktype). */
enum { LINK_NONE = -1, LINK_NULL = 0, LINK_ETHER = 1, LINK_PPP = 9, LINK_FDDI = 10,
       LINK_RAW_BSD = 12, LINK_PPP_HDLC = 50, LINK_ATM = 100, LINK_IP = 101, LINK_HDLC = 104,
       LINK_802_11 = 105, LINK_SLL = 113, LINK_PRISM = 119, LINK_AIRONET = 120,
       LINK_SUNATM = 123, LINK_802_11_RADIO = 127 };

bool linktype_parse(struct str name, int *type) MUST_CHECK; /* a name or #N */
void linktype_print(int type, struct text *out);

/* Can frames of that type be searched for IP headers? */
bool linktype_forcible(int type);

/* Finds the IPv4 or IPv6 header; sets the network and transport header, and for IPv4 the
 * destination annotation. False, p unchanged: there is none, whole, in what was captured. */
bool linktype_force_ip(struct packet *p, int type) MUST_CHECK;

#endif
