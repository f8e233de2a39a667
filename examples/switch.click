// switch.click - a learning Ethernet switch of four ports.
//
//	      P1 --\      /-- P3
//	            [switch]
//	      P2 --/      \-- P4
//
//	click switch.click P1=eth1 P2=eth2 P3=eth3 P4=eth4
//
// Which address was seen on which port: read sw.table. Frames that a full queue dropped:
// out1/queue.drops and so on.

define($P1 eth1, $P2 eth2, $P3 eth3, $P4 eth4);

elementclass Port { $device |
	FromDevice($device, PROMISC true, BURST 32) -> output;
	input -> queue :: Queue(1000) -> ToDevice($device, BURST 32);
}

sw :: EtherSwitch(TIMEOUT 300);
port1 :: Port($P1) -> [0] sw [0] -> port1;
port2 :: Port($P2) -> [1] sw [1] -> port2;
port3 :: Port($P3) -> [2] sw [2] -> port3;
port4 :: Port($P4) -> [3] sw [3] -> port4;
