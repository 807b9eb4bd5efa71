/**
 * Names that the rpmsg drivers of stock kernels bind to: their id tables in samples/rpmsg/rpmsg_client_sample.c,
 * drivers/tty/rpmsg_tty.c and drivers/rpmsg/rpmsg_char.c. A name is compared exactly, over 32 bytes.
 */
export const linuxServices = [
  { name: 'rpmsg-client-sample', driver: 'rpmsg_client_sample', since: '6.1' },
  { name: 'rpmsg-tty', driver: 'rpmsg_tty', since: '6.1' },
  { name: 'rpmsg-raw', driver: 'rpmsg_chrdev', since: '6.1' },
  { name: 'rpmsg_chrdev', driver: 'rpmsg_chrdev', since: '6.12' },
] as const;

/** A name that a driver of a stock kernel binds to. */
export type ServiceName = (typeof linuxServices)[number]['name'];

/** A driver's name in the catalogue, and the first kernel of those that were read whose id table has it. */
export interface LinuxService {
  readonly name: ServiceName;
  readonly driver: string;
  readonly since: '6.1' | '6.12' | '7.2';
}
