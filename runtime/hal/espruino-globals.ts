/**
 * What ECMAScript has and Espruino lacks, as far as the runtime itself needs it. In front of everything else in a bundle: modules
 * use these names while they are loaded.
 */
import { FirmwarePromise } from './espruino-promise.js';

declare const global: { [name: string]: unknown };

/** Made with or without `new`, like the language's own. */
function FirmwareRangeError(message?: string): Error {
  const error = new Error(message) as Error & { type?: string };
  Object.setPrototypeOf(error, prototype);
  // What Espruino calls the error when it becomes text.
  error.type = 'RangeError';
  return error;
}
const prototype = Object.create(Error.prototype) as Error;
FirmwareRangeError.prototype = prototype;
prototype.name = 'RangeError';

global.Promise = FirmwarePromise;
global.RangeError = FirmwareRangeError;
