#include <vmlinux.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include "maps.bpf.h"

#define ETH_P_IP 0x0800
#define BUCKET_WIDTH 50
#define MAX_BUCKET 20

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_BUCKET + 2); // the sum comes last
	__type(key, u64);
	__type(value, u64);
} tcp_syn_backlog SEC(".maps");

// How many connections wait for accept when another one comes.
static __always_inline int count(struct sock *listener)
{
	u64 backlog = BPF_CORE_READ(listener, sk_ack_backlog);

	u64 bucket = (backlog + BUCKET_WIDTH - 1) / BUCKET_WIDTH;
	if (bucket > MAX_BUCKET) {
		bucket = MAX_BUCKET;
	}
	increment_map(&tcp_syn_backlog, &bucket, 1);

	// The sum is kept in bucket widths. Rounded at random, up as often as the rest is large, it is right on average.
	u64 sum = backlog / BUCKET_WIDTH + (bpf_get_prandom_u32() % BUCKET_WIDTH < backlog % BUCKET_WIDTH);
	bucket = MAX_BUCKET + 1;
	increment_map(&tcp_syn_backlog, &bucket, sum);
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
