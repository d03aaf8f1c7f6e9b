#include <vmlinux.h>
#include "operation-latency.bpf.h"

#define OPERATION_LATENCIES xfs_latency_seconds

enum operation { READ, WRITE, OPEN, SYNC };

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 112);
	__type(key, struct operation_key);
	__type(value, u64);
} OPERATION_LATENCIES SEC(".maps");

MEASURE(xfs_file_read_iter, READ)
MEASURE(xfs_file_write_iter, WRITE)
MEASURE(xfs_file_open, OPEN)
MEASURE(xfs_file_fsync, SYNC)

char LICENSE[] SEC("license") = "GPL";
