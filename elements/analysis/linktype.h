/* SPDX-License-Identifier: MIT */
/* linktype.h - link-layer encapsulations: their names, and where IP begins behind them. */
#ifndef ELEMENTS_ANALYSIS_LINKTYPE_H
#define ELEMENTS_ANALYSIS_LINKTYPE_H

#include <stdint.h>

#include "base/text.h"

struct packet;

/* The numbers of pcap files. */
enum { LINKTYPE_NONE = -1, LINKTYPE_NULL = 0, LINKTYPE_ETHER = 1, LINKTYPE_PPP = 9,
       LINKTYPE_FDDI = 10, LINKTYPE_IP_OLD = 12, LINKTYPE_PPP_HDLC = 50, LINKTYPE_ATM = 100,
       LINKTYPE_IP = 101, LINKTYPE_HDLC = 104, LINKTYPE_802_11 = 105, LINKTYPE_SLL = 113,
       LINKTYPE_PRISM = 119, LINKTYPE_AIRONET = 120, LINKTYPE_SUNATM = 123,
       LINKTYPE_802_11_RADIO = 127 };

/* A name or "#N". */
bool linktype_parse(struct str s, int *type) MUST_CHECK;
void linktype_print(struct text *out, int type); /* "ETHER", "#N", "<none>" */

/* Can IP be found behind such headers at all? */
bool linktype_can_force_ip(int type);
/* Finds an IPv4 or IPv6 header behind the link header and sets the header positions and, for
 * IPv4, the destination annotation. False: there is none. */
bool linktype_force_ip(struct packet *p, int type) MUST_CHECK;

#endif
