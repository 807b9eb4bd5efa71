/** What the build tells the firmware of each entry of its resource table, in table order. */
export interface DeclaredResource {
  /** As in firmware.config.ts. */
  readonly name: string;
  readonly kind: 'carveout' | 'devmem' | 'trace' | 'vdev' | 'rpmsgVdev' | 'vendor' | 'raw';
  /** Bytes of a vendor's or raw entry's payload. */
  readonly len?: number;
}
