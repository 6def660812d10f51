import { execFileSync } from 'node:child_process';
import { shellWord } from '../../bin/own-command';

test.each([
  ['pump7', 'pump7'],
  ['my keys', '"my keys"'],
  ["device's", '"device\'s"'],
  ['$aws/events/#', "'$aws/events/#'"],
  ['a "b" `c` \\d', '\'a "b" `c` \\d\''],
  ["it's $HOME", "'it'\\''s $HOME'"],
])('%s is typed as %s, and comes out of a shell as it was', (word, typed) => {
  expect(shellWord(word)).toBe(typed);
  expect(execFileSync('/bin/sh', ['-c', `printf %s ${typed}`]).toString()).toBe(word);
});
