#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include "maps.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10240);
	__type(key, u32);
	__type(value, u64);
} icmp4_received_packets_total SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10240);
	__type(key, struct in6_addr);
	__type(value, u64);
} icmp6_received_packets_total SEC(".maps");

static __always_inline void *network_header(struct sk_buff *skb)
{
	return BPF_CORE_READ(skb, head) + BPF_CORE_READ(skb, network_header);
}

SEC("kprobe/icmp_rcv")
int BPF_KPROBE(icmp_rcv, struct sk_buff *skb)
{
	struct iphdr ip = {};
	bpf_probe_read_kernel(&ip, sizeof(ip), network_header(skb));
	increment_map(&icmp4_received_packets_total, &ip.saddr, 1);
	return 0;
}

SEC("kprobe/icmpv6_rcv")
int BPF_KPROBE(icmpv6_rcv, struct sk_buff *skb)
{
	struct ipv6hdr ip = {};
	bpf_probe_read_kernel(&ip, sizeof(ip), network_header(skb));
	increment_map(&icmp6_received_packets_total, &ip.saddr, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
