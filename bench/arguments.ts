import { parseArgs } from 'node:util';

export const usage = `npm run bench -- [--sizes=1000,100000] [--workloads=counter,probes] [--kernel=6.12] [--save] [--profile=DIR]
  --sizes      values in the maps; 1000, 10000, 100000 and 1000000 unless given
  --workloads  what to scrape, "start" for that of the exporter, "cgroups" for names of 20,000 cgroups, "streams" for records of ring buffers, and "probes" for the cost of probes; everything unless given
  --kernel     times probes in this kernel too, in an emulated machine; can be given more than once
  --save       writes the figures to bench/RESULTS.md
  --profile    directory for CPU profiles of the exporter (its own times are then not to be trusted)
`;

export type Arguments = {
  readonly sizes: readonly number[];
  readonly workloads: readonly string[];
  readonly kernels: readonly string[];
  readonly save: boolean;
  readonly profileDir: string | undefined;
};

/** Throws an error with the reason for anything that is not in `usage`. */
export function parseArguments(args: readonly string[], known: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sizes: { type: 'string', default: '1000,10000,100000,1000000' },
      workloads: { type: 'string', default: known.join(',') },
      kernel: { type: 'string', multiple: true, default: [] },
      save: { type: 'boolean', default: false },
      profile: { type: 'string' },
    },
  });
  const workloads = values.workloads.split(',');
  const unknown = workloads.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`--workloads ${unknown}: known are ${known.join(', ')}`);
  return {
    sizes: parseSizes(values.sizes),
    workloads,
    kernels: values.kernel,
    save: values.save,
    profileDir: values.profile,
  };
}

function parseSizes(text: string): readonly number[] {
  const sizes = text.split(',').map(Number);
  if (sizes.every((size) => Number.isInteger(size) && size >= 1 && size <= 1e7)) return sizes;
  throw new Error(`--sizes ${text}: whole numbers from 1 to 10000000 are needed`);
}
