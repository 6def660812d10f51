import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(__dirname, '../..');
const PAGES = [
  ...['README.md', 'CHANGELOG.md', 'SECURITY.md'],
  ...['docs', 'examples', 'project-templates'].flatMap(pagesIn),
];

function pagesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
    .map((name) => join(folder, name));
}

/** The lines of a page that are no code. */
function prose(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8');
  return text.replace(/^ *```[\s\S]*?^ *```/gm, '').split('\n');
}

/** Links to places in this repository, as they are written. */
function linksOf(page: string): string[] {
  const links = prose(page).flatMap((line) => [...line.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link));
  return [...new Set(links)].filter((link) => !/^[a-z]+:/.test(link));
}

/** The anchors that GitHub gives the headings of a page. */
function anchorsOf(page: string): string[] {
  const headings = prose(page).flatMap((line) => /^#+ (.*)$/.exec(line)?.[1] ?? []);
  return headings.map((heading) =>
    heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function isBroken(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : relative(root, join(root, dirname(page), path));
  if (!existsSync(join(root, target))) return true;
  return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).includes(anchor);
}

test.each(PAGES)('every link of %s leads somewhere', (page) => {
  expect(linksOf(page).filter((link) => isBroken(page, link))).toEqual([]);
});

test('the index of the documentation leads to every page of it', () => {
  const pages = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md') && name !== 'README.md');

  expect(linksOf('docs/README.md')).toEqual(expect.arrayContaining(pages));
});

test('the README shows every room of the house', () => {
  const { include } = JSON.parse(readFileSync(join(root, 'tsconfig.build.json'), 'utf8')) as {
    readonly include: readonly string[];
  };

  expect(linksOf('README.md')).toEqual(
    expect.arrayContaining([...include, 'smoke', 'examples/README.md', 'docs/README.md']),
  );
});
