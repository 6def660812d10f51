import { writeFileSync } from 'node:fs';
import { FIDELITY_PAGE, fidelityPage, fidelitySubjects } from '../test/fidelity/fidelity-page';

writeFileSync(FIDELITY_PAGE, fidelityPage(fidelitySubjects()));
