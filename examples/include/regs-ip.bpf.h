#pragma once

// The address of a kprobe from the instruction pointer it sees. The int3 of x86 is one byte that has
// run by then, the brk of arm64 faults in place.
#if defined(__TARGET_ARCH_x86)
#define KPROBE_REGS_IP_FIX(ip) ((ip) - 1)
#else
#define KPROBE_REGS_IP_FIX(ip) (ip)
#endif
