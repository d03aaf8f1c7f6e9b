import * as z from 'zod';
import { fileSchema } from './schema.ts';

/** What docs/config.schema.json holds, for editors to check and complete configuration files with. */
export function jsonSchema(): object {
  const schema = z.toJSONSchema(fileSchema, { io: 'input', target: 'draft-7' });
  return { ...schema, title: 'eBPF exporter configuration' };
}
