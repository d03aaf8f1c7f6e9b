#include <vmlinux.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "drop-reasons.bpf.h"
#include "maps.bpf.h"

#define ETH_P_IP 0x0800
#define ETH_P_IPV6 0x86dd
#define IP_OFFSET 0x1fff // not the first fragment: no ports

struct kfree_skb_key {
	u16 eth_proto;
	u16 ip_proto;
	u16 port;
	u16 reason;
};

// How TCP and UDP begin.
struct ports {
	__be16 source;
	__be16 dest;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10240);
	__type(key, struct kfree_skb_key);
	__type(value, u64);
} kfree_skb_total SEC(".maps");

// What can be known of a packet that may be anywhere in the stack: it may have no transport header yet.
static __always_inline void read_packet(struct kfree_skb_key *key, struct sk_buff *skb)
{
	void *network = skb->head + skb->network_header;
	void *transport = NULL;

	key->eth_proto = bpf_ntohs(skb->protocol);
	if (key->eth_proto == ETH_P_IP) {
		struct iphdr ip = {};
		bpf_probe_read_kernel(&ip, sizeof(ip), network);
		key->ip_proto = ip.protocol;
		if (!(ip.frag_off & bpf_htons(IP_OFFSET))) {
			transport = network + ip.ihl * 4;
		}
	} else if (key->eth_proto == ETH_P_IPV6) {
		struct ipv6hdr ip = {};
		bpf_probe_read_kernel(&ip, sizeof(ip), network);
		key->ip_proto = ip.nexthdr; // an extension header counts as itself
		transport = network + sizeof(ip);
	}

	if (transport && (key->ip_proto == IPPROTO_TCP || key->ip_proto == IPPROTO_UDP)) {
		struct ports ports = {};
		bpf_probe_read_kernel(&ports, sizeof(ports), transport);
		key->port = bpf_ntohs(ports.dest);
	}
}

SEC("tp_btf/kfree_skb")
int kfree_skb(u64 *ctx) // skb, location, reason
{
	struct kfree_skb_key key = { .reason = SKB_DROP_REASON_NOT_SPECIFIED };

	// The tracepoint has no reason before Linux 5.17: c504e5c2f964 ("net: skb: introduce kfree_skb_reason()").
	if (bpf_core_type_exists(enum skb_drop_reason)) {
		key.reason = stable_drop_reason(ctx[2]);
	}
	read_packet(&key, (struct sk_buff *)ctx[0]);
	increment_map(&kfree_skb_total, &key, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
