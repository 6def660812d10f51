import { azureCommand } from './azure/azure-command';
import { main } from './run/main';

void main(azureCommand);
