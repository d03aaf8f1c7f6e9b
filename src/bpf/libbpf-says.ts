/** What libbpf's and the verifier's lines mean, where more is known of it than they say. */
export type Finding =
  /** The kernel's BTF has no such function or tracepoint. */
  | { readonly kind: 'no target'; readonly name: string }
  | { readonly kind: 'no kernel BTF' }
  /** The object has no BTF: it was compiled without -g. */
  | { readonly kind: 'no object BTF' }
  | { readonly kind: 'legacy maps' }
  /** A function that neither the object nor libbpf knows. */
  | { readonly kind: 'extern'; readonly name: string }
  /** A type of the kernel, or a field of it, that this kernel does not have. */
  | { readonly kind: 'no such type' | 'no such field'; readonly type: string; readonly field: string }
  | { readonly kind: 'map refused'; readonly name: string }
  | { readonly kind: 'unknown helper' | 'helper not for this type'; readonly name: string }
  | { readonly kind: 'not GPL' }
  | { readonly kind: 'address leak' }
  /** A pointer that may be NULL is used, a loop does not end, an index leaves the stack, an argument is of a wrong kind. */
  | { readonly kind: 'unchecked pointer' | 'endless' | 'off the stack' | 'wrong argument' }
  /** perf_event_open was refused. */
  | { readonly kind: 'no perf event' };

const patterns: readonly [pattern: RegExp, finding: (groups: readonly string[]) => Finding][] = [
  [/failed to find kernel BTF type ID of '([^']*)'/, ([name]) => ({ kind: 'no target', name: name! })],
  [/failed to find valid kernel BTF|Error loading vmlinux BTF/, () => ({ kind: 'no kernel BTF' })],
  [/BTF is required, but is missing/, () => ({ kind: 'no object BTF' })],
  [/legacy map definitions in 'maps' section/, () => ({ kind: 'legacy maps' })],
  [
    /failed to find BTF for extern '(\w+)'|extern \((?:func ksym|var ksym)\) '(\w+)': not found|extern '(\w+)' \(strong\): not resolved/,
    (names) => ({ kind: 'extern', name: names.find((name) => name !== undefined)! }),
  ],
  [
    /failed to resolve CO-RE relocation <[^>]*> \[\d+\] ((?:struct|union|enum) )?([\w]+)(?:[.:]{1,2}([\w.[\]]+))?/,
    ([tag = '', type = '', field = '']) => ({
      kind: field === '' ? 'no such type' : 'no such field',
      type: tag + type.replace(/___.*/, ''),
      field,
    }),
  ],
  [/^map '([^']*)': failed to create/, ([name]) => ({ kind: 'map refused', name: name! })],
  [/^(?:invalid|unknown) func (\S+)/, ([name]) => ({ kind: 'unknown helper', name: name! })],
  [
    /^program of this type cannot use helper (\w+)/,
    ([name]) => ({ kind: 'helper not for this type', name: name! }),
  ],
  [/^cannot call GPL-restricted function from non-GPL compatible program/, () => ({ kind: 'not GPL' })],
  [/\bleaks addr\b|pointer (?:comparison|arithmetic).* prohibited/, () => ({ kind: 'address leak' })],
  [/invalid mem access '\w+_or_null'/, () => ({ kind: 'unchecked pointer' })],
  [/^infinite loop detected|^BPF program is too large|^back-edge from insn/, () => ({ kind: 'endless' })],
  [
    /^invalid (?:variable-offset|write to stack|read from stack|stack|unbounded)/,
    () => ({ kind: 'off the stack' }),
  ],
  [/^R\d type=\S+ expected=/, () => ({ kind: 'wrong argument' })],
  [/failed to create \S+ '.*' perf event/, () => ({ kind: 'no perf event' })],
];

/** What is known of lines that libbpf printed, in their order. */
export function findingsIn(lines: readonly string[]): readonly Finding[] {
  return lines.flatMap((line) =>
    patterns.flatMap(([pattern, finding]) => {
      const match = pattern.exec(line);
      return match === null ? [] : [finding(match.slice(1))];
    }),
  );
}

/** Lines that repeat the errno, or advise on a limit that modern kernels do not have. */
const empty = [
  /^prog '[^']*': (BPF program load failed:|failed to (load|prepare load attributes): -\d+$)/,
  /^failed to load object '/,
  /try raising 'ulimit -l'/,
  /^Failed to bump RLIMIT_MEMLOCK/,
  /^Error in bpf_object__probe_loading\(\)/,
  /Retrying without BTF\.$/,
];

/** The lines that say something, without the program's name in front. */
export function tellingLines(lines: readonly string[]): readonly string[] {
  return lines
    .filter((line) => !empty.some((pattern) => pattern.test(line)))
    .map((line) => line.replace(/^prog '[^']*': /, ''));
}
