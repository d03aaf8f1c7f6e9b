#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include <bpf/usdt.bpf.h>
#include "tracing.bpf.h"

// The library with the probes that examples/demos pass, beside this object.
#define SPAN_PROBES "libspan_probes.so"

#define MAX_FRAMES 8

struct stitch_span {
	struct span_base_tagged_t base;
	u64 socket_cookie;
};

struct sock_release_span {
	struct span_base_tagged_t base;
};

// A function that the socket's data passed, by its address.
struct sk_span {
	struct span_base_tagged_t base;
	u64 function;
};

struct sk_error_report_span {
	struct span_base_tagged_t base;
	u64 kstack[MAX_FRAMES];
	u32 sk_err;
};

// The sockets that user space told of, and the span that theirs are a part of.
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 10240);
	__type(key, u64);
	__type(value, struct span_parent_tagged_t);
} traced_socket_cookies SEC(".maps");

record_ring(stitch_spans, 256 * 1024);
record_ring(sock_release_spans, 256 * 1024);
record_ring(sk_spans, 256 * 1024);
record_ring(sk_error_report_spans, 256 * 1024);

static __always_inline u64 cookie_of(struct sock *sk)
{
	return BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
}

static __always_inline struct span_parent_tagged_t *parent_of(struct sock *sk)
{
	u64 cookie = cookie_of(sk);
	return cookie ? bpf_map_lookup_elem(&traced_socket_cookies, &cookie) : 0;
}

static __always_inline int submit_function(struct sock *sk, u64 function)
{
	struct span_parent_tagged_t *parent = parent_of(sk);
	if (parent) {
		submit_counted_span_tagged(sk_spans, struct sk_span, parent,
					   { span->function = function; });
	}
	return 0;
}

SEC("usdt/" SPAN_PROBES ":ebpf_exporter:sock_set_parent_span")
int BPF_USDT(sock_set_parent_span, u64 cookie, u64 trace_id_hi, u64 trace_id_lo, u64 span_id, u64 tag)
{
	struct span_parent_tagged_t parent = {
		.trace_id_hi = trace_id_hi,
		.trace_id_lo = trace_id_lo,
		.span_id = span_id,
		.example_userspace_tag = tag,
	};

	// What the kernel does for the socket is a part of this span, and this one of the user's.
	submit_counted_span_tagged(stitch_spans, struct stitch_span, &parent, {
		span->socket_cookie = cookie;
		parent.span_id = span->base.span_id;
	});
	bpf_map_update_elem(&traced_socket_cookies, &cookie, &parent, BPF_ANY);
	return 0;
}

SEC("fentry/__sock_release")
int BPF_PROG(sock_release, struct socket *sock)
{
	struct sock *sk = sock->sk;
	struct span_parent_tagged_t *parent = parent_of(sk);

	if (parent) {
		u64 cookie = cookie_of(sk);
		submit_counted_span_tagged(sock_release_spans, struct sock_release_span, parent, {});
		bpf_map_delete_elem(&traced_socket_cookies, &cookie);
	}
	return 0;
}

SEC("fentry/tcp_v4_do_rcv")
int BPF_PROG(tcp_v4_do_rcv, struct sock *sk)
{
	return submit_function(sk, bpf_get_func_ip(ctx));
}

SEC("fentry/__ip_local_out")
int BPF_PROG(ip_local_out, struct net *net, struct sock *sk)
{
	return submit_function(sk, bpf_get_func_ip(ctx));
}

SEC("fentry/ip_finish_output")
int BPF_PROG(ip_finish_output, struct net *net, struct sock *sk)
{
	return submit_function(sk, bpf_get_func_ip(ctx));
}

SEC("fentry/__tcp_retransmit_skb")
int BPF_PROG(tcp_retransmit_skb, struct sock *sk)
{
	return submit_function(sk, bpf_get_func_ip(ctx));
}

SEC("fentry/nf_hook_slow")
int BPF_PROG(nf_hook_slow, struct sk_buff *skb)
{
	return submit_function(skb->sk, bpf_get_func_ip(ctx));
}

SEC("fentry/__dev_queue_xmit")
int BPF_PROG(dev_queue_xmit, struct sk_buff *skb)
{
	return submit_function(skb->sk, bpf_get_func_ip(ctx));
}

SEC("fentry/dev_hard_start_xmit")
int BPF_PROG(dev_hard_start_xmit, struct sk_buff *skb)
{
	return submit_function(skb->sk, bpf_get_func_ip(ctx));
}

SEC("fentry/sk_error_report")
int BPF_PROG(sk_error_report, struct sock *sk)
{
	struct span_parent_tagged_t *parent = parent_of(sk);

	if (parent) {
		submit_counted_span_tagged(sk_error_report_spans, struct sk_error_report_span, parent, {
			__builtin_memset(span->kstack, 0, sizeof(span->kstack));
			bpf_get_stack(ctx, span->kstack, sizeof(span->kstack), 0);
			span->sk_err = BPF_CORE_READ(sk, sk_err);
		});
	}
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
