// nat-gateway.click - a firewall with NAT between an inside and an outside network.
//
//	  hosts 192.168.1.0/24                        203.0.113.0/24
//	 ----------------------[ INSIDE  click  OUTSIDE ]---------------------- next hop
//	         192.168.1.1 --^                 ^-- 203.0.113.1
//
//	click nat-gateway.click INSIDE=eth1 OUTSIDE=eth0 NEXT_HOP=203.0.113.254
//
// The interfaces carry no addresses of the host's own: the gateway answers for its addresses
// itself. What is allowed is in lib/gateway.click.

define($INSIDE eth1, $INSIDE_IP 192.168.1.1,
	$OUTSIDE eth0, $OUTSIDE_IP 203.0.113.1, $NEXT_HOP 203.0.113.2);
require(library lib/gateway.click);

gw :: Gateway($INSIDE_IP, $INSIDE:eth, $OUTSIDE_IP, $OUTSIDE:eth, $NEXT_HOP);

FromDevice($INSIDE, BURST 32) -> [0] gw [0] -> to_inside :: Queue -> ToDevice($INSIDE, BURST 32);
FromDevice($OUTSIDE, BURST 32) -> [1] gw [1] -> to_outside :: Queue -> ToDevice($OUTSIDE, BURST 32);
