import { toJsonSchema } from '@valibot/to-json-schema';
import { fileSchema, freeKeys } from './schema.ts';

/** What docs/config.schema.json holds, for editors to check and complete configuration files with. */
export function jsonSchema(): object {
  const schema = toJsonSchema(fileSchema, {
    typeMode: 'input',
    target: 'draft-07',
    ignoreActions: ['raw_check', 'finite'],
    // The texts of a static_map: an editor, unlike us, gives unquoted scalars their YAML types.
    overrideSchema: ({ valibotSchema, jsonSchema }) => {
      if (valibotSchema.type === 'map') {
        return { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean', 'null'] } };
      }
      const name =
        'shorthand' in valibotSchema ? jsonSchema.properties?.[String(valibotSchema.shorthand)] : undefined;
      return name === undefined ? undefined : { anyOf: [jsonSchema, name] };
    },
  });
  return { ...schema, patternProperties: { [freeKeys.source]: {} }, title: 'eBPF exporter configuration' };
}
