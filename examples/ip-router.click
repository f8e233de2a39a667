// ip-router.click - the standard IPv4 router (RFC 1812) with two interfaces.
//
//	10.0.1.0/24 ---[ A: 10.0.1.1   B: 10.0.2.1 ]--- 10.0.2.0/24
//
//	click ip-router.click A=eth1 B=eth2
//
// It answers ARP and ping for its addresses, decrements TTLs, fragments, and sends ICMP errors:
// time exceeded, parameter problem, fragmentation needed, redirect, no route. The routes can be
// changed while it runs: read routes.table, write routes.add "10.3.0.0/16 10.0.2.7 2".

define($A eth1, $A_IP 10.0.1.1, $A_NET 10.0.1.0/24, $B eth2, $B_IP 10.0.2.1, $B_NET 10.0.2.0/24);

// What comes in by an interface: ARP questions are answered, IP goes on, painted.
elementclass In { $device, $ip, $color |
	FromDevice($device, BURST 32)
		-> kind :: Classifier(12/0806 20/0001, 12/0806 20/0002, 12/0800, -);
	kind[0] -> ARPResponder($ip $device:eth) -> [1] output;   // 1: to the wire
	kind[1] -> [2] output;                                   // 2: ARP answers
	kind[2] -> Paint($color) -> Strip(14) -> CheckIPHeader(INTERFACES $A_IP/24 $B_IP/24)
		-> output;                                       // 0: IP
	kind[3] -> Discard;
}

// What goes out by an interface: input 0 IP, 1 finished frames, 2 ARP answers; output: ICMP
// errors, which need a route of their own.
elementclass Out { $device, $ip, $color |
	arp :: ARPQuerier($ip, $device:eth);
	wire :: Queue(1000) -> ToDevice($device, BURST 32);
	input[0] -> DropBroadcasts
		-> redirect :: PaintTee($color)
		-> options :: IPGWOptions($ip)
		-> FixIPSrc($ip)
		-> ttl :: DecIPTTL
		-> fragment :: IPFragmenter(1500)
		-> [0] arp -> wire;
	input[1] -> wire;
	input[2] -> [1] arp;
	redirect[1] -> ICMPError($ip, redirect, host) -> output;
	options[1] -> ICMPError($ip, parameterproblem) -> output;
	ttl[1] -> ICMPError($ip, timeexceeded) -> output;
	fragment[1] -> ICMPError($ip, unreachable, needfrag, MTU 576, PMTU 1500) -> output;
}

routes :: RadixIPLookup($A_IP/32 0, $B_IP/32 0, $A_NET 1, $B_NET 2, 0.0.0.0/0 3);

in_a :: In($A, $A_IP, 1) -> routes;
in_b :: In($B, $B_IP, 2) -> routes;
out_a :: Out($A, $A_IP, 1) -> routes;
out_b :: Out($B, $B_IP, 2) -> routes;
in_a[1] -> [1] out_a;
in_a[2] -> [2] out_a;
in_b[1] -> [1] out_b;
in_b[2] -> [2] out_b;

routes[1] -> out_a;
routes[2] -> out_b;
routes[0] -> local :: IPClassifier(icmp type echo, -) -> ICMPPingResponder -> routes;
local[1] -> ICMPError($A_IP, unreachable, protocol) -> routes;
routes[3] -> ICMPError($A_IP, unreachable, net) -> routes;
