import type { ExporterError } from '../errors.ts';
import type { Pointer } from '../native/signature.ts';
import type { BpfContext } from './context.ts';
import { btfKinds, openKernelTypes } from './kernel-types.ts';
import { type Finding, findingsIn } from './libbpf-says.ts';
import { mapTypeName } from './map-types.ts';
import { refused } from './refusal.ts';
import { programTypes, sectionOf } from './sections.ts';
import { readLoadFailure, verifierReport } from './verifier-log.ts';

/** Of these the kernel cannot be asked without a function or an object to attach to: libbpf's probes are refused. */
const notProbed: readonly number[] = [
  programTypes.unspecified,
  programTypes.tracing,
  programTypes.structOps,
  programTypes.extension,
  programTypes.lsm,
];

export type LoadRefusal = {
  readonly path: string;
  readonly btfPath: string | undefined;
  readonly errno: number;
  readonly warnings: readonly string[];
  readonly programs: readonly Pointer[];
  readonly maps: readonly Pointer[];
};

/** The error of an object that was not loaded and is still open: which program or map, what the verifier said, what to do. */
export function loadError(context: BpfContext, refusal: LoadRefusal): ExporterError {
  const { bpf } = context.native;
  const { path, btfPath, errno, warnings, programs, maps } = refusal;
  const { program: name, reasons, verifierLog } = readLoadFailure(warnings);
  const findings = findingsIn(warnings).map((finding) => missingOf(context, btfPath, finding));
  const program = programs.find((candidate) => bpf.bpf_program__name(candidate) === name);
  const types = (program === undefined ? programs : [program]).map((one) => bpf.bpf_program__type(one));
  const section = program === undefined ? undefined : sectionOf(bpf.bpf_program__section_name(program) ?? '');
  const map = refusedMap(context, findings, maps);
  const concerned = [
    ...(program === undefined ? [] : [`program "${name}" (${section?.text})`]),
    ...(map === undefined ? [] : [describeMap(map)]),
  ];
  return refused(context, {
    code: 'object_load',
    operation: 'load',
    object: [path, ...concerned].join(', '),
    errno,
    section,
    types,
    typeSupported: verifierLog.length > 0 || program === undefined || isSupported(context, types[0]!),
    map,
    findings,
    warnings: reasons,
    report: verifierReport(verifierLog),
  });
}

type DefinedMap = { name: string; type: number; keySize: number; valueSize: number; maxEntries: number };

function refusedMap(
  { native: { bpf } }: BpfContext,
  findings: readonly Finding[],
  maps: readonly Pointer[],
): DefinedMap | undefined {
  const found = findings.find((finding) => finding.kind === 'map refused');
  const map = maps.find((candidate) => bpf.bpf_map__name(candidate) === found?.name);
  if (found === undefined || map === undefined) return undefined;
  return {
    name: found.name,
    type: bpf.bpf_map__type(map),
    keySize: bpf.bpf_map__key_size(map),
    valueSize: bpf.bpf_map__value_size(map),
    maxEntries: bpf.bpf_map__max_entries(map),
  };
}

function describeMap({ name, type, keySize, valueSize, maxEntries }: DefinedMap): string {
  return `map "${name}" (${mapTypeName(type)}, key_size ${keySize}, value_size ${valueSize}, max_entries ${maxEntries})`;
}

/** libbpf says the same of a type that this kernel lacks and of a field of one that it has. */
function missingOf(context: BpfContext, btfPath: string | undefined, finding: Finding): Finding {
  if (finding.kind !== 'no such field') return finding;
  const types = openKernelTypes(context.native, btfPath);
  if (types === undefined) return finding;
  const [, tag, name] = /^(?:(struct|union|enum) )?(.*)$/.exec(finding.type)!;
  const kind = tag === undefined ? btfKinds.typedef : btfKinds[tag as 'struct' | 'union' | 'enum'];
  const present = types.has(name!, kind);
  types.close();
  return present ? finding : { ...finding, kind: 'no such type' };
}

function isSupported({ native, loadedTypes }: BpfContext, type: number): boolean {
  if (loadedTypes.has(type) || notProbed.includes(type)) return true;
  return native.bpf.libbpf_probe_bpf_prog_type(type, null) !== 0;
}
