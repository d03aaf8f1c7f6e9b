import type { BtfField, BtfType } from './btf-type.ts';

/**
 * The part of a type that a path names as C would: `sent.bytes`, `addr.daddr`, `counts[3].total`. Members of structs
 * and unions without a name are reached without one. The field's offset is from the start of `type`, its name is the
 * path. Undefined when there is none, or the index is past the array.
 */
export function fieldAt(type: BtfType, path: string): BtfField | undefined {
  if (!/^[A-Za-z_]\w*(\.[A-Za-z_]\w*|\[\d+\])*$/.test(path)) return undefined;
  let at: BtfField | undefined = { name: path, bitOffset: 0, bitSize: type.size * 8, type };
  for (const step of path.match(/\w+|\[\d+\]/g)!) {
    const part: BtfField | undefined = step.startsWith('[')
      ? elementOf(at.type, Number(step.slice(1, -1)))
      : memberOf(at.type, step);
    if (part === undefined) return undefined;
    at = { ...part, name: path, bitOffset: at.bitOffset + part.bitOffset };
  }
  return at;
}

/**
 * Every part of a type that is no struct or union itself, by its path and with its offset from the start of `type`,
 * in order. An array is one part. A type that has no parts is one without a name.
 */
export function leavesOf(type: BtfType): BtfField[] {
  return leaves({ name: '', bitOffset: 0, bitSize: type.size * 8, type });
}

function leaves(field: BtfField): BtfField[] {
  const { name, bitOffset, type } = field;
  if (!('members' in type)) return [field];
  return type.members.flatMap((member) =>
    leaves({
      ...member,
      name: [name, member.name].filter((part) => part !== '').join('.'),
      bitOffset: bitOffset + member.bitOffset,
    }),
  );
}

function elementOf(type: BtfType, index: number): BtfField | undefined {
  if (type.kind !== 'array' || index >= type.length) return undefined;
  const bitSize = type.element.size * 8;
  return { name: '', bitOffset: index * bitSize, bitSize, type: type.element };
}

function memberOf(type: BtfType, name: string): BtfField | undefined {
  if (!('members' in type)) return undefined;
  for (const member of type.members) {
    if (member.name === name) return member;
    const inner = member.name === '' ? memberOf(member.type, name) : undefined;
    if (inner !== undefined) return { ...inner, bitOffset: member.bitOffset + inner.bitOffset };
  }
  return undefined;
}
