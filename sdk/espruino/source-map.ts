/** Source maps of several steps as one. */
import { decodedMappings, TraceMap, traceSegment } from '@jridgewell/trace-mapping';

/** Line by line: [column] or [column, source, line, column, name?], from 0. */
export type Mappings = (
  | [number]
  | [number, number, number, number]
  | [number, number, number, number, number]
)[][];

/** A source map as rollup takes it from a plugin: what is generated, and where it comes from. */
export interface StepMap {
  readonly version: 3;
  readonly names: string[];
  readonly sources: string[];
  readonly mappings: Mappings;
}

/** A map as the tools hand it over. */
export type AnyMap = ConstructorParameters<typeof TraceMap>[0];

/** `last` of the code that `first` describes: from the end of both steps to the beginning. */
export function chain(first: AnyMap, last: AnyMap): StepMap {
  const from = new TraceMap(first);
  const to = new TraceMap(last);
  const names: string[] = [];
  const numbers = new Map<string, number>();
  const nameNumber = (name: string): number => {
    let number = numbers.get(name);
    if (number === undefined) {
      number = names.push(name) - 1;
      numbers.set(name, number);
    }
    return number;
  };
  const mappings = decodedMappings(to).map((line) => {
    const segments: Mappings[number] = [];
    for (const segment of line) {
      if (segment.length === 1) continue;
      const found = traceSegment(from, segment[2], segment[3]);
      if (!found || found.length === 1) continue;
      const name =
        found.length === 5 ? from.names[found[4]] : segment.length === 5 ? to.names[segment[4]] : undefined;
      if (name === undefined) segments.push([segment[0], found[1], found[2], found[3]]);
      else segments.push([segment[0], found[1], found[2], found[3], nameNumber(name)]);
    }
    return segments;
  });
  return { version: 3, names, sources: from.sources.map((source) => source ?? ''), mappings };
}
