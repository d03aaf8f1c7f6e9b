import { toJsonSchema } from '@valibot/to-json-schema';
import { fileSchema } from './schema.ts';

/** A text of a `static_map`; the editor, unlike us, gives unquoted scalars their YAML types. */
const scalar = { type: ['string', 'number', 'boolean', 'null'] } as const;

/** What docs/config.schema.json holds, for editors to check and complete configuration files with. */
export function jsonSchema(): object {
  const schema = toJsonSchema(fileSchema, {
    typeMode: 'input',
    target: 'draft-07',
    ignoreActions: ['raw_check', 'finite'],
    overrideSchema: ({ valibotSchema }) =>
      valibotSchema.type === 'map'
        ? { type: 'object', additionalProperties: { ...scalar, type: [...scalar.type] } }
        : undefined,
  });
  return { ...schema, title: 'eBPF exporter configuration' };
}
