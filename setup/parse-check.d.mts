export type Outcome = {
  readonly loads: boolean;
  readonly programs: number;
  readonly attached: number;
  readonly problems: readonly string[];
};
export function parseCheck(name: string, log: string): Outcome;
