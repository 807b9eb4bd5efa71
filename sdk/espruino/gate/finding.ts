/** What the gate says about a construct that Espruino cannot run. */

export interface Finding {
  /** Syntax does not parse or means something else; a library name is not there. */
  readonly kind: 'syntax' | 'library';
  /** One sentence without a full stop. */
  readonly what: string;
  /** What to write instead. */
  readonly instead: string;
  /** `file:line:column`, the file relative to the firmware's folder. */
  readonly where: string;
}
