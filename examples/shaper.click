// shaper.click - shares a slow uplink: voice first, then web and bulk by weight.
//
//	FAST ---[ classes -> scheduler -> RATE ]--- SLOW
//
//	click shaper.click FAST=eth1 SLOW=eth2 RATE=10Mbps
//
// Frames from FAST are sorted by the kind of their packets. Voice (DSCP 46) always goes first;
// web gets three quarters of the rest, bulk one quarter, and what one does not use the other
// gets. All together leave at RATE. The other way is not shaped. Watch voice.length, web.drops,
// bulk.length, sent.bit_rate; change the rate: write rate.rate 5Mbps.

define($FAST eth1, $SLOW eth2, $RATE 10Mbps);

FromDevice($FAST, PROMISC true, BURST 32)
	-> kind :: Classifier(12/0800, -)
	-> MarkIPHeader(14)
	-> class :: IPClassifier(ip dscp 46, tcp port 80 or tcp port 443, -);

class[0] -> voice :: Queue(100) -> [0] first :: PrioSched;
class[1] -> web :: Queue(500) -> [0] share :: StrideSched(3, 1);
class[2] -> bulk :: Queue(500) -> [1] share;
kind[1] -> bulk;
share -> [1] first;

first -> rate :: BandwidthRatedUnqueue($RATE)
	-> sent :: Counter
	-> out :: Queue(10) -> ToDevice($SLOW, BURST 32);

FromDevice($SLOW, PROMISC true, BURST 32) -> back :: Queue -> ToDevice($FAST, BURST 32);
