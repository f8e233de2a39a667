// nat-gateway-trace.click - the firewall with NAT of nat-gateway.click, on pcap files.
//
//	inside.pcap  --->[ Gateway ]---> to-outside.pcap
//	outside.pcap --->[         ]---> to-inside.pcap
//
//	click nat-gateway-trace.click INSIDE_IN=inside.pcap OUTSIDE_IN=outside.pcap
//
// Needs no rights. Packets of both files go in by their timestamps; a frame that needs an
// address not yet known waits for the ARP answer in the other file, as it would on a wire.

define($INSIDE_IN inside.pcap, $OUTSIDE_IN outside.pcap,
	$INSIDE_OUT to-inside.pcap, $OUTSIDE_OUT to-outside.pcap,
	$INSIDE_IP 192.168.1.1, $OUTSIDE_IP 203.0.113.1, $NEXT_HOP 203.0.113.2,
	$INSIDE_MAC 02:00:00:00:01:01, $OUTSIDE_MAC 02:00:00:00:02:01);
require(library lib/gateway.click);

gw :: Gateway($INSIDE_IP, $INSIDE_MAC, $OUTSIDE_IP, $OUTSIDE_MAC, $NEXT_HOP);

// Both traces in one stream, in the order of time; the paint tells where a packet came from.
FromDump($INSIDE_IN, STOP true) -> Paint(0) -> [0] both :: TimeSortedSched(STOP true);
FromDump($OUTSIDE_IN) -> Paint(1) -> [1] both;
both -> Unqueue -> side :: PaintSwitch;
side[0] -> [0] gw [0] -> ToDump($INSIDE_OUT);
side[1] -> [1] gw [1] -> ToDump($OUTSIDE_OUT);
