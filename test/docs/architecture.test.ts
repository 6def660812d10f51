import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(__dirname, '../..');
const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
/** What is compiled for the package, and the smoke tests, which are not. */
const ROOMS: readonly string[] = [
  ...JSON.parse(readFileSync(join(root, 'tsconfig.build.json'), 'utf8')).include,
  'smoke',
];
const ENGINE = 'engine';

/** `from --> to` of every import between two places, by the place of a path; one place alone has no arrow. */
function arrowsBetween(files: readonly string[], placeOf: (path: string) => string | undefined): string[] {
  const arrows = files.flatMap((file) => {
    const from = placeOf(file);
    const places = importsOf(file).map(placeOf);
    return places.flatMap((to) => (from === undefined || to === undefined || from === to ? [] : [`${from} --> ${to}`]));
  });
  return [...new Set(arrows)].sort();
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:from|import\(|require\()\s*'(\.{1,2}\/[^']*)'/g)].map(([, path = '']) =>
    relative(root, join(root, dirname(file), path)),
  );
}

function sourcesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

/** The arrows that a picture of the page draws: `a --> b & c` is two. */
function drawn(title: string): string[] {
  const picture = new RegExp(`## ${title}\n[\\s\\S]*?\`\`\`mermaid\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? '';
  return [...picture.matchAll(/^ *([\w-]+) --> ([\w &-]+)$/gm)]
    .flatMap(([, from, to = '']) => to.split(' & ').map((each) => `${from} --> ${each}`))
    .sort();
}

/** A folder of `local/`; the files beside the folders put them together and count as the engine. */
function localRoom(path: string): string | undefined {
  const [house, room, inner] = path.split('/');
  if (house !== 'local' || room === undefined) return undefined;
  if (inner !== undefined) return room;
  return SHARED.includes(`local/${room.replace(/\.ts$/, '')}`) ? undefined : ENGINE;
}

/** Types that any room of `local/` may use. */
const SHARED = [
  'local/custom-resource',
  'local/event-log',
  'local/json-value',
  'local/ports',
  'local/resolved-template',
  'local/rule-action',
  'local/signature-v4',
];

test('the page draws the arrows between rooms that the imports make', () => {
  const arrows = arrowsBetween(ROOMS.flatMap(sourcesIn), (path) => ROOMS.find((room) => path.split('/')[0] === room));

  expect(drawn('Rooms')).toEqual(arrows);
});

test('the page draws the arrows inside local/ that the imports make', () => {
  expect(drawn('The embedded cloud')).toEqual(arrowsBetween(sourcesIn('local'), localRoom));
});

test('no arrow between rooms has one that points back', () => {
  const arrows = [...drawn('Rooms'), ...drawn('The embedded cloud')];

  expect(arrows.filter((arrow) => arrows.includes(arrow.split(' --> ').reverse().join(' --> ')))).toEqual([]);
});

test('the page lists every file with ports of the embedded cloud, and what each declares', () => {
  const declared = sourcesIn('local')
    .filter((file) => file.endsWith('/ports.ts'))
    .flatMap((file) => portsIn(file).map((port) => `${file} ${port}`));
  const listed = [...page.matchAll(/^\| `(local\/[\w/-]*ports\.ts)` \| `(\w+)` \|/gm)].map(
    ([, file, port]) => `${file} ${port}`,
  );

  expect(listed.sort()).toEqual(declared.sort());
});

/** Interfaces with methods: what one room asks of another. */
function portsIn(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/^export interface (\w+)[^{]*\{\n([\s\S]*?)\n\}/gm)]
    .filter(([, , body = '']) => /^ {2}\w+\??\(/m.test(body))
    .map(([, name = '']) => name);
}

const namedFiles = new Set([...page.matchAll(/`([\w-]+(?:\/[\w-]+)*\/[\w-]+\.ts)`/g)].map(([, path = '']) => path));

test.each([...namedFiles])('%s, which the page names, exists', (path) => {
  expect(existsSync(join(root, path))).toBe(true);
});
