#include <vmlinux.h>
#include "operation-latency.bpf.h"

#define OPERATION_LATENCIES ext4_latency_seconds

enum operation { READ, WRITE, OPEN, SYNC, GETATTR };

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 140);
	__type(key, struct operation_key);
	__type(value, u64);
} OPERATION_LATENCIES SEC(".maps");

MEASURE(ext4_file_read_iter, READ)
MEASURE(ext4_file_write_iter, WRITE)
MEASURE(ext4_file_open, OPEN)
MEASURE(ext4_sync_file, SYNC)
MEASURE(ext4_file_getattr, GETATTR)

char LICENSE[] SEC("license") = "GPL";
