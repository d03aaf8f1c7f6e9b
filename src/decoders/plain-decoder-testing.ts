import { endianness } from 'node:os';
import type { DecoderSpec, LabelSpec } from '../config/spec.ts';
import type { System } from '../kernel/system.ts';

/**
 * The decoders once more, for the property test: slow, byte by byte, interpreting the configuration for every key and
 * passing bytes from step to step. Gives the values, `skip`, or `error`.
 */
export function plainDecode(
  labels: readonly LabelSpec[],
  key: Buffer,
  system: System,
): string[] | 'skip' | 'error' {
  const values: string[] = [];
  let offset = 0;
  for (const label of labels) {
    let bytes = key.subarray(offset, offset + label.size);
    offset += label.size + label.padding;
    for (const decoder of label.decoders) {
      const output = plainStep(decoder, bytes, system);
      if (output === 'skip' || output === 'error') return output;
      bytes = output;
    }
    values.push(bytes.toString());
  }
  return values;
}

type Output = Buffer | 'skip' | 'error';

function plainStep(decoder: DecoderSpec, bytes: Buffer, system: System): Output {
  const input = bytes.toString();
  const isDecimal = /^[0-9]+$/.test(input) && input.length <= 20;
  switch (decoder.name) {
    case 'uint':
      return [1, 2, 4, 8].includes(bytes.length) ? from(number(bytes).toString()) : 'error';
    case 'string':
      return bytes.includes(0) ? bytes.subarray(0, bytes.indexOf(0)) : bytes;
    case 'hex':
      return from(Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''));
    case 'static_map':
      if (decoder.staticMap === undefined) return from('empty mapping');
      if (decoder.staticMap.has(input)) return from(decoder.staticMap.get(input)!);
      return from(decoder.allowUnknown ? input : `unknown:${input}`);
    case 'regexp':
      return plainRegexp(decoder.regexps, input);
    case 'inet_ip':
      return plainAddress(bytes);
    case 'ifname':
      if (bytes.length !== 4) return 'error';
      return from(system.interfaces.name(Number(number(bytes))) ?? `unknown:${number(bytes)}`);
    case 'majorminor':
      return bytes.length === 4 ? plainDevice(number(bytes), system) : 'error';
    case 'ksym':
      if (bytes.length !== 8) return 'error';
      return from(system.symbols.at(number(bytes)) ?? `unknown_addr:0x${number(bytes).toString(16)}`);
    case 'kstack':
      return bytes.length % 8 === 0 ? plainStack(bytes, system) : 'error';
    case 'cgroup':
      if (!isDecimal) return 'error';
      return from(
        system.cgroups.hierarchy(undefined).path(BigInt(input)) ?? `unknown_cgroup_id:${BigInt(input)}`,
      );
    case 'dname':
      return plainName(bytes);
    case 'pci_vendor':
      if (!isDecimal) return 'error';
      return from(system.pci.vendor(Number(input)) ?? `unknown pci vendor: 0x${hex(input, 2)}`);
    case 'pci_class':
      if (!isDecimal) return 'error';
      return from(system.pci.class(Number(input)) ?? `unknown pci class: 0x${hex(input, 2)}`);
    default:
      throw new Error(`no plain ${decoder.name}`);
  }
}

function plainRegexp(patterns: readonly string[], input: string): Output {
  for (const pattern of patterns) {
    const match = new RegExp(pattern, 'u').exec(input);
    if (match !== null && match.length <= 2) return from(match.at(-1) ?? '');
  }
  return 'skip';
}

function plainAddress(bytes: Buffer): Output {
  if (bytes.length === 4) return from(bytes.join('.'));
  if (bytes.length !== 16) return 'error';
  const groups: number[] = [];
  for (let at = 0; at < 16; at += 2) groups.push(bytes[at]! * 256 + bytes[at + 1]!);
  const plain = groups.map((group) => group.toString(16)).join(':');
  if (plain.startsWith('0:0:0:0:0:ffff:')) return from(bytes.subarray(12).join('.'));
  for (let zeros = 8; zeros > 1; zeros--) {
    const run = Array(zeros).fill('0').join(':');
    const match = new RegExp(`(^|:)${run}(:|$)`).exec(plain);
    if (match !== null)
      return from(`${plain.slice(0, match.index)}::${plain.slice(match.index + match[0].length)}`);
  }
  return from(plain);
}

function plainDevice(device: bigint, system: System): Output {
  const bits = device.toString(2).padStart(32, '0');
  const major = Number.parseInt(bits.slice(12, 24), 2);
  const minor = Number.parseInt(bits.slice(0, 12) + bits.slice(24), 2);
  return from(system.devices.name(major, minor) ?? `unknown:${major}:${minor}`);
}

function plainStack(bytes: Buffer, system: System): Output {
  let lines = '';
  for (let at = 0; at < bytes.length; at += 8) {
    const address = number(bytes.subarray(at, at + 8));
    if (address === 0n) break;
    lines += `${system.symbols.covering(address) ?? '??'}\n`;
  }
  return from(lines.replace(/\n$/, ''));
}

function plainName(bytes: Buffer): Output {
  const parts: string[] = [];
  for (let rest = bytes; rest.length > 0; rest = rest.subarray(1 + rest[0]!)) {
    if (rest[0]! >= rest.length) return bytes;
    parts.push(rest.toString('latin1', 1, 1 + rest[0]!));
    if (rest[0] === 0) break;
  }
  return Buffer.from(parts.join('.') || '.', 'latin1');
}

function number(bytes: Buffer): bigint {
  const big = endianness() === 'LE' ? Buffer.from(bytes).reverse() : bytes;
  return BigInt(`0x${big.toString('hex')}`);
}

function hex(decimal: string, digits: number): string {
  return BigInt(decimal).toString(16).padStart(digits, '0');
}

function from(output: string): Buffer {
  return Buffer.from(output);
}
