/** The service that runs rules, also in China. */
const AWS_IOT = /^(\*|iot\.amazonaws\.com(\.cn)?)$/;

interface TrustStatement {
  readonly Effect?: unknown;
  readonly Action?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

/**
 * Whether AWS IoT may take a role on, by the role's trust policy. Conditions count as met in what it allows, as nobody
 * asks for the role here, and as not met in what it denies.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-create-role.html
 */
export function letsIotAssume(trust: unknown): boolean {
  const statements = listOf(
    (trust as { readonly Statement?: unknown } | null | undefined)?.Statement,
  ) as TrustStatement[];
  const ofIot = statements.filter(({ Action, Principal }) => isAboutAssuming(Action) && isAboutIot(Principal));
  const isDenied = ofIot.some(({ Effect, Condition }) => Effect === 'Deny' && Condition === undefined);
  return !isDenied && ofIot.some(({ Effect }) => Effect === 'Allow');
}

function isAboutAssuming(action: unknown): boolean {
  return listOf(action).some((name) => ['*', 'sts:*', 'sts:assumerole'].includes(String(name).toLowerCase()));
}

function isAboutIot(principal: unknown): boolean {
  if (principal === '*') return true;
  const { Service: service } = (principal ?? {}) as { readonly Service?: unknown };
  return listOf(service).some((name) => AWS_IOT.test(String(name)));
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
