export type Result = { readonly kernel: string; readonly tests: string; readonly check: string };
export function compatibilityTable(examples: readonly string[], results: readonly Result[]): string;
