#include <vmlinux.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "maps.bpf.h"

#define ETH_P_IP 0x0800
#define ETH_P_IPV6 0x86dd
#define DNS_PORT 53
#define RCODE_MASK 0xf
#define MAX_BUCKET 24 // 2^24 us is 17 s

struct dns_packet {
	struct udphdr udp;
	__be16 id;
	__be16 flags;
	__be16 counts[4];
};

struct query {
	u16 client_port;
	u16 id;
};

struct response_key {
	char name[64]; // as on the wire
	u32 rcode;
};

struct latency_key {
	u32 rcode;
	u32 bucket;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct query);
	__type(value, u64);
} queries SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct response_key);
	__type(value, u64);
} dns_responses_total SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16 * (MAX_BUCKET + 2));
	__type(key, struct latency_key);
	__type(value, u64);
} dns_query_seconds SEC(".maps");

// Where the UDP packet begins, NULL for another one.
static __always_inline void *udp_of(struct sk_buff *skb, void *network)
{
	if (skb->protocol == bpf_htons(ETH_P_IP)) {
		struct iphdr ip = {};
		bpf_probe_read_kernel(&ip, sizeof(ip), network);
		return ip.protocol == IPPROTO_UDP ? network + ip.ihl * 4 : NULL;
	}
	if (skb->protocol == bpf_htons(ETH_P_IPV6)) {
		struct ipv6hdr ip = {};
		bpf_probe_read_kernel(&ip, sizeof(ip), network);
		return ip.nexthdr == IPPROTO_UDP ? network + sizeof(ip) : NULL;
	}
	return NULL;
}

SEC("tp_btf/net_dev_queue")
int BPF_PROG(net_dev_queue, struct sk_buff *skb)
{
	struct dns_packet packet = {};
	void *udp = udp_of(skb, skb->head + skb->network_header);

	if (!udp || bpf_probe_read_kernel(&packet, sizeof(packet), udp) ||
	    packet.udp.dest != bpf_htons(DNS_PORT)) {
		return 0;
	}
	struct query query = { .client_port = bpf_ntohs(packet.udp.source), .id = packet.id };
	u64 now_ns = bpf_ktime_get_ns();
	// A query that is sent again, to another server maybe, waits since it was sent first.
	bpf_map_update_elem(&queries, &query, &now_ns, BPF_NOEXIST);
	return 0;
}

SEC("tp_btf/netif_receive_skb")
int BPF_PROG(netif_receive_skb, struct sk_buff *skb)
{
	struct dns_packet packet = {};
	void *udp = udp_of(skb, skb->data); // its network header is not set yet

	if (!udp || bpf_probe_read_kernel(&packet, sizeof(packet), udp) ||
	    packet.udp.source != bpf_htons(DNS_PORT)) {
		return 0;
	}
	struct query query = { .client_port = bpf_ntohs(packet.udp.dest), .id = packet.id };
	u64 *start_ns = bpf_map_lookup_elem(&queries, &query);
	if (!start_ns) {
		return 0;
	}
	u64 delta_us = (bpf_ktime_get_ns() - *start_ns) / 1000;
	bpf_map_delete_elem(&queries, &query);

	u32 rcode = bpf_ntohs(packet.flags) & RCODE_MASK;
	struct response_key key = { .rcode = rcode };
	bpf_probe_read_kernel_str(key.name, sizeof(key.name), udp + sizeof(packet)); // its end is a zero byte
	increment_map(&dns_responses_total, &key, 1);

	struct latency_key latency = { .rcode = rcode };
	increment_exp2_histogram(&dns_query_seconds, latency, delta_us, MAX_BUCKET);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
