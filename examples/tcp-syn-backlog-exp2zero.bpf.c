#include <vmlinux.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include "maps.bpf.h"

#define ETH_P_IP 0x0800
#define MAX_BUCKET 17 // 2^16 is 65536

struct backlog_key {
	u64 bucket;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_BUCKET + 2); // the sum comes last
	__type(key, struct backlog_key);
	__type(value, u64);
} tcp_syn_backlog SEC(".maps");

// How many connections wait for accept when another one comes.
static __always_inline int count(struct sock *listener)
{
	struct backlog_key key;
	increment_exp2zero_histogram(&tcp_syn_backlog, key, BPF_CORE_READ(listener, sk_ack_backlog), MAX_BUCKET);
	return 0;
}

SEC("kprobe/tcp_v4_syn_recv_sock")
int BPF_KPROBE(tcp_v4_syn_recv_sock, struct sock *listener)
{
	return count(listener);
}

// A v6 listener's IPv4 connections go on to tcp_v4_syn_recv_sock, which counts them.
SEC("kprobe/tcp_v6_syn_recv_sock")
int BPF_KPROBE(tcp_v6_syn_recv_sock, struct sock *listener, struct sk_buff *skb)
{
	return BPF_CORE_READ(skb, protocol) == bpf_htons(ETH_P_IP) ? 0 : count(listener);
}

char LICENSE[] SEC("license") = "GPL";
