#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "maps.bpf.h"

struct signal_key {
	char from[16];
	char to[16];
	u32 signal;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct signal_key);
	__type(value, u64);
} signals_total SEC(".maps");

SEC("tp_btf/signal_generate")
int BPF_PROG(signal_generate, int signal, void *info, struct task_struct *task)
{
	struct signal_key key = { .signal = signal };
	bpf_get_current_comm(key.from, sizeof(key.from));
	bpf_probe_read_kernel(key.to, sizeof(key.to), task->comm);
	increment_map(&signals_total, &key, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
