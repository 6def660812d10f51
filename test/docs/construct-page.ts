import { readFileSync } from 'node:fs';
import type { Cloud } from '../../presence/lwt-options';
import { referencePage } from '../../scripts/construct-reference';

/** One section of a page of constructs. */
export interface Section {
  readonly heading: string;
  /** The text, without tables and examples. */
  readonly prose: string;
  /** The examples in TypeScript. */
  readonly examples: readonly string[];
}

/** The page of a cloud's constructs, in its sections. */
export class ConstructPage {
  readonly text: string;
  readonly sections: readonly Section[];

  constructor(cloud: Cloud) {
    this.text = readFileSync(referencePage(cloud), 'utf8');
    this.sections = this.text.split(/^##+ /m).slice(1).map(readSection);
  }

  /** The section whose heading names a class, alone or beside others. */
  sectionOf(name: string): Section | undefined {
    return this.sections.find(({ heading }) => heading.split(/, | and /).includes(name));
  }

  /** Every example with a title. */
  get examples(): readonly (readonly [title: string, code: string])[] {
    return this.sections.flatMap(({ heading, examples }) =>
      examples.map((code, index) => [index === 0 ? heading : `${heading} (${index + 1})`, code] as const),
    );
  }
}

function readSection(text: string): Section {
  const [heading = '', ...rest] = text.split('\n');
  const body = rest.join('\n');
  return {
    heading,
    prose: body
      .replace(/```[\s\S]*?```/g, '')
      .replace(/<!-- props[\s\S]*?<!-- end -->/g, '')
      .replace(/^\|.*$/gm, ''),
    examples: [...body.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1] as string),
  };
}
