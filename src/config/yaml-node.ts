import { isNull } from './scalar.ts';

/** What a YAML text holds, with places: no anchors, aliases or merge keys are left. Offsets count UTF-16 code units. */
export type YamlNode = YamlScalar | YamlList | YamlMapping;

export type YamlScalar = {
  readonly kind: 'scalar';
  readonly at: number;
  readonly text: string;
  /** Written without quotes, so that it may mean a number, a boolean or nothing. */
  readonly plain: boolean;
};

/** Without the items that are absent. */
export type YamlList = { readonly kind: 'list'; readonly at: number; readonly items: readonly YamlNode[] };

export type YamlMapping = {
  readonly kind: 'mapping';
  readonly at: number;
  readonly entries: ReadonlyMap<string, YamlEntry>;
};

export type YamlEntry = { readonly keyAt: number; readonly value: YamlNode };

/** Nothing, `~` or `null`, which mean the same. */
export function isAbsent(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.plain && isNull(node.text);
}
