/** Malformed and odd images under a real Linux 7.2. */
import { malformedUnder } from './malformed.js';

const test = malformedUnder('7.2');
test.run();
