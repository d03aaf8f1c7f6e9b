import { type ConversionConfig, type JsonSchema, toJsonSchema } from '@valibot/to-json-schema';
import type { GenericSchema, MapSchema } from 'valibot';
import { fileSchema, freeKeys } from './schema.ts';

/** An editor, unlike us, gives unquoted scalars their YAML types. */
const scalar: JsonSchema = { type: ['string', 'number', 'boolean', 'null'] };

const options: ConversionConfig = {
  typeMode: 'input',
  target: 'draft-07',
  ignoreActions: ['raw_check', 'finite', 'check'],
  overrideSchema: ({ valibotSchema, jsonSchema }) => {
    if (valibotSchema.type === 'map') {
      return { type: 'object', additionalProperties: valueSchema(valibotSchema as AnyMap) };
    }
    const name =
      'shorthand' in valibotSchema ? jsonSchema.properties?.[String(valibotSchema.shorthand)] : undefined;
    return name === undefined ? undefined : { anyOf: [jsonSchema, name] };
  },
};

type AnyMap = MapSchema<GenericSchema, GenericSchema, undefined>;

function valueSchema({ value }: AnyMap): JsonSchema {
  if (value.type === 'string') return scalar;
  if (value.type === 'union') return { anyOf: [scalar, { type: 'array', items: scalar }] };
  const { $schema: _, ...schema } = toJsonSchema(value, options);
  return schema;
}

/** What docs/config.schema.json holds, for editors to check and complete configuration files with. */
export function jsonSchema(): object {
  const schema = toJsonSchema(fileSchema, options);
  return { ...schema, patternProperties: { [freeKeys.source]: {} }, title: 'eBPF exporter configuration' };
}
