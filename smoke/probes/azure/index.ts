import type { AzureSite } from '../../sites/azure-site';
import type { Probe } from '../probe';
import { connectProbes } from './connects';
import { groupProbes } from './groups';
import { messageProbes } from './messages';
import { willProbes } from './wills';

/** The probes that need only the stack of `bin/azure.ts`, in the order in which they are made. */
export const AZURE_STACK_PROBES: readonly Probe<AzureSite>[] = [...willProbes, ...connectProbes, ...messageProbes];

/** Every probe; those of queries need a client and groups of their own. */
export const AZURE_PROBES: readonly Probe<AzureSite>[] = [...AZURE_STACK_PROBES, ...groupProbes];
