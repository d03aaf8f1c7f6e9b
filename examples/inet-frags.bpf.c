#include <vmlinux.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include "maps.bpf.h"

#define ETH_P_IPV6 0x86dd

struct inet_frag_key {
	u32 ifindex;
	u8 ip_version; // and 3 bytes of padding
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 64);
	__type(key, struct inet_frag_key);
	__type(value, u64);
} inet_frags_total SEC(".maps");

SEC("kprobe/inet_frag_queue_insert")
int BPF_KPROBE(inet_frag_queue_insert, struct inet_frag_queue *queue, struct sk_buff *skb)
{
	struct inet_frag_key key;
	__builtin_memset(&key, 0, sizeof(key)); // the padding too
	key.ifindex = BPF_CORE_READ(skb, dev, ifindex);
	key.ip_version = BPF_CORE_READ(skb, protocol) == bpf_htons(ETH_P_IPV6) ? 6 : 4;
	increment_map(&inet_frags_total, &key, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
