import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandHelp, commandNames, isCommandName, unknownCommand } from './command-names.ts';
import { loadCommands } from './load-commands.ts';

test('every command is there when it is asked for', () => {
  assert.deepEqual(Object.keys(loadCommands().commands), Object.keys(commandNames));
  assert.equal(isCommandName('check'), true);
  assert.equal(isCommandName('toString'), false);
});

test('the help has a line for every command', () => {
  for (const [name, does] of Object.entries(commandNames)) {
    assert.match(commandHelp(), new RegExp(`^ {2}${name} +${does}$`, 'm'));
  }
});

test('an unknown command is answered with the nearest', () => {
  assert.match(unknownCommand('chekc'), /^error: unknown command 'chekc'\n\(Did you mean check\?\)\nusage: /);
});
