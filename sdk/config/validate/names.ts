import type { Problem } from '../../../runtime/abi/problem.js';
import { RSC_NAME_SIZE } from '../../../runtime/abi/resource-table.js';
import { utf8Encode } from '../../../runtime/abi/utf8.js';
import * as errors from '../../errors.js';
import type { Resource } from '../resources/index.js';

/** Linux ties entries to memory by name. */
export function checkUnique(resources: readonly Resource[]): Problem[] {
  const first = new Map<string, Resource>();
  const problems: Problem[] = [];
  for (const resource of resources) {
    const other = first.get(resource.name);
    if (other) problems.push(errors.duplicateName(resource.name, resource.where, other.where));
    else first.set(resource.name, resource);
  }
  return problems;
}

/** A name must survive the kernel's `snprintf` and its 32 bytes. */
export function checkName({ name, where }: Resource): Problem[] {
  const size = utf8Encode(name).length;
  if (size >= RSC_NAME_SIZE) return [errors.nameTooLong(name, size, where)];
  if (name === '' || name.includes('%') || name.includes('\0')) return [errors.nameUnusable(name, where)];
  return [];
}
