// What a probe adds to a system call: times getpid() with and without each program of an object attached.
//
//   probes OBJECT ROUNDS
//
// Lines on stdout: `bare NS` and `PROGRAM NS` are one round each, in turns; `PROGRAM - REASON` is one that this kernel
// does not load or attach.

#define _GNU_SOURCE
#include <bpf/libbpf.h>
#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { max_probes = 64, warm_up_calls = 500, round_ns = 10000000 };

struct probe {
	const char *name;
	struct bpf_object *object; // null when it cannot be used
	struct bpf_program *program;
};

// A real system call each time, in a function that a uprobe can find.
__attribute__((noinline)) long call_getpid(void)
{
	return syscall(SYS_getpid);
}

static double ns_of(long calls)
{
	// The time of this thread: while others run, it stands still.
	struct timespec start, end;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start);
	for (long i = 0; i < calls; i++) {
		call_getpid();
	}
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
	return (end.tv_sec - start.tv_sec) * 1e9 + (end.tv_nsec - start.tv_nsec);
}

// Of one round, which takes about as long however dear a call is.
static double ns_per_call(void)
{
	long calls = round_ns / (ns_of(warm_up_calls) / warm_up_calls) + 1;
	return ns_of(calls) / calls;
}

static int silent(enum libbpf_print_level level, const char *format, va_list args)
{
	return 0;
}

// Tracepoints are found through tracefs: where it is not mounted, for this process alone.
static void need_tracefs(void)
{
	struct stat status;
	if (!stat("/sys/kernel/tracing/events", &status)) {
		return;
	}
	if (unshare(CLONE_NEWNS) || mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL)) {
		fprintf(stderr, "probes: cannot mount tracefs: %s\n", strerror(errno));
	}
}

static void refuse(struct probe *probe, int error)
{
	printf("%s - %s\n", probe->name, strerror(error));
	bpf_object__close(probe->object);
	probe->object = NULL;
}

// An object of its own for each program, so that one that does not load takes no other with it.
static void load(const char *path, struct probe *probe)
{
	struct bpf_program *other;
	probe->object = bpf_object__open_file(path, NULL);
	if (!probe->object) {
		refuse(probe, errno);
		return;
	}
	bpf_object__for_each_program(other, probe->object) {
		bool ours = !strcmp(bpf_program__name(other), probe->name);
		bpf_program__set_autoload(other, ours);
		if (ours) {
			probe->program = other;
		}
	}
	int result = bpf_object__load(probe->object);
	if (result < 0) {
		refuse(probe, -result);
	}
}

static void time_probe(struct probe *probe)
{
	printf("bare %.1f\n", ns_per_call());
	struct bpf_link *link = bpf_program__attach(probe->program);
	if (!link) {
		refuse(probe, errno);
		return;
	}
	printf("%s %.1f\n", probe->name, ns_per_call());
	bpf_link__destroy(link);
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: probes OBJECT ROUNDS\n");
		return 1;
	}
	libbpf_set_print(silent);
	need_tracefs();
	struct bpf_object *object = bpf_object__open_file(argv[1], NULL);
	if (!object) {
		perror("probes: cannot open the object");
		return 1;
	}
	struct bpf_program *program;
	struct probe probes[max_probes] = {};
	int count = 0;
	bpf_object__for_each_program(program, object) {
		if (count < max_probes) {
			probes[count].name = bpf_program__name(program);
			load(argv[1], &probes[count]);
			count++;
		}
	}
	for (int round = 0; round < atoi(argv[2]); round++) {
		for (int i = 0; i < count; i++) {
			if (probes[i].object) {
				time_probe(&probes[i]);
			}
		}
		fflush(stdout);
	}
	return 0;
}
