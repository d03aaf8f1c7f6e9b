/**
 * @typedef {object} Result
 * @property {string} kernel
 * @property {string} tests what the suite of the examples printed
 * @property {string} check what `npm run examples -- --check` printed
 */

/**
 * docs/compatibility.md.
 * @param {string[]} examples
 * @param {Result[]} results
 */
export function compatibilityTable(examples, results) {
  const columns = results.map(({ kernel, tests, check }) => ({
    kernel,
    release: /^Linux (\S+)/m.exec(check)?.[1] ?? kernel,
    counted: countedExamples(examples, tests),
    checked: checkedExamples(check),
  }));
  const rows = examples.map((name) => {
    const cells = columns.map(({ counted, checked }) =>
      counted.has(name) ? '**counted**' : (checked.get(name)?.state ?? ''),
    );
    return `| [${name}](examples/${name}.md) | ${cells.join(' | ')} |`;
  });
  const reasons = columns.flatMap(({ kernel, checked }) =>
    [...checked]
      .filter(([, { problems }]) => problems.length > 0)
      .map(([name, { problems }]) => `- ${name}, ${kernel}: ${problems.join('; ')}`),
  );
  return `# Examples and kernels

Written by \`npm run compatibility\`. **counted**: a test made the event happen and saw the number. attached: every
program loads and attaches. Otherwise how many of them do; the reasons are below. Kernels: ${columns
    .map(({ release }) => release)
    .join(', ')}, of Debian, in QEMU.

| example | ${columns.map(({ kernel }) => kernel).join(' | ')} |
| --- |${columns.map(() => ' --- |').join('')}
${rows.join('\n')}

## What is missing where

${reasons.sort().join('\n')}
`;
}

/**
 * The examples named by a test that passed: in its title, or in that of its suite.
 * @param {string[]} examples
 * @param {string} tests
 */
function countedExamples(examples, tests) {
  const counted = new Set();
  let suite = '';
  for (const line of tests.split('\n')) {
    const [, indent, mark, title] = /\| (\s*)([▶✔]) (.*)$/.exec(line) ?? [];
    if (mark === '▶') suite = title ?? '';
    // Tests of examples that cannot count on machines of ours say so.
    if (mark !== '✔' || indent === '' || /attaches where|or says/.test(title ?? '')) continue;
    const words = `${/^the example /.test(suite) ? suite : ''} ${title}`.split(/[\s,]+/);
    for (const word of words) if (examples.includes(word)) counted.add(word);
  }
  return counted;
}

/**
 * @param {string} check
 * @returns {Map<string, {state: string, problems: string[]}>}
 */
function checkedExamples(check) {
  const checked = new Map();
  let name = '';
  for (const line of check.split('\n')) {
    const row = /^(\S+)\s+(loads, (\d+) of (\d+) attach|does not load)$/.exec(line);
    if (row !== null) {
      name = row[1] ?? '';
      const state = row[3] === undefined ? 'no' : row[3] === row[4] ? 'attached' : `${row[3]} of ${row[4]}`;
      checked.set(name, { state, problems: [] });
    } else if (/^\s{4}/.test(line)) {
      checked.get(name)?.problems.push(line.trim());
    }
  }
  return checked;
}
