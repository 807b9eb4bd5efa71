export async function all(list: Promise<number>[]) {
  for await (const one of list) console.log(one);
}
