// As users write against the types of the kernel: one program for each of the usual hooks.

#include <vmlinux.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "maps.bpf.h"

struct sk_key {
	pid_t pid;
	uid_t uid;
	u64 cgroup;
	u64 stack[20];
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct sk_key);
	__type(value, u64);
} seen_total SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, u64);
} of_socket SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_CGRP_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, u64);
} of_cgroup SEC(".maps");

SEC("tp_btf/kfree_skb")
int BPF_PROG(dropped, struct sk_buff *skb, void *location, enum skb_drop_reason reason)
{
	struct sk_key key = { .cgroup = reason };
	struct iphdr *ip = (void *)(skb->head + skb->network_header);
	struct ipv6hdr *ip6 = (void *)ip;
	struct tcphdr *tcp = (void *)(skb->head + skb->transport_header);
	struct udphdr *udp = (void *)tcp;

	if (reason == bpf_core_enum_value(enum skb_drop_reason, SKB_DROP_REASON_NO_SOCKET) &&
	    BPF_CORE_READ(ip, protocol) == IPPROTO_UDP && BPF_CORE_READ(ip6, nexthdr) != IPPROTO_TCP) {
		key.stack[0] = bpf_ntohs(BPF_CORE_READ(udp, dest)) + bpf_ntohs(BPF_CORE_READ(tcp, dest));
		key.stack[1] = skb->dev->ifindex + skb->skb_iif + skb->len;
	}
	increment_map(&seen_total, &key, 1);
	return 0;
}

SEC("fentry/security_unix_stream_connect")
int BPF_PROG(connected, struct sock *sock, struct sock *other, struct sock *newsk)
{
	u64 zero = 0;
	struct unix_sock *unix = (void *)other;
	struct sockaddr_un *name = BPF_CORE_READ(unix, addr, name);
	char path[sizeof(name->sun_path)];
	bpf_probe_read_kernel_str(path, sizeof(path), name->sun_path);
	bpf_sk_storage_get(&of_socket, newsk, &zero, BPF_SK_STORAGE_GET_F_CREATE);
	return other->sk_receive_queue.qlen + other->sk_max_ack_backlog;
}

SEC("tp_btf/sched_switch")
int BPF_PROG(switched, bool preempt, struct task_struct *prev, struct task_struct *next)
{
	struct sk_key key = { .pid = next->pid, .uid = prev->cred->uid.val };
	key.cgroup = next->cgroups->dfl_cgrp->kn->id + prev->start_time + prev->mm->total_vm;
	bpf_get_stack(ctx, key.stack, sizeof(key.stack), 0 & BPF_F_SKIP_FIELD_MASK);
	return key.cgroup + preempt;
}

SEC("fentry/unthrottle_cfs_rq")
int BPF_PROG(unthrottled, struct cfs_rq *cfs_rq)
{
	u64 waited_ns = cfs_rq->rq->clock - cfs_rq->throttled_clock;
	bpf_cgrp_storage_get(&of_cgroup, cfs_rq->tg->css.cgroup, &waited_ns, BPF_LOCAL_STORAGE_GET_F_CREATE);
	return 0;
}

SEC("kprobe/oom_kill_process")
int BPF_KPROBE(killed, struct oom_control *oc, const char *message)
{
	return BPF_CORE_READ(oc, memcg, css.cgroup, kn, id) + BPF_CORE_READ(oc, chosen, tgid);
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(executed, struct task_struct *task, pid_t old_pid, struct linux_binprm *bprm)
{
	return task->real_parent->tgid + bprm->argc + bprm->file->f_inode->i_ino;
}

SEC("raw_tp/block_rq_complete")
int completed(struct bpf_raw_tracepoint_args *ctx)
{
	struct request *request = (void *)ctx->args[0];
	return BPF_CORE_READ(request, io_start_time_ns) - BPF_CORE_READ(request, start_time_ns) +
	       BPF_CORE_READ(request, __data_len) + BPF_CORE_READ(request, part, bd_disk, major);
}

SEC("tracepoint/raw_syscalls/sys_enter")
int entered(struct trace_event_raw_sys_enter *ctx)
{
	return ctx->id + ctx->args[0];
}

SEC("tracepoint/raw_syscalls/sys_exit")
int exited(struct trace_event_raw_sys_exit *ctx)
{
	return ctx->ret;
}

SEC("kprobe/pci_user_read_config_byte")
int BPF_KPROBE(config_read, struct pci_dev *dev)
{
	return BPF_CORE_READ(dev, vendor) + BPF_CORE_READ(dev, device) + (BPF_CORE_READ(dev, class) >> 8);
}

SEC("fentry/tcp_retransmit_skb")
int BPF_PROG(retransmitted, struct sock *sk)
{
	struct tcp_sock *tcp = (void *)sk;
	struct inet_sock *inet = (void *)sk;
	struct inet_connection_sock *icsk = (void *)sk;
	struct in6_addr peer = sk->__sk_common.skc_v6_daddr;
	return tcp->srtt_us + tcp->rcv_ssthresh + inet->inet_sport + icsk->icsk_accept_queue.qlen.counter +
	       peer.in6_u.u6_addr8[15];
}

SEC("perf_event")
int sampled(struct bpf_perf_event_data *ctx)
{
	return ctx->sample_period;
}

SEC("tp_btf/softirq_entry")
int BPF_PROG(softirq, unsigned int vec)
{
	return vec == NET_RX_SOFTIRQ || vec >= NR_SOFTIRQS;
}

char LICENSE[] SEC("license") = "GPL";
