/**
 * The author's sources in an image: section `.rproc.source`, not loaded, JSON text
 * `[{ "path": "src/main.ts", "content": "..." }, ...]` in the order of the source map's `sources`. A section of its own
 * rather than `sourcesContent` in the map, since maps are parsed at every crash and sources by people only, and
 * an image can carry either without the other.
 */

export interface SourceFile {
  /** Relative to the firmware's folder, as in the source map. */
  readonly path: string;
  readonly content: string;
}

/** The section's text. */
export function packSources(files: readonly SourceFile[]): string {
  return JSON.stringify(files.map(({ path, content }) => ({ path, content })));
}
