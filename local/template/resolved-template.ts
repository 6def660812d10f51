export type { ResolvedResource, ResolvedTemplate } from '../resolved-template';
