import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

const ROOT = join(__dirname, '..');

/** What is reported on: `lastwill/aws` and `lastwill/azure`. */
export const REPORTED = ['aws', 'azure'] as const;

type Reported = (typeof REPORTED)[number];

/** The page that shows what `lastwill/<name>` offers, so that a change to it is seen in review. */
export function apiReportPath(name: Reported): string {
  return join(ROOT, `docs/api-${name}.md`);
}

/** Everything that a user of `lastwill/<name>` can see, as the compiler declares it, without comments. */
export function renderApiReport(name: Reported): string {
  const directory = mkdtempSync(join(tmpdir(), 'lastwill-api-'));
  try {
    const compiler = join(ROOT, 'node_modules/.bin/tsc');
    execFileSync(compiler, ['-p', join(ROOT, 'tsconfig.build.json'), '--emitDeclarationOnly', '--outDir', directory]);
    const sections = reachable(directory, `constructs/${name}/index.d.ts`).map((file) => section(directory, file));
    return `${head(name)}\n${sections.join('\n')}`;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function head(name: Reported): string {
  return `# The surface of \`lastwill/${name}\`

Written by \`node --import tsx scripts/api-report.ts\`; a test fails when it is out of date.
`;
}

function section(directory: string, file: string): string {
  const declarations = readFileSync(join(directory, file), 'utf8')
    .replace(/\/\*\*[\s\S]*?\*\//g, '')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('import '))
    .join('\n');
  return `## ${file.replace(/\.d\.ts$/, '')}\n\n\`\`\`ts\n${declarations}\n\`\`\`\n`;
}

/** The files that declare what the entry exports, directly or by what its types mention. */
function reachable(directory: string, entry: string): string[] {
  const found = new Set([entry]);
  for (const file of found) {
    const text = readFileSync(join(directory, file), 'utf8');
    for (const [, target] of text.matchAll(/from '(\.[^']+)'/g)) {
      found.add(relative(directory, join(directory, dirname(file), `${target}.d.ts`)));
    }
  }
  return [...found].sort();
}

if (require.main === module) for (const name of REPORTED) writeFileSync(apiReportPath(name), renderApiReport(name));
