// Source NAT with 4,096 live UDP flows.
src :: FastUDPFlows(0, $N, 64, 0:0:c0:0:0:1, 10.0.0.2, 0:0:c0:0:0:2, 11.0.2.3, 4096, 1000000000,
	true, true);
nat :: IPRewriter(pattern 1.0.0.1 1024-65535 - - 0 1);

src -> Unqueue(32) -> Counter(COUNT_CALL $N stop) -> Strip(14) -> MarkIPHeader -> nat;
nat[0], nat[1] -> Discard;
