// The short IPv4 path: check the header, look up the route, decrement, encapsulate.
// One UDP packet of 64 bytes, to a host behind 11.0.2.0/24.
src :: InfiniteSource(DATA \<00000c000001 00000c000002 0800
	45000032 00000000 401163b7 0a000002 0b000203  1389138a 001e0000
	0000000000000000 0000000000000000 000000000000>, LIMIT $N, BURST 32, STOP true);
sort :: Classifier(12/0806 20/0001, 12/0806 20/0002, 12/0800, -);
routes :: RadixIPLookup(10.0.0.1/32 0, 11.0.0.1/32 0, 10.0.0.0/24 1, 11.0.0.0/8 2,
	11.0.2.0/24 2, 12.0.0.0/8 2, 0.0.0.0/0 10.0.0.9 1);
ttl :: DecIPTTL;

src -> sort;
sort[0], sort[1], sort[3] -> Discard;
sort[2] -> Strip(14) -> CheckIPHeader -> GetIPAddress(16) -> routes;
routes[0], routes[1] -> Discard;
routes[2] -> ttl -> EtherEncap(0x0800, 1:1:1:1:1:1, 3:3:3:3:3:3) -> Discard;
ttl[1] -> Discard;
