/**
 * What ECMAScript has and Espruino lacks, as far as the runtime itself needs it. In front of everything else in a bundle: modules
 * use these names while they are loaded.
 */
import { FirmwarePromise } from './espruino-promise.js';

declare const global: { [name: string]: unknown };

class FirmwareRangeError extends Error {}
(FirmwareRangeError.prototype as { name: string }).name = 'RangeError';

global.Promise = FirmwarePromise;
global.RangeError = FirmwareRangeError;
