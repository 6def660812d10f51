/** A block of a tutorial: commands that a reader types, and what is then to be seen. */
export interface TutorialBlock {
  /** One a line. */
  readonly commands: readonly string[];
  /** Lines; `...` stands for anything. */
  readonly expected: readonly string[];
}

const FENCE = /^```(bash|text) tutorial=(\w+)\n(.*?)^```$/gms;

/**
 * The blocks of one tutorial in a Markdown document: those fenced as `bash tutorial=NAME`, each with what is fenced as
 * `text tutorial=NAME` before the next one.
 * @throws Error when the document has no such tutorial.
 */
export function tutorialBlocks(markdown: string, name: string): readonly TutorialBlock[] {
  const blocks: { commands: string[]; expected: string[] }[] = [];
  for (const [, language, tutorial, text = ''] of markdown.matchAll(FENCE)) {
    if (tutorial !== name) continue;
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    if (language === 'bash') blocks.push({ commands: lines, expected: [] });
    else blocks.at(-1)?.expected.push(...lines);
  }
  if (blocks.length === 0) throw new Error(`there is no tutorial ${name}`);
  return blocks;
}

/** The first of the expected lines that an output does not have, in whatever order what ran at once printed them. */
export function missingLine(expected: readonly string[], output: string): string | undefined {
  const lines = output.split(/\r?\n/);
  return expected.find((line) => {
    const pattern = new RegExp(`^${line.trimEnd().split('...').map(escapeForPattern).join('.*')}\\s*$`);
    const index = lines.findIndex((each) => pattern.test(each));
    if (index !== -1) lines.splice(index, 1);
    return index === -1;
  });
}

function escapeForPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
