import type { AzureSite } from '../../sites/azure-site';
import type { Probe } from '../probe';
import { connectProbes } from './connects';
import { messageProbes } from './messages';
import { willProbes } from './wills';

/** Every probe of Event Grid, in the order in which they are made. */
export const AZURE_PROBES: readonly Probe<AzureSite>[] = [...willProbes, ...connectProbes, ...messageProbes];
