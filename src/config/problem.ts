/** Something wrong, or suspicious, in what the user gave us. Line and column count from 1; a file that cannot be read has neither. */
export type Problem = {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
};

/** `FILE:LINE:COLUMN: what is wrong; what is allowed`, the form that editors and terminals turn into links. */
export function formatProblem({ file, line, column, message }: Problem): string {
  return [file, line, column, ` ${message}`].filter((part) => part !== undefined).join(':');
}

/** A key or list index at each level, from the root of a file to a value in it. */
export type Path = readonly PropertyKey[];

/** The value at a path, the key that it is under, or an offset in the text. */
export type Place = Path | { readonly key: Path } | number;

/** A problem before it has a file and a line. */
export type Finding = {
  readonly at: Place;
  readonly message: string;
  /** Not a problem; `unless strict`, one where strictness is asked for. */
  readonly warning?: 'always' | 'unless strict';
};
