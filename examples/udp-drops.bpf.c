#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "maps.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 32768);
	__type(key, u16);
	__type(value, u64);
} udp_fail_queue_rcv_skbs_total SEC(".maps");

SEC("tp_btf/udp_fail_queue_rcv_skb")
int BPF_PROG(udp_fail_queue_rcv_skb, int error, struct sock *sk)
{
	u16 local_port = sk->__sk_common.skc_num;
	increment_map(&udp_fail_queue_rcv_skbs_total, &local_port, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
