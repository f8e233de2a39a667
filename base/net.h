/* SPDX-License-Identifier: MIT */
/*
 * net.h - protocol headers as they lie in packets. Multi-byte fields are in network order;
 * packed, so that any address will do.
 */
#ifndef BASE_NET_H
#define BASE_NET_H

#include <stdint.h>

#define PACKED __attribute__((packed))

struct ether_header { /* IEEE 802.3 */
	uint8_t dst[6], src[6];
	uint16_t type;
} PACKED;

struct vlan_header { /* IEEE 802.1Q: a whole Ethernet header with one tag */
	uint8_t dst[6], src[6];
	uint16_t tpid, tci, type;
} PACKED;

enum { ETHERTYPE_IP = 0x0800, ETHERTYPE_ARP = 0x0806, ETHERTYPE_VLAN = 0x8100,
       ETHERTYPE_QINQ = 0x88a8, ETHERTYPE_IP6 = 0x86dd, ETHERTYPE_PAUSE = 0x8808 };

struct arp_header { /* RFC 826, for IPv4 over Ethernet */
	uint16_t hrd, pro;
	uint8_t hln, pln;
	uint16_t op;
	uint8_t sha[6];
	uint8_t spa[4];
	uint8_t tha[6];
	uint8_t tpa[4];
} PACKED;

enum { ARP_REQUEST = 1, ARP_REPLY = 2, ARP_REVREQUEST = 3, ARP_REVREPLY = 4 };

struct ip_header { /* RFC 791 */
	uint8_t vhl; /* version << 4 | header length in words */
	uint8_t tos;
	uint16_t len;
	uint16_t id;
	uint16_t off; /* flags and offset */
	uint8_t ttl, proto;
	uint16_t sum;
	uint32_t src, dst;
} PACKED;

enum { IP_DF = 0x4000, IP_MF = 0x2000, IP_RF = 0x8000, IP_OFFMASK = 0x1fff };
enum { IP_PROTO_ICMP = 1, IP_PROTO_IGMP = 2, IP_PROTO_IPIP = 4, IP_PROTO_TCP = 6,
       IP_PROTO_UDP = 17, IP_PROTO_DCCP = 33, IP_PROTO_GRE = 47, IP_PROTO_ESP = 50,
       IP_PROTO_ICMP6 = 58, IP_PROTO_SCTP = 132 };

static inline uint32_t ip_hlen(const struct ip_header *ip)
{
	return (ip->vhl & 15U) * 4U;
}

/* The fragment offset is 0: the transport header is here. */
static inline int ip_first_fragment(const struct ip_header *ip)
{
	return (ip->off & __builtin_bswap16(IP_OFFMASK)) == 0;
}

static inline int ip_is_fragment(const struct ip_header *ip)
{
	return (ip->off & __builtin_bswap16(IP_OFFMASK | IP_MF)) != 0;
}

struct ip6_header { /* RFC 8200 */
	uint32_t flow;
	uint16_t plen;
	uint8_t next, hlim;
	uint8_t src[16], dst[16];
} PACKED;

struct udp_header { /* RFC 768 */
	uint16_t sport, dport, len, sum;
} PACKED;

struct tcp_header { /* RFC 9293 */
	uint16_t sport, dport;
	uint32_t seq, ack;
	uint8_t off; /* header length in words << 4 */
	uint8_t flags;
	uint16_t win, sum, urp;
} PACKED;

enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PUSH = 8, TCP_ACK = 16, TCP_URG = 32,
       TCP_ECE = 64, TCP_CWR = 128 };

struct icmp_header { /* RFC 792 */
	uint8_t type, code;
	uint16_t sum;
	union {
		uint32_t word;
		struct { uint16_t id, seq; } PACKED echo;
		struct { uint16_t pad, mtu; } PACKED frag;
		uint8_t pointer;
	};
} PACKED;

enum { ICMP_ECHO_REPLY = 0, ICMP_UNREACHABLE = 3, ICMP_SOURCEQUENCH = 4, ICMP_REDIRECT = 5,
       ICMP_ECHO = 8, ICMP_TIMEEXCEEDED = 11, ICMP_PARAMPROBLEM = 12, ICMP_TIMESTAMP = 13,
       ICMP_TIMESTAMP_REPLY = 14, ICMP_INFOREQ = 15, ICMP_INFOREQ_REPLY = 16,
       ICMP_MASKREQ = 17, ICMP_MASKREQ_REPLY = 18 };

#endif
