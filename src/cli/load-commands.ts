import { loadBeside } from './load-beside.ts';

export function loadCommands(): typeof import('./commands.ts') {
  return loadBeside('commands');
}
