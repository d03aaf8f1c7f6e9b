import { parseArgs } from 'node:util';

export const usage = `npm run bench -- [--sizes=10000,100000,1000000] [--workloads=counter,histogram] [--profile=DIR]
  --sizes      entries of the maps
  --workloads  what to scrape
  --profile    directory for CPU profiles of the exporter (its own times are then not to be trusted)
`;

export type Arguments = {
  readonly sizes: readonly number[];
  readonly workloads: readonly string[];
  readonly profileDir: string | undefined;
};

/** Throws an error with the reason for anything that is not in `usage`. */
export function parseArguments(args: readonly string[], known: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sizes: { type: 'string', default: '10000,100000,1000000' },
      workloads: { type: 'string', default: known.join(',') },
      profile: { type: 'string' },
    },
  });
  const sizes = values.sizes.split(',').map(Number);
  const workloads = values.workloads.split(',');
  const notSize = sizes.find((entries) => !Number.isInteger(entries) || entries < 1 || entries > 1e7);
  if (notSize !== undefined)
    throw new Error(`--sizes ${values.sizes}: whole numbers from 1 to 10000000 are needed`);
  const unknown = workloads.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`--workloads ${unknown}: known are ${known.join(', ')}`);
  return { sizes, workloads, profileDir: values.profile };
}
