import type { DecoderName } from '../config/spec.ts';
import type { Buckets } from './guess-buckets.ts';

/** A configuration that is yet to be looked at by a person: every part may say what it was guessed by. */
export type Draft = {
  readonly metrics: readonly DraftMetric[];
  readonly spans: readonly DraftSpan[];
  readonly kaddrs: readonly string[];
  /** The map whose ids of cgroups we keep. */
  readonly cgroupIdMap: { readonly name: string; readonly type: 'hash' | 'cgrp_storage' } | undefined;
  /** Global variables that can be set, as a comment shows them. */
  readonly variables: readonly { readonly name: string; readonly value: string }[];
  /** What became nothing, and why. */
  readonly left: readonly { readonly name: string; readonly why: string }[];
};

export type DraftMetric = {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly name: string;
  readonly map: string;
  /** How records arrive, of a map that has no entries. */
  readonly records?: 'ringbuf' | 'perf_event_array' | undefined;
  readonly value?: string | undefined;
  readonly sum?: string | undefined;
  readonly aggregate?: 'max' | 'min' | undefined;
  readonly buckets?: Buckets | undefined;
  readonly labels: readonly DraftLabel[];
  /** Why it is of its kind, where that was guessed. */
  readonly why?: string | undefined;
};

export type DraftSpan = {
  readonly name: string;
  readonly ringbuf: string;
  readonly labels: readonly DraftLabel[];
};

export type DraftLabel = {
  readonly name: string;
  /** The field of the key, where it has another name. */
  readonly field?: string | undefined;
  /** Of records, whose fields have no names of their own. */
  readonly size?: number | undefined;
  readonly padding?: number | undefined;
  /** None: what the type of the field says. */
  readonly decoders: readonly DraftDecoder[];
  /** What was guessed, or is wrong with it. */
  readonly why?: string | undefined;
};

export type DraftDecoder = {
  readonly name: DecoderName;
  readonly names?: readonly (readonly [key: string, name: string])[] | undefined;
};
