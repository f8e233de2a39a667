// gateway.click - a firewall with source NAT between two Ethernet networks, as one element.
//
//                 input/output 0                    input/output 1
//      inside  ------------------->  [ Gateway ]  -------------------  outside
//
//	Gateway(INSIDE ADDRESS, INSIDE MAC, OUTSIDE ADDRESS, OUTSIDE MAC, NEXT HOP)
//
// Frames of each side enter and leave by that side's number. Hosts inside use the inside
// address as their router. What they may send outside is the policy below; it leaves with the
// gateway's outside address. From outside only answers come in. NEXT HOP is where everything
// goes that leaves; for a network without a router behind it, see `onlink' in nat-gateway.click.
//
// Handlers worth reading: gw/nat.tcp_table, gw/nat.udp_table, gw/ping.table, gw/refused.count,
// gw/unasked.count.

elementclass Gateway { $inside_ip, $inside_mac, $outside_ip, $outside_mac, $next_hop |

	// --- what comes in by Ethernet: ARP questions, ARP answers, IP ---
	from_inside, from_outside :: Classifier(12/0806 20/0001, 12/0806 20/0002, 12/0800, -);
	input[0] -> from_inside;
	input[1] -> from_outside;

	arp_inside :: ARPQuerier($inside_ip, $inside_mac) -> [0] output;
	arp_outside :: ARPQuerier($outside_ip, $outside_mac) -> [1] output;
	from_inside[0] -> ARPResponder($inside_ip $inside_mac) -> [0] output;
	from_outside[0] -> ARPResponder($outside_ip $outside_mac) -> [1] output;
	from_inside[1] -> [1] arp_inside;
	from_outside[1] -> [1] arp_outside;
	from_inside[3], from_outside[3] -> Discard;

	// --- inside to outside: the policy ---
	policy :: IPClassifier(
		dst host $inside_ip and icmp type echo,  // 0: ping to the gateway itself
		dst host $inside_ip,                     // 1: nothing else of it is open
		tcp dst port 23 or tcp dst port 25 or udp dst port 161, // 2: refused: telnet, mail, SNMP
		tcp or udp,                              // 3: translated
		icmp type echo,                          // 4: ping, translated by its identifier
		-);                                      // 5: anything else
	refused :: Counter;
	from_inside[2] -> Strip(14) -> CheckIPHeader -> policy;

	policy[0] -> ICMPPingResponder -> [0] arp_inside;
	policy[1] -> Discard;
	policy[2] -> refused -> ICMPError($inside_ip, unreachable, filterprohibited)
		-> answer :: GetIPAddress(16) -> [0] arp_inside;
	policy[5] -> Discard;

	// --- translation: input 0 from inside, input 1 from outside ---
	nat :: IPRewriter(pattern $outside_ip 1024-65535 - - 0 1, drop);
	ping :: ICMPPingRewriter(pattern $outside_ip 1024-65535 - - 0 1, drop);
	errors :: ICMPRewriter(nat ping);
	policy[3] -> [0] nat;
	policy[4] -> [0] ping;

	// --- outside to inside: only what answers something ---
	unasked :: Counter -> Discard;
	reply :: IPClassifier(tcp or udp, icmp type echo-reply,
		icmp type unreachable or icmp type timeexceeded or icmp type parameterproblem, -);
	from_outside[2] -> Strip(14) -> CheckIPHeader
		-> mine :: IPClassifier(dst host $outside_ip, -) -> reply;
	mine[1] -> unasked;
	reply[0] -> [1] nat;
	reply[1] -> [1] ping;
	reply[2] -> errors;
	reply[3] -> unasked;

	// --- forwarding: one hop less, then out ---
	out :: DecIPTTL -> SetIPAddress($next_hop) -> [0] arp_outside;
	in :: DecIPTTL -> [0] arp_inside;
	nat[0], ping[0] -> out;
	nat[1], ping[1], errors -> in;
	out[1] -> ICMPError($inside_ip, timeexceeded) -> answer;
	in[1] -> Discard;
}
