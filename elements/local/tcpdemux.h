/* SPDX-License-Identifier: MIT */
/* tcpdemux.h - what TCPDemux offers to TCPConn: cast "TCPFlows". */
#ifndef ELEMENTS_LOCAL_TCPDEMUX_H
#define ELEMENTS_LOCAL_TCPDEMUX_H

#include "elements/local/tcpip.h"

struct tcp_flows {
	/* Packets of that flow, seen from this end (0: any), go to output port from now on. False:
	 * the flow is taken. */
	bool (*add)(struct element *demux, const struct tcpip_flow *, unsigned port);
	void (*remove)(struct element *demux, const struct tcpip_flow *);
};

#endif
