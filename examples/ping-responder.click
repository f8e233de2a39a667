// ping-responder.click - a host that answers ARP and ping, and nothing else.
//
//	network ---[ DEV: ADDRESS ]
//
//	click ping-responder.click DEV=eth1 ADDRESS=10.0.0.5
//
// The interface needs no address of the host's own. Pings answered: read pings.count.

define($DEV eth1, $ADDRESS 10.0.0.5);

in :: FromDevice($DEV, BURST 32)
	-> kind :: Classifier(12/0806 20/0001, 12/0800, -);
out :: Queue -> ToDevice($DEV, BURST 32);

kind[0] -> ARPResponder($ADDRESS $DEV:eth) -> out;

// The answer goes back to the Ethernet address that asked.
kind[1] -> CheckIPHeader(14)
	-> mine :: IPClassifier(dst host $ADDRESS and icmp type echo, -)
	-> ICMPPingResponder
	-> pings :: Counter
	-> EtherMirror
	-> out;

kind[2], mine[1] -> Discard;
