#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include <bpf/usdt.bpf.h>
#include "maps.bpf.h"

struct import_key {
	char module[128];
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct import_key);
	__type(value, u64);
} python_module_imports_total SEC(".maps");

SEC("usdt/python3:python:import__find__load__start")
int BPF_USDT(importing, char *module)
{
	struct import_key key = {};
	bpf_probe_read_user_str(key.module, sizeof(key.module), module);
	increment_map(&python_module_imports_total, &key, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
