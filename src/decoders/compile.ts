import type { DecoderName } from '../config/spec.ts';
import { ExporterError, messageOf } from '../errors.ts';
import { unknownName } from '../kernel/changes.ts';
import type { Changing, System } from '../kernel/system.ts';
import { type Answer, type Step, skip } from './decoder.ts';
import { factories } from './factories.ts';
import type { Placement } from './placed-label.ts';

export type CompiledLabels = {
  /** Bytes that the labels need of a key, paddings included. */
  readonly size: number;
  readonly names: readonly string[];
  /**
   * Decodes the `size` bytes at `offset` of `bytes` into `out`, one value for each of `names`; what is not UTF-8 is
   * U+FFFD. False when a decoder chose to skip the key; `out` is then of no use. Keeps no reference to `bytes`.
   * What the values rest on is added to `answer`. `known` are values of the same bytes from before: what stays right for
   * ever, though nobody knows it any more, is taken from there.
   * Throws `ExporterError` with code `decode`, naming the label and the decoder.
   */
  decode(
    bytes: Buffer,
    out: string[],
    offset?: number,
    answer?: Answer,
    known?: readonly (string | undefined)[],
  ): boolean;
  /** The parts of the system, each once, whose changes may change values decoded before. */
  readonly changing: readonly Changing[];
};

type Label = {
  readonly name: string;
  readonly start: number;
  /** The label's bytes while they are decoded: a view of each key would be an object for each. */
  readonly input: Buffer;
  readonly steps: readonly NamedStep[];
  /** Whether a value that was known stays right when the system no longer knows it. */
  readonly lasting: boolean;
};
type NamedStep = Step & { readonly decoder: DecoderName };

/** Turns labels into one function. Reads nothing from the system yet. */
export function compileLabels({ labels: placed, size }: Placement, system: System): CompiledLabels {
  const labels = placed.map((spec): Label => {
    const steps = spec.decoders.map((decoder) => ({
      decoder: decoder.name,
      ...factories[decoder.name](decoder, system),
    }));
    const asked = steps.flatMap(({ changing }) => changing ?? []);
    const lasting = asked.length > 0 && asked.every((changing) => changing.lasting);
    return { name: spec.name, start: spec.offset, input: Buffer.alloc(spec.size), steps, lasting };
  });
  const steps = labels.flatMap((label) => label.steps);
  const one: Answer = { restsOn: 0 };
  return {
    size,
    names: labels.map((label) => label.name),
    changing: [...new Set(steps.flatMap((step) => step.changing ?? []))],
    decode(bytes, out, offset = 0, answer, known) {
      if (bytes.length - offset < size) {
        throw new ExporterError(
          'decode',
          `Cannot decode a key of ${bytes.length - offset} bytes: its labels take ${size}`,
        );
      }
      for (let index = 0; index < labels.length; index++) {
        const label = labels[index]!;
        one.restsOn = 0;
        let value = decodeLabel(label, bytes, offset, one);
        if (label.lasting && one.restsOn & unknownName) value = known?.[index] ?? value;
        if (answer !== undefined) answer.restsOn |= one.restsOn;
        if (value === skip) return false;
        out[index] = value;
      }
      return true;
    },
  };
}

function decodeLabel(label: Label, bytes: Buffer, offset: number, answer: Answer): string | typeof skip {
  const { input } = label;
  const start = offset + label.start;
  for (let at = 0; at < input.length; at++) input[at] = bytes[start + at]!;
  let value: string | Buffer = input;
  for (const step of label.steps) {
    const next = runStep(label.name, step, value, answer);
    if (next === skip) return skip;
    value = next;
  }
  return textOf(value);
}

function runStep(
  label: string,
  step: NamedStep,
  value: string | Buffer,
  answer: Answer,
): string | Buffer | typeof skip {
  try {
    return step.takes === 'text' ? step.decode(textOf(value), answer) : step.decode(bytesOf(value), answer);
  } catch (cause) {
    // Our own messages start with the decoder's name.
    const reason = cause instanceof ExporterError ? cause.message : `${step.decoder}: ${messageOf(cause)}`;
    throw new ExporterError('decode', `Cannot decode label "${label}": ${reason}`, { cause });
  }
}

/** Text of UTF-8, with U+FFFD in place of what is not. */
function textOf(value: string | Buffer): string {
  return typeof value === 'string' ? value : value.toString();
}

function bytesOf(value: string | Buffer): Buffer {
  return typeof value === 'string' ? Buffer.from(value) : value;
}
