// trace-analyser.click - what is in a trace: totals, protocols, flows, a summary line a packet.
//
//	FILE ---[ count, sort, number the flows ]---> SUMMARY
//
//	click trace-analyser.click FILE=trace.pcap.gz SUMMARY=trace.txt
//
// Prints its report when the trace is read. SUMMARY gets one line a packet, with the number of
// the TCP or UDP flow it belongs to (0: to none), for awk and gnuplot.

define($FILE trace.pcap, $SUMMARY summary.txt);

trace :: FromDump($FILE, FORCE_IP true, STOP true)
	-> all :: Counter
	-> time :: TimeRange
	-> flows :: AggregateIPFlows(ICMP true)
	-> sizes :: AggregateCounter(BYTES true)
	-> summary :: ToIPSummaryDump($SUMMARY,
		FIELDS timestamp aggregate ip_src sport ip_dst dport ip_proto ip_len)
	-> protocol :: IPClassifier(tcp, udp, icmp, -);
flows[1] -> summary;
trace[1] -> other :: Counter -> Discard;
protocol[0] -> tcp :: Counter -> Discard;
protocol[1] -> udp :: Counter -> Discard;
protocol[2] -> icmp :: Counter -> Discard;
protocol[3] -> rest :: Counter -> Discard;

DriverManager(pause,
	print "file      $(trace.filename)",
	print "time      $(time.range) s",
	print "packets   $(all.count) IP, $(other.count) other",
	print "bytes     $(all.byte_count)",
	print "tcp       $(tcp.count)",
	print "udp       $(udp.count)",
	print "icmp      $(icmp.count)",
	print "rest      $(rest.count)",
	print "flows     $(sizes.nagg)",
	stop);
