#include <vmlinux.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include "maps.bpf.h"

#define ETH_P_IP 0x0800
#define ETH_P_IPV6 0x86dd
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17
#define IP_OFFSET 0x1fff // not the first fragment: no ports

struct packet_key {
	u16 eth_proto;
	u16 ip_proto;
	u16 dst_port;
};

// How TCP and UDP begin.
struct ports {
	__be16 source;
	__be16 dest;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct packet_key);
	__type(value, u64);
} xdp_incoming_packets_total SEC(".maps");

SEC("xdp/lo")
int xdp_count(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	struct packet_key key = {};

	struct ethhdr *eth = (void *)(long)ctx->data;
	if ((void *)(eth + 1) > end) {
		return XDP_PASS;
	}
	key.eth_proto = bpf_ntohs(eth->h_proto);

	struct ports *ports = NULL;
	if (key.eth_proto == ETH_P_IP) {
		struct iphdr *ip = (void *)(eth + 1);
		if ((void *)(ip + 1) > end) {
			return XDP_PASS;
		}
		key.ip_proto = ip->protocol;
		if (!(ip->frag_off & bpf_htons(IP_OFFSET))) {
			ports = (void *)ip + ip->ihl * 4;
		}
	} else if (key.eth_proto == ETH_P_IPV6) {
		struct ipv6hdr *ip = (void *)(eth + 1);
		if ((void *)(ip + 1) > end) {
			return XDP_PASS;
		}
		key.ip_proto = ip->nexthdr; // an extension header counts as itself
		ports = (void *)(ip + 1);
	}

	bool has_ports = key.ip_proto == IPPROTO_TCP || key.ip_proto == IPPROTO_UDP;
	if (has_ports && ports && (void *)(ports + 1) <= end) {
		key.dst_port = bpf_ntohs(ports->dest);
	}

	increment_map(&xdp_incoming_packets_total, &key, 1);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
