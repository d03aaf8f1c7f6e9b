// The kernel types that programs of this kind name, with the members they read: CO-RE relocates each one on the
// kernel it meets, so no BTF of the build machine is needed. It is long because it is a list.
//
// Something missing? A complete vmlinux.h further down the include path is used instead:
//   bpftool btf dump file /sys/kernel/btf/vmlinux format c > DIR/vmlinux.h
//   clang ... -Iexamples/include -IDIR ...

#if __has_include_next(<vmlinux.h>)
#include_next <vmlinux.h>
#else

#ifndef __VMLINUX_H__ // bpf_tracing.h looks for this name
#define __VMLINUX_H__

typedef signed char __s8;
typedef unsigned char __u8;
typedef short __s16;
typedef unsigned short __u16;
typedef int __s32;
typedef unsigned int __u32;
typedef long long __s64;
typedef unsigned long long __u64;

typedef __s8 s8;
typedef __u8 u8;
typedef __s16 s16;
typedef __u16 u16;
typedef __s32 s32;
typedef __u32 u32;
typedef __s64 s64;
typedef __u64 u64;

typedef __u8 uint8_t;
typedef __u16 uint16_t;
typedef __u32 uint32_t;
typedef __u64 uint64_t;
typedef __s8 int8_t;
typedef __s16 int16_t;
typedef __s32 int32_t;
typedef __s64 int64_t;
typedef unsigned char unchar, u_char;
typedef unsigned short u_short, ushort;
typedef unsigned int u_int, uint;
typedef unsigned long u_long, ulong;
typedef unsigned long uintptr_t;

typedef __u16 __be16, __le16, __sum16;
typedef __u32 __be32, __le32, __wsum, __portpair;
typedef __u64 __be64, __le64, __addrpair;

typedef unsigned long size_t, __kernel_size_t;
typedef long ssize_t, __kernel_ssize_t;
typedef long long loff_t;
typedef _Bool bool;
enum { false, true };

typedef int pid_t;
typedef unsigned int uid_t, gid_t, dev_t, __kernel_dev_t, gfp_t, fmode_t, req_flags_t, blk_opf_t;
typedef unsigned short umode_t, sa_family_t, __kernel_sa_family_t;
typedef __u8 blk_status_t;
typedef u64 sector_t, blkcnt_t;
typedef s64 ktime_t, time64_t;
typedef int socket_state;
typedef unsigned int sk_buff_data_t;
#if defined(__TARGET_ARCH_arm64)
typedef u32 kprobe_opcode_t;
#else
typedef u8 kprobe_opcode_t;
#endif

// What linux/bpf.h holds. The numbers are ABI.

enum bpf_map_type {
	BPF_MAP_TYPE_UNSPEC, BPF_MAP_TYPE_HASH, BPF_MAP_TYPE_ARRAY, BPF_MAP_TYPE_PROG_ARRAY,
	BPF_MAP_TYPE_PERF_EVENT_ARRAY, BPF_MAP_TYPE_PERCPU_HASH, BPF_MAP_TYPE_PERCPU_ARRAY,
	BPF_MAP_TYPE_STACK_TRACE, BPF_MAP_TYPE_CGROUP_ARRAY, BPF_MAP_TYPE_LRU_HASH,
	BPF_MAP_TYPE_LRU_PERCPU_HASH, BPF_MAP_TYPE_LPM_TRIE, BPF_MAP_TYPE_ARRAY_OF_MAPS,
	BPF_MAP_TYPE_HASH_OF_MAPS, BPF_MAP_TYPE_DEVMAP, BPF_MAP_TYPE_SOCKMAP, BPF_MAP_TYPE_CPUMAP,
	BPF_MAP_TYPE_XSKMAP, BPF_MAP_TYPE_SOCKHASH, BPF_MAP_TYPE_CGROUP_STORAGE_DEPRECATED,
	BPF_MAP_TYPE_CGROUP_STORAGE = 19, BPF_MAP_TYPE_REUSEPORT_SOCKARRAY,
	BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE_DEPRECATED, BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE = 21,
	BPF_MAP_TYPE_QUEUE, BPF_MAP_TYPE_STACK, BPF_MAP_TYPE_SK_STORAGE, BPF_MAP_TYPE_DEVMAP_HASH,
	BPF_MAP_TYPE_STRUCT_OPS, BPF_MAP_TYPE_RINGBUF, BPF_MAP_TYPE_INODE_STORAGE,
	BPF_MAP_TYPE_TASK_STORAGE, BPF_MAP_TYPE_BLOOM_FILTER, BPF_MAP_TYPE_USER_RINGBUF,
	BPF_MAP_TYPE_CGRP_STORAGE, BPF_MAP_TYPE_ARENA, BPF_MAP_TYPE_INSN_ARRAY, BPF_MAP_TYPE_RHASH,
	__MAX_BPF_MAP_TYPE,
};

enum { BPF_ANY, BPF_NOEXIST, BPF_EXIST, BPF_F_LOCK = 4 };

// Of maps.
enum {
	BPF_F_NO_PREALLOC = 1,
	BPF_F_NO_COMMON_LRU = 2,
	BPF_F_NUMA_NODE = 4,
	BPF_F_RDONLY = 8,
	BPF_F_WRONLY = 16,
	BPF_F_RDONLY_PROG = 128,
	BPF_F_WRONLY_PROG = 256,
	BPF_F_CLONE = 512,
	BPF_F_MMAPABLE = 1024,
	BPF_F_PRESERVE_ELEMS = 2048,
	BPF_F_INNER_MAP = 4096,
};

// Of bpf_perf_event_output and bpf_get_stack, of storage, of ring buffers.
enum { BPF_F_INDEX_MASK = 0xffffffffULL, BPF_F_CURRENT_CPU = BPF_F_INDEX_MASK };
enum {
	BPF_F_SKIP_FIELD_MASK = 0xff,
	BPF_F_USER_STACK = 256,
	BPF_F_FAST_STACK_CMP = 512,
	BPF_F_REUSE_STACKID = 1024,
	BPF_F_USER_BUILD_ID = 2048,
};
enum { BPF_LOCAL_STORAGE_GET_F_CREATE = 1, BPF_SK_STORAGE_GET_F_CREATE = 1 };
enum { BPF_RB_NO_WAKEUP = 1, BPF_RB_FORCE_WAKEUP = 2 };
enum { BPF_RB_AVAIL_DATA, BPF_RB_RING_SIZE, BPF_RB_CONS_POS, BPF_RB_PROD_POS };

// Some helpers, to ask whether the kernel has them: bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_loop).
enum bpf_func_id {
	BPF_FUNC_sk_storage_get = 107,
	BPF_FUNC_probe_read_kernel = 113,
	BPF_FUNC_ktime_get_boot_ns = 125,
	BPF_FUNC_ringbuf_output = 130,
	BPF_FUNC_task_storage_get = 156,
	BPF_FUNC_get_current_task_btf = 158,
	BPF_FUNC_get_func_ip = 173,
	BPF_FUNC_get_attach_cookie = 174,
	BPF_FUNC_loop = 181,
	BPF_FUNC_get_func_ret = 184,
	BPF_FUNC_cgrp_storage_get = 210,
};

enum xdp_action { XDP_ABORTED, XDP_DROP, XDP_PASS, XDP_TX, XDP_REDIRECT };

struct xdp_md {
	__u32 data;
	__u32 data_end;
	__u32 data_meta;
	__u32 ingress_ifindex;
	__u32 rx_queue_index;
	__u32 egress_ifindex;
};

struct __sk_buff {
	__u32 len, pkt_type, mark, queue_mapping, protocol;
	__u32 vlan_present, vlan_tci, vlan_proto;
	__u32 priority, ingress_ifindex, ifindex, tc_index;
	__u32 cb[5];
	__u32 hash, tc_classid, data, data_end, napi_id;
	__u32 family, remote_ip4, local_ip4, remote_ip6[4], local_ip6[4], remote_port, local_port;
	__u32 data_meta;
};

struct bpf_raw_tracepoint_args {
	__u64 args[0];
};

struct bpf_spin_lock {
	__u32 val;
};

struct bpf_timer {
	__u64 __opaque[2];
};

struct bpf_pidns_info {
	__u32 pid;
	__u32 tgid;
};

// Packets and addresses. Laid out by the network or for user space, not by the kernel: no relocation.
// Bit fields as on little-endian machines.

enum {
	IPPROTO_IP = 0,
	IPPROTO_ICMP = 1,
	IPPROTO_IGMP = 2,
	IPPROTO_IPIP = 4,
	IPPROTO_TCP = 6,
	IPPROTO_UDP = 17,
	IPPROTO_DCCP = 33,
	IPPROTO_IPV6 = 41,
	IPPROTO_GRE = 47,
	IPPROTO_ESP = 50,
	IPPROTO_AH = 51,
	IPPROTO_SCTP = 132,
	IPPROTO_UDPLITE = 136,
	IPPROTO_RAW = 255,
	IPPROTO_MPTCP = 262,
};

enum sock_type { SOCK_STREAM = 1, SOCK_DGRAM, SOCK_RAW, SOCK_RDM, SOCK_SEQPACKET, SOCK_DCCP, SOCK_PACKET = 10 };

enum {
	TCP_ESTABLISHED = 1,
	TCP_SYN_SENT,
	TCP_SYN_RECV,
	TCP_FIN_WAIT1,
	TCP_FIN_WAIT2,
	TCP_TIME_WAIT,
	TCP_CLOSE,
	TCP_CLOSE_WAIT,
	TCP_LAST_ACK,
	TCP_LISTEN,
	TCP_CLOSING,
	TCP_NEW_SYN_RECV,
};

struct in_addr {
	__be32 s_addr;
};

struct in6_addr {
	union {
		__u8 u6_addr8[16];
		__be16 u6_addr16[8];
		__be32 u6_addr32[4];
	} in6_u;
};

struct sockaddr {
	sa_family_t sa_family;
	char sa_data[14];
};

struct sockaddr_in {
	sa_family_t sin_family;
	__be16 sin_port;
	struct in_addr sin_addr;
	unsigned char __pad[8];
};

struct sockaddr_in6 {
	sa_family_t sin6_family;
	__be16 sin6_port;
	__be32 sin6_flowinfo;
	struct in6_addr sin6_addr;
	__u32 sin6_scope_id;
};

struct sockaddr_un {
	sa_family_t sun_family;
	char sun_path[108];
};

struct ethhdr {
	__u8 h_dest[6];
	__u8 h_source[6];
	__be16 h_proto;
} __attribute__((packed));

struct vlan_hdr {
	__be16 h_vlan_TCI;
	__be16 h_vlan_encapsulated_proto;
};

struct iphdr {
	__u8 ihl : 4;
	__u8 version : 4;
	__u8 tos;
	__be16 tot_len;
	__be16 id;
	__be16 frag_off;
	__u8 ttl;
	__u8 protocol;
	__sum16 check;
	__be32 saddr;
	__be32 daddr;
};

struct ipv6hdr {
	__u8 priority : 4;
	__u8 version : 4;
	__u8 flow_lbl[3];
	__be16 payload_len;
	__u8 nexthdr;
	__u8 hop_limit;
	struct in6_addr saddr;
	struct in6_addr daddr;
};

struct tcphdr {
	__be16 source;
	__be16 dest;
	__be32 seq;
	__be32 ack_seq;
	__u16 res1 : 4;
	__u16 doff : 4;
	__u16 fin : 1;
	__u16 syn : 1;
	__u16 rst : 1;
	__u16 psh : 1;
	__u16 ack : 1;
	__u16 urg : 1;
	__u16 ece : 1;
	__u16 cwr : 1;
	__be16 window;
	__sum16 check;
	__be16 urg_ptr;
};

struct udphdr {
	__be16 source;
	__be16 dest;
	__be16 len;
	__sum16 check;
};

struct icmphdr {
	__u8 type;
	__u8 code;
	__sum16 checksum;
	union {
		struct {
			__be16 id;
			__be16 sequence;
		} echo;
		__be32 gateway;
		struct {
			__be16 __unused;
			__be16 mtu;
		} frag;
	} un;
};

struct icmp6hdr {
	__u8 icmp6_type;
	__u8 icmp6_code;
	__sum16 icmp6_cksum;
	union {
		__be32 un_data32[1];
		__be16 un_data16[2];
		__u8 un_data8[4];
	} icmp6_dataun;
};

enum { HI_SOFTIRQ, TIMER_SOFTIRQ, NET_TX_SOFTIRQ, NET_RX_SOFTIRQ, BLOCK_SOFTIRQ, IRQ_POLL_SOFTIRQ, TASKLET_SOFTIRQ,
       SCHED_SOFTIRQ, HRTIMER_SOFTIRQ, RCU_SOFTIRQ, NR_SOFTIRQS };

enum { IOPRIO_CLASS_NONE, IOPRIO_CLASS_RT, IOPRIO_CLASS_BE, IOPRIO_CLASS_IDLE };

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

// The numbers are Linux 6.12's, then what later kernels have. Each kernel has its own:
// bpf_core_enum_value(enum skb_drop_reason, SKB_DROP_REASON_NO_SOCKET).
enum skb_drop_reason {
	SKB_NOT_DROPPED_YET, SKB_CONSUMED, SKB_DROP_REASON_NOT_SPECIFIED, SKB_DROP_REASON_NO_SOCKET,
	SKB_DROP_REASON_PKT_TOO_SMALL, SKB_DROP_REASON_TCP_CSUM, SKB_DROP_REASON_SOCKET_FILTER,
	SKB_DROP_REASON_UDP_CSUM, SKB_DROP_REASON_NETFILTER_DROP, SKB_DROP_REASON_OTHERHOST,
	SKB_DROP_REASON_IP_CSUM, SKB_DROP_REASON_IP_INHDR, SKB_DROP_REASON_IP_RPFILTER,
	SKB_DROP_REASON_UNICAST_IN_L2_MULTICAST, SKB_DROP_REASON_XFRM_POLICY, SKB_DROP_REASON_IP_NOPROTO,
	SKB_DROP_REASON_SOCKET_RCVBUFF, SKB_DROP_REASON_PROTO_MEM, SKB_DROP_REASON_TCP_AUTH_HDR,
	SKB_DROP_REASON_TCP_MD5NOTFOUND, SKB_DROP_REASON_TCP_MD5UNEXPECTED, SKB_DROP_REASON_TCP_MD5FAILURE,
	SKB_DROP_REASON_TCP_AONOTFOUND, SKB_DROP_REASON_TCP_AOUNEXPECTED,
	SKB_DROP_REASON_TCP_AOKEYNOTFOUND, SKB_DROP_REASON_TCP_AOFAILURE, SKB_DROP_REASON_SOCKET_BACKLOG,
	SKB_DROP_REASON_TCP_FLAGS, SKB_DROP_REASON_TCP_ABORT_ON_DATA, SKB_DROP_REASON_TCP_ZEROWINDOW,
	SKB_DROP_REASON_TCP_OLD_DATA, SKB_DROP_REASON_TCP_OVERWINDOW, SKB_DROP_REASON_TCP_OFOMERGE,
	SKB_DROP_REASON_TCP_RFC7323_PAWS, SKB_DROP_REASON_TCP_OLD_SEQUENCE,
	SKB_DROP_REASON_TCP_INVALID_SEQUENCE, SKB_DROP_REASON_TCP_INVALID_ACK_SEQUENCE,
	SKB_DROP_REASON_TCP_RESET, SKB_DROP_REASON_TCP_INVALID_SYN, SKB_DROP_REASON_TCP_CLOSE,
	SKB_DROP_REASON_TCP_FASTOPEN, SKB_DROP_REASON_TCP_OLD_ACK, SKB_DROP_REASON_TCP_TOO_OLD_ACK,
	SKB_DROP_REASON_TCP_ACK_UNSENT_DATA, SKB_DROP_REASON_TCP_OFO_QUEUE_PRUNE,
	SKB_DROP_REASON_TCP_OFO_DROP, SKB_DROP_REASON_IP_OUTNOROUTES, SKB_DROP_REASON_BPF_CGROUP_EGRESS,
	SKB_DROP_REASON_IPV6DISABLED, SKB_DROP_REASON_NEIGH_CREATEFAIL, SKB_DROP_REASON_NEIGH_FAILED,
	SKB_DROP_REASON_NEIGH_QUEUEFULL, SKB_DROP_REASON_NEIGH_DEAD, SKB_DROP_REASON_TC_EGRESS,
	SKB_DROP_REASON_SECURITY_HOOK, SKB_DROP_REASON_QDISC_DROP, SKB_DROP_REASON_CPU_BACKLOG,
	SKB_DROP_REASON_XDP, SKB_DROP_REASON_TC_INGRESS, SKB_DROP_REASON_UNHANDLED_PROTO,
	SKB_DROP_REASON_SKB_CSUM, SKB_DROP_REASON_SKB_GSO_SEG, SKB_DROP_REASON_SKB_UCOPY_FAULT,
	SKB_DROP_REASON_DEV_HDR, SKB_DROP_REASON_DEV_READY, SKB_DROP_REASON_FULL_RING,
	SKB_DROP_REASON_NOMEM, SKB_DROP_REASON_HDR_TRUNC, SKB_DROP_REASON_TAP_FILTER,
	SKB_DROP_REASON_TAP_TXFILTER, SKB_DROP_REASON_ICMP_CSUM, SKB_DROP_REASON_INVALID_PROTO,
	SKB_DROP_REASON_IP_INADDRERRORS, SKB_DROP_REASON_IP_INNOROUTES, SKB_DROP_REASON_PKT_TOO_BIG,
	SKB_DROP_REASON_DUP_FRAG, SKB_DROP_REASON_FRAG_REASM_TIMEOUT, SKB_DROP_REASON_FRAG_TOO_FAR,
	SKB_DROP_REASON_TCP_MINTTL, SKB_DROP_REASON_IPV6_BAD_EXTHDR, SKB_DROP_REASON_IPV6_NDISC_FRAG,
	SKB_DROP_REASON_IPV6_NDISC_HOP_LIMIT, SKB_DROP_REASON_IPV6_NDISC_BAD_CODE,
	SKB_DROP_REASON_IPV6_NDISC_BAD_OPTIONS, SKB_DROP_REASON_IPV6_NDISC_NS_OTHERHOST,
	SKB_DROP_REASON_QUEUE_PURGE, SKB_DROP_REASON_TC_COOKIE_ERROR, SKB_DROP_REASON_PACKET_SOCK_ERROR,
	SKB_DROP_REASON_TC_CHAIN_NOTFOUND, SKB_DROP_REASON_TC_RECLASSIFY_LOOP,
	SKB_DROP_REASON_VXLAN_INVALID_HDR, SKB_DROP_REASON_VXLAN_VNI_NOT_FOUND,
	SKB_DROP_REASON_MAC_INVALID_SOURCE, SKB_DROP_REASON_VXLAN_ENTRY_EXISTS,
	SKB_DROP_REASON_NO_TX_TARGET, SKB_DROP_REASON_IP_TUNNEL_ECN, SKB_DROP_REASON_TUNNEL_TXINFO,
	SKB_DROP_REASON_LOCAL_MAC, SKB_DROP_REASON_SOCKET_CLOSE, SKB_DROP_REASON_UNIX_SKIP_OOB,
	SKB_DROP_REASON_FQ_BAND_LIMIT, SKB_DROP_REASON_FQ_HORIZON_LIMIT, SKB_DROP_REASON_FQ_FLOW_LIMIT,
	SKB_DROP_REASON_SKB_BAD_GSO, SKB_DROP_REASON_UNIX_DISCONNECT, SKB_DROP_REASON_TCP_RFC7323_PAWS_ACK,
	SKB_DROP_REASON_TCP_RFC7323_TW_PAWS, SKB_DROP_REASON_TCP_RFC7323_TSECR,
	SKB_DROP_REASON_TCP_LISTEN_OVERFLOW, SKB_DROP_REASON_TCP_INVALID_END_SEQUENCE,
	SKB_DROP_REASON_NEIGH_HH_FILLFAIL, SKB_DROP_REASON_QDISC_OVERLIMIT,
	SKB_DROP_REASON_QDISC_CONGESTED, SKB_DROP_REASON_CAKE_FLOOD, SKB_DROP_REASON_IP_LOCAL_SOURCE,
	SKB_DROP_REASON_IP_INVALID_SOURCE, SKB_DROP_REASON_IP_LOCALNET, SKB_DROP_REASON_IP_INVALID_DEST,
	SKB_DROP_REASON_ARP_PVLAN_DISABLE, SKB_DROP_REASON_MAC_IEEE_MAC_CONTROL,
	SKB_DROP_REASON_BRIDGE_INGRESS_STP_STATE, SKB_DROP_REASON_CAN_RX_INVALID_FRAME,
	SKB_DROP_REASON_CANFD_RX_INVALID_FRAME, SKB_DROP_REASON_CANXL_RX_INVALID_FRAME,
	SKB_DROP_REASON_PFMEMALLOC, SKB_DROP_REASON_DUALPI2_STEP_DROP, SKB_DROP_REASON_PSP_INPUT,
	SKB_DROP_REASON_PSP_OUTPUT, SKB_DROP_REASON_RECURSION_LIMIT, SKB_DROP_REASON_QDISC_BURST_DROP,
	SKB_DROP_REASON_MACVLAN_BROADCAST_BACKLOG, SKB_DROP_REASON_IPVLAN_MULTICAST_BACKLOG,
	SKB_DROP_REASON_IPV6_TOO_MANY_EXTHDRS,
};

// Registers, as bpf_tracing.h expects them.

#if defined(__TARGET_ARCH_x86)
struct pt_regs {
	unsigned long r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di;
	unsigned long orig_ax, ip, cs, flags, sp, ss;
};
typedef struct pt_regs bpf_user_pt_regs_t;
#elif defined(__TARGET_ARCH_arm64)
struct user_pt_regs {
	__u64 regs[31];
	__u64 sp;
	__u64 pc;
	__u64 pstate;
};
struct pt_regs {
	union {
		struct user_pt_regs user_regs;
		struct {
			u64 regs[31];
			u64 sp;
			u64 pc;
			u64 pstate;
		};
	};
	u64 orig_x0;
	s32 syscallno;
};
typedef struct user_pt_regs bpf_user_pt_regs_t;
#endif

// Small things that others are made of.

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	s64 counter;
} atomic64_t, atomic_long_t;

typedef struct refcount_struct {
	atomic_t refs;
} refcount_t;

typedef struct {
	uid_t val;
} kuid_t;

typedef struct {
	gid_t val;
} kgid_t;

typedef struct {
	struct net *net;
} possible_net_t;

struct list_head {
	struct list_head *next, *prev;
};

struct hlist_node {
	struct hlist_node *next, **pprev;
};

struct hlist_head {
	struct hlist_node *first;
};

struct rb_node {
	unsigned long __rb_parent_color;
	struct rb_node *rb_right, *rb_left;
};

struct callback_head {
	struct callback_head *next;
	void (*func)(struct callback_head *);
};

struct timespec64 {
	time64_t tv_sec;
	long tv_nsec;
};

struct timer_list {
	unsigned long expires;
	void (*function)(struct timer_list *);
	u32 flags;
};

struct hrtimer {
	int (*function)(struct hrtimer *);
};

struct work_struct {
	void (*func)(struct work_struct *);
};

struct trace_entry {
	unsigned short type;
	unsigned char flags;
	unsigned char preempt_count;
	int pid;
};

struct trace_event_raw_sys_enter {
	struct trace_entry ent;
	long id;
	unsigned long args[6];
};

struct trace_event_raw_sys_exit {
	struct trace_entry ent;
	long id;
	long ret;
};

struct bpf_perf_event_data {
	bpf_user_pt_regs_t regs;
	__u64 sample_period;
	__u64 addr;
};

struct bpf_binary_header {
	u32 pages; // until 5.17
	u32 size;
};

// Namespaces.

struct ns_common {
	unsigned int inum;
};

struct pid_namespace {
	unsigned int level;
	struct ns_common ns;
};

struct uts_namespace {
	struct ns_common ns;
};

struct mnt_namespace {
	struct ns_common ns;
};

struct net {
	struct ns_common ns;
	u64 net_cookie; // since 5.11 without atomic64_t
	struct net_device *loopback_dev;
};

struct nsproxy {
	struct uts_namespace *uts_ns;
	struct mnt_namespace *mnt_ns;
	struct pid_namespace *pid_ns_for_children;
	struct net *net_ns;
};

struct upid {
	int nr;
	struct pid_namespace *ns;
};

struct pid {
	unsigned int level;
	struct upid numbers[1];
};

// cgroups.

struct kernfs_node {
	struct kernfs_node *parent; // until 6.15
	struct kernfs_node *__parent;
	const char *name;
	u64 id;
};

struct cgroup_subsys {
	int id;
	const char *name;
};

struct cgroup_subsys_state {
	struct cgroup *cgroup;
	struct cgroup_subsys *ss;
	struct cgroup_subsys_state *parent;
	int id;
	u64 serial_nr;
};

struct cgroup_root {
	int hierarchy_id;
};

struct cgroup {
	struct cgroup_subsys_state self;
	unsigned long flags;
	int level;
	struct kernfs_node *kn;
	struct cgroup_subsys_state *subsys[14];
	struct cgroup_root *root;
};

enum cgroup_subsys_id { cpuset_cgrp_id, cpu_cgrp_id, cpuacct_cgrp_id, io_cgrp_id, memory_cgrp_id };

struct css_set {
	struct cgroup_subsys_state *subsys[14];
	struct cgroup *dfl_cgrp;
};

// Tasks and the scheduler.

struct cred {
	kuid_t uid, euid;
	kgid_t gid, egid;
};

struct sched_statistics {
	u64 wait_start, wait_max, wait_count, wait_sum;
};

struct sched_entity {
	u64 vruntime;
	u64 sum_exec_runtime;
	struct sched_entity *parent;
	struct cfs_rq *cfs_rq;
	struct cfs_rq *my_q;
};

struct sched_info {
	unsigned long pcount;
	unsigned long long run_delay;
};

struct signal_struct {
	atomic_t live;
	int group_exit_code;
	unsigned int flags;
};

struct task_struct {
	unsigned int __state; // since 5.14, signed and `state` before
	unsigned int flags;
	int on_cpu, on_rq;
	int prio, static_prio, normal_prio;
	unsigned int rt_priority;
	unsigned int policy;
	struct sched_entity se;
	struct task_group *sched_task_group;
	struct sched_info sched_info;
	struct mm_struct *mm, *active_mm;
	int exit_state, exit_code, exit_signal;
	unsigned int in_iowait : 1;
	pid_t pid, tgid;
	struct task_struct *real_parent, *parent, *group_leader;
	struct pid *thread_pid;
	void *worker_private;
	u64 utime, stime;
	unsigned long nvcsw, nivcsw;
	u64 start_time;
	u64 start_boottime; // since 5.5
	unsigned long min_flt, maj_flt;
	const struct cred *real_cred, *cred;
	char comm[16];
	struct files_struct *files;
	struct nsproxy *nsproxy;
	struct signal_struct *signal;
	struct css_set *cgroups;
};

struct cfs_bandwidth {
	ktime_t period;
	u64 quota;
	int nr_periods, nr_throttled;
	u64 throttled_time;
};

struct task_group {
	struct cgroup_subsys_state css;
	struct task_group *parent;
	struct cfs_bandwidth cfs_bandwidth;
};

struct rq {
	unsigned int nr_running;
	u64 clock;
	struct task_struct *curr;
	int cpu;
};

struct cfs_rq {
	unsigned int nr_running, h_nr_running; // both until 6.14
	struct rq *rq;
	struct task_group *tg;
	int runtime_enabled;
	s64 runtime_remaining;
	u64 throttled_clock;
	int throttled, throttle_count;
};

// Memory.

struct page {
	struct address_space *mapping;
};

struct folio {
	struct address_space *mapping;
	unsigned long index;
};

struct address_space {
	struct inode *host;
	unsigned long nrpages;
};

struct mm_struct {
	unsigned long total_vm;
	unsigned long arg_start, arg_end;
	struct task_struct *owner;
	struct file *exe_file;
};

struct vm_area_struct {
	unsigned long vm_start, vm_end;
	struct mm_struct *vm_mm;
	unsigned long vm_pgoff;
	struct file *vm_file;
};

struct page_counter {
	atomic_long_t usage;
	unsigned long min, low, high, max;
};

struct mem_cgroup {
	struct cgroup_subsys_state css;
	struct page_counter memory;
};

struct oom_control {
	struct mem_cgroup *memcg;
	const gfp_t gfp_mask;
	const int order;
	unsigned long totalpages;
	struct task_struct *chosen;
	long chosen_points;
};

struct shrink_control {
	gfp_t gfp_mask;
	int nid;
	unsigned long nr_to_scan, nr_scanned;
	struct mem_cgroup *memcg;
};

struct shrinker {
	int seeks;
	long batch;
};

struct pglist_data {
	int node_id;
};

// Files.

struct qstr {
	u32 hash;
	u32 len;
	const unsigned char *name;
};

struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
	struct super_block *d_sb;
};

struct vfsmount {
	struct dentry *mnt_root;
	struct super_block *mnt_sb;
};

struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
	int mnt_id;
};

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

struct file_system_type {
	const char *name;
};

struct super_block {
	dev_t s_dev;
	unsigned long s_magic;
	char s_id[32];
	struct file_system_type *s_type;
	struct block_device *s_bdev;
};

struct inode {
	umode_t i_mode;
	kuid_t i_uid;
	kgid_t i_gid;
	struct super_block *i_sb;
	struct address_space *i_mapping;
	unsigned long i_ino;
	dev_t i_rdev;
	loff_t i_size;
};

struct file {
	struct path f_path;
	struct inode *f_inode;
	unsigned int f_flags;
	fmode_t f_mode;
	loff_t f_pos;
};

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};

struct files_struct {
	struct fdtable *fdt;
};

struct iov_iter {
	unsigned long nr_segs;
	size_t count;
};

struct kiocb {
	struct file *ki_filp;
	loff_t ki_pos;
	int ki_flags;
};

struct linux_binprm {
	struct mm_struct *mm;
	struct file *executable, *interpreter, *file;
	struct cred *cred;
	int argc, envc;
	const char *filename, *interp, *fdpath;
};

// Disks.

struct gendisk {
	int major, first_minor, minors;
	char disk_name[32];
	struct block_device *part0;
	struct request_queue *queue;
};

struct block_device {
	u8 bd_partno; // until 6.10
	dev_t bd_dev;
	struct gendisk *bd_disk;
};

struct request_queue {
	struct gendisk *disk; // since 5.15
};

struct bvec_iter {
	sector_t bi_sector;
	unsigned int bi_size;
};

struct bio {
	struct bio *bi_next;
	struct block_device *bi_bdev; // since 5.12
	unsigned int bi_opf;
	blk_status_t bi_status;
	struct bvec_iter bi_iter;
};

struct request {
	struct request_queue *q;
	unsigned int cmd_flags;
	int tag, internal_tag;
	unsigned int __data_len;
	sector_t __sector;
	struct bio *bio;
	struct gendisk *rq_disk; // until 5.17
	struct block_device *part;
	u64 start_time_ns, io_start_time_ns;
};

// Devices.

struct device {
	struct device *parent;
	const char *init_name;
	dev_t devt;
};

struct pci_bus {
	struct pci_bus *parent;
	unsigned char number;
};

struct pci_dev {
	struct pci_bus *bus;
	unsigned int devfn;
	unsigned short vendor, device, subsystem_vendor, subsystem_device;
	unsigned int class;
	u8 revision;
	struct device dev;
	unsigned int irq;
};

// Network.

struct net_device {
	char name[16];
	int ifindex;
	unsigned int mtu;
	unsigned int flags;
	unsigned short type;
	possible_net_t nd_net;
};

struct sk_buff {
	struct sk_buff *next, *prev;
	struct net_device *dev;
	struct sock *sk;
	ktime_t tstamp;
	char cb[48];
	unsigned long _skb_refdst;
	unsigned long _nfct;
	unsigned int len, data_len;
	__u16 mac_len, hdr_len, queue_mapping;
	__u8 cloned : 1;
	__u8 pkt_type : 3;
	__u32 priority;
	int skb_iif;
	__u32 hash;
	__be16 vlan_proto;
	__u16 vlan_tci;
	__u32 mark;
	__u16 inner_transport_header, inner_network_header, inner_mac_header;
	__be16 protocol;
	__u16 transport_header, network_header, mac_header;
	sk_buff_data_t tail, end;
	unsigned char *head, *data;
	unsigned int truesize;
	refcount_t users;
};

struct sk_buff_head {
	struct sk_buff *next, *prev;
	__u32 qlen;
};

struct skb_shared_info {
	__u8 nr_frags;
	unsigned short gso_size, gso_segs;
};

struct proto {
	char name[32];
};

struct sock_common {
	__addrpair skc_addrpair;
	__be32 skc_daddr, skc_rcv_saddr;
	unsigned int skc_hash;
	__portpair skc_portpair;
	__be16 skc_dport;
	__u16 skc_num;
	unsigned short skc_family;
	volatile unsigned char skc_state;
	int skc_bound_dev_if;
	struct proto *skc_prot;
	possible_net_t skc_net;
	struct in6_addr skc_v6_daddr, skc_v6_rcv_saddr;
	atomic64_t skc_cookie;
	unsigned long skc_flags;
	refcount_t skc_refcnt;
};

struct sock {
	struct sock_common __sk_common;
	atomic_t sk_drops;
	struct sk_buff_head sk_error_queue, sk_receive_queue, sk_write_queue;
	struct {
		atomic_t rmem_alloc;
		int len;
	} sk_backlog;
	int sk_rcvbuf, sk_sndbuf;
	int sk_wmem_queued;
	refcount_t sk_wmem_alloc;
	struct socket *sk_socket;
	struct mem_cgroup *sk_memcg;
	__u32 sk_priority, sk_mark;
	__u8 sk_shutdown;
	u16 sk_type, sk_protocol; // bit fields until 5.6
	int sk_err, sk_err_soft;
	u32 sk_ack_backlog, sk_max_ack_backlog;
	kuid_t sk_uid;
	struct pid *sk_peer_pid;
	unsigned long sk_pacing_rate;
	void *sk_user_data;
};

struct socket {
	socket_state state;
	short type;
	unsigned long flags;
	struct file *file;
	struct sock *sk;
};

struct msghdr {
	void *msg_name;
	int msg_namelen;
	struct iov_iter msg_iter;
	unsigned int msg_flags;
};

struct unix_address {
	refcount_t refcnt;
	int len;
	struct sockaddr_un name[0];
};

struct unix_sock {
	struct sock sk;
	struct unix_address *addr;
	struct path path;
	struct sock *peer;
};

struct request_sock {
	struct sock_common __req_common;
	struct request_sock *dl_next;
	u8 num_retrans;
	struct sock *sk;
};

struct request_sock_queue {
	atomic_t qlen, young;
	struct request_sock *rskq_accept_head, *rskq_accept_tail;
};

struct inet_sock {
	struct sock sk;
	__be32 inet_saddr;
	__be16 inet_sport;
	__u8 tos, min_ttl, mc_ttl;
};

struct inet_connection_sock {
	struct inet_sock icsk_inet;
	struct request_sock_queue icsk_accept_queue;
	__u32 icsk_rto;
	__u8 icsk_ca_state : 5;
	__u8 icsk_retransmits, icsk_pending, icsk_backoff;
};

struct tcp_sock {
	struct inet_connection_sock inet_conn;
	u16 tcp_header_len, advmss;
	u32 segs_in, segs_out, data_segs_in, data_segs_out;
	u64 bytes_received, bytes_acked, bytes_sent, bytes_retrans;
	u32 rcv_nxt, copied_seq, snd_nxt, snd_una, write_seq;
	u32 rcv_wnd, snd_wnd, window_clamp, rcv_ssthresh;
	u32 snd_cwnd, snd_ssthresh, mss_cache, max_window;
	u32 srtt_us, mdev_us, rttvar_us;
	u32 packets_out, lost_out, sacked_out, retrans_out, total_retrans, delivered, lost, reordering;
};

struct udp_sock {
	struct inet_sock inet;
	int pending;
};

struct fqdir {
	struct net *net;
};

struct inet_frag_queue {
	int len, meat;
	struct fqdir *fqdir;
};

#pragma clang attribute pop

#endif
#endif
