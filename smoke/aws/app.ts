import { runCdkApp } from '../../bin/run-cdk-app';
import { addSmokeStacks } from './stacks';

runCdkApp(addSmokeStacks);
