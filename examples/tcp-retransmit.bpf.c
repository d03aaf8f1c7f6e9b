#include <vmlinux.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "maps.bpf.h"

#define AF_INET 2
#define AF_INET6 10

enum retransmit_type { RETRANSMIT = 1, TAIL_LOSS_PROBE = 2 };

struct ipv4_key {
	__be32 local_ip;
	__be32 peer_ip;
	u16 main_port;
	u16 type;
};

struct ipv6_key {
	struct in6_addr local_ip;
	struct in6_addr peer_ip;
	u16 main_port;
	u16 type;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, struct ipv4_key);
	__type(value, u64);
} tcp_retransmit_ipv4_packets_total SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, struct ipv6_key);
	__type(value, u64);
} tcp_retransmit_ipv6_packets_total SEC(".maps");

// The service's: the other port is one of the higher ones that the system hands out.
static __always_inline u16 main_port(struct sock *sk)
{
	u16 local = sk->__sk_common.skc_num;
	u16 peer = bpf_ntohs(sk->__sk_common.skc_dport);
	return local < peer ? local : peer;
}

static __always_inline int count(struct sock *sk, u16 type)
{
	if (sk->__sk_common.skc_family == AF_INET) {
		struct ipv4_key key = {
			.local_ip = sk->__sk_common.skc_rcv_saddr,
			.peer_ip = sk->__sk_common.skc_daddr,
			.main_port = main_port(sk),
			.type = type,
		};
		increment_map(&tcp_retransmit_ipv4_packets_total, &key, 1);
	} else if (sk->__sk_common.skc_family == AF_INET6) {
		struct ipv6_key key = { .main_port = main_port(sk), .type = type };
		bpf_probe_read_kernel(&key.local_ip, sizeof(key.local_ip), &sk->__sk_common.skc_v6_rcv_saddr);
		bpf_probe_read_kernel(&key.peer_ip, sizeof(key.peer_ip), &sk->__sk_common.skc_v6_daddr);
		increment_map(&tcp_retransmit_ipv6_packets_total, &key, 1);
	}
	return 0;
}

SEC("fentry/tcp_send_loss_probe")
int BPF_PROG(tcp_send_loss_probe, struct sock *sk)
{
	return count(sk, TAIL_LOSS_PROBE);
}

SEC("fentry/tcp_retransmit_skb")
int BPF_PROG(tcp_retransmit_skb, struct sock *sk)
{
	return count(sk, RETRANSMIT);
}

char LICENSE[] SEC("license") = "GPL";
