import { TemplateProblem } from '../template-problem';
import { ExpressionProblem } from './scanner';

/**
 * Gives a mistake outside of any text, such as a circle of references, the place of the resource that was asked for.
 * @throws TemplateProblem
 */
export function located<T>(path: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof ExpressionProblem) throw new TemplateProblem(path, error.message);
    throw error;
  }
}
