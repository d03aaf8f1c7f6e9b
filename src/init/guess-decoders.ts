import { type BtfType, typeName } from '../bpf/btf-type.ts';
import { decodersOf } from '../layout/field-decoders.ts';
import type { DraftDecoder } from './draft.ts';

/** Decoders that the name of a field suggests, over what its type alone says. */
export type Guess = {
  /** A better name for the label. */
  readonly label?: string;
  /** None: what the type says is right. */
  readonly decoders: readonly DraftDecoder[];
  readonly why?: string | undefined;
};

type Rule = {
  /** The words of the field's name, one of which it has to end with, or be. */
  readonly names: RegExp;
  readonly fits: (type: BtfType) => boolean;
  readonly guess: Guess;
};

const integer =
  (...sizes: number[]) =>
  (type: BtfType): boolean =>
    type.kind === 'integer' && type.encoding === 'number' && sizes.includes(type.size);

/** Bytes that C has as an array of small integers. */
const bytes =
  (...sizes: number[]) =>
  (type: BtfType): boolean =>
    type.kind === 'array' &&
    type.element.kind === 'integer' &&
    type.element.size === 1 &&
    sizes.includes(type.size);

const names = (...words: string[]): RegExp => new RegExp(`(^|_)(${words.join('|')})$`, 'i');
const decoder = (name: DraftDecoder['name'], table?: DraftDecoder['names']): DraftDecoder => ({
  name,
  names: table,
});
const uint = decoder('uint');
const table = (...entries: [key: string, name: string][]): readonly DraftDecoder[] => [
  uint,
  decoder('static_map', entries),
];

/** The first that fits is taken. */
const rules: readonly Rule[] = [
  {
    names: names(
      'ip',
      'addr',
      'fn',
      'func',
      'function',
      'caller',
      'callback',
      'handler',
      'kaddr',
      'symbol',
      'ksym',
    ),
    fits: integer(8),
    guess: { decoders: [decoder('ksym')], why: 'an address in the kernel' },
  },
  {
    names: names('kstack', 'kern_stack', 'kernel_stack', 'stack', 'frames', 'kstack_trace'),
    fits: (type) => type.kind === 'array' && type.element.size === 8,
    guess: { decoders: [decoder('kstack')], why: 'addresses of a kernel stack' },
  },
  {
    names: names('stack_?id', 'kstack_?id', 'stackid', 'kern_stack_?id'),
    fits: integer(4, 8),
    guess: { decoders: [], why: 'ids of stacks have no names; bpf_get_stack into an array, and kstack, has' },
  },
  {
    names: names('ifindex', 'iface', 'interface', 'netif', 'iif', 'oif', 'if_index'),
    fits: integer(4),
    guess: { label: 'interface', decoders: [decoder('ifname')], why: 'an index of an interface' },
  },
  {
    names: names('ip', 'addr', 'address', 'saddr', 'daddr', 'ip4', 'ipv4', 'v4'),
    fits: (type) => integer(4)(type) || bytes(4)(type),
    guess: { decoders: [decoder('inet_ip')], why: 'an IPv4 address, first byte first' },
  },
  {
    names: names('ip', 'addr', 'address', 'saddr', 'daddr', 'ip6', 'ipv6', 'v6'),
    fits: bytes(16),
    guess: { decoders: [decoder('inet_ip')], why: 'an IPv6 address' },
  },
  {
    names: names('dev', 'device', 'disk', 'bdev', 'devt'),
    fits: integer(4),
    guess: { decoders: [decoder('majorminor')], why: 'major and minor number, as new_encode_dev has them' },
  },
  {
    names: names('cgroup', 'cgroup_?id', 'cgid', 'cgrp', 'cgrp_id', 'cgroupid'),
    fits: integer(4, 8),
    guess: { label: 'cgroup', decoders: [uint, decoder('cgroup')], why: 'an id of a cgroup' },
  },
  {
    names: names('syscall', 'syscall_?nr', 'syscall_?id', 'sysno', 'nr', 'sys_nr'),
    fits: integer(2, 4, 8),
    guess: { label: 'syscall', decoders: [uint, decoder('syscall')], why: 'a number of a system call' },
  },
  {
    names: names('errno', 'error', 'err'),
    fits: integer(1, 2, 4, 8),
    guess: { label: 'errno', decoders: [decoder('uint'), decoder('errno')], why: 'a positive error number' },
  },
  {
    names: names('eth_?proto', 'ethertype', 'h_proto'),
    fits: integer(2, 4),
    guess: {
      decoders: table(['2048', 'ipv4'], ['34525', 'ipv6'], ['2054', 'arp']),
      why: "numbers in the host's byte order",
    },
  },
  {
    names: names('ip_?proto', 'l4_?proto', 'proto', 'protocol', 'nexthdr'),
    fits: integer(1, 2, 4),
    guess: {
      decoders: table(['1', 'icmp'], ['6', 'tcp'], ['17', 'udp'], ['58', 'icmpv6']),
      why: 'a protocol over IP',
    },
  },
  {
    names: names('family', 'af', 'sa_family'),
    fits: integer(1, 2, 4),
    guess: {
      decoders: table(['1', 'unix'], ['2', 'inet'], ['10', 'inet6'], ['16', 'netlink'], ['17', 'packet']),
      why: 'a family of addresses',
    },
  },
  {
    names: names('comm', 'name', 'filename', 'path', 'fstype', 'ifname', 'module', 'task'),
    fits: (type) => type.kind === 'array' && type.element.kind === 'integer' && type.element.size === 1,
    guess: { decoders: [decoder('string')], why: 'text in bytes' },
  },
];

/** What numbers of PCI devices look like: a key that has vendor and device beside each other. */
const pci: Readonly<Record<string, DraftDecoder['name']>> = {
  vendor: 'pci_vendor',
  device: 'pci_device',
  class: 'pci_class',
  subclass: 'pci_subclass',
};

/** `name`: the field's own; `siblings`: those of all fields of the key. */
export function guessDecoders(name: string, type: BtfType, siblings: readonly string[] = []): Guess {
  const ofPci = siblings.includes('vendor') && type.kind === 'integer' ? pci[name] : undefined;
  if (ofPci !== undefined) return { label: ofPci, decoders: [uint, decoder(ofPci)], why: 'numbers of PCI' };
  if (isPlain(type)) return { decoders: [] };
  const rule = rules.find(({ names: of, fits }) => of.test(name) && fits(type));
  if (rule !== undefined) return withSign(rule.guess, type);
  if (/^__be(16|32|64)$/.test(typeName(type)) && decodersOf(type)[0]?.name !== 'inet_ip') {
    return { decoders: [], why: 'its bytes are in network order; bpf_ntohs in the program puts them right' };
  }
  return { decoders: [] };
}

/** Types that say themselves what they are. */
function isPlain(type: BtfType): boolean {
  const [first] = decodersOf(type);
  return (
    type.kind === 'enum' ||
    first?.name === 'inet_ip' ||
    first?.name === 'string' ||
    (type.kind === 'integer' && type.encoding === 'bool')
  );
}

/** Decoders that begin with a number take it with its sign. */
function withSign(guess: Guess, type: BtfType): Guess {
  if (type.kind !== 'integer' || !type.signed || guess.decoders[0]?.name !== 'uint') return guess;
  return { ...guess, decoders: [decoder('int'), ...guess.decoders.slice(1)] };
}

/** What a type says of itself, for labels that have to name their decoders. */
export function plainDecoders(type: BtfType): readonly DraftDecoder[] {
  return decodersOf(type).map(({ name, staticMap }) =>
    decoder(name, staticMap === undefined ? undefined : [...staticMap].reverse()),
  );
}
