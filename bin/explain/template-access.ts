import { CertificateAuthority } from '../../local/aws/certificate-authority';
import { memoryCertificateStore } from '../../local/aws/certificate-store';
import { type AccessAnswer, explainAccess } from '../../local/aws/explain-access';
import { resolveWithCertificates } from '../../local/aws/provision';
import { loadRegistry } from '../../local/aws/registry-loading';
import { resolveTemplates } from '../../local/template/cloudformation';
import { readTemplates } from '../../local/template/template-files';
import { SystemClock } from '../../presence/clock';

/** What `lastwill explain` is asked, by the names of its flags. */
export interface ExplainOptions {
  readonly aws: readonly string[];
  readonly client: string;
  readonly principal?: string;
  readonly action: string;
  readonly resource: string;
  readonly willTopic?: string;
  readonly persistent?: boolean;
  readonly sourceIp?: string;
  readonly parameter?: Readonly<Record<string, string>>;
  readonly region?: string;
  readonly account?: string;
}

/**
 * Answers from templates as the embedded cloud would, without starting it. Certificates of signing requests are
 * issued for the answer alone.
 * @throws LastwillError FILE_UNREADABLE, TEMPLATE_INVALID or OPTION_INVALID
 * @public loaded where it is needed
 */
export async function explainTemplateAccess(options: ExplainOptions): Promise<AccessAnswer> {
  const sources = options.aws.flatMap(readTemplates);
  const { parameter: parameters, region, account } = options;
  const authority = await CertificateAuthority.open({ store: memoryCertificateStore(), clock: new SystemClock() });
  const { resolved, issued } = await resolveWithCertificates(authority, (provision) =>
    resolveTemplates(sources, { provision, parameters, region, account }),
  );
  return explainAccess(loadRegistry(resolved, issued), {
    clientId: options.client,
    principal: options.principal,
    action: options.action,
    resource: options.resource,
    connect: { persistent: options.persistent === true, willTopic: options.willTopic },
    sourceIp: options.sourceIp,
  });
}
