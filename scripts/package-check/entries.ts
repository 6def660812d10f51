// The types of every entry are sound without skipLibCheck, in an app that has the AWS CDK and no cdktf.
import { LwtChecks } from 'lastwill/checks';
import * as device from 'lastwill/device';
import { Engine } from 'lastwill/local';
import { LocalCloud, lastwillMatchers } from 'lastwill/testing';

export const entries = [LwtChecks, device, Engine, LocalCloud, lastwillMatchers];
