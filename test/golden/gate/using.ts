export async function run(make: () => any) {
  using first = make();
  await using second = make();
  return [first, second];
}
