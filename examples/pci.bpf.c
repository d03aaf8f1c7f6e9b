#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include "maps.bpf.h"

struct pci_key {
	u32 vendor;
	u32 device; // vendor << 16 | device
	u16 class;
	u16 subclass; // class << 8 | subclass
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 128);
	__type(key, struct pci_key);
	__type(value, u64);
} pci_user_read_config_ops_total SEC(".maps");

static __always_inline int count(struct pci_dev *dev)
{
	u32 vendor = BPF_CORE_READ(dev, vendor);
	u32 class = BPF_CORE_READ(dev, class); // class, subclass and interface, a byte each
	struct pci_key key = {
		.vendor = vendor,
		.device = vendor << 16 | BPF_CORE_READ(dev, device),
		.class = class >> 16,
		.subclass = class >> 8,
	};
	increment_map(&pci_user_read_config_ops_total, &key, 1);
	return 0;
}

SEC("kprobe/pci_user_read_config_byte")
int BPF_KPROBE(read_byte, struct pci_dev *dev)
{
	return count(dev);
}

SEC("kprobe/pci_user_read_config_word")
int BPF_KPROBE(read_word, struct pci_dev *dev)
{
	return count(dev);
}

SEC("kprobe/pci_user_read_config_dword")
int BPF_KPROBE(read_dword, struct pci_dev *dev)
{
	return count(dev);
}

char LICENSE[] SEC("license") = "GPL";
