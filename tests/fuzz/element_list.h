/* SPDX-License-Identifier: MIT */
/*
 * element_list.h - declarations of elements to be fuzzed: what parses packets, and what keeps
 * state that handlers change. Ports: as many as the class allows, at most OUTPUTS.
 */
#define MAC "00:00:c0:00:00:01"

static const char *const declarations[] = {
	/* checks */
	"CheckIPHeader", "CheckIPHeader(VERBOSE true, DETAILS true)",
	"CheckIPHeader(OFFSET 14, INTERFACES 10.0.0.1/8 18.26.4.9/24)", "CheckIPHeader2",
	"MarkIPHeader(4)", "CheckTCPHeader(DETAILS true)", "CheckUDPHeader(DETAILS true)",
	"CheckICMPHeader(DETAILS true)", "CheckARPHeader", "CheckLength(100)", "CheckCRC32",
	"CheckPaint(1)", "CheckIP6Header",
	/* classification */
	"Classifier(12/0806 20/0001, 12/0806 20/0002, 12/0800, -)",
	"Classifier(0/45%f0 !6/2000%3fff, 30/????11)",
	"IPFilter(allow tcp && dst port 80, deny icmp type 5, 1 src net 10/8, deny all)",
	"IPClassifier(tcp syn and not ack, udp port 53, ip frag, ip ttl < 2, icmp type echo, -)",
	"IPClassifier(tcp opt rst, src host 1.2.3.4 or dst net 18/8, ip vers 4, ether host " MAC ", -)",
	"HashSwitch(12, 4)", "PaintSwitch", "RoundRobinSwitch", "RandomSwitch",
	/* headers */
	"Strip(14)", "Unstrip(14)", "StripIPHeader", "UnstripIPHeader", "StripToNetworkHeader",
	"DecIPTTL", "DecIPTTL(ACTIVE true, MULTICAST false)", "FixIPSrc(10.0.0.1)",
	"GetIPAddress(16)", "GetIPAddress(IP src)", "SetIPAddress(1.2.3.4)", "StoreIPAddress(12)",
	"StoreIPAddress(9.9.9.9, src)", "SetIPChecksum", "SetIPDSCP(8)", "SetIPECN(1)", "MarkIPCE",
	"IPMirror", "IPEncap(4, 1.1.1.1, 2.2.2.2)", "IPEncap(udp, SRC 1.1.1.1, DST DST_ANNO)",
	"TruncateIPPayload(8)", "IPInputCombo(1, 18.26.4.255)", "IPOutputCombo(1, 18.26.4.24, 100)",
	"IPGWOptions(10.0.0.1)", "SetRandIPAddress(10.0.0.0/8)", "EraseIPPayload",
	"SetTCPChecksum", "SetTCPChecksum(true)", "SetUDPChecksum", "UDPIPEncap(1.1.1.1, 1, 2.2.2.2, 2)",
	"DynamicUDPIPEncap(1.1.1.1, 1, 2.2.2.2, 2)", "UDPIP6Encap(1::1, 1, 2::2, 2)",
	"TCPFragmenter(100)", "IPFragmenter(68)", "IPFragmenter(200, HONOR_DF false)",
	"IPReassembler", "IPReassembler(10000)",
	/* ICMP */
	"ICMPError(1.1.1.1, timeexceeded)", "ICMPError(1.1.1.1, redirect, host)",
	"ICMPError(1.1.1.1, parameterproblem, 0)", "ICMPPingResponder",
	"ICMPPingEncap(1.0.0.1, 2.0.0.1)", "ICMPIPEncap(1.0.0.1, 2.0.0.1, echo)",
	/* tables */
	"RadixIPLookup(0/0 0, 10/8 1, 10.1.2.3/32 1.2.3.4 1)", "LinearIPLookup(0/0 0, 10/8 1)",
	"DirectIPLookup(0/0 0, 10/8 1)", "RangeIPLookup(0/0 0, 10/8 1)", "StaticIPLookup(0/0 0)",
	"SortedIPLookup(0/0 0, 10/8 1)", "LookupIPRouteMP(10.0.0.0/8 0)",
	/* NAT */
	"IPRewriter(pattern 9.0.0.1 1024-65535 - - 0 1, drop)",
	"IPRewriter(keep 0 1, pass 1, CAPACITY 3)",
	"TCPRewriter(pattern 9.0.0.1 1024-1030# - - 0 1, pass)",
	"UDPRewriter(pattern 9.0.0.1 1024-1030? - - 0 1, pass)",
	"IPAddrRewriter(pattern 9.0.0.1-9.0.0.4 - 0 1, drop)",
	"IPAddrPairRewriter(pattern 9.0.0.1 - 0 1, drop)",
	"ICMPPingRewriter(pattern 9.0.0.1 - 0-65535# - 0 1, drop)",
	/* Ethernet */
	"EtherEncap(0x0800, 1:1:1:1:1:1, 2:2:2:2:2:2)", "EtherMirror", "EtherRewrite(1:1:1:1:1:1, 2:2:2:2:2:2)",
	"EtherVLANEncap(0x0800, 1:1:1:1:1:1, 2:2:2:2:2:2, 5)", "VLANEncap(5)", "VLANDecap",
	"StripEtherVLANHeader", "SetVLANAnno(5)", "GetEtherAddress(0, ANNO 0)",
	"StoreEtherAddress(" MAC ", 0)", "HostEtherFilter(" MAC ")", "EnsureEther",
	"DropBroadcasts", "ARPQuerier(10.0.0.1, " MAC ")", "ARPQuerier(10.0.0.1/8, " MAC ", CAPACITY 4)",
	"ARPResponder(10.0.0.1 10.1.0.0/16 " MAC ")", "ARPPrint", "EtherSwitch", "EtherSwitch(TIMEOUT 1)",
	"ListenEtherSwitch", "EtherSpanTree(\"\", \"\", \"\")", "ARPTable", "IP6NDAdvertiser(1::1 " MAC ")",
	/* printing, traces, aggregates */
	"Print(x, -1, CONTENTS ASCII, TIMESTAMP true, PRINTANNO true)",
	"IPPrint(x, CONTENTS HEX, PAYLOAD ASCII, TTL true, TOS true, ID true, LENGTH true, "
	"AGGREGATE true, PAINT true)",
	"ToIPSummaryDump(/dev/null, FIELDS timestamp ip_src ip_dst sport dport ip_opt tcp_opt tcp_sack "
	"tcp_flags payload_md5_hex icmp_type ip_len link)",
	"ToDump(/dev/null)", "AggregateIPFlows(ICMP true)", "AggregateIPAddrPair", "AggregateIP(ip proto)",
	"AggregateIP(tcp sport)", "AggregateLength", "AggregateCounter", "AggregateFilter(0 0-10, 1 all)",
	"AggregateFirst", "AggregateLast", "AnonymizeIPAddr(CLASS 1, SEED false)", "IPRateMonitor(PACKETS, 8, 10)",
	"StoreTimestamp(0)", "StoreUDPTimeSeqRecord(0)", "TimeFilter(0, 10)", "TimeRange",
	/* queues, shapers, state */
	"Queue(4)", "FrontDropQueue(2)", "MixedQueue(2)", "ThreadSafeQueue(3)", "CPUQueue(4)",
	"Counter", "AverageCounter", "Meter(10, 20)", "BandwidthMeter(10kbps)", "RatedSplitter(10)",
	"BandwidthRatedSplitter(10kbps)", "Shaper(10)", "BandwidthShaper(100kbps)", "DelayShaper(1ms)",
	"DelayUnqueue(1ms)", "LinkUnqueue(1ms, 1Mbps)", "RED(1, 5, 0.5)", "Pad(100)", "Truncate(30)",
	"Resize(10, -5)", "StoreData(3, abcd)", "Paint(3)", "PaintTee(1)", "Tee", "Suppressor",
	"Clipboard(0/4, 8/2)", "SetCRC32", "RandomBitErrors(0.1)", "RandomSample(0.5)", "Align(4, 2)",
	"SetTimestamp(1.5)", "Bypass(true)", "Switch(1)", "StrideSwitch(1, 2)", "StaticSwitch(1)",
	"Script(TYPE PACKET, return $(mod $input 2))", "Script(TYPE PASSIVE, set x $args, return $x)",
	"InfiniteSource(abc, 5, 2)", "RatedSource(abc, 100, 3)", "TimedSource(1ms, abc)",
	"DRRSched", "PrioSched", "RoundRobinSched", "StrideSched(1, 2, 3)", "PullSwitch(1)",
	"Unqueue(3)", "RatedUnqueue(100)", "TimedUnqueue(1ms, 2)", "BandwidthRatedUnqueue(10kbps)",
	"FastUDPFlows(100, 10, 64, " MAC ", 1.1.1.1, " MAC ", 2.2.2.2, 10, 3)",
	"RFC2507Comp", "RFC2507Decomp", "TCPReflector", "ForceIP", "ForceTCP", "ForceUDP", "ForceICMP",
};
