// traces.click - writes the two traces that nat-gateway-trace.click reads by default.
//
//	inside.pcap   a host, 192.168.1.2: a DNS question, a ping, a try at telnet
//	outside.pcap  the next hop, 203.0.113.2: what it answers
//
//	click lib/traces.click
//
// Each side also answers the gateway's ARP questions, a moment after they come up. Ports and
// identifiers from 1024 on leave the gateway as they are, so answers go to the same ones.

define($HOST 192.168.1.2, $HOST_MAC 02:00:00:00:01:02, $INSIDE_MAC 02:00:00:00:01:01,
	$SERVER 203.0.113.2, $SERVER_MAC 02:00:00:00:02:02, $OUTSIDE_MAC 02:00:00:00:02:01,
	$OUTSIDE_IP 203.0.113.1);

elementclass FromHost { input -> EtherEncap(0x0800, $HOST_MAC, $INSIDE_MAC) -> output }
elementclass FromServer { input -> EtherEncap(0x0800, $SERVER_MAC, $OUTSIDE_MAC) -> output }

// The order of the inputs is that of the packets in the file.
inside :: PrioSched -> ToDump(inside.pcap);
outside :: PrioSched -> ToDump(outside.pcap);

InfiniteSource(question, 1) -> UDPIPEncap($HOST, 5000, $SERVER, 53) -> FromHost
	-> SetTimestamp(1.00) -> [0] inside;
InfiniteSource(\<0001 0800 06 04 0002  020000000202 cb007102  020000000201 cb007101>, 1)
	-> EtherEncap(0x0806, $SERVER_MAC, $OUTSIDE_MAC) -> SetTimestamp(1.01) -> [0] outside;

InfiniteSource(answer, 1) -> UDPIPEncap($SERVER, 53, $OUTSIDE_IP, 5000) -> FromServer
	-> SetTimestamp(1.02) -> [1] outside;
InfiniteSource(\<0001 0800 06 04 0002  020000000102 c0a80102  020000000101 c0a80101>, 1)
	-> EtherEncap(0x0806, $HOST_MAC, $INSIDE_MAC) -> SetTimestamp(1.03) -> [1] inside;

InfiniteSource(ping, 1) -> ICMPPingEncap($HOST, $SERVER, IDENTIFIER 7777) -> FromHost
	-> SetTimestamp(1.04) -> [2] inside;
InfiniteSource(ping, 1) -> ICMPPingEncap($OUTSIDE_IP, $SERVER, IDENTIFIER 7777)
	-> ICMPPingResponder -> FromServer -> SetTimestamp(1.05) -> [2] outside;

// A SYN from port 6000 to 23.
InfiniteSource(\<1770 0017  00000001 00000000  5002 ffff 0000 0000>, 1) -> IPEncap(tcp, $HOST, $SERVER)
	-> SetTCPChecksum -> FromHost -> SetTimestamp(1.06) -> [3] inside;

// Both files are finished when none of the sources has more to give.
DriverManager(wait 0.1s, stop);
