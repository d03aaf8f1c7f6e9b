/**
 * @typedef {object} Outcome
 * @property {boolean} loads
 * @property {number} programs
 * @property {number} attached
 * @property {string[]} problems one for each program that is not attached, or what else is wrong
 */

/**
 * What the exporter's log (`--config.check --log.format=json`) says of one config.
 * @param {string} name
 * @param {string} log
 * @returns {Outcome}
 */
export function parseCheck(name, log) {
  // Another line is of somebody else who writes to stderr.
  const events = log.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
  const said = (/** @type {RegExp} */ pattern) =>
    events.flatMap(({ msg }) => {
      const match = pattern.exec(msg.split('\n', 1)[0]);
      return match === null ? [] : [match.slice(1).join(' ')];
    });
  const loaded = Number(said(/^Started with (\d+) programs/)[0] ?? 0);
  const unattached = said(/^Not attached: (.*)$/).flatMap((list) => list.split(', '));
  const notLoaded = said(/^(Cannot load .*)$/);
  const reasons = new Map(
    said(/^Config "[^"]*": Cannot attach program "([^"]+)" to (.*)$/).map((text) => {
      const [program, ...rest] = text.split(' ');
      return [`${name}:${program}`, brief(rest.join(' '))];
    }),
  );
  const loads = loaded > 0 && notLoaded.length === 0;
  // Programs that this kernel has no target for are not loaded, and not among those that it started with.
  const missing = unattached.filter((program) => / is not in this kernel/.test(reasons.get(program) ?? ''));
  const programs = loads ? loaded + missing.length : 0;
  const problems = loads
    ? unattached.map(
        (program) => `${program.replace(`${name}:`, '')}: ${reasons.get(program) ?? 'not attached'}`,
      )
    : (notLoaded.length > 0
        ? notLoaded
        : events.filter(({ level }) => level === 'error').map(({ msg }) => msg)
      ).map(brief);
  return { loads, programs, attached: programs - unattached.length, problems };
}

/**
 * The section and the kernel's word, without what libbpf tried before.
 * @param {string} text
 */
function brief(text) {
  const [what = '', remedy] = text.split(/\. What to do: /);
  return [what.replace(/;.*$/, ''), remedy?.split(/[:;] /)[0]].filter(Boolean).join(': ');
}
