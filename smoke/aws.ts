import { awsCommand } from './aws/aws-command';
import { main } from './run/main';

void main(awsCommand);
