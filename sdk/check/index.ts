/** What Linux will do with an image. */
export { type CheckOptions, checkImage } from './check.js';
export type { CheckReport, Finding, Severity } from './report.js';
export { rules } from './rules.js';
export { toSarif } from './sarif.js';
