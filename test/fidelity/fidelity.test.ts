import { existsSync, readFileSync } from 'node:fs';
import { FIDELITY_PAGE, fidelityPage, fidelitySubjects } from './fidelity-page';

const subjects = fidelitySubjects();

test.each(subjects.map((subject) => [subject.title, subject] as const))(
  'every statement on %s names its source and a test that exists, or why there is none',
  (_, { statements }) => {
    const problems = statements.flatMap(({ statement, source, test: proof, absent }) => {
      if (!source.startsWith('https://docs.aws.amazon.com/')) return [`${statement}: no source`];
      if ((proof === undefined) === (absent === undefined)) return [`${statement}: must have a test or a reason`];
      if (proof === undefined) return [];
      if (!existsSync(proof.file)) return [`${statement}: there is no ${proof.file}`];
      return readFileSync(proof.file, 'utf8').includes(proof.title)
        ? []
        : [`${statement}: no '${proof.title}' in ${proof.file}`];
    });

    expect(problems).toEqual([]);
  },
);

test('no statement is listed twice', () => {
  const all = subjects.flatMap(({ statements }) => statements.map(({ statement }) => statement));

  expect(all.filter((statement, index) => all.indexOf(statement) !== index)).toEqual([]);
});

test('docs/fidelity.md is what npm run fidelity writes', () => {
  expect(readFileSync(FIDELITY_PAGE, 'utf8')).toBe(fidelityPage(subjects));
});
