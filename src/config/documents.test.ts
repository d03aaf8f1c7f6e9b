import { deepEqual, ok } from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { jsonSchema } from './json-schema-testing.ts';
import { parseFile } from './parse-file.ts';
import { formatProblem } from './problem.ts';
import { bucketTypes, decoderNames } from './spec.ts';

const schemaFile = new URL('../../docs/config.schema.json', import.meta.url);
const manual = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');

describe('docs/config.schema.json', () => {
  it('is the schema in use (UPDATE_GOLDEN=1 rewrites it; format it afterwards)', () => {
    const schema = JSON.stringify(jsonSchema(), null, 2);
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(schemaFile, schema);
    deepEqual(JSON.parse(readFileSync(schemaFile, 'utf8')), JSON.parse(schema));
  });
});

describe('docs/configuration.md', () => {
  it('names every key, bucket type and decoder', () => {
    const words = [...keysOf(jsonSchema()), ...bucketTypes, ...decoderNames];
    deepEqual(
      words.filter((word) => !manual.includes(`\`${word}\``)),
      [],
    );
  });

  const examples = fenced('yaml');
  it('has examples', () => ok(examples.length > 3));
  for (const [i, example] of examples.entries()) {
    it(`has a correct example ${i + 1}`, () => {
      const { problems, warnings } = parseFile('example', 'example.yaml', example);
      deepEqual([...problems, ...warnings].map(formatProblem), []);
    });
  }

  it('shows what is printed for its faulty example', () => {
    const [faulty] = fenced('yml');
    const { problems, warnings } = parseFile('oops', 'oops.yaml', faulty ?? '');
    ok(manual.includes(`\n${[...problems, ...warnings].map(formatProblem).join('\n')}\n`));
  });
});

function fenced(language: string): string[] {
  return [...manual.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, text]) => text!,
  );
}

type JsonSchema = { properties?: Record<string, JsonSchema>; items?: JsonSchema };

function keysOf({ properties = {}, items }: JsonSchema): string[] {
  return [
    ...(items ? keysOf(items) : []),
    ...Object.entries(properties).flatMap(([key, value]) => [key, ...keysOf(value)]),
  ];
}
