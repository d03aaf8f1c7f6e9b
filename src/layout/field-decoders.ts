import { type BtfType, typeName } from '../bpf/btf-type.ts';
import type { DecoderName, DecoderSpec } from '../config/spec.ts';

/** What shows a field as its type means it, for a label that names no decoders. */
export function decodersOf(type: BtfType): readonly DecoderSpec[] {
  if (isAddress(type)) return [decoder('inet_ip')];
  switch (type.kind) {
    case 'integer':
      if (type.encoding === 'bool')
        return [
          decoder('uint'),
          names([
            ['0', 'false'],
            ['1', 'true'],
          ]),
        ];
      return isInteger(type.size) ? [decoder(type.signed ? 'int' : 'uint')] : [decoder('hex')];
    case 'enum':
      return [
        decoder(type.signed ? 'int' : 'uint'),
        // Of several names for one value, the first.
        names(type.values.map(({ name, value }): [string, string] => [String(value), name]).reverse()),
      ];
    case 'array':
      return [decoder(isChar(type.element) ? 'string' : 'hex')];
    default:
      return [decoder('hex')];
  }
}

function isAddress(type: BtfType): boolean {
  if (type.size === 4) return type.typedefs.includes('__be32') || typeName(type) === 'struct in_addr';
  return type.size === 16 && (typeName(type) === 'struct in6_addr' || isWords(type));
}

/** `__be32 addr[4]`, as the kernel has IPv6 addresses in many places. */
function isWords(type: BtfType): boolean {
  return type.kind === 'array' && type.element.typedefs.includes('__be32');
}

function isChar(type: BtfType): boolean {
  return type.kind === 'integer' && (type.encoding === 'char' || type.name === 'char');
}

function isInteger(size: number): boolean {
  return [1, 2, 4, 8].includes(size);
}

function decoder(name: DecoderName, staticMap?: ReadonlyMap<string, string>): DecoderSpec {
  return { name, staticMap, allowUnknown: false, regexps: [] };
}

function names(entries: readonly (readonly [string, string])[]): DecoderSpec {
  return decoder('static_map', new Map(entries));
}
