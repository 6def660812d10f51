import type { AwsCloud } from '../local/aws-cloud';
import { constructId } from '../local/custom-resource';
import { LastwillError, mustBe } from '../presence/errors';

/**
 * Refuses handlers of functions that the templates do not have: a slip in a name would go unnoticed, because what has no
 * handler is only recorded. The ARN of a function may be of another template.
 * @throws LastwillError OPTION_INVALID that names the functions that there are.
 */
export function refuseUnknownFunctions(aws: AwsCloud | undefined, lambda: Readonly<Record<string, unknown>>): void {
  const functions = (aws?.templates ?? []).flatMap(({ resources }) =>
    resources.filter(({ type }) => type === 'AWS::Lambda::Function'),
  );
  const known = functions.flatMap(({ logicalId, ref }) => [logicalId, constructId(logicalId), ref]);
  const unknown = Object.keys(lambda).find((name) => !name.startsWith('arn:') && !known.includes(name));
  if (unknown === undefined) return;
  const names = functions.map(({ logicalId }) => `'${logicalId}'`).join(', ') || '(there are none)';
  throw new LastwillError('OPTION_INVALID', mustBe('lambda', `for functions of the templates: ${names}`, unknown));
}
