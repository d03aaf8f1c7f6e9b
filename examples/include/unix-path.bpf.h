// Whether a unix socket is bound to a path, a string literal: IS_BOUND_TO(path, "/run/x"), path being what unix_path
// read. The comparison is unrolled, so that no map of constants is needed.

#pragma once

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#define UNIX_PATH_BYTES 32 // longer paths are cut

// All zero for a socket without a path.
static __always_inline void unix_path(char *path, struct sock *sk)
{
	struct unix_sock *unix = (void *)sk;
	struct unix_address *address = BPF_CORE_READ(unix, addr);
	if (address) {
		bpf_probe_read_kernel_str(path, UNIX_PATH_BYTES, &address->name[0].sun_path);
	}
}

#define IS_BOUND_TO(path, literal)                                                                         \
	({                                                                                                 \
		_Static_assert(sizeof(literal) <= UNIX_PATH_BYTES, "longer than UNIX_PATH_BYTES");         \
		is_equal(path, literal, sizeof(literal));                                                  \
	})

static __always_inline bool is_equal(const char *a, const char *b, int size)
{
#pragma unroll
	for (int i = 0; i < UNIX_PATH_BYTES; i++) {
		if (i < size && a[i] != b[i]) {
			return false;
		}
	}
	return true;
}
