// As users write against the shared headers: every documented helper, older names too.

#include <vmlinux.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "bits.bpf.h"
#include "maps.bpf.h"
#include "regs-ip.bpf.h"

struct key_t {
	u64 ip;
	u64 bucket;
};

struct packed_key_t {
	u8 op;
	u16 bucket;
} __attribute__((packed));

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct key_t);
	__type(value, u64);
} shared SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct packed_key_t);
	__type(value, u64);
} of_each_cpu SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64);
} timestamps SEC(".maps");

SEC("kprobe/vfs_read")
int BPF_KPROBE(vfs_read, struct file *file)
{
	u64 _value = 5, value = 6, bucket = 7, key_size = 8, *tsp = NULL, ts;
	u32 zero = 0;
	struct key_t key = { .ip = KPROBE_REGS_IP_FIX(PT_REGS_IP_CORE(ctx)) };
	struct packed_key_t packed = { .op = 1 }, *pointer = &packed;

	increment_map(&shared, &key, 1);
	increment_map_nosync(&of_each_cpu, &packed, 1);

	increment_exp2_histogram(&shared, key, _value, 10);
	increment_exp2_histogram(&shared, key, value, 10)
	increment_exp2zero_histogram(&shared, key, bucket, 10);
	increment_exp2_histogram_nosync(&of_each_cpu, packed, key_size, 10);
	if (BPF_CORE_READ(file, f_inode, i_ino))
		increment_exp2zero_histogram_nosync(&of_each_cpu, (*pointer), bpf_ktime_get_ns(), 10)
	else
		increment_exp2zero_histogram_nosync(&of_each_cpu, packed, 0, 10)

	key.bucket = log2(1) + log2l(3) + log2l_histogram(4);
	u64 *count = lookup_or_zero_init_key(&shared, &key);
	if (count) {
		*count += read_array_ptr(&timestamps, &zero);
	}
	read_array_ptr(&timestamps, &zero, ts);
	read_array_ptr(&timestamps, &zero, tsp);
	return ts && *tsp;
}

char LICENSE[] SEC("license") = "GPL";
