/** Malformed and odd images under a real Linux 6.12. */
import { malformedUnder } from './malformed.js';

const test = malformedUnder('6.12');
test.run();
