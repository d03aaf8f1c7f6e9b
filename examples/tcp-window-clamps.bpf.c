#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include "maps.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64);
} tcp_window_clamps_total SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, u64);
	__type(value, u64);
} tcp_rmem_schedule_enters SEC(".maps");

// Whether the receive window is as small as tcp_clamp_window makes it when a socket's memory is full.
static __always_inline bool is_clamped(struct tcp_sock *tcp)
{
	u32 clamp = 2 * (u32)BPF_CORE_READ(tcp, advmss);
	u32 window_clamp = BPF_CORE_READ(tcp, window_clamp);
	return BPF_CORE_READ(tcp, rcv_ssthresh) <= (clamp < window_clamp ? clamp : window_clamp);
}

SEC("kprobe/tcp_try_rmem_schedule")
int BPF_KPROBE(enter, struct sock *sk)
{
	u64 thread = bpf_get_current_pid_tgid();
	u64 socket = (u64)sk;

	if (!is_clamped((void *)sk)) {
		bpf_map_update_elem(&tcp_rmem_schedule_enters, &thread, &socket, BPF_ANY);
	}
	return 0;
}

SEC("kretprobe/tcp_try_rmem_schedule")
int leave(void *ctx)
{
	u32 zero = 0;
	u64 thread = bpf_get_current_pid_tgid();
	u64 *socket = bpf_map_lookup_elem(&tcp_rmem_schedule_enters, &thread);
	if (!socket) {
		return 0;
	}

	struct tcp_sock *tcp = (void *)*socket;
	bpf_map_delete_elem(&tcp_rmem_schedule_enters, &thread);
	if (is_clamped(tcp)) {
		increment_map(&tcp_window_clamps_total, &zero, 1);
	}
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
