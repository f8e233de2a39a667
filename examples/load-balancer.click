// load-balancer.click - spreads TCP connections to one address over three servers.
//
//	                                          /-- server 1
//	clients ---[ CLIENTS: VIP    SERVERS ]--- --- server 2
//	                                          \-- server 3
//
//	click load-balancer.click CLIENTS=eth1 SERVERS=eth2
//
// A new connection to port 80 of VIP goes to the next server; all its packets follow it. The
// servers see the balancer's inside address as client, so their answers come back here. Which
// connection went where: read lb.table. Servers can be changed while it runs by hotconfig
// (start with -R); connections that exist stay where they are.

define($CLIENTS eth1, $VIP 10.0.1.100, $SERVERS eth2, $INSIDE 10.0.2.1,
	$S1 10.0.2.11, $S2 10.0.2.12, $S3 10.0.2.13);

// Output 0: to the servers; output 1: back to the clients.
servers :: RoundRobinIPMapper(
	$INSIDE 1024-65535 $S1 80 0 1,
	$INSIDE 1024-65535 $S2 80 0 1,
	$INSIDE 1024-65535 $S3 80 0 1);
lb :: TCPRewriter(servers, drop);

clients_arp :: ARPQuerier($VIP, $CLIENTS:eth);
servers_arp :: ARPQuerier($INSIDE, $SERVERS:eth);
clients_arp -> clients_out :: Queue -> ToDevice($CLIENTS, BURST 32);
servers_arp -> servers_out :: Queue -> ToDevice($SERVERS, BURST 32);

FromDevice($CLIENTS, BURST 32)
	-> from_clients :: Classifier(12/0806 20/0001, 12/0806 20/0002, 12/0800, -);
FromDevice($SERVERS, BURST 32)
	-> from_servers :: Classifier(12/0806 20/0001, 12/0806 20/0002, 12/0800, -);
from_clients[0] -> ARPResponder($VIP $CLIENTS:eth) -> clients_out;
from_servers[0] -> ARPResponder($INSIDE $SERVERS:eth) -> servers_out;
from_clients[1] -> [1] clients_arp;
from_servers[1] -> [1] servers_arp;
from_clients[3], from_servers[3] -> Discard;

from_clients[2] -> Strip(14) -> CheckIPHeader
	-> service :: IPClassifier(dst host $VIP and tcp dst port 80,
		dst host $VIP and icmp type echo, -)
	-> [0] lb [0] -> DecIPTTL -> [0] servers_arp;
service[1] -> ICMPPingResponder -> [0] clients_arp;
service[2] -> Discard;
from_servers[2] -> Strip(14) -> CheckIPHeader
	-> answers :: IPClassifier(dst host $INSIDE and tcp, -)
	-> [1] lb [1] -> DecIPTTL -> [0] clients_arp;
answers[1] -> Discard;
