// firewall.click - a firewall in a wire: it has no addresses, hosts do not see it.
//
//	LEFT ---[ rules ]--- RIGHT
//
//	click firewall.click LEFT=eth1 RIGHT=eth2
//
// ARP goes through both ways. From left to right go DNS, web and ssh to anywhere and answers to
// what came from the right; from right to left go answers, and ssh. Everything that is refused is
// counted and printed: read refused.count, write log.active false.

define($LEFT eth1, $RIGHT eth2);

// 0: good IP packets; 1: ARP; 2: what is refused without a look at the rules.
elementclass Frames {
	input -> kind :: Classifier(12/0800, 12/0806, -);
	kind[0] -> check :: CheckIPHeader(14) -> [0] output;
	kind[1] -> [1] output;
	check[1] -> [2] output;
	kind[2] -> Discard;
}

rightward :: IPFilter(
	allow udp dst port 53 or tcp dst port 53,
	allow tcp dst port 80 or tcp dst port 443 or tcp dst port 22,
	allow tcp src port 22 and tcp opt ack,
	allow icmp type echo or icmp type echo-reply or icmp type unreachable,
	1 all);
leftward :: IPFilter(
	allow udp src port 53,
	allow tcp src port 53 and tcp opt ack,
	allow (tcp src port 80 or tcp src port 443 or tcp src port 22) and tcp opt ack,
	allow tcp dst port 22,
	allow icmp type echo or icmp type echo-reply or icmp type unreachable,
	1 all);
refused :: Counter -> log :: IPPrint(refused) -> Discard;

FromDevice($LEFT, PROMISC true, BURST 32) -> from_left :: Frames -> rightward
	-> right_out :: Queue -> ToDevice($RIGHT, BURST 32);
FromDevice($RIGHT, PROMISC true, BURST 32) -> from_right :: Frames -> leftward
	-> left_out :: Queue -> ToDevice($LEFT, BURST 32);
from_left[1] -> right_out;
from_right[1] -> left_out;
rightward[1], leftward[1], from_left[2], from_right[2] -> refused;
