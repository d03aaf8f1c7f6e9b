// The probes through which a program tells the examples sched-trace, cfs-throttling-trace and sock-trace of its spans.
// Each is one `nop`, and a note that says where it is and in which registers its arguments are: that is all that
// DTRACE_PROBE of <sys/sdt.h> makes, which many machines do not have.
// https://sourceware.org/systemtap/wiki/UserSpaceProbeImplementation

#include <stdint.h>
#include <sys/socket.h>

#define ARGUMENT(nth) "8@%" #nth

#define PROBE(name, arguments, ...)                                                                        \
	__asm__ volatile("990:	nop\n"                                                                      \
			 "	.pushsection .note.stapsdt, \"\", \"note\"\n"                              \
			 "	.balign 4\n"                                                               \
			 "	.4byte 992f - 991f, 994f - 993f, 3\n"                                      \
			 "991:	.asciz \"stapsdt\"\n"                                                       \
			 "992:	.balign 4\n"                                                                \
			 "993:	.8byte 990b, _.stapsdt.base, 0\n"                                           \
			 "	.asciz \"ebpf_exporter\"\n"                                                \
			 "	.asciz \"" #name "\"\n"                                                    \
			 "	.asciz \"" arguments "\"\n"                                                \
			 "994:	.balign 4\n"                                                                \
			 "	.popsection\n" ::__VA_ARGS__)

// Where the linker put this tells where it put the rest.
__asm__("	.pushsection .stapsdt.base, \"aG\", \"progbits\", .stapsdt.base, comdat\n"
	"	.weak _.stapsdt.base\n"
	"	.hidden _.stapsdt.base\n"
	"_.stapsdt.base:	.space 1\n"
	"	.size _.stapsdt.base, 1\n"
	"	.popsection\n");

#define LIST1 ARGUMENT(0)
#define LIST3 ARGUMENT(0) " " ARGUMENT(1) " " ARGUMENT(2)
#define LIST4 LIST3 " " ARGUMENT(3)
#define LIST5 LIST4 " " ARGUMENT(4)

void sched_set_parent_span(uint64_t trace_id_hi, uint64_t trace_id_lo, uint64_t span_id)
{
	PROBE(sched_set_parent_span, LIST3, "r"(trace_id_hi), "r"(trace_id_lo), "r"(span_id));
}

void sched_clear_parent_span(void)
{
	PROBE(sched_clear_parent_span, "", "r"(0));
}

void cfs_set_parent_span(uint64_t cgroup, uint64_t trace_id_hi, uint64_t trace_id_lo, uint64_t span_id)
{
	PROBE(cfs_set_parent_span, LIST4, "r"(cgroup), "r"(trace_id_hi), "r"(trace_id_lo), "r"(span_id));
}

void cfs_clear_parent_span(uint64_t cgroup)
{
	PROBE(cfs_clear_parent_span, LIST1, "r"(cgroup));
}

void sock_set_parent_span(uint64_t cookie, uint64_t trace_id_hi, uint64_t trace_id_lo, uint64_t span_id, uint64_t tag)
{
	PROBE(sock_set_parent_span, LIST5, "r"(cookie), "r"(trace_id_hi), "r"(trace_id_lo), "r"(span_id), "r"(tag));
}

// The cookie of a socket; 0 if there is none.
uint64_t socket_cookie(int fd)
{
	uint64_t cookie = 0;
	socklen_t size = sizeof(cookie);
	return getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &size) == 0 ? cookie : 0;
}
