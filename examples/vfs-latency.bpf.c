#include <vmlinux.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "maps.bpf.h"

#define MAX_BUCKET 27 // 2^27 us is 134 s

enum operation { READ, WRITE, FSYNC };

struct vfs_key {
	char filesystem[16];
	char device[16];
	u32 operation;
	u32 bucket;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, u64);
	__type(value, u64);
} start SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct vfs_key);
	__type(value, u64);
} vfs_latency_seconds SEC(".maps");

// A layered file system calls the one below in the same way: the operation is in the key.
static __always_inline int enter(u64 operation)
{
	u64 id = bpf_get_current_pid_tgid() << 8 | operation;
	u64 now_ns = bpf_ktime_get_ns();
	bpf_map_update_elem(&start, &id, &now_ns, BPF_ANY);
	return 0;
}

static __always_inline int leave(struct file *file, u64 operation)
{
	u64 id = bpf_get_current_pid_tgid() << 8 | operation;
	u64 *start_ns = bpf_map_lookup_elem(&start, &id);
	if (!start_ns) {
		return 0;
	}
	u64 delta_us = (bpf_ktime_get_ns() - *start_ns) / 1000;
	bpf_map_delete_elem(&start, &id);

	struct vfs_key key = { .operation = operation };
	struct super_block *sb = BPF_CORE_READ(file, f_inode, i_sb);
	bpf_probe_read_kernel_str(key.filesystem, sizeof(key.filesystem), BPF_CORE_READ(sb, s_type, name));
	bpf_probe_read_kernel_str(key.device, sizeof(key.device), &sb->s_id);
	increment_exp2_histogram(&vfs_latency_seconds, key, delta_us, MAX_BUCKET);
	return 0;
}

#define MEASURE(function, operation)                                                                       	SEC("fentry/" #function)                                                                           	int BPF_PROG(enter_##function)                                                                     	{                                                                                                  		return enter(operation);                                                                   	}                                                                                                  	SEC("fexit/" #function)                                                                            	int BPF_PROG(leave_##function, struct file *file)                                                  	{                                                                                                  		return leave(file, operation);                                                             	}

MEASURE(vfs_read, READ)
MEASURE(vfs_write, WRITE)
MEASURE(vfs_fsync_range, FSYNC)

char LICENSE[] SEC("license") = "GPL";
