import { type BtfField, type BtfType, isBitField } from '../bpf/btf-type.ts';
import { decodersOf } from '../layout/field-decoders.ts';
import type { DraftLabel } from './draft.ts';
import { guessDecoders, plainDecoders } from './guess-decoders.ts';

/** Fields that only fill up. */
const filling = /^(_*(pad|padding|unused|reserved|rsvd|fill|filler|_)\d*)$/i;

/** The fields of a struct that can be labels, each with its path as C writes it. A union is its largest member. */
export function labelFields(type: BtfType): BtfField[] {
  return fieldsOf({ name: '', bitOffset: 0, bitSize: type.size * 8, type });
}

function fieldsOf(field: BtfField): BtfField[] {
  const { name, bitOffset, type } = field;
  if (!('members' in type) || decodersOf(type)[0]?.name === 'inet_ip') return [field];
  const members = type.kind === 'union' ? largest(type.members) : type.members;
  return members.flatMap((member) =>
    fieldsOf({
      ...member,
      name: [name, member.name].filter((part) => part !== '').join('.'),
      bitOffset: bitOffset + member.bitOffset,
    }),
  );
}

function largest(members: readonly BtfField[]): readonly BtfField[] {
  const [first] = members.toSorted((a, b) => b.bitSize - a.bitSize);
  return first === undefined ? [] : [first];
}

/** Labels of a key by its fields, and its fields that cannot be labels. */
export function guessLabels(type: BtfType): { labels: readonly DraftLabel[]; without: readonly string[] } {
  const fields = labelFields(type).filter(({ name }) => !filling.test(lastOf(name)));
  const fit = fields.filter((field) => !isBitField(field) && field.type.size > 0);
  const names = namesOf(fit.map(({ name }) => name));
  const siblings = fit.map(({ name }) => name);
  const labels = fit.map(({ name: path, type: of }, i): DraftLabel => {
    const guess = guessDecoders(lastOf(path), of, siblings);
    const label = labelOf(guess.label ?? names[i]!, names.toSpliced(i, 1), names[i]!);
    return {
      name: label,
      field: label === path ? undefined : path,
      decoders: guess.decoders,
      why: guess.why,
    };
  });
  return { labels, without: fields.filter((field) => !fit.includes(field)).map(({ name }) => name) };
}

/** A label for a key that is one value: nothing in the object says how it is called. */
export function guessLabel(type: BtfType, name: string): DraftLabel {
  const guess = guessDecoders(name, type);
  return { name: guess.label ?? name, decoders: guess.decoders, why: guess.why };
}

/** Labels of a record by their places, each with the path of its field; without the bytes behind the last one. */
export function placedLabels(type: BtfType): DraftLabel[] {
  const fields = labelFields(type).filter((field) => !isBitField(field) && field.type.size > 0);
  const names = namesOf(fields.map(({ name }) => name));
  return fields.map(({ name, bitOffset, type: of }, i): DraftLabel => {
    const guess = guessDecoders(lastOf(name), of);
    const end = bitOffset / 8 + of.size;
    const next = fields[i + 1];
    const decoders = guess.decoders.length > 0 ? guess.decoders : plainDecoders(of);
    const padding = next === undefined ? 0 : next.bitOffset / 8 - end;
    const label = labelOf(guess.label ?? names[i]!, names.toSpliced(i, 1), names[i]!);
    return { name: label, field: fields[i]!.name, size: of.size, padding, decoders, why: guess.why };
  });
}

/** The last names of paths, or as much of them as tells them apart. */
function namesOf(paths: readonly string[]): string[] {
  const last = paths.map(lastOf);
  return paths.map((path, i) => {
    const isAlone = last.filter((other) => other === last[i]).length === 1;
    return labelName(isAlone ? last[i]! : path);
  });
}

function labelOf(wanted: string, others: readonly string[], otherwise: string): string {
  return others.includes(wanted) ? otherwise : labelName(wanted);
}

function labelName(text: string): string {
  const name = text.replace(/\W+/g, '_').replace(/^_+/, '');
  return name === '' || /^\d/.test(name) || name === 'le' ? `field_${name}` : name;
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
