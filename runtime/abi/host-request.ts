/** What Linux may ask of a core beside looking at its rings. Which of these exist is a matter of the mailbox and its driver. */
export const HostRequest = {
  /** Linux is about to stop the core and waits a little for the answer. */
  shutdown: 'shutdown',
  /** Linux goes away while the core runs on. */
  detach: 'detach',
  /** Are you there? (RP_MBOX_ECHO_REQUEST) */
  echo: 'echo',
  /** Please crash, to try the recovery (RP_MBOX_ABORT_REQUEST). */
  abort: 'abort',
  /** Linux wants to suspend the core because it is idle, or because the system sleeps. */
  suspendAuto: 'suspend-auto',
  suspendSystem: 'suspend-system',
} as const;
export type HostRequest = (typeof HostRequest)[keyof typeof HostRequest];

/** What a core has to decide by itself; echo and abort requests are served below it. */
export type StopReason = Exclude<HostRequest, 'echo' | 'abort'>;

/** Without a handler a core lets Linux stop or detach, and sleeps for nobody: it was not prepared for it. */
export function grantedByDefault(request: StopReason): boolean {
  return request === HostRequest.shutdown || request === HostRequest.detach;
}
