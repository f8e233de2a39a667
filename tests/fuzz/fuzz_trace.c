/* SPDX-License-Identifier: MIT */
/*
 * fuzz_trace.c - any bytes as a trace file: the first byte picks who reads it. Packets go through
 * what looks at all of their headers, and are written in both forms.
 */
#include "tests/fuzz/fuzz.h"

#define ROUNDS 64 /* of tasks: a file that never ends is a bug of its own */

#define FIELDS                                                                                  \
	"timestamp ntimestamp first_timestamp count paint aggregate wire_len eth_src eth_type " \
	"ip_src ip_dst ip_ecn ip_frag ip_fragoff ip_proto ip_hl ip_len ip_capture_len ip_opt "  \
	"sport dport tcp_seq tcp_flags tcp_opt tcp_ntopt tcp_sack udp_len icmp_type_name "      \
	"icmp_code_name icmp_flowid icmp_nextmtu payload_len payload_md5"
#define BEHIND                                                                                    \
	" -> AggregateIPFlows(ICMP true) -> ToIPSummaryDump(out, FIELDS " FIELDS ", BAD_PACKETS " \
	"true, MULTIPACKET false) -> ToIPSummaryDump(out, FIELDS " FIELDS ", BINARY true) -> "    \
	"ToDump(out) -> Discard"

static const char *const readers[] = {
	"FromDump(x)" BEHIND,
	"FromDump(x, FORCE_IP true, START_AFTER 1, INTERVAL 5)" BEHIND,
	"FromIPSummaryDump(x)" BEHIND,
	"FromIPSummaryDump(x, CHECKSUM true, FIELDS " FIELDS " payload)" BEHIND,
	"FromIPSummaryDump(x, FLOWID 1.0.0.1 1 2.0.0.2 2 U, FIELDS ip_proto tcp_opt ip_opt payload "
	"ip_len tcp_off ip_hl eth_type icmp_type icmp_nextmtu)" BEHIND,
	"FromTcpdump(x, CHECKSUM true) -> AggregateIPFlows -> ToIPFlowDumps(out, TCP_OPT true, "
	"TCP_WINDOW true)" BEHIND,
	"FromNetFlowSummaryDump(x)" BEHIND,
	"FromDAGDump(x)" BEHIND,
	"FromDAGDump(x, FORCE_IP true, ENCAP ATM)" BEHIND,
	"f :: FromDump(x, TIMING true, END_AFTER 1, END_CALL f.filepos 24)" BEHIND,
	"FromIPSummaryDump(x, TIMING true, SAMPLE 0.5, MULTIPACKET true)" BEHIND,
};

static void run(struct engine *g, struct router *r)
{
	engine_activate(g, r);
	for (unsigned i = 0; i < ROUNDS; i++) {
		(void)thread_run_tasks(g->thread[0], 16);
		thread_run_timers(g->thread[0]);
	}
	router_free(r);
	g->router = NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct engine *g;
	struct router *r;

	if (n < 2)
		return 0;
	g = fuzz_engine();
	stub.file = fuzz_input(data + 1, n - 1);
	r = fuzz_router(g, str_of(readers[data[0] % (sizeof(readers) / sizeof(readers[0]))]));
	if (r)
		run(g, r);
	engine_free(g);
	return 0;
}
