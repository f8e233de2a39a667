// A filter of 40 rules; the packet matches the last but one, which allows it.
src :: InfiniteSource(DATA \<45000032 00000000 401163b7 0a000002 0b000203  1389138a 001e0000
	0000000000000000 0000000000000000 000000000000>, LIMIT $N, BURST 32, STOP true);
filter :: IPFilter(
	deny src net 192.168.0.0/16, deny src net 172.16.0.0/12,
	deny dst net 127.0.0.0/8, deny src host 1.2.3.4,
	deny src net 20.0.0.0/8 && tcp dst port 22, deny src net 21.0.0.0/8 && tcp dst port 23,
	deny src net 22.0.0.0/8 && udp dst port 24, deny src net 23.0.0.0/8 && udp dst port 25,
	deny src net 24.0.0.0/8 && tcp dst port 80, deny src net 25.0.0.0/8 && tcp dst port 81,
	deny src net 26.0.0.0/8 && udp dst port 82, deny src net 27.0.0.0/8 && udp dst port 83,
	deny src net 28.0.0.0/8 && tcp dst port 90, deny src net 29.0.0.0/8 && tcp dst port 91,
	deny src net 30.0.0.0/8 && udp dst port 92, deny src net 31.0.0.0/8 && udp dst port 93,
	deny tcp dst port 100, deny tcp dst port 101, deny tcp dst port 102,
	deny tcp dst port 103, deny tcp dst port 104, deny tcp dst port 105,
	deny udp dst port 100, deny udp dst port 101, deny udp dst port 102,
	deny udp dst port 103, deny udp dst port 104, deny udp dst port 105,
	deny icmp type 5, deny ip frag, deny ip ttl < 2,
	deny dst net 32.0.0.0/8, deny dst net 33.0.0.0/8, deny dst net 34.0.0.0/8,
	deny src port 7, deny src port 9, deny src port 13,
	allow tcp dst port 443, allow udp dst port 5002, deny all);

src -> MarkIPHeader -> filter -> Discard;
