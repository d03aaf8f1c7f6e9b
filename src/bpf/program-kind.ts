/**
 * Sections that are part of the configuration's contract but that libbpf has no handler for: it leaves their programs
 * without a type, and attaching them is ours. Numbers are of `enum bpf_prog_type` and `enum bpf_attach_type`.
 */
export const programKinds = [
  { pattern: /^xdp\/(?!devmap|cpumap)./, type: 6, attachType: 37 }, // BPF_PROG_TYPE_XDP, BPF_XDP
  { pattern: /^perf_event\/./, type: 7, attachType: 41 }, // BPF_PROG_TYPE_PERF_EVENT, BPF_PERF_EVENT
] as const;

/** Runs once when everything is attached; the function it names does not have to exist. */
export const postAttachMarkSection = 'uprobe//proc/self/exe:post_attach_mark';
